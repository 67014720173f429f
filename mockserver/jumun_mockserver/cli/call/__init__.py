"""`jumun call`: one call of an API, from a shell."""
