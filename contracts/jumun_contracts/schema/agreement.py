"""What both engines have explained alike of one schema, so that jsonschema need not be asked for it again.

jsonschema takes milliseconds for what jsonschema-rs says in microseconds. But it is the check on jsonschema-rs, and
knows what that leaves out: the alternatives of an `anyOf`, a list of types in its order. Both last as long as the
schema, and a place is a keyword in it, so one body on which the two agree is enough for all that follow.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from jumun_contracts.schema.engines import Violation, iter_rs_violations, read_rs_path, value_at
from jumun_contracts.schema.formats import FORMATS
from jumun_contracts.schema.sieve import iter_objects, read_sure_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jsonschema_rs import ValidationError

    from jumun_contracts.schema.parsing import JsonValue, SchemaDocument

_Location: TypeAlias = tuple[str | int, ...]
# By instance path and keyword, and there by expectation as text.
_Said: TypeAlias = dict[tuple[_Location, str], dict[str, Violation]]

_NAMING = ("additionalProperties", "dependentRequired", "propertyNames", "required", "unevaluatedProperties")
# Where a schema within one of these is narrowed, these may refuse what they did not.
_COMBINING = frozenset(
    (
        *("anyOf", "contains", "maxContains", "minContains", "not", "oneOf"),
        *("propertyNames", "unevaluatedItems", "unevaluatedProperties"),
    )
)
_REMEMBERED = 1_024
_canonical = json.JSONEncoder(sort_keys=True).encode


class _Word(NamedTuple):
    """What a keyword says whenever it fails: `expected`, or a name that the instance decides."""

    keyword: str
    expected: JsonValue
    is_naming: bool


class Agreement:
    """The keywords of one schema that both engines explain alike, at most 1,024 of them.

    A keyword is known by the way that leads to it, `$ref`s included: so it has one value.
    """

    def __init__(self, documents: Sequence[SchemaDocument]) -> None:
        """Of the schema that these documents make up. Where names are not told apart, nothing is remembered."""
        self._words: dict[_Location, _Word] = {}
        self._room = 0 if any(map(_is_ambiguous, iter_objects(documents))) else _REMEMBERED

    def recall(self, errors: Iterable[ValidationError], instance: JsonValue) -> list[Violation] | None:
        """What `errors`, of jsonschema-rs, say in full; None if there is one that is not agreed upon."""
        found: list[Violation] = []
        for error in errors:
            word = self._words.get(tuple(error.evaluation_path))
            path, is_certain = read_rs_path(error, instance)
            if word is None or not is_certain:
                return None
            found += _repeat(word, error, path)
        return found

    def recall_screened(self, errors: Iterable[ValidationError], instance: JsonValue) -> list[Violation] | None:
        """As `recall`, for errors by the schema as `screen_dates` makes it; they may turn out to be none."""
        found: list[Violation] = []
        for error in errors:
            location = tuple(error.evaluation_path)
            word = self._words.get(location)
            path, is_certain = read_rs_path(error, instance)
            name = read_sure_pattern(error) if word is None else None
            if name is not None:
                word = self._words.get((*location[:-3], "format"))
            if word is None or not is_certain or not _COMBINING.isdisjoint(location):
                return None
            if name is None or not FORMATS[name](value_at(instance, path)):
                found += _repeat(word, error, path)
        return found

    def settle(
        self,
        errors: Sequence[ValidationError],
        instance: JsonValue,
        explain: Callable[[Sequence[Violation]], Iterable[Violation]],
    ) -> list[Violation]:
        """What `errors` say, in the words of jsonschema where it has some; learns where they say the same.

        jsonschema-rs has the last word on what fails: what jsonschema says beyond that is left out. Only where
        jsonschema-rs is not certain of the place, jsonschema has it.

        Args:
            errors: Of jsonschema-rs, all that it says of `instance`.
            explain: What jsonschema says of it, from what jsonschema-rs says.
        """
        heard = [(error, *read_rs_path(error, instance)) for error in errors]
        decided = [each for error, path, _ in heard for each in iter_rs_violations(error, path)]
        try:
            explained = list(explain(decided))
        except RecursionError:  # jsonschema needs several frames a level; jsonschema-rs needs none
            return decided
        if not all(is_certain for _, _, is_certain in heard):
            return explained or decided
        ours, theirs = _by_place(decided), _by_place(explained)
        for error, path, _ in heard:
            for each in iter_rs_violations(error, path):
                self._learn(tuple(error.evaluation_path), each, ours, theirs)
        return [each for place, said in ours.items() for each in theirs.get(place, said).values()]

    def _learn(self, location: _Location, violation: Violation, ours: _Said, theirs: _Said) -> None:
        place = violation.path, violation.keyword
        if place not in theirs or len(self._words) >= self._room:
            return
        if _is_agreed(violation, theirs[place], ours[place]):
            is_naming = violation.keyword in _NAMING
            expected = None if is_naming else next(iter(theirs[place].values())).expected
            self._words[location] = _Word(violation.keyword, expected, is_naming)


def _repeat(word: _Word, error: ValidationError, path: _Location) -> Iterable[Violation]:
    if word.is_naming:
        return iter_rs_violations(error, path)
    return (Violation(path, word.keyword, word.expected),)


def _is_ambiguous(schema: dict[str, Any]) -> bool:
    """jsonschema-rs leaves empty names out of its locations, and makes numbers of names like `007`."""
    maps = (schema.get(keyword) for keyword in ("properties", "patternProperties", "dependentSchemas"))
    return any(not name.strip("+0123456789") for each in maps if isinstance(each, dict) for name in each)


def _by_place(violations: Iterable[Violation]) -> _Said:
    found: _Said = {}
    for each in violations:
        found.setdefault((each.path, each.keyword), {})[_canonical(each.expected)] = each
    return found


def _is_agreed(violation: Violation, explained: dict[str, Violation], decided: dict[str, Violation]) -> bool:
    """Whether there is no doubt which of `explained` is meant, and the engines do not contradict each other."""
    if violation.keyword in _NAMING:
        return explained.keys() == decided.keys()
    if len(explained) > 1:  # two keywords speak of the same place
        return False
    (text,) = explained
    if violation.keyword == "type":  # of several, jsonschema-rs has an order of its own
        return _types(text) == _types(_canonical(violation.expected))
    return violation.expected is None or _canonical(violation.expected) == text


def _types(text: str) -> list[str]:
    types: str | list[str] = json.loads(text)
    return [types] if isinstance(types, str) else sorted(types)
