"""`jumun record`: a reverse proxy that judges and records, and the replay of what it recorded."""
