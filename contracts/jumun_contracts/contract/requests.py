"""A request read by its contract: typed values, and every respect in which it breaks the contract.

Reading is lenient and the record is strict: what can be understood is, and what the contract does not say is a
violation. Whether a violation is also refused is the operation's and the profile's affair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias
from urllib.parse import parse_qsl

from jumun_contracts.schema.parsing import JsonError, parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts.contract.model import Operation, Parameter
    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.validation import Finding, Schema

FORM = "application/x-www-form-urlencoded"

# Far beyond any bound, and far below what would take time to convert.
_INTEGER = re.compile(r"-?[0-9]{1,640}")
_INDEX = re.compile(r"\[[0-9]*\]$")
# The first name of a form, up to its value. JSON, XML, multipart and plain text do not begin so, even with a = in them.
_FORM_START = re.compile(rb"[^\s\"<>{}=]*=")
_FLOAT = re.compile(rb"[0-9](?:\.[0-9]|[eE])")
_SHOWN = 40
_FIELDS_AT_MOST = 1_000
_FAULTS_AT_MOST = 100
_NONE: list[str] = []
# A property that the contract does not name is overlooked in a body as it is in a query.
_OVERLOOKED = frozenset({"additionalProperties", "unevaluatedProperties"})

Syntax: TypeAlias = Literal["json", "form"]
"""How the text of a body is written."""


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
        refusable: Whether a profile that refuses invalid values refuses this one.
        keyword: The JSON Schema keyword that it fails, or `parameter` for one that the operation does not have or that
            is given too often, `contentMediaType` for a content type that is not the operation's and for a body that
            is not the form that it should be, `json` for one that is not the JSON that it should be.
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
        # Most parameters are not given.
        value = _read_value(parameter, texts, violations) if texts or parameter.required else parameter.default
        if value is not None:
            values[parameter.name] = value
    for key in given:
        message = f"not a parameter of {operation.id}"
        violations.append(Violation(f"query/{_shown(key)}", message, keyword="parameter", expected=key))
    return values, violations


def read_names(query: str) -> set[str]:
    """Names of the parameters that a query string holds, whatever their values; brackets of arrays are cut off."""
    return {_INDEX.sub("", key) for key, value in read_query(query)[0] if value}


def read_body(operation: Operation, request: Request) -> tuple[Any, list[Violation]]:
    """The value of the request body and what is wrong with it.

    The content type says whether it is read as JSON or as a form, whatever it looks like; where that is missing or says
    neither, the body is read as the operation has it. A wrong content type alone is not refusable, for the body can
    still be read.

    Of a body that does not fit, at most 100 faults are listed, and whether there are more.

    Returns:
        Any JSON value, or the texts of a form by name; {} where there is no body or it cannot be read.
    """
    if operation.body is None or not (request.body or operation.body_required):
        return {}, []
    violations = check_media_type(operation, request)
    content_type = request.headers.get("content-type", "")
    syntax = choose_syntax(content_type, operation.body_media_type)
    value, faults = read_text(request.body, syntax, is_declared=find_syntax(content_type) is not None)
    violations += faults
    if not faults:
        violations += _list_faults(operation.body, value)
    # Only a number with a point or an exponent is read as a float.
    return (_whole(value) if syntax == "json" and _FLOAT.search(request.body) else value), violations


def _list_faults(schema: Schema, value: JsonValue) -> list[Violation]:
    """Those that come first, and a refusable one, if there is one: of half a million no more is of use."""
    found = schema.iter_findings(value)
    faults = [_fault(each) for each in islice(found, _FAULTS_AT_MOST)]
    further = next(found, None)
    if further is None:
        return faults
    if not any(each.refusable for each in faults):
        refusable = next((each for each in chain([further], found) if each.keyword not in _OVERLOOKED), None)
        faults += [_fault(refusable)] if refusable else []
    return [*faults, Violation("body", "has more faults, of which these are the first")]


def _fault(found: Finding) -> Violation:
    return Violation(
        f"body{found.pointer}",
        found.message,
        refusable=found.keyword not in _OVERLOOKED,
        keyword=found.keyword,
        expected=found.expected,
    )


def _whole(value: Any) -> Any:
    """JSON with 12 for 12.0, which the schemas' `integer` takes and some languages write: for both it is one number."""
    match value:
        case dict():
            return {name: _whole(each) for name, each in value.items()}
        case list():
            return [_whole(each) for each in value]
        case float() if value.is_integer():
            return int(value)
    return value


def check_media_type(operation: Operation, request: Request) -> list[Violation]:
    """Whether the content type is the operation's; that of an operation without a body does not matter."""
    wanted = operation.body_media_type
    if wanted is None or read_media_type(request.headers.get("content-type", "")) == wanted:
        return []
    return [Violation("header/content-type", f"is not {wanted}", keyword="contentMediaType", expected=wanted)]


def find_syntax(content_type: str) -> Syntax | None:
    """The syntax that a Content-Type declares; None for one that is neither JSON nor a form."""
    media_type = read_media_type(content_type)
    if media_type == FORM:
        return "form"
    return "json" if media_type == "application/json" or media_type.endswith("+json") else None


def choose_syntax(content_type: str, wanted: str | None) -> Syntax:
    """How a body of this Content-Type is read: as that says, else as the media type `wanted`, else as JSON."""
    return find_syntax(content_type) or find_syntax(wanted or "") or "json"


def guess_syntax(text: bytes, wanted: str | None) -> Syntax:
    """How a body is read whose Content-Type is not known: as it looks, else as the media type `wanted`."""
    if _looks_like_json(text):
        return "json"
    return "form" if _FORM_START.match(text) else choose_syntax("", wanted)


def read_text(text: bytes, syntax: Syntax, *, is_declared: bool = True) -> tuple[Any, list[Violation]]:
    """The value of a body's text and why it cannot be read, for which its sender may be refused.

    Args:
        is_declared: Whether it was the content type that said so, for the message.

    Returns:
        Any JSON value, or the texts of a form by name, of which the last counts; {} where it cannot be read.
    """
    if syntax == "form":
        return _read_form(text, is_declared=is_declared)
    if not text:
        return {}, [_unreadable("is empty", "json")]
    try:
        return parse_json(text), []
    except JsonError as error:
        message = f"is not JSON: {error}"
    if is_declared and _FORM_START.match(text):
        message = "begins like a form, but the content type says JSON"
    return {}, [_unreadable(message, "json")]


def _read_form(text: bytes, *, is_declared: bool) -> tuple[dict[str, str], list[Violation]]:
    if not text or _FORM_START.match(text):
        pairs, faults = read_query(text.decode("utf-8", "replace"))
        return dict(pairs), [_unreadable(each.message, each.keyword, each.expected) for each in faults]
    message = "is not a form"
    if _looks_like_json(text):
        message = f"begins like JSON, but {'the content type says form' if is_declared else 'a form was expected'}"
    return {}, [_unreadable(message, "contentMediaType", FORM)]


def _unreadable(message: str, keyword: str, expected: JsonValue = None) -> Violation:
    return Violation("body", message, refusable=True, keyword=keyword, expected=expected)


def _looks_like_json(text: bytes) -> bool:
    return text.lstrip()[:1] in (b"{", b"[")


def read_media_type(content_type: str) -> str:
    """A Content-Type without its parameters, in small letters."""
    return content_type.partition(";")[0].strip().lower()


def read_query(text: str) -> tuple[list[tuple[str, str]], list[Violation]]:
    """Decoded pairs of a query string or form, in order, empty values included; too many of them are a violation."""
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS_AT_MOST), []
    except ValueError:
        message = f"has more than {_FIELDS_AT_MOST} fields and was not read"
        return [], [Violation("query", message, keyword="maxProperties", expected=_FIELDS_AT_MOST)]


def _read_value(parameter: Parameter, texts: list[str], violations: list[Violation]) -> Any:
    """The value of a parameter that is given, or that must be; None for none. Faults go to `violations`."""
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
    found = next(parameter.schema.iter_findings(value))
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
