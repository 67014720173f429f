"""Tables for terminals: columns as wide as their letters are there, and nothing that a terminal would obey."""

from __future__ import annotations

import unicodedata
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

_GAP = "  "
_LEAST = 8
_TWO_COLUMNS = ("W", "F")
_NO_COLUMN = ("Mn", "Me")


def render_table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Collection[str] = (), columns: int | None = None
) -> Iterator[str]:
    """Lines of a table.

    Args:
        header: A name for each cell of a row.
        rows: Their texts may hold anything.
        right: Names of columns that are aligned right.
        columns: Of the terminal; what is too long for it is cut in the last column. None to cut nothing.
    """
    table = [header, *([_plain(cell) for cell in row] for row in rows)]
    widths = [max(map(display_width, column)) for column in zip(*table, strict=True)]
    if columns is not None:
        before = sum(widths[:-1]) + len(_GAP) * (len(widths) - 1)
        widths[-1] = min(widths[-1], max(_LEAST, columns - before))
    for row in table:
        cells = [
            _pad(_cut(cell, width), width, is_right=name in right)
            for name, cell, width in zip(header, row, widths, strict=True)
        ]
        yield _GAP.join(cells).rstrip()


class Table:
    """Columns of a table whose rows come one by one, so that their widths are known before."""

    def __init__(self, columns: Mapping[str, int]) -> None:
        """With headings and least widths, in columns of a terminal; what is wider moves the rest of its row."""
        self._columns = columns

    def rows(self, rows: Iterable[Sequence[Any]]) -> Iterator[str]:
        """The heading, and then a line for each row, as it comes. None and '' are a `-`."""
        return chain([self._line([each.upper() for each in self._columns])], map(self._line, rows))

    def _line(self, cells: Sequence[Any]) -> str:
        texts = ["-" if each in (None, "") else _visible(str(each)) for each in cells]
        padded = (_pad(text, width) for text, width in zip(texts, self._columns.values(), strict=True))
        return _GAP.join(padded).rstrip()


def show_fields(fields: Mapping[str, Any]) -> str:
    """Fields in one cell, `name=value` each."""
    return " ".join(f"{name}={value}" for name, value in fields.items())


def display_width(text: str) -> int:
    """How many columns a text takes in a terminal: two for each letter that Unicode calls wide, as 한글 are."""
    return sum(map(_letter_width, text))


def _letter_width(letter: str) -> int:
    if unicodedata.category(letter) in _NO_COLUMN:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in _TWO_COLUMNS else 1


def _plain(text: str) -> str:
    """Without line ends, escape sequences and half surrogates, and with 한글 whole, not as their parts."""
    whole = unicodedata.normalize("NFC", text)
    return "".join(letter if letter.isprintable() else " " for letter in whole)


def _visible(text: str) -> str:
    """In one line, with an escape for what a terminal would obey."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def _cut(text: str, width: int) -> str:
    if display_width(text) <= width:
        return text
    taken = 1  # the ellipsis
    for place, letter in enumerate(text):
        taken += _letter_width(letter)
        if taken > width:
            return text[:place] + "…"
    return text


def _pad(text: str, width: int, *, is_right: bool = False) -> str:
    blank = " " * (width - display_width(text))
    return blank + text if is_right else text + blank
