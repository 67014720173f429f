"""Exports of Insomnia (v4 and v5), which have no answers. Those are in its HAR export, which is read as any other's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_contracts.recordings.recorded import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.recordings.recorded import Recorded, Unreadable


def read_insomnia(_data: bytes, *, file: str) -> Iterator[Recorded | Unreadable]:
    """Nothing.

    Raises:
        RecordingError: Always; says what to export instead.
    """
    raise RecordingError(file, (1, 1), "an export of Insomnia, which has no answers in it: export as HAR, which has")
