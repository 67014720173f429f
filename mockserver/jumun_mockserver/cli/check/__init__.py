"""`jumun check`: judge recorded traffic by contracts."""
