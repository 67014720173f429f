"""Exchanges with a real API as rows to keep: in the form of the journal's export, with pseudonyms for people's data."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jumun_contracts import Schema
from jumun_contracts.contract.requests import choose_syntax, read_query, read_text
from jumun_mockserver.core.http import render_json
from jumun_mockserver.core.journal.credentials import SECRET_NAME, find_credentials
from jumun_mockserver.core.journal.export import rfc3339_utc
from jumun_mockserver.core.journal.masking import Veil, is_listed, is_secret, mask_headers, veil_value
from jumun_mockserver.core.journal.spellings import MASK, NOTHING_QUOTED, Spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from jumun_contracts import Operation
    from jumun_contracts.contract.requests import Syntax, Violation
    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.record.pseudonyms import Pseudonyms

# What a property may be called without being personal data: an address or a number as a key is not.
_PLAIN_NAME = re.compile(r"[A-Za-z_$][A-Za-z_$-]*([0-9]{1,3}[A-Za-z_$-]*)?")
# How read_parameters names a parameter that no contract knows.
_QUOTED = re.compile(r"query/['\"](.*)['\"]")
_PLAIN_STEP = re.compile(r"[A-Za-z][A-Za-z_-]*|v[0-9]+|")
# Of a schema, what says what a single value looks like without leading to other schemas.
_FORM = ("type", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "enum", "const")
_FRAMING = frozenset({"connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"})
_ERROR = 400


def render_row(exchange: Exchange, pseudonyms: Pseudonyms) -> dict[str, Any]:
    """What is kept of an exchange: no secret and no personal data, by the marks of the contract and where it is silent.

    A credential is masked wherever the exchange has it, however it is written there.

    The row has the keys of the journal's export, and `pseudonyms`, which names the key, and `masked`, the query
    parameters whose values are not those that were sent. Of a body that is not what its content type says only the size
    is kept, and that it was not JSON, so that who judges the row says the same. In the journal's `<12 bytes>` it may
    have been.
    """
    operation = exchange.contract.operations.get(exchange.operation) if exchange.contract else None
    answer_schemas = _answer_schemas(exchange, operation)
    quoted = find_credentials(exchange, response_schemas=answer_schemas)
    veil = make_veil(pseudonyms, quoted)
    query, masked = _mask_query(exchange.request.query, operation, veil)
    request, response = exchange.request, exchange.response
    body_schemas = [operation.body] if operation and operation.body else []
    wanted = operation.body_media_type if operation else None
    syntax = choose_syntax(request.headers.get("content-type", ""), wanted)
    return {
        "serial": exchange.serial,
        "at": rfc3339_utc(exchange.at),
        "pseudonyms": pseudonyms.name,
        "operation": exchange.operation or None,
        "method": request.method,
        "path": _mask_path(exchange, operation, veil),
        "query": query,
        "masked": masked,
        "status": response.status,
        "violations": [
            {"place": quoted.mask(each.place), "message": quoted.mask(each.message)} for each in exchange.violations
        ],
        "request": {
            "headers": _mask_headers(request.headers, quoted),
            "body": _mask_body(request.body, body_schemas, veil, syntax),
        },
        "response": {
            "headers": _mask_headers(dict(response.headers), quoted),
            "body": _mask_body(response.body, answer_schemas, veil, "json"),
        },
    }


def hide_strange_names(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """Violations of which none repeats a name that may be a person's address."""
    return tuple(
        replace(each, place=f"query/{MASK}")
        if (name := _QUOTED.fullmatch(each.place)) and not _is_plain(name[1])
        else each
        for each in violations
    )


def make_veil(pseudonyms: Pseudonyms, quoted: Spellings = NOTHING_QUOTED) -> Veil:
    """Constants for secrets and for all that is `quoted`; pseudonyms for people's data and for what no schema knows."""

    def veiled(value: Any, schemas: Sequence[Mapping[str, Any]], name: str) -> Any:
        if isinstance(value, list):
            return [veiled(item, (), name) for item in value]
        if isinstance(value, dict):
            return dict(unknown(key, item, name) for key, item in value.items())
        if isinstance(value, str):
            if SECRET_NAME.search(name):
                return MASK
            # Who has the key can undo a pseudonym, and must not find a credential.
            value = quoted.mask(value, _blank)
        replaced = pseudonyms.replace(value, fits=_form(schemas))
        return MASK if replaced is None and value is not None else replaced

    def unknown(name: str, value: Any, above: str = "") -> tuple[str, Any]:
        shown = quoted.mask(name) if _is_plain(name) else pseudonyms.text(quoted.mask(name, _blank))
        return shown, veiled(value, (), f"{above}/{name}")

    def shown(value: Any, schemas: Sequence[Mapping[str, Any]]) -> Any:
        if isinstance(value, bool) or is_listed(value, schemas) or quoted.mask(str(value)) == str(value):
            return value
        return _unquoted(value, _form(schemas), pseudonyms, quoted)

    return Veil(_secret, lambda value, schemas: veiled(value, schemas, ""), unknown, shown)


def _unquoted(value: Any, fits: Callable[[Any], bool], pseudonyms: Pseudonyms, quoted: Spellings) -> Any:
    """A value that quotes a credential, with a constant for it: the first that leaves the value in its form."""
    constants = [MASK]
    if isinstance(value, str):
        constants = [quoted.mask(value), *(quoted.mask(value, partial(_blank, letter=each)) for each in "xa")]
        if found := next((each for each in constants if fits(each) or not fits(value)), None):
            return found
    # No constant has the form that the contract demands: a number, or a date.
    replaced = pseudonyms.replace(value, fits=fits)
    return constants[0] if replaced is None else replaced


def _blank(text: str, letter: str = "x") -> str:
    """A constant of a text's length and form: the letter, small or large, and 0 for digits."""
    return "".join("0" if each.isdigit() else _like(letter, each) if each.isalpha() else each for each in text)


def _like(letter: str, other: str) -> str:
    return letter.upper() if other.isupper() else letter


def _is_plain(name: str) -> bool:
    return _PLAIN_NAME.fullmatch(name) is not None


def _secret(value: Any, schemas: Sequence[Mapping[str, Any]]) -> str:
    """A constant; where the contract demands a form that this has not, letters of the length that it says."""
    fits = _form(schemas)
    letters = "x" * len(value) if isinstance(value, str) else MASK
    return letters if not fits(MASK) and fits(letters) else MASK


def _form(schemas: Sequence[Mapping[str, Any]]) -> Callable[[Any], bool]:
    """Whether a value looks as all the schemas say."""
    forms = [_compile(json.dumps({key: each[key] for key in _FORM if key in each})) for each in schemas]
    return lambda value: all(form.is_valid(value) for form in forms)


@lru_cache(maxsize=256)
def _compile(text: str) -> Schema:
    return Schema(json.loads(text))


def _answer_schemas(exchange: Exchange, operation: Operation | None) -> list[Schema]:
    """All schemas that may describe an answer: errors come from gateways too, whatever the operation says."""
    schemas = [operation.answer(exchange.response.status).schema] if operation else []
    if exchange.contract and exchange.response.status >= _ERROR:
        schemas += exchange.contract.envelopes.values()
    return schemas


def _mask_headers(headers: Mapping[str, str], quoted: Spellings) -> dict[str, str]:
    """As the journal shows them, without those about how the body came, and without the address in Referer."""
    shown = mask_headers({name: value for name, value in headers.items() if name not in _FRAMING}, quoted)
    return shown | {"referer": MASK} if "referer" in shown else shown


def _mask_query(query: str, operation: Operation | None, veil: Veil) -> tuple[str, list[str]]:
    """The query, and the names of what was replaced in it."""
    known = {each.name: each.schema.document for each in operation.parameters} if operation else {}
    pairs, masked = [], []
    for key, value in read_query(query)[0]:
        schema = known.get(key.partition("[")[0])
        name, shown = veil.unknown(key, value) if schema is None else (key, _mask_parameter(value, schema, veil))
        pairs.append((name, shown))
        if shown != value:
            masked.append(name)
    return urlencode(pairs), sorted(set(masked))


def _mask_parameter(value: str, schema: Any, veil: Veil) -> str:
    if not isinstance(schema, dict):
        return str(veil.shown(value, ()))
    if is_secret(schema):
        return MASK
    is_personal = any("x-pii" in each for each in (schema, schema.get("items", {})))
    return str(veil.personal(value, ()) if is_personal else veil.shown(value, (schema,)))


def _mask_path(exchange: Exchange, operation: Operation | None, veil: Veil) -> str:
    """The path, with its personal parameters replaced; where no operation has it, all that may be personal."""
    path = exchange.request.path
    if operation is None:
        # Before it is taken apart: a credential may have slashes.
        steps = str(veil.shown(path, ())).split("/")
        steps = [step if _PLAIN_STEP.fullmatch(step) else str(veil.unknown("", step)[1]) for step in steps]
        return "/".join(steps)
    bare = path.rstrip("/")
    steps_given, steps_wanted = bare.split("/"), operation.path.split("/")
    schemas = {f"{{{each.name}}}": each.schema.document for each in operation.parameters if each.location == "path"}
    for back in range(1, min(len(steps_given), len(steps_wanted)) + 1):
        if schema := schemas.get(steps_wanted[-back]):
            steps_given[-back] = _mask_parameter(steps_given[-back], schema, veil)
    return "/".join(steps_given) + path[len(bare) :]


def _mask_body(body: bytes, schemas: Sequence[Schema], veil: Veil, syntax: Syntax) -> str:
    """The body as text, veiled; the size of one that cannot be, in words that are neither JSON nor a form."""
    if not body:
        return ""
    value, faults = read_text(body, syntax)
    if faults or (syntax == "form" and not schemas):
        return f"<{len(body)} bytes, no JSON>"
    if syntax == "form":
        pairs = read_query(body.decode("utf-8", "replace"))[0]
        named = [veil_value({key: text}, schemas, veil) for key, text in pairs]
        return urlencode([pair for each in named for pair in each.items()])
    if not isinstance(value, dict | list):
        return render_json(veil.unknown("", value)[1]).decode()
    return render_json(veil_value(value, schemas, veil)).decode()
