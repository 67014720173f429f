"""Webhooks: where they go, what is sent, and the thread that sends them."""
