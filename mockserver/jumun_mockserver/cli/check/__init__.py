"""`jumun check`."""
