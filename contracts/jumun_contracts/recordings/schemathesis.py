"""Schemathesis' NDJSON report (`--report ndjson`): engine events, of which `ScenarioFinished` holds the exchanges.

Its cassettes and HAR files are read as any other's. Request headers count as not recorded: it leaves out Accept,
Content-Length and others, and who judged the rest would find them missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.recordings.durations import read_duration
from jumun_contracts.recordings.headers import read_headers
from jumun_contracts.recordings.lines import refuse_longer
from jumun_contracts.recordings.ndjson import iter_filled_lines, line_excerpt
from jumun_contracts.recordings.recorded import Recorded, RecordingError, Unreadable
from jumun_contracts.recordings.rows import read_status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jumun_contracts.recordings.excerpt import Excerpt
    from jumun_contracts.recordings.recorded import Body

_EVENT = "ScenarioFinished"
_INTERACTIONS = f"/{_EVENT}/recorder/interactions"


def read_schemathesis(lines: Iterable[bytes | None], *, file: str, longest: int) -> Iterator[Recorded | Unreadable]:
    """The exchanges of all scenarios; a line that cannot be read does not end the reading. Lines as `read_ndjson`."""
    number = 0
    for line_number, data in iter_filled_lines(lines):
        if data is None:
            number += 1
            yield Unreadable(file, (line_number, 1), number, refuse_longer(longest))
            continue
        try:
            for excerpt in _interactions(line_excerpt(data, line_number, file=file)):
                number += 1
                try:
                    item: Recorded | Unreadable = _read(excerpt, number)
                except RecordingError as error:
                    item = Unreadable(file, error.place, number, error.reason)
                yield item
        except RecordingError as error:
            number += 1
            yield Unreadable(file, error.place, number, error.reason)


def _interactions(line: Excerpt) -> Iterator[Excerpt]:
    event = line.load()
    scenario = event.get(_EVENT) if isinstance(event, dict) else None
    recorder = scenario.get("recorder") if isinstance(scenario, dict) else None
    if isinstance(recorder, dict) and "interactions" in recorder:
        yield from line.items(_INTERACTIONS, opening="{")


def _read(excerpt: Excerpt, number: int) -> Recorded:
    interaction = excerpt.load()
    request = interaction.get("request") if isinstance(interaction, dict) else None
    if not isinstance(request, dict):
        raise excerpt.refusal("", "expected an interaction with a request")
    response = interaction.get("response")
    response = response if isinstance(response, dict) else {}
    if "content_size" in response:
        raise excerpt.refusal("/response", "a body that was cut when it was recorded")
    headers = read_headers(response.get("headers"))
    return Recorded(
        file=excerpt.file,
        place=excerpt.place(0),
        number=number,
        method=str(request.get("method", "")).upper(),
        url=str(request.get("uri", "")),
        status=read_status(response.get("status_code")),
        response_headers=headers,
        request_body=_body(request.get("body"), excerpt, "/request/body", {}),
        response_body=_body(response.get("content"), excerpt, "/response/content", headers),
        duration_s=read_duration(response.get("elapsed")),
    )


def _body(value: Any, excerpt: Excerpt, pointer: str, headers: dict[str, str] | None) -> Body | None:
    text = value.get("$base64") if isinstance(value, dict) else None
    if not isinstance(text, str):
        return None
    return excerpt.body(f"{pointer}/$base64", text, is_base64=True, headers=headers)
