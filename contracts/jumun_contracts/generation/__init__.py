"""Values that a schema allows, drawn piece by piece from a source of choices.

A `Plan` reads a schema once: it follows references, multiplies out what is combined and drops what cannot be. Then
`draw` makes one value. It asks a `Draws` record for every choice, so a seed and Hypothesis (`strategies`) share it all.
"""

from jumun_contracts.generation.drawing import generate_example
from jumun_contracts.generation.errors import GenerationError, UnsupportedError
from jumun_contracts.generation.keywords import KNOWN_KEYWORDS

__all__ = ["KNOWN_KEYWORDS", "GenerationError", "UnsupportedError", "generate_example"]
