"""Reading in memory, to where it ends."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from jumun_contracts.recordings import RecordingError, read_recordings
from jumun_contracts.recordings.lines import LONGEST_LINE

if TYPE_CHECKING:
    from jumun_contracts.recordings import Recorded, Unreadable


def exhaust(data: bytes, file: str, longest: int = LONGEST_LINE) -> tuple[list[Recorded | Unreadable], str]:
    """What is in a recording, and why it could not be read further."""
    found: list[Recorded | Unreadable] = []
    try:
        for each in read_recordings(io.BytesIO(data), file=file, longest=longest):
            found.append(each)  # noqa: PERF402 - what was read before the fault counts
    except RecordingError as error:
        return found, error.reason
    return found, ""
