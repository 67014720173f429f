"""The state of a session on a server of Valkey or Redis, which many processes share."""
