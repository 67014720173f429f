"""A session: its options, time, tokens, limits and quota, and the store that keeps sessions."""
