"""A recording served back: to each request what was answered to the same one, in the order of the recording."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from jumun_contracts import DocumentError, JsonError, Schema, parse_json
from jumun_contracts.contract.requests import read_query
from jumun_contracts.recordings.lines import LONGEST_LINE, LineReader
from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.core.http import Response, render_json
from jumun_mockserver.core.journal.spellings import MASK

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jumun_mockserver.core.http import Request
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.core.shop import Shop

# Headers that the server writes itself, for each answer.
_WRITTEN_HERE = re.compile(
    r"connection|content-(encoding|length)|date|keep-alive|proxy-(authenticate|connection)|te|trailer"
    r"|transfer-encoding|upgrade",
    re.IGNORECASE,
)
_ROW = {
    "type": "object",
    "required": ["method", "path", "query", "status", "response"],
    "properties": {
        "method": {"type": "string"},
        "path": {"type": "string"},
        "query": {"type": "string"},
        "masked": {"type": "array", "items": {"type": "string"}},
        "status": {"type": "integer", "minimum": 200, "maximum": 599},
        "response": {
            "type": "object",
            "required": ["headers", "body"],
            "properties": {
                "headers": {
                    "type": "object",
                    "propertyNames": {"pattern": "^[!-9;-~]+$(?!\\n)"},
                    "additionalProperties": {"type": "string", "pattern": "^[ -~]*$(?!\\n)"},
                },
                "body": {"type": "string"},
            },
        },
    },
}
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a recording, and what was answered to it.

    Attributes:
        query: As recorded, for people.
        pairs: The query's, decoded; order does not count.
        masked: Names of query parameters whose recorded values are not those that were sent.
        answers: In the order of the recording.
    """

    method: str
    path: str
    query: str
    pairs: Counter[tuple[str, str]]
    masked: frozenset[str]
    answers: tuple[Response, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path}" + (f"?{self.query}" if self.query else "")

    def is_like(self, pairs: Counter[tuple[str, str]]) -> bool:
        """Whether a query is this one, as far as can be known of values that were masked."""
        return self._without_masked(pairs) == self._without_masked(self.pairs)

    def _without_masked(self, pairs: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
        known: Counter[tuple[str, str]] = Counter()
        for (name, value), count in pairs.items():
            known[name, "" if name in self.masked else value] += count
        return known


class Recording:
    """What a file holds, to be asked for by request; `answer` is a producer for dispatch.

    Attributes:
        size: How many exchanges.
        cut: File and number of a last line that is not whole and was left out; '' for none.
    """

    def __init__(self, asked: Iterable[Asked], *, size: int, cut: str = "") -> None:
        self.size = size
        self.cut = cut
        self._by_place: dict[tuple[str, str], list[Asked]] = defaultdict(list)
        self._by_text: dict[str, Asked] = {}
        for each in asked:
            self._by_place[each.method, each.path].append(each)
            self._by_text[str(each)] = each

    def find(self, request: Request) -> Asked | None:
        """The recorded request that this one is; one whose masked values may have been these comes second."""
        candidates = self._by_place.get((request.method, request.path), [])
        pairs = Counter(read_query(request.query)[0])
        exact = (each for each in candidates if each.pairs == pairs)
        return next(exact, None) or next((each for each in candidates if each.is_like(pairs)), None)

    def answer(self, call: Call, shop: Shop) -> Response:
        """What was recorded, from the first answer on in each session; else 404 and the closest recorded request."""
        asked = self.find(call.request)
        if asked is None:
            near = self.did_you_mean(call.request)
            detail = f"the recording has no {call.request.method} {call.request.path} with this query{near}"
            body = {"type": "about:blank", "title": "Not recorded", "status": _NOT_FOUND, "detail": detail}
            headers = (("content-type", "application/problem+json"),)
            return _complete(_NOT_FOUND, headers, render_json(body), call.now)
        given = shop.state.count("replay", str(asked)) - 1
        answer = asked.answers[min(given, len(asked.answers) - 1)]
        return _complete(answer.status, answer.headers, answer.body, call.now)

    def did_you_mean(self, request: Request) -> str:
        """How a message about an unknown request ends: the recorded request most like it, if one is like it."""
        query = f"?{request.query}" if request.query else ""
        return did_you_mean(f"{request.method} {request.path}{query}", self._by_text)


def load_recording(path: Path, *, name: str) -> Recording:
    """Read a recording of `jumun record`, or the NDJSON that the journal exports.

    A last line without its end that is not JSON is half a row, of a recorder that was cut off, and is left out.

    Args:
        name: The file as the user knows it.

    Raises:
        DocumentError: It cannot be read, holds nothing, or a line is not an exchange; names the line.
    """
    found: dict[tuple[str, str, frozenset[tuple[tuple[str, str], int]]], tuple[str, set[str], list[Response]]] = {}
    size, cut = 0, ""
    schema = Schema(_ROW)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(LineReader(file, longest=LONGEST_LINE), 1):
                if line is None:
                    raise DocumentError(f"{name}:{number}", "", f"a line of more than {LONGEST_LINE:,} bytes")
                if not line.endswith(b"\n") and not _is_json(line):
                    cut = f"{name}:{number}"
                    break
                method, place, query, masked, answer = _read_row(line, schema, where=f"{name}:{number}")
                pairs = Counter(parse_qsl(query, keep_blank_values=True))
                entry = found.setdefault((method, place, frozenset(pairs.items())), (query, set(), []))
                entry[1].update(masked, (key for key, value in pairs if value == MASK))
                entry[2].append(answer)
                size += 1
    except OSError as error:
        raise DocumentError(name, "", f"cannot be read: {error.strerror}") from None
    if not found:
        raise DocumentError(name, "", "holds no exchange; jumun record makes recordings")
    asked = (
        Asked(method, place, query, Counter(dict(pairs)), frozenset(masked), tuple(answers))
        for (method, place, pairs), (query, masked, answers) in found.items()
    )
    return Recording(asked, size=size, cut=cut)


def _is_json(text: bytes) -> bool:
    try:
        parse_json(text)
    except JsonError:
        return False
    return True


def _read_row(line: bytes, schema: Schema, *, where: str) -> tuple[str, str, str, list[str], Response]:
    """Method, path, query, names of masked parameters, and the answer."""
    try:
        row: Any = parse_json(line)
    except JsonError as error:
        raise DocumentError(where, "", f"not JSON: {error.reason}") from None
    for found in schema.iter_findings(row):
        raise DocumentError(where, found.pointer, found.message)
    response = row["response"]
    kept = tuple((name.lower(), value) for name, value in response["headers"].items() if _is_kept(name, value))
    answer = Response(row["status"], kept, response["body"].encode())
    return row["method"], row["path"], row["query"], row.get("masked", []), answer


def _is_kept(name: str, value: str) -> bool:
    return not _WRITTEN_HERE.fullmatch(name) and MASK not in value


def _complete(status: int, headers: tuple[tuple[str, str], ...], body: bytes, now: float) -> Response:
    own = (("date", formatdate(int(now), usegmt=True)), ("content-length", str(len(body))))
    return Response(status, (*own, *headers), body)
