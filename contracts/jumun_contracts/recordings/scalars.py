"""Where the characters of a YAML scalar are in its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jumun_contracts.recordings.places import Offsets

if TYPE_CHECKING:
    from collections.abc import Iterator

_BREAK = r"\r?\n"
# A tag or an anchor before the scalar.
_PROPERTIES = re.compile(r"(?:[!&]\S*\s+)*")
# What stands for other than itself: line breaks with the blanks around them, a doubled quote, an escape.
_FOLD = rf"[ \t]*(?P<fold>{_BREAK}(?:[ \t]*{_BREAK})*)[ \t]*"
_STEPS = {
    "plain": re.compile(_FOLD),
    "'": re.compile(rf"{_FOLD}|''"),
    '"': re.compile(
        rf"{_FOLD}|\\(?:{_BREAK}[ \t]*(?P<joined>(?:{_BREAK}[ \t]*)*)"
        r"|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)",
        re.DOTALL,
    ),
}


def scalar_offsets(text: str, start: int, end: int, *, style: str, value: str) -> Offsets | None:
    """Offsets in a scalar's value → offsets in the YAML text; None where they cannot be had, as in folded blocks.

    Args:
        text: The YAML document.
        start: Where the scalar begins: its tag or anchor, quote or block indicator.
        end: Where it ends.
        style: As PyYAML has it: a quote, `|`, `>`, or '' for plain.
        value: What the scalar means.
    """
    properties = _PROPERTIES.match(text, start, end)
    start = properties.end() if properties else start
    if style == "|":
        steps = _literal_steps(text, start, end, value)
    elif style in ("'", '"'):
        steps = _flow_steps(text, start + 1, end - 1, style=style, length=len(value))
    elif style == ">":
        steps = None
    else:
        steps = _flow_steps(text, start, end, style="plain", length=len(value))
    return Offsets(steps) if steps else None


def _flow_steps(text: str, start: int, end: int, *, style: str, length: int) -> list[tuple[int, int]] | None:
    steps = [(0, start)]
    decoded = 0
    for match in _STEPS[style].finditer(text, start, end):
        last_decoded, last_encoded = steps[-1]
        decoded = last_decoded + match.start() - last_encoded
        # The fold itself: one break is a space, each further one a line feed.
        steps.append((decoded, match.start()))
        steps.append((decoded + _meaning_length(match), match.end()))
    last_decoded, last_encoded = steps[-1]
    return steps if last_decoded + end - last_encoded == length else None


def _meaning_length(match: re.Match[str]) -> int:
    groups = match.groupdict()
    if groups["fold"]:
        return max(1, groups["fold"].count("\n") - 1)
    joined = groups.get("joined")
    return 1 if joined is None else joined.count("\n")


def _literal_steps(text: str, start: int, end: int, value: str) -> list[tuple[int, int]] | None:
    lines = list(_iter_lines(text, text.find("\n", start, end) + 1, end))
    indent = next((len(line) - len(line.lstrip(" ")) for _, line in lines if line.strip(" ")), 0)
    # A first line that begins with a blank of its own is indented by more than the block is.
    indent -= len(value) - len(value.lstrip("\n ")) - (len(value) - len(value.lstrip("\n")))
    steps: list[tuple[int, int]] = []
    decoded = 0
    for (offset, line), meant in zip(lines, value.split("\n"), strict=False):
        if line[indent:] != meant:
            return None
        steps.append((decoded, offset + min(indent, len(line))))
        decoded += len(meant) + 1
    return steps if decoded >= len(value) else None


def _iter_lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    while start <= end:
        feed = text.find("\n", start, end)
        stop = feed if feed >= 0 else end
        yield start, text[start:stop]
        start = stop + 1
