"""Sessions on a server of Valkey or Redis, which all nodes of a Jumun share."""
