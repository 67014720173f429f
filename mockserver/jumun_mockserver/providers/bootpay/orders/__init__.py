"""Orders: placed, read, changed and cancelled."""
