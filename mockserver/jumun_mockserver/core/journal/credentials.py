"""What an exchange carries as a credential, so that it can be masked wherever else the exchange has it.

An API may quote in an error what it was sent. What is marked in the contract is masked at its own place (`masking`);
here the values are collected, by the same marks, and where no contract has any by the names of headers, parameters and
fields.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.requests import choose_syntax, read_query, read_text
from jumun_mockserver.core.journal.masking import Veil, is_plain_header, is_secret, mask_path, veil_value
from jumun_mockserver.core.journal.spellings import REMEMBERED_UP_TO, Spellings, spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jumun_contracts import Operation, Schema
    from jumun_contracts.contract.requests import Syntax
    from jumun_mockserver.core.http import Request, Response
    from jumun_mockserver.core.journal.journal import Exchange

_NAMES = (
    "bearer|jwt|token|secret|passw|passphrase|pwd|credential|cookie|session|authori[sz]|hmac|signature"
    "|(?:api|access|auth|billing|charge|client|private).?key"
)
SECRET_NAME = re.compile(_NAMES, re.IGNORECASE)
"""In names of headers, parameters and properties that hold secrets, although no contract says so."""

# Headers that the journal does not show, and that are not credentials: they may say what a body says too.
_NO_CREDENTIAL = re.compile(
    r"dnt|forwarded|idempotency-key|if-.*|jumun-.*|origin|pragma|priority|range|sec-.*|te|trace(parent|state)"
    r"|upgrade.*|via|x-(b3|forwarded|real|request)-.*|x-(amzn-trace|correlation|request|trace)-?id"
)
_COMPOSED = frozenset({"authorization", "proxy-authorization", "cookie", "referer"})
# Of headers whose names say nothing. Shorter ones are numbers, switches and names of programs.
_LONG = 8
# A name that suggests a secret and what is given for it, in a text that cannot be read: half an object, parts, XML.
_NAMED = re.compile(
    rf"(?:{_NAMES})[\w-]{{0,40}}(?:\"|'|\\\"|%22)?(?:[\s:=>\[]|%3A|%3D){{1,10}}(?:\"|'|\\\"|%22)?([^\s\"'&,;<>{{}}\[\]\\]+)",
    re.IGNORECASE,
)
_UNREADABLE_AT_MOST = 1_000_000


def find_credentials(exchange: Exchange, *, response_schemas: Sequence[Schema]) -> Spellings:
    """Those that were sent and those that were issued.

    Args:
        response_schemas: All that may describe the response's body.
    """
    operation = _operation(exchange)
    return Spellings((*_list_sent(exchange.request, operation), *_iter_issued(exchange.response, response_schemas)))


def describe_call(exchange: Exchange) -> tuple[str, Sequence[str], Sequence[str]]:
    """Path, violations and remarks for a line of a log, without the credentials of the request."""
    path, remarks, request = exchange.path, exchange.remarks, exchange.request
    violations = [*map(str, exchange.violations)] if exchange.violations else ()
    operation = _operation(exchange)
    # Most lines could quote nothing, and their requests are not read for it.
    if not (violations or remarks) and operation and "{" not in operation.path:
        return path, violations, remarks
    # One look at all of it tells nearly always that there is nothing.
    text = "\n".join((path, *violations, *remarks))
    if not (request.query or request.body or _may_be_quoted(request.headers, text)):
        return path, violations, remarks
    quoted = spell(tuple(_list_sent(request, operation)))
    path = mask_path(path, operation, quoted)
    return path, [quoted.mask(each) for each in violations], [quoted.mask(each) for each in remarks]


def _may_be_quoted(headers: Mapping[str, str], text: str) -> bool:
    """Whether a credential of a header may be in a text, which takes little time to tell."""
    for name, value in _list_telling(headers):
        if len(value) > REMEMBERED_UP_TO or _spell_header(name, value).may_be_in(text):
            return True
    return False


@lru_cache(maxsize=256)
def _spell_header(name: str, value: str) -> Spellings:
    """`Spellings` of one header; remembered, for a client sends the same keys with all calls."""
    return Spellings(_read_header(name, value))


def _operation(exchange: Exchange) -> Operation | None:
    return exchange.contract.operations.get(exchange.operation) if exchange.contract else None


def _list_sent(request: Request, operation: Operation | None) -> list[str]:
    values = [each for name, value in _list_telling(request.headers) for each in _read_header(name, value)]
    if request.query:
        values += _iter_query(request.query, operation)
    if request.body:
        schemas = [operation.body] if operation and operation.body else []
        wanted = operation.body_media_type if operation else None
        values += _iter_body(request.body, schemas, choose_syntax(request.headers.get("content-type", ""), wanted))
    return values


def _list_telling(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Headers that may hold a credential, with their values."""
    return [(name, headers[name]) for name, least in _find_telling(tuple(headers)) if len(headers[name]) >= least]


@lru_cache(maxsize=64)
def _find_telling(names: tuple[str, ...]) -> list[tuple[str, int]]:
    """Those that may hold a credential, by their names, and how long a value must be to be taken for one.

    A client sends the same names with all calls.
    """
    return [
        (name, 0 if name in _COMPOSED or SECRET_NAME.search(name) else _LONG)
        for name in names
        if name in _COMPOSED or not (is_plain_header(name) or _NO_CREDENTIAL.fullmatch(name))
    ]


def _read_header(name: str, value: str) -> Sequence[str]:
    """Credentials of a header, whose value may hold them beside other things."""
    if name not in _COMPOSED:
        return (value,)
    if name == "cookie":
        return [pair.partition("=")[2] for pair in value.split(";")]
    if name == "referer":
        return [each for part in re.split("[?#]", value)[1:] for each in _iter_query(part, None)]
    return _list_authorization(value)


def _iter_issued(response: Response, schemas: Sequence[Schema]) -> Iterator[str]:
    for name, value in response.headers:
        lower = name.lower()
        if lower == "set-cookie":
            yield value.partition(";")[0].partition("=")[2]
        elif not is_plain_header(lower) and SECRET_NAME.search(lower):
            yield value
    if response.body:
        yield from _iter_body(response.body, schemas, "json")


def _list_authorization(value: str) -> list[str]:
    """A header's credential; of a pair in Basic the password, as the other half says who it is."""
    scheme, _, credential = value.partition(" ")
    credential = credential.strip() or value
    if scheme.lower() != "basic":
        return [credential]
    try:
        pair = base64.b64decode(credential).decode()
    except (binascii.Error, ValueError):
        return [credential]
    return [pair.partition(":")[2] or pair, credential]


def _iter_query(query: str, operation: Operation | None) -> Iterator[str]:
    known = {each.name: each.schema.document for each in operation.parameters} if operation else {}
    pairs, faults = read_query(query)
    for key, value in pairs:
        schema = known.get(key.partition("[")[0])
        if is_secret(schema) if schema is not None else SECRET_NAME.search(key):
            yield value
    if faults:
        yield from _iter_unreadable(query)


def _iter_body(body: bytes, schemas: Sequence[Schema], syntax: Syntax) -> Iterator[str]:
    """Values that the schemas mark, and those that they do not know under names that suggest a secret.

    A body that is not what its content type says is read as what it is, if it is something.
    """
    other: Syntax = "json" if syntax == "form" else "form"
    for each in (syntax, other):
        value, faults = read_text(body, each)
        if not faults:
            # Of a field that a form has twice, all values.
            values = (
                [dict([pair]) for pair in read_query(body.decode("utf-8", "replace"))[0]] if each == "form" else [value]
            )
            for one in values:
                yield from _collect(one, schemas)
            return
    yield from _iter_unreadable(body[:_UNREADABLE_AT_MOST].decode("utf-8", "replace"))


def _iter_unreadable(text: str) -> Iterator[str]:
    yield from (found[1] for found in _NAMED.finditer(text))


def _collect(value: Any, schemas: Iterable[Schema]) -> list[str]:
    found: list[str] = []

    def secret(value: Any, _: object) -> None:
        found.extend(_iter_texts(value))

    def unknown(name: str, value: Any) -> tuple[str, None]:
        found.extend(_iter_named(name, value))
        return name, None

    def other(_value: Any, _: object) -> None:
        """Not a credential."""

    veil_value(value, schemas, Veil(secret, other, unknown, other))
    return found


def _iter_named(name: str, value: Any) -> Iterator[str]:
    """Texts of a value of which no schema knows anything, whose names suggest a secret at any depth.

    Numbers under such names count and measure: how long a token is good.
    """
    if isinstance(value, str):
        if SECRET_NAME.search(name):
            yield value
    elif isinstance(value, list):
        for item in value:
            yield from _iter_named(name, item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _iter_named(f"{name}/{key}", item)


def _iter_texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _iter_texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _iter_texts(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
