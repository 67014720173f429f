"""The pytest plugin, and the session that a test has for its own."""
