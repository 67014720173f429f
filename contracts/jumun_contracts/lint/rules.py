"""The rules for schemas: what each refuses, and what it says.

Rules pass over what is malformed, so that every remark on a file comes at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_contracts.lint.alternatives import alternative
from jumun_contracts.lint.folder import Astray
from jumun_contracts.lint.patterns import PatternError, parse_pattern
from jumun_contracts.schema.engines import InstanceError
from jumun_contracts.schema.pointers import escape_key
from jumun_contracts.schema.subschemas import iter_subschemas
from jumun_contracts.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jumun_contracts.lint.dialect import Dialect
    from jumun_contracts.lint.folder import Folder
    from jumun_contracts.lint.patterns import Pattern

_AMBIGUOUS = (
    "repeats what can be read in several ways, so a hostile text takes exponential time; "
    "begin or end each turn with a character that is nowhere else in it, or repeat only once"
)
_FRACTION = "engines that calculate in binary and in decimal differ; count in the smallest unit, as an integer"
_TELL_APART = (
    "give them different types, or require a property in both that has another const or enum in each "
    "(validators do not read OpenAPI's discriminator)"
)
_NO_EVIDENCE = "no x-evidence; write x-evidence (documented, observed or assumed) and x-source, or refer to both"


@dataclass(frozen=True, slots=True)
class Source:
    """A schema as a whole, with its place.

    Attributes:
        file: As the user knows it.
        pointer: RFC 6901 pointer to it, '' where it is the whole file.
        base: The URI that its `$ref`s are relative to, as long as it has no `$id`.
        folder: Where they may point.
        dialect: What it is held to.
    """

    file: str
    pointer: str
    schema: Any
    base: str
    folder: Folder
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to be fixed in a schema.

    Attributes:
        pointer: RFC 6901 pointer to it in `file`.
        rule: A key of `RULES`.
        text: What is there and what should be, one sentence.
    """

    file: str
    pointer: str
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}{'#' + self.pointer if self.pointer else ''}: {self.text} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class _Node:
    """A schema object within a source.

    Attributes:
        schema: As much of it as the dialect knows.
        unknown: The other keywords.
    """

    source: Source
    pointer: str
    base: str
    schema: Mapping[str, Any]
    unknown: tuple[str, ...]


def iter_schema_remarks(sources: Iterable[Source]) -> Iterator[Remark]:
    """All remarks on `sources`, in the order of schemas; none for clean ones.

    Raises:
        DocumentError: A file that a `$ref` points to cannot be read.
    """
    for source in sources:
        yield from (
            Remark(source.file, source.pointer + pointer, "malformed", text) for pointer, text in _malformed(source)
        )
        for pointer, schema, base in iter_subschemas(source.schema, pointer=source.pointer, base=source.base):
            known = {keyword: value for keyword, value in schema.items() if source.dialect.knows(keyword)}
            node = _Node(source, pointer, base, known, tuple(keyword for keyword in schema if keyword not in known))
            for name, check in RULES.items():
                yield from (Remark(source.file, pointer + place, name, text) for place, text in check(node))


def _malformed(source: Source) -> Iterator[tuple[str, str]]:
    if source.dialect.meta is None:
        return
    try:
        found = source.dialect.meta.findings(source.schema)
    except InstanceError as error:
        yield "", str(error)
        return
    for each in found:
        if each.keyword != "additionalProperties":  # by name in another rule
            yield each.pointer, each.message


def _unknown_keyword(node: _Node) -> Iterator[tuple[str, str]]:
    for keyword in node.unknown:
        like = did_you_mean(keyword, node.source.dialect.keywords)
        yield f"/{escape_key(keyword)}", f"{keyword!r} is not a keyword of this dialect{like}"


def _unknown_format(node: _Node) -> Iterator[tuple[str, str]]:
    name, known = node.schema.get("format"), node.source.dialect.formats
    if isinstance(name, str) and name not in known:
        yield "/format", f"unknown format {name!r}; use one of {', '.join(sorted(known))}, or a pattern"


def _unreadable_pattern(node: _Node) -> Iterator[tuple[str, str]]:
    for place, text in _iter_pattern_texts(node):
        try:
            parse_pattern(text)
        except PatternError as error:
            yield place, f"{text!r} is not a regular expression {error}; write one that every engine reads"


def _unalike_class(node: _Node) -> Iterator[tuple[str, str]]:
    for place, text, pattern in _iter_patterns(node):
        for written, better in dict(pattern.iter_unalike()).items():
            yield place, f"{text!r}: {written} is not the same to all engines beyond ASCII; write {better}"


def _bare_end(node: _Node) -> Iterator[tuple[str, str]]:
    for place, text, pattern in _iter_patterns(node):
        if pattern.has_bare_end:
            yield place, f"{text!r}: $ lets a final newline pass in Python; write $(?!\\n)"


def _nested_quantifier(node: _Node) -> Iterator[tuple[str, str]]:
    for place, text, pattern in _iter_patterns(node):
        if pattern.has_ambiguous_loop:
            yield place, f"{text!r} {_AMBIGUOUS}"


def _remote_ref(node: _Node) -> Iterator[tuple[str, str]]:
    for place, ref, error in _iter_astray(node):
        if error.leads_away:
            yield place, f"{ref!r} {error}, and nothing is ever fetched; copy what it points to beside this file"


def _dangling_ref(node: _Node) -> Iterator[tuple[str, str]]:
    for place, ref, error in _iter_astray(node):
        if not error.leads_away:
            yield place, f"{ref!r} does not resolve: {error}; correct it, or add what it should point to"


def _fractional_multiple(node: _Node) -> Iterator[tuple[str, str]]:
    value = node.schema.get("multipleOf")
    if isinstance(value, float) and not value.is_integer():
        yield "/multipleOf", f"{value}: {_FRACTION}"


def _unlike_alternatives(node: _Node) -> Iterator[tuple[str, str]]:
    branches = node.schema.get("oneOf")
    if not isinstance(branches, list):
        return
    read = [alternative(each, base=node.base, folder=node.source.folder) for each in branches]
    for (one, left), (two, right) in combinations(enumerate(read), 2):
        if not left.is_apart_from(right):
            yield "/oneOf", f"alternatives {one} and {two} cannot be told apart; {_TELL_APART}"


def _missing_evidence(node: _Node) -> Iterator[tuple[str, str]]:
    properties = node.schema.get("properties")
    if not node.source.dialect.wants_evidence or not isinstance(properties, dict):
        return
    for key, value in properties.items():
        if not _says_how_known(value, base=node.base, folder=node.source.folder):
            yield f"/properties/{escape_key(key)}", _NO_EVIDENCE


RULES: Mapping[str, Callable[[_Node], Iterator[tuple[str, str]]]] = MappingProxyType(
    {
        "unknown-keyword": _unknown_keyword,
        "unknown-format": _unknown_format,
        "unreadable-pattern": _unreadable_pattern,
        "unalike-class": _unalike_class,
        "bare-end": _bare_end,
        "nested-quantifier": _nested_quantifier,
        "remote-ref": _remote_ref,
        "dangling-ref": _dangling_ref,
        "fractional-multiple": _fractional_multiple,
        "unlike-alternatives": _unlike_alternatives,
        "missing-evidence": _missing_evidence,
    }
)
"""Rule → its check of one schema object: pointer from there, and text. Beside these: `malformed`, of a source."""


def _iter_pattern_texts(node: _Node) -> Iterator[tuple[str, str]]:
    if isinstance(node.schema.get("pattern"), str):
        yield "/pattern", node.schema["pattern"]
    by_pattern = node.schema.get("patternProperties")
    for text in by_pattern if isinstance(by_pattern, dict) else ():
        yield f"/patternProperties/{escape_key(text)}", text


def _iter_patterns(node: _Node) -> Iterator[tuple[str, str, Pattern]]:
    for place, text in _iter_pattern_texts(node):
        try:
            pattern = parse_pattern(text)
        except PatternError:  # another rule's
            continue
        yield place, text, pattern


def _iter_astray(node: _Node) -> Iterator[tuple[str, str, Astray]]:
    for keyword in ("$ref", "$dynamicRef"):
        ref = node.schema.get(keyword)
        if isinstance(ref, str):
            try:
                node.source.folder.follow(ref, base=node.base)
            except Astray as error:
                yield f"/{keyword}", ref, error


def _says_how_known(schema: Any, *, base: str, folder: Folder) -> bool:
    """Whether a property carries its evidence, or refers to what does. A constant only narrows what another says."""
    seen = set[tuple[str, str]]()
    while isinstance(schema, dict) and "x-evidence" not in schema and "const" not in schema:
        ref = schema.get("$ref")
        if not isinstance(ref, str) or (base, ref) in seen:
            return False
        seen.add((base, ref))
        try:
            schema, base = folder.follow(ref, base=base)
        except Astray:
            return False
    return True
