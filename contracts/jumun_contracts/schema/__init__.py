"""A JSON Schema, and a value under it: parsing, pointers, formats, references, validation, strictness."""
