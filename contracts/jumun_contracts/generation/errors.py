"""Why there is no value."""


class GenerationError(ValueError):
    """There is no value, or none was found: the schema contradicts itself, or leaves too little room."""


class UnsupportedError(GenerationError):
    """The schema uses what is not understood here. The message names the keyword and its pointer."""
