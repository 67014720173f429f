"""What scenarios are written in: parts between separators, with brackets and quotes, and durations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600}
LONGEST_DELAY_S = 3_600


class StepError(ValueError):
    """Text that is no step. The message names the part and what would be right."""


def parse_duration(text: str) -> float:
    """`90ms`, `1.5s`, `2m`, `3h` → seconds.

    Raises:
        StepError: Not a duration.
    """
    found = _DURATION.fullmatch(text)
    if not found:
        raise StepError(f"{text!r} is not a duration such as 90ms, 1.5s, 2m or 3h")
    return float(found[1]) * _SECONDS[found[2]]


def parse_delay(text: str) -> float:
    """A duration to wait for → seconds, LONGEST_DELAY_S at most.

    Raises:
        StepError: Not a duration, or too long.
    """
    seconds = parse_duration(text)
    if seconds > LONGEST_DELAY_S:
        raise StepError(f"{text!r} is too long: an hour is the most")
    return seconds


def split_outside(text: str, separator: str) -> Iterator[str]:
    """The parts of `text` between separators that stand outside brackets and quotes; empty ones left out.

    Raises:
        StepError: A bracket or a quote is not closed.
    """
    depth, quoted, escaped, start = 0, False, False, 0
    for index, character in enumerate(text):
        if quoted:
            quoted = character != '"' or escaped
            escaped = character == "\\" and not escaped
        elif depth == 0 and text.startswith(separator, index) and index >= start:
            if part := text[start:index].strip():
                yield part
            start = index + len(separator)
        elif character == '"':
            quoted = True
        else:
            depth += (character in "([{") - (character in ")]}")
    if depth or quoted:
        raise StepError(f"{text!r} has a bracket or a quote that is not closed")
    if part := text[start:].strip():
        yield part
