"""A provider's schemas folder: plain JSON Schema 2020-12 files, checked one by one and compiled on demand."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urljoin, urlsplit

from jumun_contracts.contract.documents import DocumentError, check_document, read_document
from jumun_contracts.schema.engines import SchemaError
from jumun_contracts.schema.formats import FORMATS
from jumun_contracts.schema.pointers import unescape_key
from jumun_contracts.schema.subschemas import iter_subschemas
from jumun_contracts.schema.validation import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

SUFFIX = ".schema.json"

# `\d` means other digits in Python than in Rust, and a bare `$` lets a trailing newline pass in Python alone.
_UNPORTABLE = re.compile(r"\\[dDwWsSbB]|\$(?!\(\?!\\n\))")
_META = ("openapi", "overlay", "errors", "schema")
# Keywords whose values are maps of schemas, and those whose value is one.


class SchemaFiles:
    """The files of one folder.

    Attributes:
        documents: Name without ending → document.
    """

    def __init__(self, root: Traversable, *, is_checked: bool = False) -> None:
        """Read and check all of `root`/schemas.

        Args:
            is_checked: Whether that was done before, as it was for what is packaged: then what takes long is left out.

        Raises:
            DocumentError: A file is not a schema, uses what contracts may not use, or refers to nothing.
        """
        self._folder = root / "schemas"
        if not self._folder.is_dir():
            raise DocumentError(str(self._folder), "", "no such folder")
        names = sorted(entry.name for entry in self._folder.iterdir() if entry.name.endswith(SUFFIX))
        self.documents: dict[str, Any] = {name.removesuffix(SUFFIX): self._read(name) for name in names}
        self._by_id: dict[str, Any] = {document["$id"]: document for document in self.documents.values()}
        self._compiled: dict[str, Schema] = {}
        self._is_checked = is_checked
        for name, document in self.documents.items():
            self._check(document, file=str(self._folder / (name + SUFFIX)), pointer="", base=document["$id"])

    def find(self, path: str, *, file: str, pointer: str) -> str:
        """`schemas/NAME.schema.json`, as other documents write it → NAME.

        Raises:
            DocumentError: No such file; `file` and `pointer` say who refers to it.
        """
        name = path.removeprefix("schemas/").removesuffix(SUFFIX)
        if path != f"schemas/{name}{SUFFIX}" or name not in self.documents:
            raise DocumentError(file, pointer, f"{path!r}: no such file beside this one")
        return name

    def compile(self, name: str) -> Schema:
        """The whole file `name`, compiled once."""
        if name not in self._compiled:
            file = str(self._folder / (name + SUFFIX))
            self._compiled[name] = self._schema(self.documents[name], file=file, pointer="")
        return self._compiled[name]

    def compile_part(self, schema: Mapping[str, Any], *, file: str, pointer: str) -> tuple[Schema, Any]:
        """A schema in another document, inline or as a `$ref` → compiled, and as plain data.

        Raises:
            DocumentError: It uses what contracts may not use, or refers to nothing.
        """
        if "$ref" not in schema:
            self._check(schema, file=file, pointer=pointer, base="")
            return self._schema(dict(schema), file=file, pointer=pointer), schema
        if len(schema) > 1:
            (other, *_) = schema.keys() - {"$ref"}
            raise DocumentError(file, pointer, f"{other!r} beside a $ref is ignored; put it into the referenced schema")
        path, _, fragment = schema["$ref"].partition("#")
        name = self.find(path, file=file, pointer=f"{pointer}/$ref")
        if not fragment:
            return self.compile(name), self.documents[name]
        base = self.documents[name]["$id"]
        target = self._resolve(f"#{fragment}", base=base, file=file, pointer=f"{pointer}/$ref")
        return self._schema({"$ref": f"{base}#{fragment}"}, file=file, pointer=pointer), target

    def _read(self, name: str) -> Any:
        document = read_document(self._folder, name)
        file = str(self._folder / name)
        check_document(document, meta_schema("schema"), file=file)
        if not isinstance(document, dict):
            raise DocumentError(file, "", "a schema file holds an object")
        parts = urlsplit(document.get("$id", ""))
        if not (parts.scheme and parts.path.endswith(f"/{name}")) or parts.fragment or parts.query:
            raise DocumentError(file, "/$id", f"must be an absolute URI that ends in /{name}")
        return document

    def _schema(self, document: dict[str, Any], *, file: str, pointer: str) -> Schema:
        try:
            return Schema(document, resources=self._by_id, is_checked=self._is_checked)
        except SchemaError as error:
            raise DocumentError(file, pointer, str(error)) from None

    def _check(self, document: Mapping[str, Any], *, file: str, pointer: str, base: str) -> None:
        if self._is_checked:
            return
        for inner, schema, _ in iter_subschemas(document):
            where = pointer + inner
            wanted = schema.get("format")
            if wanted is not None and wanted not in FORMATS:
                reason = f"unknown format {wanted!r}; known are {', '.join(sorted(FORMATS))}"
                raise DocumentError(file, f"{where}/format", reason)
            if found := _UNPORTABLE.search(schema.get("pattern", "")):
                reason = f"{found.group()!r} means different things to different engines; write [0-9] and $(?!\\n)"
                raise DocumentError(file, f"{where}/pattern", reason)
            try:
                re.compile(schema.get("pattern", ""))
            except re.error as error:
                raise DocumentError(
                    file, f"{where}/pattern", f"{error.pattern!r} is not a regular expression: {error}"
                ) from None
            if inner and "$id" in schema:
                raise DocumentError(file, f"{where}/$id", "only a file as a whole has an $id")
            if "$ref" in schema:
                self._resolve(schema["$ref"], base=base, file=file, pointer=f"{where}/$ref")

    def _resolve(self, ref: str, *, base: str, file: str, pointer: str) -> Any:
        uri, fragment = urldefrag(urljoin(base, ref))
        if uri not in self._by_id:
            raise DocumentError(file, pointer, f"{ref!r} is not a file in this provider's schemas folder")
        if fragment and not fragment.startswith("/"):
            raise DocumentError(file, pointer, f"{ref!r}: write the fragment as a JSON Pointer, #/$defs/…")
        target: Any = self._by_id[uri]
        for step in fragment.split("/")[1:]:
            key = unescape_key(step)
            if not isinstance(target, dict) or key not in target:
                raise DocumentError(file, pointer, f"{ref!r}: {uri} has no #{fragment}")
            target = target[key]
        if fragment and fragment not in {each.pointer for each in iter_subschemas(self._by_id[uri])}:
            raise DocumentError(file, pointer, f"{ref!r}: what is at #{fragment} is not a schema")
        return target


@cache
def meta_schema(name: str) -> Schema:
    """The schema of one kind of our documents: `openapi`, `overlay`, `errors` or `schema`."""
    documents = {each: read_document(files("jumun_contracts") / "contract" / "meta", each + SUFFIX) for each in _META}
    resources = {document["$id"]: document for document in documents.values()}
    return Schema(documents[name], resources=resources)
