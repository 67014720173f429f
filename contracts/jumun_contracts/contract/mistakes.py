"""What is wrong with data that a person wrote, as that person needs to read it: the key, the value and the way out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jumun_contracts.schema.pointers import unescape_key
from jumun_contracts.schema.references import References
from jumun_contracts.schema.validation import Finding, Schema, findings
from jumun_contracts.spelling import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# In messages about these the value says more than its type or its length.
_OF_A_VALUE = ("const", "enum", "format", "maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "pattern")
_SHOWN_CHARACTERS = 60
_EXAMPLE_CHARACTERS = 120
# Their messages list what is right, or what is right depends on other values.
_SAY_WHAT_IS_RIGHT = ("const", "enum", "uniqueItems", "false", "if", "then", "else", "not")


def explain(schema: Schema, data: Any, *, good: Any = None) -> list[Finding]:
    """Everything in which data does not fit, with messages that say more than those of `findings`; none if it does.

    What `x-secret` or `x-pii` marks is not shown.

    Args:
        good: Data that fits. What is right in place of a mistake is shown as it is there, or in the `examples` of the
            schema.
    """
    return [_explain(each, schema, data, good) for each in findings(schema, data)]


def _explain(finding: Finding, schema: Schema, data: Any, good: Any) -> Finding:
    steps = [unescape_key(step) for step in finding.pointer.split("/")[1:]]
    value, speaking, is_hidden = _look_up(steps, schema, data)
    more = ""
    if finding.unwanted is not None:
        known = {name for each in speaking for name in each.get("properties", {})}
        more = did_you_mean(finding.unwanted, known)
    elif finding.keyword in _OF_A_VALUE and not is_hidden and not isinstance(value, dict | list):
        more = f", not {_shorten(value)}"
        if isinstance(value, str) and isinstance(finding.expected, list):
            near = nearest(value, [each for each in finding.expected if isinstance(each, str)])
            more += f"; did you mean {near}?" if near else ""
    elif finding.keyword == "type" and finding.expected == "string" and isinstance(value, int | float):
        more = "; put it in quotes"
    if finding.unwanted is None and finding.keyword not in _SAY_WHAT_IS_RIGHT:
        missing = [str(finding.expected)] if finding.keyword == "required" else []
        more += _show_example([*steps, *missing], schema, good)
    return replace(finding, message=finding.message + more)


def _show_example(steps: Sequence[str], schema: Schema, good: Any) -> str:
    """How a message ends about the value at a path: what is right there; '' where that is not known."""
    references = References(schema)
    base = schema.document.get("$id", "") if isinstance(schema.document, dict) else ""
    speaking = list(references.iter_speaking(schema.document, base))
    found = [] if good is None else [good]
    found += [each for here, _ in speaking for each in here.get("examples", ())]
    is_item = False
    for step in steps:
        is_item = any("items" in here for here, _ in speaking)
        if is_item:
            found = [each for value in found if isinstance(value, list) for each in value]
        else:
            found = [value[step] for value in found if isinstance(value, dict) and step in value]
        inner = [(_find_inner(here, 0 if is_item else step), base) for here, base in speaking]
        speaking = [each for here, base in inner for each in references.iter_speaking(here, base)]
        found += [each for here, _ in speaking for each in here.get("examples", ())]
    example = next((each for each in found if each is not None), None)
    if example is None:
        return ""
    name = "" if is_item or not steps else f"{steps[-1]}: "
    if not steps and isinstance(example, dict) and example:
        key, example = next(iter(example.items()))
        name = f"{key}: "
    return f", e.g. {name}{_shorten(example, _EXAMPLE_CHARACTERS)}"


def _look_up(steps: Sequence[str], schema: Schema, data: Any) -> tuple[Any, list[Mapping[str, Any]], bool]:
    """The value at a path, the schemas that apply to it, and whether it is one that must not be shown."""
    references = References(schema)
    base = schema.document.get("$id", "") if isinstance(schema.document, dict) else ""
    speaking = list(references.iter_speaking(schema.document, base))
    is_hidden = False
    for step in steps:
        key: Any = int(step) if isinstance(data, list) else step
        data = data[key]
        inner = [(_find_inner(here, key), base) for here, base in speaking]
        speaking = [each for here, base in inner for each in references.iter_speaking(here, base)]
        is_hidden |= any("x-secret" in here or "x-pii" in here for here, _ in speaking)
    return data, [here for here, _ in speaking], is_hidden


def _find_inner(schema: Mapping[str, Any], key: str | int) -> Any:
    """What a schema says of an item or property; True where it says nothing."""
    if isinstance(key, int):
        return schema.get("items", True)
    return schema.get("properties", {}).get(key, schema.get("additionalProperties", True))


def _shorten(value: Any, at_most: int = _SHOWN_CHARACTERS) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= at_most else text[: at_most - 1] + "…"
