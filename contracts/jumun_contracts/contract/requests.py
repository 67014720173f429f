"""A request read by its contract: typed values, and every respect in which it breaks the contract.

Reading is lenient and the record is strict: what can be understood is, and what the contract does not say is a
violation. Whether a violation is also refused is the operation's and the edition's affair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import parse_qsl

from jumun_contracts.schema.parsing import JsonError, parse_json
from jumun_contracts.schema.validation import findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts.contract.model import Operation, Parameter
    from jumun_contracts.schema.parsing import JsonValue

# Far beyond any bound, and far below what would take time to convert.
_INTEGER = re.compile(r"-?[0-9]{1,640}")
_INDEX = re.compile(r"\[[0-9]*\]$")
_SHOWN = 40
_FIELDS_AT_MOST = 1_000
_NONE: list[str] = []


class Request(Protocol):
    """What is read of a request. A server's own request value has these beside others."""

    @property
    def query(self) -> str:
        """As sent, without the question mark."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Lower-case name → value."""
        ...

    @property
    def body(self) -> bytes:
        """As sent, content codings undone."""
        ...


class SentRequest(NamedTuple):
    """A plain `Request`, for those who have none of their own."""

    query: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Violation:
    """One respect in which a request breaks its contract.

    Attributes:
        place: e.g. `query/limit`, `path/orderId`, `header/accept`, `body/type`.
        message: What is wrong with it, without the value: that may be anything.
        value: What was sent, short and fit for a header; for its sender's eyes only.
        refusable: Whether an edition that refuses invalid values refuses this one.
        keyword: The JSON Schema keyword that it fails, or `parameter` for one that the operation does not have or that
            is given too often, `contentMediaType`, `json` for a body that cannot be read.
        expected: The keyword's value; for a parameter that the operation does not have its name, as sent.
    """

    place: str
    message: str
    value: str = ""
    refusable: bool = False
    keyword: str = ""
    expected: JsonValue = field(default=None, hash=False)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def read_parameters(
    operation: Operation, request: Request, path_values: Mapping[str, str]
) -> tuple[dict[str, Any], list[Violation]]:
    """Values of path, query and header parameters by name, and what is wrong with them.

    An invalid value is left out (an array keeps its good items). An empty value is as good as none. Arrays come
    comma-joined, repeated, or as `name[]` and `name[0]`. Integers outside their bounds are clamped at the upper one
    and replaced by the default below the lower one.
    """
    given: dict[str, list[str]] = {}
    violations: list[Violation] = []
    if request.query:
        query, violations = read_query(request.query)
        for key, value in query:
            given.setdefault(_INDEX.sub("", key) if "[" in key else key, []).append(value)
    values: dict[str, Any] = {}
    for parameter in operation.parameters:
        if parameter.location == "header":
            text = request.headers.get(parameter.name.lower())
            texts = _NONE if text is None else [text]
        elif parameter.location == "path":
            texts = [path_values[parameter.name]]
        else:
            texts = given.pop(parameter.name, _NONE)
        value = _read_value(parameter, texts, violations)
        if value is not None:
            values[parameter.name] = value
    for key in given:
        message = f"not a parameter of {operation.id}"
        violations.append(Violation(f"query/{_shown(key)}", message, keyword="parameter", expected=key))
    return values, violations


def read_names(query: str) -> set[str]:
    """Names of the parameters that a query string holds, whatever their values; brackets of arrays are cut off."""
    return {_INDEX.sub("", key) for key, value in read_query(query)[0] if value}


def read_body(operation: Operation, request: Request) -> tuple[dict[str, Any], list[Violation]]:
    """The fields of the request body and what is wrong with them. What cannot be read gives no fields.

    A body that begins with a brace is read as JSON and any other as a form, whatever its content type claims.
    """
    if operation.body is None:
        return {}, []
    violations = check_media_type(operation, request)
    fields, faults = read_fields(request.body)
    if fields is None:
        return {}, [*violations, *faults]
    violations += faults
    violations += [
        Violation(f"body{found.pointer}", found.message, keyword=found.keyword, expected=found.expected)
        for found in findings(operation.body, fields)
    ]
    return fields, violations


def check_media_type(operation: Operation, request: Request) -> list[Violation]:
    """Whether the content type is the operation's; that of an operation without a body is nobody's concern."""
    wanted = operation.body_media_type
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if wanted is None or media_type == wanted:
        return []
    return [Violation("header/content-type", f"is not {wanted}", keyword="contentMediaType", expected=wanted)]


def read_fields(body: bytes) -> tuple[dict[str, Any] | None, list[Violation]]:
    """The fields of a JSON object or of a form, and what is wrong with it; None for what is neither."""
    if body.lstrip()[:1] != b"{":
        if body and b"=" not in body:
            return None, [Violation("body", "is neither a JSON object nor a form", keyword="json")]
        pairs, faults = read_query(body.decode("utf-8", "replace"))
        return dict(pairs), [
            Violation("body", fault.message, keyword=fault.keyword, expected=fault.expected) for fault in faults
        ]
    try:
        fields: Any = parse_json(body)
    except JsonError as error:
        return None, [Violation("body", f"is not JSON: {error}", keyword="json")]
    return fields, []


def read_query(text: str) -> tuple[list[tuple[str, str]], list[Violation]]:
    """Decoded pairs of a query string or form, in order, empty values included; too many of them are a violation."""
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS_AT_MOST), []
    except ValueError:
        message = f"has more than {_FIELDS_AT_MOST} fields and was not read"
        return [], [Violation("query", message, keyword="maxProperties", expected=_FIELDS_AT_MOST)]


def _read_value(parameter: Parameter, texts: list[str], violations: list[Violation]) -> Any:
    """The parameter's value, None for none. Faults go to `violations`."""
    if not texts and not parameter.required:
        return parameter.default
    if len(texts) == 1 and parameter.type == "string" and texts[0] and parameter.schema.is_valid(texts[0]):
        return texts[0]
    place = f"{parameter.location}/{parameter.name}"
    if parameter.type == "array":
        items = [item for text in texts for item in text.split(",") if item]
        good = [_typed(item, parameter.items, place, violations) for item in items]
        return [item for item in good if item is not None] or None
    if len(texts) > 1:
        message = f"is given {len(texts)} times; the last counts"
        violations.append(Violation(place, message, keyword="parameter", expected="once"))
    if not texts or not texts[-1]:
        if parameter.required:
            violations.append(Violation(place, "is required and missing", keyword="required", expected=parameter.name))
        return parameter.default
    value = _typed(texts[-1], parameter.type, place, violations)
    if value is None or parameter.type == "integer":
        value = _bounded(parameter, value, place, violations)
    if value is None or parameter.schema.is_valid(value):
        return value
    (found, *_) = findings(parameter.schema, value)
    message = f"does not fit {found.keyword} {found.expected}"
    violations.append(Violation(place, message, _shown(texts[-1]), True, found.keyword, found.expected))  # noqa: FBT003
    return parameter.default


def _typed(text: str, type_: str | None, place: str, violations: list[Violation]) -> Any:
    if type_ != "integer":
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    violations.append(Violation(place, "is not an integer", _shown(text), True, "type", "integer"))  # noqa: FBT003
    return None


def _bounded(parameter: Parameter, value: int | None, place: str, violations: list[Violation]) -> Any:
    if value is None:
        return parameter.default
    if parameter.minimum is not None and value < parameter.minimum:
        message = f"is below {parameter.minimum}; {parameter.default} is taken"
        violations.append(Violation(place, message, _shown(str(value)), keyword="minimum", expected=parameter.minimum))
        return parameter.default
    if parameter.maximum is not None and value > parameter.maximum:
        message = f"is above {parameter.maximum}, which is taken"
        violations.append(Violation(place, message, _shown(str(value)), keyword="maximum", expected=parameter.maximum))
        return parameter.maximum
    return value


def _shown(text: str) -> str:
    """A client's text, fit for a header line and short."""
    return ascii(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
