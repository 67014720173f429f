"""What scenarios are written in: parts between separators, with brackets and quotes, and spans of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_mockserver.core.duration import DurationError, parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_DELAY_S = 3_600


class ScenarioError(ValueError):
    """A scenario that cannot be played. The message names line and part, with a suggestion."""


class StepError(ValueError):
    """Text that is not a step. The message names the part and what would be right."""


def parse_span(text: str) -> float:
    """A duration → seconds.

    Raises:
        StepError: Not a duration.
    """
    try:
        return parse_duration(text)
    except DurationError as error:
        raise StepError(str(error)) from None


def parse_delay(text: str) -> float:
    """A duration to wait for → seconds, LONGEST_DELAY_S at most.

    Raises:
        StepError: Not a duration, or too long.
    """
    seconds = parse_span(text)
    if seconds > LONGEST_DELAY_S:
        raise StepError(f"{text!r} is too long: an hour is the most")
    return seconds


def split_outside(text: str, separator: str) -> Iterator[str]:
    """The parts of `text` between separators outside brackets and quotes; empty ones left out.

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
