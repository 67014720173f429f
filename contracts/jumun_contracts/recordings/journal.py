"""Our own journal: `GET /_jumun/requests`, an array of rows. Its NDJSON is read as any other.

Bodies in it are masked by the marks of the contract; what no schema speaks of is withheld and counts as not recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_contracts.recordings.entries import read_entries
from jumun_contracts.recordings.excerpt import read_excerpt
from jumun_contracts.recordings.rows import is_row, read_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from jumun_contracts.recordings.excerpt import Excerpt
    from jumun_contracts.recordings.recorded import Recorded, Unreadable


def read_journal(data: bytes, *, file: str) -> Iterator[Recorded | Unreadable]:
    """Exchanges of an array of rows.

    Raises:
        RecordingError: Not JSON.
    """
    return read_entries(read_excerpt(data, file=file), "", _read)


def _read(row: dict[str, Any], excerpt: Excerpt, number: int) -> Recorded:
    if not is_row(row):
        raise excerpt.refusal("", "expected a row of the journal, with method, request and response")
    return read_row(row, excerpt, number=number)
