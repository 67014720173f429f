"""YAML and JSON documents, read strictly and reported by file and key.

One door for all package data and for the folders users give: contracts, error catalogues and seed data come through
`read_document`, and code that finds a fault in one raises `DocumentError`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from jumun_contracts.contract.mistakes import explain
from jumun_contracts.schema.parsing import MAX_DEPTH, JsonError, parse_json
from jumun_contracts.schema.pointers import unescape_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable

    from jumun_contracts.schema.validation import Schema

_NODES_AT_MOST = 2_000_000
_TAG = "tag:yaml.org,2002:"
_PLAIN = ("null", "bool", "int", "float", "str", "seq", "map")


class DocumentError(ValueError):
    """A document that cannot be used.

    Attributes:
        file: The document's name as the user knows it.
        pointer: RFC 6901 pointer to the faulty key, '' for the document as a whole.
        reason: What is wrong and what would be right, one sentence.
    """

    def __init__(self, file: str, pointer: str, reason: str) -> None:
        super().__init__(file, pointer, reason)
        self.file = file
        self.pointer = pointer
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.file}{'#' + self.pointer if self.pointer else ''}: {self.reason}"


class _StrictLoader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """YAML that means what JSON would: no dates, no `yes`, no base 60; a day in quotes or not is the same text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - the shape PyYAML expects
    yaml_constructors = {  # noqa: RUF012 - the shape PyYAML expects
        tag: constructor
        for tag, constructor in yaml.SafeLoader.yaml_constructors.items()
        if tag is None or tag in {_TAG + name for name in _PLAIN}
    }


for _name, _pattern, _first in (
    ("null", r"null|~|", ["n", "~", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?(0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", list("-0123456789")),
    ("merge", r"<<", ["<"]),
):
    _StrictLoader.add_implicit_resolver(_TAG + _name, re.compile(f"^(?:{_pattern})$"), _first)


def parse_yaml(text: str, *, file: str) -> Any:
    """YAML text → plain data. Dates stay text.

    Raises:
        DocumentError: Not YAML, a key twice, or a key that is not text, with line and column; nested too deep.
    """
    try:
        _check_events(text, file=file)
        # A subclass of the safe loader.
        data = yaml.load(text, Loader=_StrictLoader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        where = _show_mark(error.problem_mark or error.context_mark)
        # What was begun and not ended is often far above the place at which that shows.
        begun = f"{error.context}{_show_mark(error.context_mark)}: " if error.context and error.context_mark else ""
        raise DocumentError(file, "", f"{begun}{error.problem}{where}") from None
    except yaml.YAMLError as error:
        raise DocumentError(file, "", f"not YAML: {' '.join(str(error).split())}") from None
    except DocumentError:
        raise
    except (ValueError, KeyError):
        raise DocumentError(file, "", "a value is not what its tag says, or a number is too long") from None
    _check_size(data, file=file)
    return data


def _show_mark(mark: Any) -> str:
    return f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""


def read_document(root: Traversable, name: str) -> Any:
    """The data of `root`/`name`, a .yaml or .json file in UTF-8.

    Raises:
        DocumentError: The file is missing, unreadable, not UTF-8 or not what its ending says.
    """
    place = root
    for part in name.split("/"):
        place = place / part
    text = read_text(place)
    if not name.endswith(".json"):
        return parse_yaml(text, file=str(place))
    try:
        return parse_json(text)
    except JsonError as error:
        raise DocumentError(str(place), "", str(error)) from None


def read_text(place: Traversable) -> str:
    """The text of a file in UTF-8.

    Raises:
        DocumentError: The file is missing, unreadable or not UTF-8.
    """
    try:
        return place.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DocumentError(str(place), "", "no such file") from None
    except UnicodeDecodeError as error:
        raise DocumentError(str(place), "", f"not UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise DocumentError(str(place), "", f"cannot be read: {error.strerror}") from None


def check_document(data: Any, schema: Schema, *, file: str) -> None:
    """Refuse data that does not fit `schema`.

    Raises:
        DocumentError: Names the first fault's key; the sentence says how many more there are.
    """
    if found := explain(schema, data):
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise DocumentError(file, found[0].pointer, found[0].message + more)


def find_lines(text: str, pointers: Sequence[str]) -> list[int]:
    """The line of the key or item at each pointer in YAML that can be read, or of the closest one around it."""
    root = yaml.compose(text, Loader=_StrictLoader) if pointers else None
    return [_find_line(root, each) for each in pointers]


def _find_line(node: Any, pointer: str) -> int:
    line = 1
    for step in map(unescape_key, pointer.split("/")[1:]):
        if isinstance(node, yaml.SequenceNode):
            if not step.isdecimal() or int(step) >= len(node.value):
                break
            node = node.value[int(step)]
            line = node.start_mark.line + 1
            continue
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        found = next(((key, value) for key, value in pairs if key.value == step), None)
        if found is None:
            # It comes from elsewhere, by a merge.
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def _check_events(text: str, *, file: str) -> None:
    """Refuse what the loader would silently accept or not survive: keys twice, keys that are not text, deep nesting."""
    resolver = _StrictLoader("")
    # For each open collection: the keys so far (None in a list), and whether a key comes next.
    open_keys: list[set[str] | None] = []
    key_is_next: list[bool] = []
    for event in yaml.parse(text, Loader=_StrictLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            open_keys.pop()
            key_is_next.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        if open_keys and open_keys[-1] is not None:
            if key_is_next[-1]:
                _check_key(event, open_keys[-1], resolver, file=file)
            key_is_next[-1] = not key_is_next[-1]
        if isinstance(event, yaml.CollectionStartEvent):
            open_keys.append(set() if isinstance(event, yaml.MappingStartEvent) else None)
            key_is_next.append(True)
            if len(open_keys) > MAX_DEPTH:
                raise _fault(event, f"nested deeper than {MAX_DEPTH}", file=file)


def _check_key(event: yaml.NodeEvent, seen: set[str], resolver: Any, *, file: str) -> None:
    if not isinstance(event, yaml.ScalarEvent):
        raise _fault(event, "a key that is a list or a mapping is not text; put it in quotes", file=file)
    tag = event.tag or resolver.resolve(yaml.ScalarNode, event.value, event.implicit)
    if tag not in (f"{_TAG}str", f"{_TAG}merge", "!"):
        raise _fault(event, f"the key {event.value!r} is not text; put it in quotes", file=file)
    if event.value in seen:
        raise _fault(event, f"the key {event.value!r} appears twice", file=file)
    seen.add(event.value)


def _check_size(data: Any, *, file: str) -> None:
    """Refuse what aliases have made endless, deep or huge."""
    waiting, nodes = [(data, 1)], 0
    while waiting:
        value, depth = waiting.pop()
        nodes += 1
        if nodes > _NODES_AT_MOST or depth > 2 * MAX_DEPTH:
            raise DocumentError(file, "", "is too large or nested too deep once its aliases are followed")
        if isinstance(value, dict):
            waiting += [(item, depth + 1) for item in value.values()]
        elif isinstance(value, list):
            waiting += [(item, depth + 1) for item in value]


def _fault(event: yaml.NodeEvent, reason: str, *, file: str) -> DocumentError:
    mark = event.start_mark
    where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
    return DocumentError(file, "", reason + where)
