"""Contracts read from a provider's folder: OpenAPI document, schema files, error catalogue.

The reader is strict: an unknown key, keyword or format, a `$ref` that does not resolve or leaves the folder, or a code
that is not in the catalogue stops loading, with file and key named. What loads can be relied on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.catalogue import read_catalogue
from jumun_contracts.contract.documents import DocumentError, check_document, read_document
from jumun_contracts.contract.model import PLACEHOLDER, PROFILES, Answer, Contract, Operation, Parameter, RateLimit
from jumun_contracts.contract.overlay import Overlay, copy_plain, read_overlay
from jumun_contracts.contract.schema_files import SchemaFiles, meta_schema
from jumun_contracts.contract.stubs.extension import Stubs, extend
from jumun_contracts.contract.stubs.files import StubFiles
from jumun_contracts.contract.stubs.operations import read_operations
from jumun_contracts.schema.pointers import escape_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from jumun_contracts.contract.stubs.stub import Stub
    from jumun_contracts.schema.validation import Schema

_METHODS = ("get", "post", "put", "delete")
_TYPES = ("string", "integer", "array")
_PROVIDERS = ("naver", "bootpay")
DOCUMENT = "openapi.yaml"
OVERLAY = "observed.overlay.yaml"


PACKAGED = Stubs()
NO_STUBS = Stubs(packaged=False)


def load_contract(provider: str, profile: str = "documented", *, stubs: Stubs = PACKAGED) -> Contract:
    """The packaged contract of `provider` in one profile; the same object each time.

    Args:
        stubs: What it has beside the operations that are carried out.

    Raises:
        DocumentError: No such provider or profile, or a fault in the contract's files.
    """
    return _load_contract(provider, profile, stubs)


def load_contracts(*contracts: str | Contract) -> list[Contract]:
    """Contracts, of which some are names such as `naver` or `bootpay:observed`; all as documented if none is given.

    Raises:
        DocumentError: As of `load_contract`.
    """
    names = contracts or _PROVIDERS
    return [load_contract(*each.split(":", 1)) if isinstance(each, str) else each for each in names]


def read_stubs(root: Traversable, *, packaged: bool = True) -> Stubs:
    """The OpenAPI files in the folder `root`, as stubs of the providers that they are for.

    Args:
        packaged: As in `Stubs`.

    Raises:
        DocumentError: Names file and key of the first fault: among them an operation that Jumun carries out itself, or
            that two files have.
    """
    stubs = Stubs(_read_stubs(root, shared_name="own-stubs", source="{} of --stubs"), packaged=packaged)
    for provider in {each.provider for each in stubs.own}:
        for profile in PROFILES:
            load_contract(provider, profile, stubs=stubs)
    return stubs


@lru_cache(maxsize=256)
def _load_contract(provider: str, profile: str, stubs: Stubs) -> Contract:
    if stubs is NO_STUBS:
        return _read_profile(_load_folder(provider), profile)
    contract = _load_contract(provider, profile, NO_STUBS)
    ours = {each.operation.target for each in stubs.own if each.provider == provider}
    packaged = _load_packaged_stubs(provider) if stubs.packaged else ()
    return extend(contract, (*(each for each in packaged if each.operation.target not in ours), *stubs.own))


@cache
def _load_packaged_stubs(provider: str) -> tuple[Stub, ...]:
    root = _load_folder(provider).root / "stubs"
    return _read_stubs(root, shared_name="stubs", source="made up by Jumun") if root.is_dir() else ()


def _read_stubs(root: Traversable, *, shared_name: str, source: str) -> tuple[Stub, ...]:
    names = [each.name for each in files("jumun_contracts").iterdir() if (each / "errors.yaml").is_file()]
    servers = {name: _load_contract(name, PROFILES[0], NO_STUBS).servers for name in sorted(names)}
    return read_operations(StubFiles(root), servers, shared_name=shared_name, source=source)


@cache
def _load_folder(provider: str) -> _Folder:
    """What the packaged contracts of both profiles share, read once."""
    root = files("jumun_contracts") / provider
    if not provider.isidentifier() or not (root / "errors.yaml").is_file():
        raise DocumentError(provider, "", "no provider of this name has a contract here")
    return _read_folder(root, is_checked=True)


def read_contract(root: Traversable, profile: str) -> Contract:
    """The contract in the folder `root`: openapi.yaml, observed.overlay.yaml (for `observed`), errors.yaml, schemas/.

    Raises:
        DocumentError: Names file and key of the first fault.
    """
    return _read_profile(_read_folder(root), profile)


@dataclass(frozen=True, slots=True)
class _Folder:
    """What the profiles of one contract share.

    Attributes:
        document: openapi.yaml, which fits its meta schema.
        operations: Ids of the operations of all profiles.
    """

    root: Traversable
    document: Mapping[str, Any]
    operations: frozenset[str]
    schemas: SchemaFiles

    @property
    def file(self) -> str:
        """The name of openapi.yaml as the user knows it."""
        return str(self.root / DOCUMENT)


def _read_folder(root: Traversable, *, is_checked: bool = False) -> _Folder:
    schemas = SchemaFiles(root, is_checked=is_checked)
    document = read_document(root, DOCUMENT)
    check_document(document, meta_schema("openapi"), file=str(root / DOCUMENT))
    operations = frozenset(operation["operationId"] for _, operation in _iter_raw_operations(document))
    return _Folder(root, document, operations, schemas)


def _read_profile(folder: _Folder, profile: str) -> Contract:
    if profile not in PROFILES:
        raise DocumentError(str(folder.root), "", f"unknown profile {profile!r}; expected {' or '.join(PROFILES)}")
    document = _select_operations(folder.document, profile)
    if profile == PROFILES[0]:
        return _build_contract(folder, profile, document)
    overlay = read_overlay(folder.root, OVERLAY)

    def build(changed: dict[str, Any]) -> Contract:
        _check_same_operations(document, changed, file=folder.file)
        check_document(changed, meta_schema("openapi"), file=folder.file)
        return _build_contract(folder, profile, changed)

    try:
        return build(overlay.apply(document))
    except DocumentError as error:
        raise _blame(error, overlay, document, build, file=folder.file) from None


def _build_contract(folder: _Folder, profile: str, document: dict[str, Any]) -> Contract:
    """The contract whose OpenAPI document is `document`, which fits the meta schema."""
    for _, raw in _iter_raw_operations(document):
        # In order, `default` last, also where an overlay has added statuses.
        raw["responses"] = dict(sorted(raw["responses"].items()))
    schemas = folder.schemas
    for name in _scheme_names(document["security"]):
        _check_scheme(name, document, file=folder.file, pointer="/security")
    operations: dict[str, Operation] = {}
    for pointer, operation in _iter_operations(document, schemas, file=folder.file):
        if operation.id in operations:
            raise DocumentError(folder.file, f"{pointer}/operationId", f"{operation.id!r} is defined twice")
        if operation.roles and "x-role-header" not in document:
            raise DocumentError(folder.file, f"{pointer}/x-roles", "needs x-role-header at the top of the document")
        operations[operation.id] = operation
    catalogue = read_catalogue(folder.root, profile, schemas=schemas, operations=folder.operations)
    return Contract(
        provider=catalogue.provider,
        profile=profile,
        title=document["info"]["title"],
        description=document["info"]["description"],
        servers=tuple(server["url"] for server in document["servers"]),
        operations=MappingProxyType(operations),
        errors=MappingProxyType(catalogue.errors),
        causes=MappingProxyType(catalogue.causes),
        envelopes=MappingProxyType({name: schemas.compile(stem) for name, stem in catalogue.envelopes.items()}),
        envelope_schemas=MappingProxyType(catalogue.envelopes),
        webhooks=MappingProxyType(_webhooks(document, schemas, file=folder.file)),
        document=MappingProxyType(document),
        schemas=MappingProxyType(schemas.documents),
    )


def _iter_raw_operations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation as it is written, with its pointer."""
    for path, item in document["paths"].items():
        yield from ((f"/paths/{escape_key(path)}/{method}", operation) for method, operation in item.items())


def _select_operations(document: Mapping[str, Any], profile: str) -> dict[str, Any]:
    """A copy of `document` without the operations that only other profiles have (`x-profiles`)."""
    copy: dict[str, Any] = copy_plain(document)
    for path, item in list(copy["paths"].items()):
        for method in [each for each in item if profile not in item[each].get("x-profiles", PROFILES)]:
            del item[method]
        if not item:
            del copy["paths"][path]
    return copy


def _check_same_operations(before: Mapping[str, Any], after: Mapping[str, Any], *, file: str) -> None:
    """Refuse an overlay that adds, removes or renames an operation: `x-profiles` says which profile has it."""
    old = {pointer: operation["operationId"] for pointer, operation in _iter_raw_operations(before)}
    new = {pointer: operation.get("operationId") for pointer, operation in _iter_raw_operations(after)}
    for pointer in old.keys() | new.keys():
        if old.get(pointer) != new.get(pointer):
            parent, _, _ = pointer.rpartition("/")
            reason = f"{pointer}: an operation of one profile is written in {DOCUMENT}, with x-profiles"
            raise DocumentError(file, pointer if pointer in new else parent, reason)


def _blame(
    error: DocumentError,
    overlay: Overlay,
    document: dict[str, Any],
    build: Callable[[dict[str, Any]], object],
    *,
    file: str,
) -> DocumentError:
    """`error`, which `build` raises for the changed document, at the place where its cause was written.

    That is the last action of `overlay` without which that place has no fault, or `document`, which `file` holds.
    """
    if error.file != file:
        return error
    for index in reversed(range(len(overlay.actions))):
        before = overlay.apply(document, count=index)
        try:
            build(before)
        except DocumentError as earlier:
            if earlier.pointer == error.pointer:
                continue
        where = overlay.locate(error.pointer, index=index, before=before)
        target = overlay.actions[index]["target"]
        return DocumentError(overlay.file, where, f"{error.reason} (once {target} is changed)")
    return error


def _iter_operations(
    document: Mapping[str, Any], schemas: SchemaFiles, *, file: str
) -> Iterator[tuple[str, Operation]]:
    """Each operation with its pointer."""
    for path, item in document["paths"].items():
        for method in (each for each in _METHODS if each in item):
            operation, pointer = item[method], f"/paths/{escape_key(path)}/{method}"
            body_media_type, body = None, None
            if "requestBody" in operation:
                ((body_media_type, content),) = operation["requestBody"]["content"].items()
                where = f"{pointer}/requestBody/content/{escape_key(body_media_type)}/schema"
                body, _ = schemas.compile_part(content["schema"], file=file, pointer=where)
            security = operation.get("security", document["security"])
            for name in _scheme_names(security):
                _check_scheme(name, document, file=file, pointer=f"{pointer}/security")
            answers = {
                status: _answer(status, each, schemas, file=file, pointer=f"{pointer}/responses/{status}")
                for status, each in operation["responses"].items()
            }
            success = next((each for status, each in answers.items() if status.startswith("2")), None)
            if success is None:
                raise DocumentError(file, f"{pointer}/responses", "must have an answer with a status of 200 to 299")
            yield (
                pointer,
                Operation(
                    id=operation["operationId"],
                    method=method.upper(),
                    path=path,
                    summary=operation["summary"],
                    description=operation.get("description", ""),
                    parameters=_parameters(operation, path, schemas, file=file, pointer=pointer),
                    body=body,
                    body_media_type=body_media_type,
                    answers=MappingProxyType(answers),
                    success=success,
                    security=_scheme_names(security),
                    on_invalid=operation["x-on-invalid"],
                    rate_limit=_rate_limit(operation.get("x-rate-limit")),
                    roles=tuple(operation.get("x-roles", ())),
                    evidence=operation["x-evidence"],
                    source=operation["x-source"],
                ),
            )


def _webhooks(document: Mapping[str, Any], schemas: SchemaFiles, *, file: str) -> dict[str, Schema]:
    """Name → schema of the body that is posted."""
    found = {}
    for name, item in document.get("webhooks", {}).items():
        webhook, pointer = item["post"], f"/webhooks/{escape_key(name)}/post"
        for index, raw in enumerate(webhook.get("parameters", ())):
            _parameter(raw, schemas, file=file, pointer=f"{pointer}/parameters/{index}")
        for status, response in webhook["responses"].items():
            _answer(status, response, schemas, file=file, pointer=f"{pointer}/responses/{status}")
        ((media_type, content),) = webhook["requestBody"]["content"].items()
        where = f"{pointer}/requestBody/content/{escape_key(media_type)}/schema"
        found[name], _ = schemas.compile_part(content["schema"], file=file, pointer=where)
    return found


def _parameters(
    operation: Mapping[str, Any],
    path: str,
    schemas: SchemaFiles,
    *,
    file: str,
    pointer: str,
) -> tuple[Parameter, ...]:
    parameters: dict[tuple[str, str], Parameter] = {}
    for index, raw in enumerate(operation.get("parameters", ())):
        where = f"{pointer}/parameters/{index}"
        parameter = _parameter(raw, schemas, file=file, pointer=where)
        if (parameter.location, parameter.name) in parameters:
            raise DocumentError(file, where, f"the {parameter.location} parameter {parameter.name!r} is defined twice")
        if parameter.location == "path" and parameter.name not in PLACEHOLDER.findall(path):
            raise DocumentError(file, f"{where}/name", f"the template {path} has no {{{parameter.name}}}")
        parameters[parameter.location, parameter.name] = parameter
    for name in PLACEHOLDER.findall(path):
        if ("path", name) not in parameters:
            raise DocumentError(file, f"{pointer}/parameters", f"{{{name}}} of the template {path} is not described")
    return tuple(parameters.values())


def _scheme_names(security: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(name for entry in security for name in entry)


def _check_scheme(name: str, document: Mapping[str, Any], *, file: str, pointer: str) -> None:
    if name not in document["components"]["securitySchemes"]:
        raise DocumentError(file, pointer, f"{name!r} is not among the securitySchemes")


def _rate_limit(limit: Mapping[str, Any] | None) -> RateLimit | None:
    if limit is None:
        return None
    return RateLimit(limit["per-second"], limit["burst"], limit["evidence"], limit["source"])


def _parameter(parameter: Mapping[str, Any], schemas: SchemaFiles, *, file: str, pointer: str) -> Parameter:
    schema, plain = schemas.compile_part(parameter["schema"], file=file, pointer=f"{pointer}/schema")
    if plain.get("type") not in _TYPES:
        raise DocumentError(file, f"{pointer}/schema/type", f"a parameter's type is one of {', '.join(_TYPES)}")
    items = plain.get("items")
    if plain["type"] == "array" and not isinstance(items, dict):
        raise DocumentError(file, f"{pointer}/schema/items", "an array parameter says of what type its items are")
    return Parameter(
        name=parameter["name"],
        location=parameter["in"],
        required=parameter.get("required", False),
        description=parameter["description"],
        type=plain["type"],
        items=items.get("type") if isinstance(items, dict) else None,
        minimum=plain.get("minimum"),
        maximum=plain.get("maximum"),
        default=plain.get("default"),
        schema=schema,
        evidence=parameter["x-evidence"],
        source=parameter["x-source"],
    )


def _answer(status: str, response: Mapping[str, Any], schemas: SchemaFiles, *, file: str, pointer: str) -> Answer:
    ((media_type, content),) = response["content"].items()
    where = f"{pointer}/content/{escape_key(media_type)}/schema"
    schema, _ = schemas.compile_part(content["schema"], file=file, pointer=where)
    for name, header in response.get("headers", {}).items():
        schemas.compile_part(header["schema"], file=file, pointer=f"{pointer}/headers/{name}/schema")
    return Answer(
        status=status,
        description=response["description"],
        media_type=media_type,
        schema=schema,
        schema_name=schemas.find(content["schema"]["$ref"], file=file, pointer=f"{where}/$ref"),
        evidence=response["x-evidence"],
        source=response["x-source"],
    )
