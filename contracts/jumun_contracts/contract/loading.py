"""Contracts read from a provider's folder: OpenAPI document, schema files, error catalogue.

The reader is strict: an unknown key, keyword or format, a `$ref` that leads nowhere or away, a code that is not in the
catalogue: each stops loading with file and key named. What loads can be relied on.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.catalogue import read_catalogue
from jumun_contracts.contract.documents import DocumentError, check_document, read_document
from jumun_contracts.contract.model import PLACEHOLDER, PROFILES, Answer, Contract, Operation, Parameter, RateLimit
from jumun_contracts.contract.schema_files import SchemaFiles, meta_schema
from jumun_contracts.schema.pointers import escape_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

_METHODS = ("get", "post", "put", "delete")
_TYPES = ("string", "integer", "array")
_PARAMETERS = "parameters.yaml"


def load_contract(provider: str, profile: str = "documented") -> Contract:
    """The packaged contract of `provider` in one edition; the same object each time.

    Raises:
        DocumentError: No such provider or profile, or a fault in the contract's files.
    """
    return _load_contract(provider, profile)


@cache
def _load_contract(provider: str, profile: str) -> Contract:
    root = files("jumun_contracts") / provider
    if not provider.isidentifier() or not (root / "errors.yaml").is_file():
        raise DocumentError(provider, "", "no provider of this name has a contract here")
    return read_contract(root, profile)


def read_contract(root: Traversable, profile: str) -> Contract:
    """The contract in the folder `root`, which holds PROFILE.openapi.yaml, errors.yaml and schemas/.

    Raises:
        DocumentError: Names file and key of the first fault.
    """
    if profile not in PROFILES:
        raise DocumentError(str(root), "", f"unknown profile {profile!r}; there are {' and '.join(PROFILES)}")
    file = str(root / f"{profile}.openapi.yaml")
    schemas = SchemaFiles(root)
    document = read_document(root, f"{profile}.openapi.yaml")
    shared = _share_parameters(document, root, file=file)
    check_document(document, meta_schema("openapi"), file=file)
    for name in _scheme_names(document["security"]):
        _check_scheme(name, document, file=file, pointer="/security")
    operations: dict[str, Operation] = {}
    for pointer, operation in _iter_operations(document, schemas, shared, file=file):
        if operation.id in operations:
            raise DocumentError(file, f"{pointer}/operationId", f"{operation.id!r} stands twice")
        operations[operation.id] = operation
    catalogue = read_catalogue(root, profile, schemas=schemas, operations=operations)
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
        document=MappingProxyType(document),
        schemas=MappingProxyType(schemas.documents),
    )


def _share_parameters(document: Any, root: Traversable, *, file: str) -> dict[str, tuple[str, str]]:
    """Put what stands in parameters.yaml where `document` refers to it. The malformed is left to the check.

    Returns:
        Pointer of each such place → file and pointer that it comes from.
    """
    shared: dict[str, Any] | None = None
    origins: dict[str, tuple[str, str]] = {}
    source = str(root / _PARAMETERS)
    for pointer, parameters in _iter_parameter_lists(document):
        for index, parameter in enumerate(parameters):
            if not isinstance(parameter, dict) or "$ref" not in parameter:
                continue
            if shared is None:
                shared = read_document(root, _PARAMETERS)
                check_document(shared, meta_schema("parameters"), file=source)
            name = str(parameter["$ref"]).removeprefix(f"{_PARAMETERS}#/")
            where = f"{pointer}/{index}"
            if parameter["$ref"] != f"{_PARAMETERS}#/{name}" or name not in (shared or {}):
                raise DocumentError(file, f"{where}/$ref", f"{parameter['$ref']!r}: no such entry in {_PARAMETERS}")
            if len(parameter) > 1:
                (other, *_) = parameter.keys() - {"$ref"}
                raise DocumentError(file, where, f"{other!r} beside a $ref would not be read; put it where $ref leads")
            parameters[index] = (shared or {})[name]
            origins[where] = (source, f"/{escape_key(name)}")
    return origins


def _iter_parameter_lists(document: Any) -> Iterator[tuple[str, list[Any]]]:
    paths = document.get("paths") if isinstance(document, dict) else None
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method, operation in item.items() if isinstance(item, dict) else ():
            parameters = operation.get("parameters") if isinstance(operation, dict) else None
            if isinstance(parameters, list):
                yield f"/paths/{escape_key(path)}/{method}/parameters", parameters


def _iter_operations(
    document: Mapping[str, Any], schemas: SchemaFiles, shared: Mapping[str, tuple[str, str]], *, file: str
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
                    parameters=_parameters(operation, path, schemas, shared, file=file, pointer=pointer),
                    body=body,
                    body_media_type=body_media_type,
                    answers=MappingProxyType(answers),
                    success=success,
                    security=_scheme_names(security),
                    on_invalid=operation["x-on-invalid"],
                    rate_limit=_rate_limit(operation.get("x-rate-limit")),
                    evidence=operation["x-evidence"],
                    source=operation["x-source"],
                ),
            )


def _parameters(
    operation: Mapping[str, Any],
    path: str,
    schemas: SchemaFiles,
    shared: Mapping[str, tuple[str, str]],
    *,
    file: str,
    pointer: str,
) -> tuple[Parameter, ...]:
    parameters: dict[tuple[str, str], Parameter] = {}
    for index, raw in enumerate(operation.get("parameters", ())):
        where = f"{pointer}/parameters/{index}"
        origin = shared.get(where, (file, where))
        parameter = _parameter(raw, schemas, file=origin[0], pointer=origin[1])
        if (parameter.location, parameter.name) in parameters:
            raise DocumentError(file, where, f"the {parameter.location} parameter {parameter.name!r} stands twice")
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
