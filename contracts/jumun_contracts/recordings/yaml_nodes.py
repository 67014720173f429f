"""YAML read by its events: nodes with their marks. Tags are looked at, and nothing is ever constructed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

import yaml

from jumun_contracts.recordings.recorded import RecordingError
from jumun_contracts.schema.parsing import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from typing import Any

    from jumun_contracts.recordings.recorded import Place


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar as written.

    Attributes:
        value: What it means as text.
        start: Offset in characters where it begins, its tag or anchor, quote or block indicator.
        end: Where it ends.
        style: As PyYAML has it: a quote, `|`, `>`, or '' for plain.
        tag: As PyYAML has it, '' if there is none.
    """

    value: str
    start: int
    end: int
    style: str
    tag: str

    @property
    def is_null(self) -> bool:
        """Whether it means null."""
        return not self.style and self.value in ("", "~", "null", "Null", "NULL")


Node: TypeAlias = "Scalar | dict[str, Node] | list[Node]"

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def iter_sequence(
    text: str, keys: tuple[str, ...], *, file: str, place: Callable[[int], Place]
) -> Iterator[tuple[int, Node]]:
    """The items of the sequence at one of the top keys, one after the other, each with the offset where it begins.

    Raises:
        RecordingError: Not YAML, nested too deep, or without such a sequence.
    """
    try:
        found = yield from _iter_items(yaml.parse(text, Loader=_LOADER), keys)
    except yaml.MarkedYAMLError as error:
        raise RecordingError(file, place(_offset(error.problem_mark)), f"not YAML: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        # The C reader counts bytes.
        before = (
            text.encode()[: error.position].decode(errors="ignore") if yaml.__with_libyaml__ else text[: error.position]
        )
        raise RecordingError(file, place(len(before)), "not YAML: a character that it does not allow") from None
    if not found:
        raise RecordingError(file, (1, 1), f"expected a cassette, with {' or '.join(keys)}")


def read_text(node: Node | None) -> str | None:
    """A scalar's text; None for null, for collections and for what is not there."""
    return node.value if isinstance(node, Scalar) and not node.is_null else None


def _iter_items(events: Iterator[yaml.Event], keys: tuple[str, ...]) -> Generator[tuple[int, Node], None, bool]:
    """Returns whether there was such a sequence."""
    anchors: dict[str, Node] = {}
    found = False
    top = next((each for each in events if isinstance(each, yaml.NodeEvent)), None)
    while isinstance(top, yaml.MappingStartEvent) and not isinstance(key := next(events), yaml.MappingEndEvent):
        name, value = _compose(key, events, anchors), next(events)
        if read_text(name) in keys and isinstance(value, yaml.SequenceStartEvent):
            found = True
            while not isinstance(item := next(events), yaml.SequenceEndEvent):
                yield _offset(item.start_mark), _compose(item, events, anchors)
        else:
            node = _compose(value, events, anchors)
            # Null is what Schemathesis writes of a run without requests.
            found = found or (read_text(name) in keys and isinstance(node, Scalar) and node.is_null)
    return found


def _compose(event: yaml.Event, events: Iterator[yaml.Event], anchors: dict[str, Node]) -> Node:
    """The node that begins with `event`.

    Raises:
        yaml.MarkedYAMLError: Nested too deep, or an alias without an anchor.
    """
    containers: list[tuple[yaml.CollectionStartEvent, list[Node]]] = []
    while True:
        node: Node
        anchor: str | None = None
        if isinstance(event, yaml.CollectionStartEvent):
            containers.append((event, []))
            if len(containers) > MAX_DEPTH:
                raise _error(f"nested more than {MAX_DEPTH} deep", event)
            event = next(events)
            continue
        if isinstance(event, yaml.ScalarEvent):
            anchor = event.anchor
            start, end = _offset(event.start_mark), _offset(event.end_mark)
            node = Scalar(event.value, start, end, event.style or "", event.tag or "")
        elif isinstance(event, yaml.CollectionEndEvent):
            opening, children = containers.pop()
            anchor = opening.anchor
            node = children if isinstance(opening, yaml.SequenceStartEvent) else _mapping(children)
        elif isinstance(event, yaml.AliasEvent) and event.anchor in anchors:
            node = anchors[event.anchor]
        else:
            raise _error("an alias without an anchor", event)
        if anchor:
            anchors[anchor] = node
        if not containers:
            return node
        containers[-1][1].append(node)
        event = next(events)


def _mapping(children: list[Node]) -> dict[str, Node]:
    pairs = zip(children[::2], children[1::2], strict=True)
    return {key.value: value for key, value in pairs if isinstance(key, Scalar)}


def _error(problem: str, event: yaml.Event) -> yaml.MarkedYAMLError:
    # The stubs know the marks of the Python reader only.
    return yaml.MarkedYAMLError(problem=problem, problem_mark=cast("yaml.error.Mark", event.start_mark))


def _offset(mark: Any) -> int:
    return int(mark.index) if mark else 0
