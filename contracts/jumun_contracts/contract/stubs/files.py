"""The OpenAPI files of a folder, and where a `$ref` in one of them points."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import unquote, urlsplit

from jumun_contracts.contract.documents import DocumentError, read_document
from jumun_contracts.schema.pointers import escape_key, unescape_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

_ENDINGS = (".yaml", ".yml", ".json")
_VERSIONS = ("3.0", "3.1")
_FOLDERS_DEEP = 10
_REFERENCES_AT_MOST = 100


class StubFiles:
    """All YAML and JSON files of a folder and the folders in it; what begins with a dot is passed over."""

    def __init__(self, root: Traversable) -> None:
        """Read them.

        Raises:
            DocumentError: There is no such folder, it has no OpenAPI document, or a file cannot be read.
        """
        if not root.is_dir():
            reason = "is not a folder; name the folder that the OpenAPI files are in"
            raise DocumentError(str(root), "", reason if root.is_file() else "no such folder")
        self._root = root
        self._files: dict[str, Any] = {name: read_document(root, name) for name in _iter_names(root)}
        self._used: set[str] = set()
        if not self._files:
            reason = "holds no OpenAPI document: no .yaml, .yml or .json file with openapi: 3.0.x or 3.1.x"
            raise DocumentError(str(root), "", reason)

    @property
    def documents(self) -> dict[str, Node]:
        """The OpenAPI documents by their names in the folder."""
        return {
            name: Node(self, name, "", value)
            for name, value in self._files.items()
            if isinstance(value, dict) and str(value.get("openapi")).startswith(_VERSIONS)
        }

    def check(self) -> None:
        """Refuse a file that is not an OpenAPI document and that none of them refers to.

        Raises:
            DocumentError: Names the file.
        """
        for name in self._files.keys() - self._used - self.documents.keys():
            value = self._files[name]
            keys = value if isinstance(value, dict) else {}
            if "openapi" in keys:
                reason = f"must be 3.0.x or 3.1.x, not {keys['openapi']!r}"
                raise DocumentError(self.show(name), "/openapi", reason)
            what = "is a Swagger 2.0 document" if "swagger" in keys else "has no `openapi` at its top"
            reason = f"{what}; expected an OpenAPI 3.0 or 3.1 document, or a file that one of those refers to"
            raise DocumentError(self.show(name), "", reason)

    def is_old(self, name: str) -> bool:
        """Whether a document is of OpenAPI 3.0, whose schemas are of a dialect of their own."""
        return str(self._files[name]["openapi"]).startswith("3.0")

    def show(self, name: str) -> str:
        """The name of a file as the user knows it."""
        return str(self._root.joinpath(*name.split("/")))

    def find(self, node: Node) -> Node:
        """What the `$ref` of a node points to; raises DocumentError."""
        ref = node.value["$ref"]
        parts = urlsplit(ref)
        if parts.scheme or parts.netloc:
            node.refuse(f"{ref!r} is not a file of the folder, and none is fetched; copy it there", key="$ref")
        name = node.file
        if parts.path:
            name = posixpath.normpath(posixpath.join(posixpath.dirname(node.file), unquote(parts.path)))
        if name.startswith(("../", "/")):
            node.refuse(f"{ref!r} points out of the folder; copy the file into it", key="$ref")
        if name not in self._files:
            node.refuse(f"{ref!r}: the folder has no file {name}", key="$ref")
        self._used.add(name)
        target, pointer = self._files[name], unquote(parts.fragment)
        if pointer and not pointer.startswith("/"):
            node.refuse(f"{ref!r}: write a JSON Pointer after the #, as in #/components/schemas/Name", key="$ref")
        for step in pointer.split("/")[1:]:
            key = unescape_key(step)
            if isinstance(target, list) and key.isascii() and key.isdigit() and int(key) < len(target):
                target = target[int(key)]
            elif isinstance(target, dict) and key in target:
                target = target[key]
            else:
                node.refuse(f"{ref!r}: {name} has nothing at {pointer}", key="$ref")
        return Node(self, name, pointer, target)


class Node:
    """A value in a file, and the place where it is written."""

    __slots__ = ("file", "files", "pointer", "value")

    def __init__(self, files: StubFiles, file: str, pointer: str, value: Any) -> None:
        self.files = files
        self.file = file
        self.pointer = pointer
        self.value = value

    @property
    def place(self) -> str:
        """File and pointer, as the user knows them."""
        return f"{self.files.show(self.file)}#{self.pointer}"

    def refuse(self, reason: str, *, key: str | None = None) -> NoReturn:
        """Raise the DocumentError of this place, or of a key in it."""
        pointer = self.pointer if key is None else self._pointer(key)
        raise DocumentError(self.files.show(self.file), pointer, reason)

    def plain(self, key: str | int) -> Node:
        """The value of a key that is there; a `$ref` is left as it is."""
        return Node(self.files, self.file, self._pointer(key), self.value[key])

    def child(self, key: str | int) -> Node:
        """The value of a key that is there, `$ref`s followed; raises DocumentError."""
        return self.plain(key).follow()

    def follow(self) -> Node:
        """What it points to where it is a `$ref`, else itself; raises DocumentError."""
        node, steps = self, 0
        while isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str):
            node, steps = self.files.find(node), steps + 1
            if steps > _REFERENCES_AT_MOST:
                self.refuse("refers to itself", key="$ref")
        return node

    def fields(self, key: str | None = None) -> Node:
        """Itself, or the value of a key, which must be an object; an empty one where the key is missing."""
        node = self
        if key is not None:
            node = self.child(key) if key in self.value else Node(self.files, self.file, self._pointer(key), {})
        if not isinstance(node.value, dict):
            node.refuse("must be an object")
        return node

    def items(self, key: str) -> Iterator[Node]:
        """The items of the list under a key; none where it is missing."""
        node = self.child(key) if key in self.value else Node(self.files, self.file, self._pointer(key), [])
        if not isinstance(node.value, list):
            node.refuse("must be a list")
        return (node.child(index) for index in range(len(node.value)))

    def text(self, key: str, default: str = "") -> str:
        """The text under a key."""
        value = self.value.get(key, default)
        if not isinstance(value, str):
            self.refuse("must be text", key=key)
        return value

    def choice(self, key: str, default: str, values: tuple[str, ...]) -> str:
        """One of some words."""
        value = self.text(key, default)
        if value not in values:
            self.refuse(f"must be {' or '.join(values)}, not {value!r}", key=key)
        return value

    def _pointer(self, key: str | int) -> str:
        return f"{self.pointer}/{escape_key(str(key))}"


def _iter_names(root: Traversable, prefix: str = "", depth: int = 0) -> Iterator[str]:
    """Names of the files, relative to the folder, in order."""
    if depth > _FOLDERS_DEEP:
        raise DocumentError(str(root), "", f"folders are nested deeper than {_FOLDERS_DEEP}")
    for entry in sorted(root.iterdir(), key=lambda each: each.name):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _iter_names(entry, f"{prefix}{entry.name}/", depth + 1)
        elif entry.name.endswith(_ENDINGS):
            yield prefix + entry.name
