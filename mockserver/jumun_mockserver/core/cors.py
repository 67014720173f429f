"""What lets pages of other origins call the providers' operations in a browser (CORS, as the Fetch standard has it)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.http import Response

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from jumun_mockserver.core.http import Request

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\s]+")
_PORTS = {"http": ":80", "https": ":443"}
# Browsers show these to pages by themselves.
_SHOWN_ANYWAY = frozenset({"cache-control", "content-language", "content-length", "content-type", "date", "vary"})


def read_origin(text: str) -> str:
    """An origin as browsers write it, e.g. `http://localhost:5173`: in lower case, without the usual port.

    Raises:
        ValueError: It is not one, or `*`.
    """
    if text == "*":
        raise ValueError(
            "'*' would let every page that is open in your browser call this server; name the origins, e.g. "
            "http://localhost:5173"
        )
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise ValueError(f"{text!r} is not an origin, e.g. http://localhost:5173: {error}") from None
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    if not (text.isascii() and text.isprintable() and _ORIGIN.fullmatch(origin)):
        raise ValueError(f"{text!r} is not an origin, e.g. http://localhost:5173")
    if text.lower() != origin:
        raise ValueError(f"{text!r} is more than an origin; did you mean {origin}?")
    return origin.removesuffix(_PORTS.get(parts.scheme, " "))


class CrossOriginDispatch(Dispatch):
    """Answers as `Dispatch` does, and lets pages of some origins read it.

    A preflight is answered whatever its path, so that the call itself gets the provider's answer, its 404 included. It
    is neither logged nor in the journal: the real API knows none.

    Attributes:
        origins: Those of the pages, as browsers write them.
    """

    def __init__(self, *arguments: Any, origins: Collection[str], **more: Any) -> None:
        """As `Dispatch`.

        Raises:
            ValueError: One is not an origin.
        """
        super().__init__(*arguments, **more)
        self.origins = frozenset(map(read_origin, origins))

    def __call__(self, request: Request) -> Response:
        """The response, with what the browser asks for."""
        headers = request.headers
        origin = headers.get("origin")
        if request.method == "OPTIONS" and origin in self.origins and "access-control-request-method" in headers:
            return self._answer_preflight(request)
        response = super().__call__(request)
        more = [("vary", "origin")]
        if origin in self.origins:
            exposed = [name for name, _ in response.headers if name.lower() not in _SHOWN_ANYWAY]
            more += [("access-control-allow-origin", origin)]
            if exposed:
                more += [("access-control-expose-headers", ", ".join(exposed))]
        return replace(response, headers=(*response.headers, *more))

    def _answer_preflight(self, request: Request) -> Response:
        asked = request.headers
        headers = [
            ("vary", "origin, access-control-request-method, access-control-request-headers"),
            ("access-control-allow-origin", asked["origin"]),
            ("access-control-allow-methods", asked["access-control-request-method"]),
        ]
        if wanted := asked.get("access-control-request-headers"):
            headers.append(("access-control-allow-headers", wanted))
        return Response(204, tuple(headers), b"")
