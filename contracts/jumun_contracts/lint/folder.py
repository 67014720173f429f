"""The documents that a `$ref` may point to: those of one folder, by `$id` or by their place in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag, urljoin

from jumun_contracts.contract.documents import read_document
from jumun_contracts.contract.schema_files import SUFFIX
from jumun_contracts.schema.pointers import unescape_key
from jumun_contracts.schema.subschemas import iter_subschemas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

# Where a file without `$id` is: a place below which `..` shows.
_PLACE = "file:///folder/"
_SCHEMAS = "schemas"
_ENDINGS = (".json", ".yaml", ".yml")


class Astray(LookupError):  # noqa: N818 - what happens to a `$ref`; no call has failed
    """A `$ref` does not resolve.

    Attributes:
        leads_away: Whether it points out of the folder.
    """

    def __init__(self, reason: str, *, leads_away: bool) -> None:
        super().__init__(reason)
        self.leads_away = leads_away


class Folder:
    """One folder, and the schema files in it and in its `schemas`."""

    def __init__(self, root: Traversable) -> None:
        """Read all schema files.

        Raises:
            DocumentError: One of them cannot be read.
        """
        self.root = root
        self._documents = {name: read_document(root, name) for name in _schema_files(root)}
        self._by_uri: dict[str, Any] = {}
        for name, document in self._documents.items():
            self._by_uri[_PLACE + name] = document
            for each in iter_subschemas(document, base=self.base(name)):
                if "$id" in each.schema:
                    self._by_uri[urldefrag(each.base).url] = each.schema

    @property
    def schema_files(self) -> tuple[str, ...]:
        """Their names, relative to the folder."""
        return tuple(self._documents)

    def read(self, name: str) -> Any:
        """The document in the file `name`, read once.

        Raises:
            DocumentError: It cannot be read.
        """
        if name not in self._documents:
            self._documents[name] = self._by_uri[_PLACE + name] = read_document(self.root, name)
        return self._documents[name]

    def base(self, name: str) -> str:
        """The URI that the file `name` has where it gives itself no other."""
        return _PLACE + name

    def follow(self, ref: str, *, base: str) -> tuple[Any, str]:
        """What a `$ref` points to, and the URI that this is relative to.

        Raises:
            Astray: Nothing is there, or it is out of the folder. Nothing is fetched.
            DocumentError: A file that it points to cannot be read.
        """
        try:
            uri, fragment = urldefrag(urljoin(base, ref))
        except ValueError:
            raise Astray("is not a URI", leads_away=True) from None
        if uri not in self._by_uri:
            name = uri.removeprefix(_PLACE)
            if name == uri or not name.endswith(_ENDINGS):
                raise Astray("points out of the folder", leads_away=True)
            if not _is_file(self.root.joinpath(*name.split("/"))):
                raise Astray(f"there is no file {name}", leads_away=False)
            self.read(name)
        target = self._by_uri[uri]
        if fragment and not fragment.startswith("/"):
            anchored = (each for each in iter_subschemas(target, base=uri) if fragment in _anchors(each.schema))
            found = next(anchored, None)
            if found is None:
                raise Astray(f"there is no $anchor {fragment}", leads_away=False)
            return found.schema, found.base
        for step in unquote(fragment).split("/")[1:]:
            key = unescape_key(step)
            if isinstance(target, dict) and key in target:
                target = target[key]
            elif isinstance(target, list) and key.isdecimal() and int(key) < len(target):
                target = target[int(key)]
            else:
                raise Astray(f"there is no #{fragment}", leads_away=False)
        return target, uri


def _schema_files(root: Traversable) -> Iterator[str]:
    for folder, prefix in ((root, ""), (root / _SCHEMAS, f"{_SCHEMAS}/")):
        if folder.is_dir():
            yield from sorted(prefix + each.name for each in folder.iterdir() if each.name.endswith(SUFFIX))


def _is_file(place: Traversable) -> bool:
    try:
        return place.is_file()
    except OSError:  # a name too long for the file system
        return False


def _anchors(schema: dict[str, Any]) -> tuple[Any, ...]:
    return schema.get("$anchor"), schema.get("$dynamicAnchor")
