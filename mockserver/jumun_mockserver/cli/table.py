"""Rows under headings, in columns that stay columns with Hangul in them."""

from __future__ import annotations

import unicodedata
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_WIDE = ("W", "F")
_NO_WIDTH = ("Mn", "Me", "Cf")


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
        padded = (
            text + " " * max(0, width - _width(text)) for text, width in zip(texts, self._columns.values(), strict=True)
        )
        return "  ".join(padded).rstrip()


def show_fields(fields: Mapping[str, Any]) -> str:
    """Fields in one cell, `name=value` each."""
    return " ".join(f"{name}={value}" for name, value in fields.items())


def _visible(text: str) -> str:
    """In one line, with an escape for what a terminal would obey."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def _width(text: str) -> int:
    """In columns of a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(each) in _NO_WIDTH else 2 if unicodedata.east_asian_width(each) in _WIDE else 1
        for each in text
    )
