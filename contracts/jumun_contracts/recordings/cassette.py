"""Cassettes of vcrpy, Ruby VCR and Betamax, in YAML or JSON, and of Schemathesis, which names two keys otherwise."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from jumun_contracts.recordings.bodies import read_body
from jumun_contracts.recordings.codings import CodingError, decode_base64
from jumun_contracts.recordings.durations import read_duration
from jumun_contracts.recordings.excerpt import read_entries, read_excerpt
from jumun_contracts.recordings.headers import fold_headers, read_headers
from jumun_contracts.recordings.places import find_begun
from jumun_contracts.recordings.recorded import Body, Recorded, RecordingError, Unreadable
from jumun_contracts.recordings.rows import read_status
from jumun_contracts.recordings.scalars import scalar_offsets
from jumun_contracts.recordings.yaml_nodes import Scalar, iter_sequence, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jumun_contracts.recordings.excerpt import Excerpt
    from jumun_contracts.recordings.places import Offsets
    from jumun_contracts.recordings.recorded import Place
    from jumun_contracts.recordings.yaml_nodes import Node

_KEYS = ("interactions", "http_interactions")
# Of YAML's own type, and as Ruby writes it.
_BINARY = ("tag:yaml.org,2002:binary", "!binary")
_CUT = "a body that was cut when it was recorded"


def read_cassette(data: bytes, *, file: str) -> Iterator[Recorded | Unreadable]:
    """The interactions of a cassette; one that cannot be read does not end the reading.

    Raises:
        RecordingError: Neither YAML nor JSON, or without interactions.
    """
    document = read_excerpt(data, file=file)
    if document.text.lstrip()[:1] == "{":
        return read_entries(document, f"/{_find_key(document)}", _read_json)
    return _read_yaml(document)


def _find_key(document: Excerpt) -> str:
    """The last of the keys, which is to blame if there is none."""
    for key in _KEYS[:-1]:
        with suppress(LookupError):
            find_begun(document.text, f"/{key}")
            return key
    return _KEYS[-1]


def _read_json(interaction: dict[str, Any], excerpt: Excerpt, number: int) -> Recorded:
    request, response = interaction.get("request"), interaction.get("response")
    if not isinstance(request, dict) or not isinstance(response, dict):
        raise excerpt.refusal("", "expected an interaction with request and response")
    status = response.get("status")
    request_headers, response_headers = read_headers(request.get("headers")), read_headers(response.get("headers"))
    request_body = _json_body(request, excerpt, "/request", request_headers)
    return Recorded(
        file=excerpt.file,
        place=excerpt.place(0),
        number=number,
        method=str(request.get("method", "")).upper(),
        url=str(request.get("uri", "")),
        status=read_status(status.get("code") if isinstance(status, dict) else None),
        request_headers=request_headers,
        response_headers=response_headers,
        request_body=request_body if request_body and request_body.text else None,
        response_body=_json_body(response, excerpt, "/response", response_headers),
    )


def _json_body(
    side: Mapping[str, Any], excerpt: Excerpt, pointer: str, headers: Mapping[str, str] | None
) -> Body | None:
    """A text (vcrpy's request bodies), or an object with `string` or `base64_string`."""
    body = side.get("body")
    if isinstance(body, dict):
        return read_body({**body, "encoding": None}, excerpt, f"{pointer}/body", headers)
    return excerpt.body(f"{pointer}/body", body) if isinstance(body, str) else None


def _read_yaml(document: Excerpt) -> Iterator[Recorded | Unreadable]:
    items = iter_sequence(document.text, _KEYS, file=document.file, place=document.place)
    for number, (offset, node) in enumerate(items, start=1):
        try:
            yield _Interaction(document, offset, number).read(node)
        except RecordingError as error:
            yield Unreadable(document.file, error.place, number, error.reason)


@dataclass(frozen=True, slots=True)
class _Interaction:
    document: Excerpt
    offset: int
    number: int

    def read(self, node: Node) -> Recorded:
        request = node.get("request") if isinstance(node, dict) else None
        if not isinstance(node, dict) or not isinstance(request, dict):
            raise self._refusal(self.offset, "expected an interaction with a request")
        response = node.get("response")
        response = response if isinstance(response, dict) else {}
        if "truncated_from" in response:
            raise self._refusal(self.offset, _CUT)
        status = response.get("status")
        request_headers, response_headers = _headers(request.get("headers")), _headers(response.get("headers"))
        request_body = self._body(request.get("body"), request_headers)
        return Recorded(
            file=self.document.file,
            place=self.document.place(self.offset),
            number=self.number,
            method=(read_text(request.get("method")) or "").upper(),
            url=read_text(request.get("uri")) or "",
            status=read_status(read_text(status.get("code")) if isinstance(status, dict) else None),
            request_headers=request_headers,
            response_headers=response_headers,
            request_body=request_body if request_body and request_body.text else None,
            response_body=self._body(response.get("body"), response_headers),
            duration_s=read_duration(read_text(response.get("elapsed"))),
        )

    def _body(self, node: Node | None, headers: Mapping[str, str] | None) -> Body | None:
        """A scalar (vcrpy's request bodies), or a mapping with `string` or, of Schemathesis, `base64_string`."""
        encoded = node.get("base64_string") if isinstance(node, dict) else None
        scalar = encoded or node.get("string") if isinstance(node, dict) else node
        text = read_text(scalar)
        if text is None or not isinstance(scalar, Scalar):
            return None
        start = scalar.start
        if encoded or scalar.tag in _BINARY:
            return Body(self._decode(text, start, headers), lambda _: self.document.place(start))
        return Body(text.encode(errors="surrogatepass"), self._locator(scalar))

    def _locator(self, scalar: Scalar) -> Callable[[int], Place]:
        """Made when the first place is asked for."""
        text, start, end = self.document.text, scalar.start, scalar.end

        @cache
        def offsets() -> Offsets | None:
            return scalar_offsets(text, start, end, style=scalar.style, value=scalar.value)

        def locate(offset: int) -> Place:
            found = offsets()
            return self.document.place(found(offset) if found else start)

        return locate

    def _decode(self, text: str, start: int, headers: Mapping[str, str] | None) -> bytes:
        try:
            return decode_base64("".join(text.split()), (headers or {}).get("content-encoding", ""))
        except CodingError as error:
            raise self._refusal(start, str(error)) from None

    def _refusal(self, offset: int, reason: str) -> RecordingError:
        return RecordingError(self.document.file, self.document.place(offset), reason)


def _headers(node: Node | None) -> dict[str, str] | None:
    """`{name: [value, …]}`, or `{name: value}`; {} where they are named and empty."""
    if not isinstance(node, dict):
        return None
    return fold_headers(
        (name, read_text(each))
        for name, values in node.items()
        for each in (values if isinstance(values, list) else [values])
    )
