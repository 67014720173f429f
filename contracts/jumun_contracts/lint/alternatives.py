"""Whether no value fits two schemas, as their types, constants and required properties tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumun_contracts.lint.folder import Astray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.lint.folder import Folder

_DEEPEST = 8
_TYPES = frozenset({"object", "array", "string", "integer", "fraction", "boolean", "null"})
_NUMBERS = ("integer", "fraction")
_TYPE_NAMES = {dict: "object", list: "array", str: "string", int: "integer", bool: "boolean", type(None): "null"}


@dataclass(frozen=True, slots=True)
class Alternative:
    """A schema at its place: all that is asked of a value by it, by what it refers to and by its `allOf`.

    Attributes:
        parts: Those schemas, each with the URI that its `$ref`s are relative to.
    """

    parts: tuple[tuple[Any, str], ...]
    folder: Folder

    def is_apart_from(self, other: Alternative, *, depth: int = 0) -> bool:
        """Whether it is plain that no value fits both."""
        shared = self._types() & other._types()
        if not shared:
            return True
        for mine in self._values():
            if any(not _overlap(mine, theirs) for theirs in other._values()):
                return True
        if shared != {"object"} or depth == _DEEPEST:
            return False
        return any(
            self._property(name).is_apart_from(other._property(name), depth=depth + 1)
            for name in sorted(self._required() & other._required())
        )

    def _types(self) -> frozenset[str]:
        types = _TYPES
        for schema, _ in self.parts:
            if schema is False:
                return frozenset()
            if isinstance(schema, dict) and "type" in schema:
                named = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
                types &= {each for each in _TYPES if each in named or (each in _NUMBERS and "number" in named)}
        for values in self._values():
            types &= {_type_of(value) for value in values}
        return types

    def _values(self) -> Iterator[list[Any]]:
        """Each list of values that it must be one of."""
        for schema, _ in self.parts:
            if isinstance(schema, dict) and "const" in schema:
                yield [schema["const"]]
            if isinstance(schema, dict) and isinstance(schema.get("enum"), list):
                yield schema["enum"]

    def _required(self) -> set[str]:
        lists = [schema.get("required") for schema, _ in self.parts if isinstance(schema, dict)]
        return {name for each in lists if isinstance(each, list) for name in each if isinstance(name, str)}

    def _property(self, name: str) -> Alternative:
        parts: list[tuple[Any, str]] = []
        for schema, base in self.parts:
            properties = schema.get("properties") if isinstance(schema, dict) else None
            if isinstance(properties, dict) and name in properties:
                parts += alternative(properties[name], base=base, folder=self.folder).parts
        return Alternative(tuple(parts), self.folder)


def alternative(schema: Any, *, base: str, folder: Folder) -> Alternative:
    """`schema` as one of several. A `$ref` that does not resolve asks for nothing."""
    parts: list[tuple[Any, str]] = []
    waiting, seen = [(schema, base)], set[tuple[str, str]]()
    while waiting:
        part, here = waiting.pop()
        parts.append((part, here))
        if not isinstance(part, dict):
            continue
        if isinstance(part.get("allOf"), list):
            waiting += [(each, here) for each in part["allOf"]]
        ref = part.get("$ref")
        if isinstance(ref, str) and (here, ref) not in seen:
            seen.add((here, ref))
            try:
                waiting.append(folder.follow(ref, base=here))
            except Astray:
                continue
    return Alternative(tuple(parts), folder)


def _type_of(value: Any) -> str:
    if isinstance(value, float):
        return "integer" if value.is_integer() else "fraction"
    return _TYPE_NAMES[type(value)]


def _overlap(left: list[Any], right: list[Any]) -> bool:
    return any(each == other for each in left for other in right)
