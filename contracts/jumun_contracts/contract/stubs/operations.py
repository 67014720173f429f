"""The operations of OpenAPI files, each with its examples, as a contract has operations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from jumun_contracts.contract.model import PLACEHOLDER, RateLimit
from jumun_contracts.contract.stubs.examples import NoExampleError, compose_example, read_examples
from jumun_contracts.contract.stubs.schemas import SharedSchemas
from jumun_contracts.contract.stubs.stub import Body, Draft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jumun_contracts.contract.model import Evidence
    from jumun_contracts.contract.stubs.files import Node, StubFiles
    from jumun_contracts.contract.stubs.stub import Stub

PROVIDER_KEY = "x-jumun-provider"
_METHODS = ("get", "post", "put", "patch", "delete")
_NOT_SERVED = ("head", "options", "trace")
_JSON = "application/json"
_EVIDENCE = ("documented", "observed", "assumed")
_PATH = re.compile(r"(?:/(?:[0-9A-Za-z._~!$&'()*+,;=:@-]|\{[^{}/]+\})*)+")
_ID = re.compile(r"[a-z]+(?:\.[a-z0-9_]+)+")
_STATUS = re.compile(r"[1-5][0-9][0-9]")
_IGNORED_HEADERS = ("accept", "content-type", "authorization")
# A parameter's text → what it must be like, for the types that contracts do not have.
_TEXTS: Mapping[str, Mapping[str, Any]] = {
    "boolean": {"type": "string", "pattern": r"^(true|false)$(?!\n)"},
    "number": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$(?!\n)"},
}


def read_operations(
    files: StubFiles, servers: Mapping[str, Sequence[str]], *, shared_name: str, source: str
) -> tuple[Stub, ...]:
    """All operations of the documents.

    Args:
        servers: Provider → base URLs of its API, Jumun's first.
        shared_name: Of the document that collects what schemas refer to.
        source: The source of facts for which a file names none; `{}` is the file's name.

    Raises:
        DocumentError: Names file and key of the first fault.
    """
    shared = {provider: SharedSchemas(shared_name) for provider in servers}
    drafts: list[Draft] = []
    for name, document in files.documents.items():
        provider = _find_provider(document, name, servers)
        reader = _DocumentReader(document, provider, servers[provider], shared[provider], source.format(name))
        drafts += reader.iter_drafts()
    files.check()
    documents = {provider: each.document(provider) for provider, each in shared.items()}
    return tuple(each.finish(shared_name, documents[each.provider]) for each in drafts)


def _find_provider(document: Node, name: str, servers: Mapping[str, Sequence[str]]) -> str:
    """The provider that a document is for: as it says, else by its servers, else by its name."""
    if PROVIDER_KEY in document.value:
        return document.choice(PROVIDER_KEY, "", tuple(servers))
    hosts = {urlsplit(url).hostname: provider for provider, urls in servers.items() for url in urls[1:]}
    by_server = (hosts.get(urlsplit(url).hostname) for url in _server_urls(document))
    by_name = (
        provider
        for part in reversed(name.split("/"))
        for provider in servers
        if re.match(rf"{provider}(?![a-z])", part)
    )
    provider = next(filter(None, by_server), None) or next(by_name, None)
    known = " or ".join(servers)
    return provider or document.refuse(
        f"does not say which provider it is for; write {PROVIDER_KEY}: {known} at its top, name a server of "
        f"{' or '.join(str(host) for host in hosts)}, or let the name of the file or of its folder begin with {known}"
    )


def _server_urls(document: Node) -> list[str]:
    return [server.fields().text("url") for server in document.items("servers")]


class _DocumentReader:
    """One OpenAPI document."""

    def __init__(
        self, document: Node, provider: str, servers: Sequence[str], shared: SharedSchemas, source: str
    ) -> None:
        self._document = document
        self._provider = provider
        self._bases = sorted({urlsplit(url).path.rstrip("/") for url in servers} - {""})
        self._shared = shared
        self._old = document.files.is_old(document.file)
        self._known = _read_known(document, "assumed", source)

    def iter_drafts(self) -> Iterator[Draft]:
        """The operations of the document, in its order."""
        paths = self._document.fields("paths")
        if not paths.value:
            self._document.refuse("has no paths, so no operation to serve")
        for path in paths.value:
            item = paths.child(path).fields()
            for method in _NOT_SERVED:
                if method in item.value:
                    item.refuse(f"{method} cannot be served; expected {', '.join(_METHODS)}", key=method)
            for method in _METHODS:
                if method in item.value:
                    yield self._read(item.child(method).fields(), item, method, self._relative(path, item))

    def _relative(self, path: str, item: Node) -> str:
        """The path as the provider's contract has it: what is in its base URLs is taken off."""
        if not _PATH.fullmatch(path):
            item.refuse(f"{path!r} must be a path that begins with /, of ASCII letters, digits and {{parameters}}")
        names = PLACEHOLDER.findall(path)
        if len(set(names)) < len(names):
            item.refuse(f"{path!r} names a parameter twice")
        urls = _server_urls(self._document)
        full = urlsplit(urls[0]).path.rstrip("/") + path if urls else path
        base = next((each for each in self._bases if full.startswith(f"{each}/")), None)
        return path if base is None else full[len(base) :]

    def _read(self, node: Node, item: Node, method: str, path: str) -> Draft:
        known = _read_known(node, *self._known)
        security = node.value.get("security", self._document.value.get("security"))
        request = node.fields("requestBody")
        return Draft(
            provider=self._provider,
            node=node,
            id=self._name(node.text("operationId"), method, path),
            method=method,
            path=path,
            on_invalid=node.choice("x-on-invalid", "reject", ("reject", "ignore")),
            evidence=known[0],
            source=known[1],
            parameters=self._read_parameters(node, item, path, known),
            body=self._read_request(request),
            body_required=request.value.get("required") is True,
            answers=self._read_answers(node, known),
            rate_limit=_read_rate_limit(node, known[1]),
            has_security=security != [],
        )

    def _name(self, given: str, method: str, path: str) -> str:
        if given.startswith(f"{self._provider}.") and _ID.fullmatch(given):
            return given
        return f"{self._provider}.stubs.{_snake(given) or _snake(f'{method} {path}')}"

    def _read_parameters(
        self, node: Node, item: Node, path: str, known: tuple[str, str]
    ) -> list[tuple[Node, dict[str, Any]]]:
        given: dict[tuple[str, str], tuple[Node, dict[str, Any]]] = {}
        for each in (*item.items("parameters"), *node.items("parameters")):
            each.fields()
            name, location = each.text("name"), each.text("in")
            if location == "cookie" or (location == "header" and name.lower() in _IGNORED_HEADERS):
                continue
            if location not in ("path", "query", "header") or not name:
                each.refuse("must have a name and be in path, query, header or cookie")
            if location == "path" and name not in PLACEHOLDER.findall(path):
                each.refuse(f"the path {path} has no {{{name}}}")
            evidence, source = _read_known(each, *known)
            raw = {
                "name": name,
                "in": location,
                "required": location == "path" or each.value.get("required") is True,
                "description": each.text("description"),
                "x-evidence": evidence,
                "x-source": source,
                "schema": self._text_schema(each),
            }
            if "example" in each.value:
                raw["example"] = each.value["example"]
            given[location, name] = each, raw
        for name in PLACEHOLDER.findall(path):
            if ("path", name) not in given:
                node.refuse(f"{{{name}}} of the path {path} is not among its parameters")
        return list(given.values())

    def _text_schema(self, parameter: Node) -> dict[str, Any]:
        """The schema of a parameter's value, which comes as text: of a text, a whole number or a list."""
        if "schema" not in parameter.value:
            return {"type": "string"}
        # Followed, and not collected: contracts read type and bounds here.
        converted = self._shared.convert(parameter.child("schema"), old=self._old)
        schema: dict[str, Any] = converted if isinstance(converted, dict) else {}
        types = schema.get("type")
        type_ = next((each for each in types if each != "null"), None) if isinstance(types, list) else types
        if isinstance(type_, str) and type_ in _TEXTS:
            return dict(_TEXTS[type_])
        if type_ == "array":
            items = schema.get("items")
            is_plain = isinstance(items, dict) and items.get("type") in ("string", "integer")
            return {**schema, "type": "array", "items": items if is_plain else {"type": "string"}}
        return {**schema, "type": type_} if type_ in ("string", "integer") else {"type": "string"}

    def _read_request(self, request: Node) -> Body | None:
        """What a request's body must be; None where it may be anything, as one that is not JSON."""
        content = request.fields("content")
        media_type = _find_json(content)
        if media_type is None:
            return None
        media = content.child(media_type).fields()
        return Body(media, self._read_schema(media), read_examples(media), _JSON)

    def _read_answers(self, node: Node, known: tuple[str, str]) -> dict[str, Body]:
        """Status → what is known of it; the first of the successes has an example."""
        responses = node.fields("responses")
        given = {
            "200" if key.upper() == "2XX" and "200" not in responses.value else key: key for key in responses.value
        }
        answers: dict[str, Body] = {}
        for status in sorted(given):
            response = responses.child(given[status]).fields()
            content = response.fields("content")
            media_type, is_success = _find_json(content), status.startswith("2")
            # What a stub says of other refusals is not served: they are the provider's.
            if not _STATUS.fullmatch(status) or (media_type is None and not is_success):
                continue
            if media_type is None and content.value:
                response.refuse(f"is of {', '.join(content.value)}; only {_JSON} is served", key="content")
            evidence, source = _read_known(response, *known)
            description = response.text("description")
            if media_type is None:
                answers[status] = Body(response, True, {"": None}, "", description, evidence, source)  # noqa: FBT003
                continue
            media = content.child(media_type).fields()
            is_needed = is_success and not any(each.startswith("2") for each in answers)
            examples = _find_examples(media, node, is_needed=is_needed)
            answers[status] = Body(media, self._read_schema(media), examples, _JSON, description, evidence, source)
        if not any(status.startswith("2") for status in answers):
            node.refuse("must have a response with a status of 200 to 299", key="responses")
        return answers

    def _read_schema(self, media: Node) -> Any:
        """Of a body; True where there is none."""
        return self._shared.convert(media.plain("schema"), old=self._old) if "schema" in media.value else True


def _read_known(node: Node, evidence: str, source: str) -> tuple[str, str]:
    """Evidence and source of a part, those of what it is in where it has none."""
    return node.choice("x-evidence", evidence, _EVIDENCE), node.text("x-source", source)


def _read_rate_limit(node: Node, source: str) -> RateLimit | None:
    if "x-rate-limit" not in node.value:
        return None
    limit = node.fields("x-rate-limit")
    rate, burst = limit.value.get("per-second"), limit.value.get("burst")
    if isinstance(rate, bool) or not isinstance(rate, int | float) or rate <= 0:
        limit.refuse("per-second must be a number of calls above 0")
    if isinstance(burst, bool) or not isinstance(burst, int) or burst < 1:
        limit.refuse("burst must be a whole number of calls from 1 on")
    evidence = cast("Evidence", limit.choice("evidence", "assumed", _EVIDENCE))
    return RateLimit(rate, burst, evidence, limit.text("source", source))


def _find_examples(media: Node, operation: Node, *, is_needed: bool) -> dict[str, Any]:
    if examples := read_examples(media):
        return examples
    try:
        return {"": compose_example(media.fields("schema"))}
    except NoExampleError as error:
        if not is_needed:
            return {}
        operation.refuse(
            f"has no example to be served: write `example` or `examples` at {media.pointer}, or `example` in the "
            f"schema (there is none at {error})"
        )


def _find_json(content: Node) -> str | None:
    """The key of the media type that is JSON, the plain one before others."""
    keys = [key for key in content.value if _is_json(key)]
    return min(keys, key=lambda key: not key.startswith(_JSON), default=None)


def _is_json(media_type: str) -> bool:
    plain = media_type.partition(";")[0].strip().lower()
    return plain in (_JSON, "*/*", "application/*") or plain.endswith("+json")


def _snake(text: str) -> str:
    """Text as a part of an operation's id: small letters, digits and underscores."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
