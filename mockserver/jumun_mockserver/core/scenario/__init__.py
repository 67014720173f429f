"""Scenarios: the language, the steps that are due, and what they do to an answer."""
