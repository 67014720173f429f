"""What a `$ref` points to, and which schemas apply to one value together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urldefrag, urljoin

from jumun_contracts.schema.pointers import unescape_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_contracts.schema.parsing import SchemaDocument


class Documents(Protocol):
    """A schema and those that its references may point to, by `$id`: `Schema`, or an engine."""

    document: SchemaDocument
    resources: Mapping[str, SchemaDocument]


_LISTS_IN_PLACE = ("allOf", "anyOf", "oneOf")
_SCHEMAS_IN_PLACE = ("then", "else")


class References:
    """The documents that the `$ref`s of one schema point to."""

    def __init__(self, schema: Documents) -> None:
        """Whatever can be reached resolves: `Schema` has refused the rest."""
        document = schema.document
        self._by_id: dict[str, Any] = dict(schema.resources)
        self._by_id[document.get("$id", "") if not isinstance(document, bool) else ""] = document

    def resolve(self, ref: str, base: str) -> tuple[Any, str]:
        """The schema that `ref` points to from a document of the `$id` `base`, and the `$id` of its own document.

        Raises:
            KeyError: It names no document or place; anchors are not followed.
        """
        uri, fragment = urldefrag(urljoin(base, ref))
        target = self._by_id[uri]
        if fragment and not fragment.startswith("/"):
            raise KeyError(fragment)
        for step in unquote(fragment).split("/")[1:]:
            key = unescape_key(step)
            target = target[int(key)] if isinstance(target, list) else target[key]
        return target, uri

    def iter_speaking(self, schema: Any, base: str) -> Iterator[tuple[dict[str, Any], str]]:
        """The schema and all that apply to the same value, each with the `$id` that its references start from.

        What a condition asks (`if`, `not`) is left out: it does not say what the value is.
        """
        waiting, met = [(schema, base)], set[int]()
        while waiting:
            here, base = waiting.pop(0)
            if not isinstance(here, dict) or id(here) in met:
                continue
            met.add(id(here))
            base = here.get("$id", base)
            yield here, base
            if "$ref" in here:
                waiting.append(self.resolve(here["$ref"], base))
            waiting += [(here[keyword], base) for keyword in _SCHEMAS_IN_PLACE if keyword in here]
            waiting += [(each, base) for keyword in _LISTS_IN_PLACE for each in here.get(keyword, ())]
            waiting += [(each, base) for each in here.get("dependentSchemas", {}).values()]
