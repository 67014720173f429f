"""What changes in a session: one `State` of few atomic verbs, and its implementations."""
