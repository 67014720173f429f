"""Documents read as versions: contracts of Jumun and any OpenAPI files."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from yaml import YAMLError

from jumun_contracts.contract.documents import DocumentError, find_lines, parse_yaml, read_text
from jumun_contracts.contract.model import PLACEHOLDER
from jumun_contracts.contract.openapi import is_meaningless, render_openapi
from jumun_contracts.diff.dialect import Dialect
from jumun_contracts.diff.place import Place
from jumun_contracts.diff.version import Call, Input, Reply, Version
from jumun_contracts.schema.parsing import JsonError, parse_json
from jumun_contracts.schema.pointers import escape_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jumun_contracts.contract.model import Contract

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_VERSIONS = ("3.0", "3.1", "3.2")
_OWN_HOSTS = ("127.0.0.1", "localhost", "")
# Most people's YAML has statuses without quotes, which to YAML are numbers and no keys that JSON could have.
_BARE_STATUS = re.compile(r"^(\s*)([1-5][0-9]{2}):(?=\s|$)", re.MULTILINE)


def version_of(contract: Contract, *, name: str = "") -> Version:
    """A contract of Jumun, `naver:documented` unless it is to be called otherwise."""
    name = name or contract.name
    errors = {code: entry for code, entry in contract.errors.items() if contract.profile in entry.profiles}
    read = read_openapi(render_openapi(contract), name=name)
    return replace(read, errors=MappingProxyType(errors), causes=contract.causes)


def load_openapi(path: Path) -> Version:
    """An OpenAPI file, JSON or YAML by its ending.

    Raises:
        DocumentError: It cannot be read, or is none of the versions known.
    """
    if path.suffix not in (".json", ".yaml", ".yml"):
        raise DocumentError(str(path), "", "is neither .json nor .yaml, and no folder of contracts")
    text = read_text(path)
    try:
        if path.suffix == ".json":
            version = read_openapi(_parse_json(text, file=str(path)), name=str(path))
        else:
            text = _BARE_STATUS.sub(r'\1"\2":', text)
            version = read_openapi(parse_yaml(text, file=str(path)), name=str(path))
    except DocumentError as error:
        line = _lines(text, [error.pointer])[0] if error.pointer else None
        reason = error.reason if line is None else f"{error.reason} (line {line})"
        raise DocumentError(error.file, error.pointer, reason) from None
    lines = _lines(text, [each.pointer for each in version.warnings])
    warnings = [replace(each, line=line) for each, line in zip(version.warnings, lines, strict=True)]
    return replace(version, warnings=tuple(warnings))


def _parse_json(text: str, *, file: str) -> Any:
    try:
        return parse_json(text)
    except JsonError as error:
        raise DocumentError(file, "", str(error)) from None


def _lines(text: str, pointers: list[str]) -> list[int | None]:
    """The line of each pointer; JSON is YAML as well, but for some odd texts."""
    try:
        return [*find_lines(text, pointers)]
    except YAMLError:
        return [None] * len(pointers)


def read_openapi(document: Any, *, name: str) -> Version:
    """An OpenAPI document as plain data.

    Raises:
        DocumentError: Names the key of the first fault.
    """
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith(_VERSIONS):
        raise DocumentError(name, "/openapi", f"must be an OpenAPI document of version {', '.join(_VERSIONS)}")
    return _Reader(document, name).version()


class _Reader:
    """Takes one document apart."""

    def __init__(self, document: dict[str, Any], name: str) -> None:
        self._document = document
        self._name = name
        self._dialect = Dialect(document, file=name)

    def version(self) -> Version:
        servers = [
            str(each.get("url", ""))
            for each in self._list(self._document, "servers", "")
            if isinstance(each, dict)  # anything else there is not a server
        ]
        calls: dict[str, Call] = {}
        for path, item in self._map(self._document, "paths", "").items():
            for call in self._iter_calls(path, item, f"/paths/{escape_key(path)}"):
                target = f"{call.method} {PLACEHOLDER.sub('{}', path)}"
                if target in calls:
                    self._dialect.leave_out(
                        f"/paths/{escape_key(path)}", f"{target} is there twice, with other names of its parameters"
                    )
                calls.setdefault(target, call)
        if not calls:
            raise DocumentError(self._name, "/paths", "there is no operation; nothing can be compared")
        return Version(
            name=self._name,
            servers=tuple(each for each in servers if (_parts(each).hostname or "") not in _OWN_HOSTS),
            root=_parts(servers[0]).path.rstrip("/") if servers else "",
            calls=MappingProxyType(calls),
            warnings=tuple(self._dialect.warnings),
        )

    def _iter_calls(self, path: str, item: Any, pointer: str) -> Iterator[Call]:
        item, pointer = self._resolved(item, pointer)
        for method in (each for each in _METHODS if each in item):
            where = f"{pointer}/{method}"
            raw = self._object(item[method], where)
            # A template asks for its placeholders whether they are described or not.
            text = Place(({"type": "string"},), self._dialect.definitions)
            inputs = {
                f"path/{index}": Input(f"path/{name}", required=True, value=text, serialization="simple", evidence="")
                for index, name in enumerate(PLACEHOLDER.findall(path))
            }
            for owner, place in ((item, pointer), (raw, where)):
                for index, each in enumerate(self._list(owner, "parameters", place)):
                    if isinstance(each, dict) and is_meaningless(each):
                        continue
                    inputs |= self._input(each, path, f"{place}/parameters/{index}")
            body, body_place = self._resolved(raw.get("requestBody", {}), f"{where}/requestBody")
            yield Call(
                id=str(raw.get("operationId") or f"{method.upper()} {path}"),
                method=method.upper(),
                path=path,
                inputs=MappingProxyType(inputs),
                bodies=MappingProxyType(self._bodies(body, body_place)),
                body_required=body.get("required") is True,
                replies=MappingProxyType(
                    {
                        status.replace("xx", "XX"): self._reply(each, f"{where}/responses/{status}")
                        for status, each in self._map(raw, "responses", where).items()
                        if not status.startswith("x-")
                    }
                ),
                security=self._security(raw if "security" in raw else self._document, where),
                rate_limit=_rate_limit(raw.get("x-rate-limit")),
                deprecated=raw.get("deprecated") is True,
                on_invalid=str(raw.get("x-on-invalid", "")),
                evidence=str(raw.get("x-evidence", "")),
            )

    def _input(self, raw: Any, path: str, pointer: str) -> dict[str, Input]:
        raw, pointer = self._resolved(raw, pointer)
        name, location = raw.get("name"), raw.get("in")
        if not isinstance(name, str) or not isinstance(location, str):
            raise DocumentError(self._name, pointer, "a parameter has a name and an `in`, both text")
        key = f"{location}/{name.lower() if location == 'header' else name}"
        found = self._value(raw, key, pointer, required=raw.get("required") is True)
        names = PLACEHOLDER.findall(path)
        return {f"path/{names.index(name)}" if location == "path" and name in names else key: found}

    def _value(self, raw: dict[str, Any], label: str, pointer: str, *, required: bool) -> Input:
        media, schema, where = "", raw.get("schema", True), f"{pointer}/schema"
        for media_type, content in self._map(raw, "content", pointer).items():
            where = f"{pointer}/content/{escape_key(media_type)}"
            media, schema = media_type, self._object(content, where).get("schema", True)
            where += "/schema"
        usual = {"query": "form", "cookie": "form"}.get(label.partition("/")[0], "simple")
        style = raw.get("style", usual)
        explode = raw.get("explode", style == "form")
        return Input(
            label=label,
            required=required,
            value=self._place(schema, where),
            serialization=media or (f"{style}{' explode' if explode else ''}"),
            evidence=str(raw.get("x-evidence", "")),
        )

    def _reply(self, raw: Any, pointer: str) -> Reply:
        raw, pointer = self._resolved(raw, pointer)
        headers: dict[str, Input] = {}
        for name, each in self._map(raw, "headers", pointer).items():
            header, where = self._resolved(each, f"{pointer}/headers/{escape_key(name)}")
            label = f"header/{name.lower()}"
            headers[name.lower()] = self._value(header, label, where, required=header.get("required") is True)
        return Reply(
            MappingProxyType(self._bodies(raw, pointer)), MappingProxyType(headers), str(raw.get("x-evidence", ""))
        )

    def _bodies(self, owner: dict[str, Any], pointer: str) -> dict[str, Place]:
        bodies = {}
        for media_type, content in self._map(owner, "content", pointer).items():
            where = f"{pointer}/content/{escape_key(media_type)}"
            schema = self._object(content, where).get("schema", True)
            bodies[media_type.partition(";")[0].strip().lower()] = self._place(schema, f"{where}/schema")
        return bodies

    def _place(self, schema: Any, pointer: str) -> Place:
        return Place((self._dialect.read(schema, pointer),), self._dialect.definitions)

    def _security(self, owner: dict[str, Any], pointer: str) -> frozenset[frozenset[str]]:
        schemes = self._map(self._map(self._document, "components", ""), "securitySchemes", "/components")
        ways = []
        for index, entry in enumerate(self._list(owner, "security", pointer)):
            names = self._object(entry, f"{pointer}/security/{index}")
            for each in names:
                if each not in schemes:
                    raise DocumentError(
                        self._name, f"{pointer}/security/{index}", f"no securityScheme has the name {each!r}"
                    )
            ways.append(frozenset(_describe_scheme(schemes[each], scopes) for each, scopes in names.items()))
        return frozenset(ways or [frozenset()])

    def _resolved(self, node: Any, pointer: str) -> tuple[dict[str, Any], str]:
        found, place = self._dialect.resolve(node, pointer)
        return self._object(found, place), place

    def _object(self, node: Any, pointer: str) -> dict[str, Any]:
        if not isinstance(node, dict):
            raise DocumentError(self._name, pointer, "must be an object")
        return node

    def _map(self, owner: dict[str, Any], key: str, pointer: str) -> dict[str, Any]:
        return self._object(owner.get(key, {}), f"{pointer}/{key}")

    def _list(self, owner: dict[str, Any], key: str, pointer: str) -> list[Any]:
        node = owner.get(key, [])
        if not isinstance(node, list):
            raise DocumentError(self._name, f"{pointer}/{key}", "must be a list")
        return node


def _describe_scheme(scheme: Any, scopes: Any) -> str:
    """What a client has to send, whatever the document calls it: `http basic`, `apiKey header x-key`."""
    told = scheme if isinstance(scheme, dict) else {}
    words = [str(told[key]) for key in ("type", "scheme", "in", "name") if key in told]
    return " ".join([*words, *(sorted(map(str, scopes)) if isinstance(scopes, list) else [])]) or "unknown"


def _rate_limit(limit: Any) -> tuple[float, int] | None:
    if not isinstance(limit, dict) or not isinstance(limit.get("per-second"), int | float):
        return None
    return float(limit["per-second"]), int(limit.get("burst", 1))


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")
