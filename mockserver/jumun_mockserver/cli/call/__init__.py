"""`jumun call`."""
