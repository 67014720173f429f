"""OpenAPI Overlay 1.0: an OpenAPI document changed by the actions of another, in their order.

Stricter than the specification: a target must match something, and a list is changed by a target of its own, since 1.0
leaves open whether two lists are joined. Of JSONPath (RFC 9535) a target may use

    $.paths['/v1/orders'].get      names: a word after a dot, anything in quotes
    .parameters[0]                 indices
    .responses[*]                  all members
    .parameters[?@.name == 'page'] members by what one of their properties is
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.documents import DocumentError, check_document, read_document
from jumun_contracts.contract.schema_files import meta_schema
from jumun_contracts.schema.pointers import render_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

_STEP = re.compile(
    r"""\.(?P<name>[A-Za-z_][0-9A-Za-z_]*)
    | \['(?P<quoted>[^'\\]+)'\]
    | \[(?P<index>0|[1-9][0-9]*)\]
    | (?P<all>\[\*\]|\.\*)
    | \[\?\s*@\.(?P<property>[A-Za-z_][0-9A-Za-z_]*)\s*==\s*'(?P<value>[^'\\]*)'\s*\]""",
    re.VERBOSE,
)
_ROOT = "$"

Path = tuple[str | int, ...]
"""Keys and indices from a document's root to one of its nodes."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """The actions of one file.

    Attributes:
        file: As the user knows it.
        actions: Each with a `target`, and either `update`, an object, or `remove`.
    """

    file: str
    actions: tuple[Mapping[str, Any], ...]

    def apply(self, document: Any, *, count: int | None = None) -> Any:
        """A copy of `document`, changed by the first `count` actions; by all of them without it.

        Raises:
            DocumentError: A target is not understood or matches nothing, or an update does not fit what it matches.
                Names the action.
        """
        changed = copy_plain(document)
        for index, action in enumerate(self.actions[:count]):
            for path in reversed(self._paths(changed, index)):
                if "remove" in action:
                    del _follow(changed, path[:-1])[path[-1]]
                    continue
                node = _follow(changed, path)
                if isinstance(node, list):
                    node.append(copy_plain(action["update"]))
                else:
                    self._merge(node, action["update"], pointer=f"/actions/{index}/update")
        return changed

    def locate(self, pointer: str, *, index: int, before: Any) -> str:
        """The pointer, in this file, of what the action `index` put at `pointer` of the document `before` it.

        That of the action where nothing nearer is known.
        """
        update = self.actions[index].get("update")
        for path in self._paths(before, index) if update else ():
            place = render_pointer(path)
            inner = pointer.removeprefix(place)
            if (pointer + "/").startswith(f"{place}/") and _has(update, inner):
                return f"/actions/{index}/update{inner}"
        return f"/actions/{index}"

    def _paths(self, document: Any, index: int) -> list[Path]:
        """Where the target of the action `index` matches, in the order of `document`."""
        target = self.actions[index]["target"]
        paths = [path for path, _ in _select(document, self._steps(index))]
        if not paths:
            raise self._refuse(index, f"the target {target} matches nothing")
        for path in paths:
            if not isinstance(_follow(document, path), dict | list):
                raise self._refuse(index, f"the target {target} must be an object or a list; name what holds it")
            if not path and "remove" in self.actions[index]:
                raise self._refuse(index, f"the target {target} is the whole document, which cannot be removed")
        return paths

    def _steps(self, index: int) -> list[re.Match[str]]:
        target = self.actions[index]["target"]
        steps, end = [], len(_ROOT)
        while target.startswith(_ROOT) and (step := _STEP.match(target, end)):
            steps.append(step)
            end = step.end()
        if not target.startswith(_ROOT) or end < len(target):
            raise self._refuse(
                index,
                f"the target {target} is not understood from {target[end:] if steps else target} on; write $, and then "
                ".name, ['name'], [0], [*] or [?@.name == 'value']",
            )
        return steps

    def _merge(self, node: dict[str, Any], update: Mapping[str, Any], *, pointer: str) -> None:
        for key, value in update.items():
            old, where = node.get(key), pointer + render_pointer((key,))
            if isinstance(old, dict) and isinstance(value, dict):
                self._merge(old, value, pointer=where)
            elif key in node and isinstance(old, list) and isinstance(value, list):
                raise DocumentError(self.file, where, "both are lists; let another action's target name the list")
            elif key in node and (isinstance(old, dict | list) or isinstance(value, dict | list)):
                reason = "must be of the kind of what it replaces: an object, a list or a plain value"
                raise DocumentError(self.file, where, reason)
            else:
                node[key] = copy_plain(value)

    def _refuse(self, index: int, reason: str) -> DocumentError:
        return DocumentError(self.file, f"/actions/{index}/target", reason)


def read_overlay(root: Traversable, name: str) -> Overlay:
    """The overlay in the file `name` of the folder `root`.

    Raises:
        DocumentError: It cannot be read, or is not of the form that contracts use.
    """
    file = str(root / name)
    document = read_document(root, name)
    check_document(document, meta_schema("overlay"), file=file)
    return Overlay(file, tuple(document["actions"]))


def copy_plain(node: Any) -> Any:
    """A deep copy in which nothing is shared: what YAML's aliases made one object is several."""
    if isinstance(node, dict):
        return {key: copy_plain(value) for key, value in node.items()}
    return [copy_plain(item) for item in node] if isinstance(node, list) else node


def _select(node: Any, steps: list[re.Match[str]], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if not steps:
        yield path, node
        return
    for key, value in _members(node):
        if _fits(steps[0], key, value):
            yield from _select(value, steps[1:], (*path, key))


def _fits(step: re.Match[str], key: str | int, value: Any) -> bool:
    if step["all"]:
        return True
    if step["property"]:
        return isinstance(value, dict) and value.get(step["property"]) == step["value"]
    return key == (int(step["index"]) if step["index"] else step["name"] or step["quoted"])


def _members(node: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, list):
        yield from enumerate(node)


def _follow(node: Any, path: Path) -> Any:
    for key in path:
        node = node[key]
    return node


def _has(node: Any, pointer: str) -> bool:
    """Whether there is something at `pointer` of an object of objects."""
    paths = {render_pointer((key,)): value for key, value in node.items()} if isinstance(node, dict) else {}
    return not pointer or any(
        (pointer + "/").startswith(f"{start}/") and _has(value, pointer.removeprefix(start))
        for start, value in paths.items()
    )
