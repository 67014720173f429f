"""The application that hosts serve in test_hosts.py: both APIs, at a fixed time."""

from __future__ import annotations

from a2wsgi import WSGIMiddleware

from jumun_mockserver import create_app
from tests.conformance.samples import frozen_options

app = create_app(**frozen_options("documented"))
# a2wsgi's type of an environ is a closed one, where Flask takes any.
asgi = WSGIMiddleware(app)  # type: ignore[arg-type]
