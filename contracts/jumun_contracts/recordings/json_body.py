"""A bare body: what `curl -s … > body.json` leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_contracts.recordings.places import Lines
from jumun_contracts.recordings.recorded import Body, Recorded

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_json_body(data: bytes, *, file: str) -> Iterator[Recorded]:
    """The file as one response body. Whether it is JSON is for the judge to say, who is strict about it."""
    lines = Lines(data.decode(errors="replace"))
    yield Recorded(file, (1, 1), 1, response_body=Body(data, lines.place))
