from __future__ import annotations

import io
import json
from functools import cache
from itertools import islice, product
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts.recordings import Recorded, read_recordings
from jumun_contracts.recordings.places import locate_pointer
from tests.contracts.recordings.forms import (
    FORMS,
    METHOD,
    REQUEST_BODY,
    REQUEST_HEADERS,
    RESPONSE_HEADERS,
    STATUS,
    URL,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ORDER: dict[str, Any] = {
    "order_id": "679ce56fb0eacea5cd974f09",
    "order_name": '프리미엄 다이어리 "A/B" \\ it\'s 😀',
    "price": 31000,
    "a/b~c": {"가": [1.5, None, True], "": "\t\n"},
}
BODY = {"count": 2, "list": [ORDER, {"order_id": "1", "lines": [[], {}, [{"x": False}]]}]}
REPLACEMENTS = [
    "",
    " ",
    "\n",
    "\u200b\u00e9",
    "<>",
    "MUTANT'S",
    '키"\\/',
    "😀",
    -424242,
    1e300,
    None,
    False,
    ["m"],
    {"m": 'u"'},
]
SPELLINGS = [(None, True), (None, False), (2, False), (1, True)]
NOT_BODIES = [name for name in FORMS if name != "ndjson, bodies"]


@pytest.mark.parametrize("name", FORMS)
def test_the_same_exchange(name: str) -> None:
    """Whatever the form, method, url, status, headers in lower case and bodies are the same, as far as it has them."""
    form, body = FORMS[name], json.dumps(BODY, ensure_ascii=False)
    first, second = _read(name, [body, body])
    for number, recorded in enumerate((first, second), start=1):
        assert recorded.number == number
        assert recorded.file == "traffic" + form.ending
        assert recorded.response_body
        assert recorded.response_body.text.decode() == body
        if "request" in form.says:
            assert (recorded.method, recorded.url, recorded.status) == (METHOD, URL, STATUS)
            assert recorded.request_body
            assert recorded.request_body.text.decode() == REQUEST_BODY
        expected = _lower(REQUEST_HEADERS) if "request headers" in form.says else None
        assert recorded.request_headers == expected
        assert recorded.response_headers == (_lower(RESPONSE_HEADERS) if "response headers" in form.says else None)
    assert first.place < second.place


@pytest.mark.parametrize("name", FORMS)
def test_the_place_of_a_mutant(name: str) -> None:
    """Where each of 1,000 mutants is reported, it is; base64 and folded text give the body's."""
    form, mutants = FORMS[name], _mutants()
    bodies = [body for body, _, _ in mutants]
    written = form.write(bodies).split("\n")
    found = _read(name, bodies)
    assert len(found) == len(mutants) == 1000
    for recorded, (_, pointer, mutant) in zip(found, mutants, strict=True):
        assert recorded.response_body
        text = recorded.response_body.text.decode()
        line, column = recorded.response_body.locate(locate_pointer(text, pointer))
        there = written[line - 1][column - 1 :]
        if form.spell is None:
            assert (line, column) == recorded.response_body.locate(0)
            assert there.startswith((">", '"', "'"))
        else:
            assert there.startswith(form.spell(mutant))


@pytest.mark.parametrize(("indent", "ensure_ascii"), SPELLINGS)
def test_the_place_in_a_bare_body(indent: int | None, ensure_ascii: bool) -> None:  # noqa: FBT001
    """A file that is the body gives places in itself."""
    text = "\n" + json.dumps(BODY, indent=indent, ensure_ascii=ensure_ascii)
    (recorded,) = read_recordings(io.BytesIO(text.encode()), file="body.json")
    assert isinstance(recorded, Recorded)
    assert recorded.response_body
    line, column = recorded.response_body.locate(locate_pointer(text, "/list/0/price"))
    assert text.split("\n")[line - 1][column - 1 :].startswith("31000")


@pytest.mark.parametrize("name", NOT_BODIES)
def test_the_place_of_an_exchange(name: str) -> None:
    """An exchange begins where its object, or its first key in YAML, begins."""
    form, bodies = FORMS[name], ["[1]", "[2]"]
    written = form.write(bodies).split("\n")
    starts = [written[each.place[0] - 1][each.place[1] - 1 :] for each in _read(name, bodies)]
    assert all(start.startswith(("{", "id:", "request:", '"request":', "'request':")) for start in starts)


def _read(name: str, bodies: list[str]) -> list[Recorded]:
    data = FORMS[name].write(bodies).encode()
    found = list(read_recordings(io.BytesIO(data), file="traffic" + FORMS[name].ending))
    return [each for each in found if isinstance(each, Recorded)]


@cache
def _mutants() -> list[tuple[str, str, str]]:
    """Body, pointer of the mutated node, and how the mutant's beginning is written in the body."""
    # Not the root: as a JSON value in a log, a string is text and null is not a body.
    damage = product([*_iter_pointers(BODY, "")][1:], REPLACEMENTS, SPELLINGS)
    return [
        (_write(_replaced(BODY, pointer.split("/")[1:], mutant), spelling), pointer, _beginning(mutant, spelling))
        for pointer, mutant, spelling in islice(damage, 1000)
    ]


def _write(value: Any, spelling: tuple[int | None, bool]) -> str:
    return json.dumps(value, indent=spelling[0], ensure_ascii=spelling[1])


def _beginning(value: Any, spelling: tuple[int | None, bool]) -> str:
    """All of a scalar; of a container the bracket, behind which a line may end."""
    return _write(value, spelling)[: 1 if isinstance(value, list | dict) else None]


def _replaced(value: Any, path: list[str], mutant: Any) -> Any:
    if not path:
        return mutant
    key = path[0].replace("~1", "/").replace("~0", "~")
    if isinstance(value, list):
        return [_replaced(each, path[1:], mutant) if str(index) == key else each for index, each in enumerate(value)]
    return {name: _replaced(each, path[1:], mutant) if name == key else each for name, each in value.items()}


def _iter_pointers(value: Any, pointer: str) -> Iterator[str]:
    yield pointer
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from _iter_pointers(each, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")


def _lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
