"""Collections of API clients: folders of requests, each with the answers that were saved, and variables in them."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import quote

from jumun_contracts.recordings.headers import is_enabled
from jumun_contracts.recordings.recorded import RecordingError, Unreadable
from jumun_contracts.schema.parsing import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jumun_contracts.recordings.excerpt import Excerpt
    from jumun_contracts.recordings.recorded import Recorded

_NOTHING_SAVED = "a collection without saved answers, of which there is nothing to judge"
_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
# A variable for scheme, host and base path together, as people have it, or for a part of the host.
_BASE = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.\-]*://)?(?:\{\{[^{}]*\}\}(?:[.:][^/?#]*)?|[^/?#{]+\{\{[^{}]*\}\}[^/?#]*)")
_SEGMENT = re.compile(r"(?<=/):([^/?#]+)")
# Values of variables may have variables. Not without end, nor for what no URL is as long as.
_PASSES, _LONGEST = 3, 4096


class Saved(NamedTuple):
    """An answer that was saved.

    Attributes:
        value: Of `excerpt`.
        item: The request in the collection that it is of.
    """

    value: dict[str, Any]
    excerpt: Excerpt
    item: dict[str, Any]
    item_excerpt: Excerpt
    number: int


class Names(NamedTuple):
    """Names of properties: what an item has if it is a folder, and what it has for saved answers."""

    items: str
    saved: str


_Found: TypeAlias = "tuple[dict[str, Any], Excerpt, dict[str, Any], Excerpt] | RecordingError"


def read_saved(
    document: Excerpt, pointer: str, names: Names, read: Callable[[Saved], Recorded]
) -> Iterator[Recorded | Unreadable]:
    """The saved answers in the array of items at a pointer; what cannot be read does not end the reading.

    A request without saved answers has nothing to judge: it is not one that was made.

    Args:
        read: Makes an exchange of one.

    Raises:
        RecordingError: Not JSON, no items there, or nothing saved in any.
    """
    number = 0
    for number, each in zip(count(1), _iter_saved(document, pointer, names)):
        if isinstance(each, RecordingError):
            yield Unreadable(document.file, each.place, number, each.reason)
            continue
        try:
            item: Recorded | Unreadable = read(Saved(*each, number))
        except RecordingError as error:
            item = Unreadable(document.file, error.place, number, error.reason)
        yield item
    if not number:
        raise document.refusal(pointer, _NOTHING_SAVED)


def fill(text: str, values: Mapping[str, str]) -> str:
    """A URL with its variables filled in, as far as their values are known and it does not get too long."""
    for _ in range(_PASSES):
        if "{{" not in text or len(text) > _LONGEST:
            break
        text = _VARIABLE.sub(lambda match: values.get(match[1].strip(), match[0]), text)
    return text


def strip_base(url: str) -> str:
    """A URL without an unknown variable before its path: what is left is a path, which any host may have."""
    base = _BASE.match(url)
    if base is None:
        return url
    rest = url[base.end() :]
    return rest if rest.startswith(("/", "?", "#")) else f"/{rest}"


def fill_path(url: str, values: Mapping[str, str]) -> str:
    """A URL with the segments `:name` of its path filled in, as far as their values are known."""
    start = url.find("://") + 3 if "://" in url else 0
    path, mark, query = url[start:].partition("?")
    path = _SEGMENT.sub(
        lambda match: quote(values[match[1]], safe="{}", errors="replace") if match[1] in values else match[0], path
    )
    return f"{url[:start]}{path}{mark}{query}"


def has_variables(url: str, *texts: str) -> bool:
    """Whether any of these has variables whose values are not known, the path of the URL `:name` among them."""
    path = url.partition("://")[2] or url
    return any("{{" in each for each in (url, *texts)) or bool(_SEGMENT.search(path.partition("?")[0]))


def read_variables(values: Any) -> dict[str, str]:
    """Names and values of a list of variables that are on."""
    rows = values if isinstance(values, list) else []
    enabled = (each for each in rows if isinstance(each, dict) and is_enabled(each))
    named = ((each.get("key", each.get("name")), each.get("value")) for each in enabled)
    return {
        name: str(value)
        for name, value in named
        if isinstance(name, str) and isinstance(value, str | int) and len(str(value)) <= _LONGEST
    }


def _iter_saved(parent: Excerpt, pointer: str, names: Names, depth: int = 0) -> Iterator[_Found]:
    if depth > MAX_DEPTH:
        yield parent.refusal(pointer, f"folders nested more than {MAX_DEPTH} deep")
        return
    for excerpt in parent.items(pointer):
        try:
            yield from _iter_item(excerpt, names, depth)
        except RecordingError as error:
            yield error


def _iter_item(excerpt: Excerpt, names: Names, depth: int) -> Iterator[_Found]:
    item = excerpt.load()
    if not isinstance(item, dict):
        raise excerpt.refusal("", "expected an object")
    if item.get(names.items) is not None:
        yield from _iter_saved(excerpt, f"/{names.items}", names, depth + 1)
    if item.get(names.saved) is None:
        return
    for saved in excerpt.items(f"/{names.saved}"):
        value = saved.load()
        if not isinstance(value, dict):
            yield saved.refusal("", "expected an object")
            continue
        yield value, saved, item, excerpt
