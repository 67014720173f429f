"""Logs as strategies: clean lines, faults, what cannot be read, and unknown names of which few are shown."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.contracts.pages import PAGE, ROW


def row(**fields: Any) -> bytes:
    """An order list with one order, which has these fields too."""
    return json.dumps({"count": 1, "list": [{**ROW, **fields}]}, ensure_ascii=False).encode()


def call(query: str, **fields: Any) -> bytes:
    """A call of the order list, as a line of a log."""
    answer = {"body": PAGE, "headers": {}}
    url = f"http://127.0.0.1:8080/v1/orders?{query}"
    return json.dumps({"method": "GET", "url": url, "status": 200, "request": {}, "response": answer} | fields).encode()


NAMES = st.integers(0, 40).map(lambda number: f"new_{chr(97 + number % 26)}{'x' * (number // 26)}")
LINES = st.one_of(
    st.sampled_from(
        [
            row(),
            row(price="1"),
            row(status=9),
            row(status=0, user_email="x"),
            b"",
            b" \t",
            b"\r",
            b"{",
            b"[\xff",
            b"\xef\xbb\xbf" + row(),
            json.dumps(PAGE).encode() + b"\r",
            b'{"count": 1, "count": 2}',
            call("page=1"),
            call("page=x"),
            call("page=1", url="https://cdn.example/app.js"),
            call("page=1", url="", operation="bootpay.orders.lst"),
            call("", response={"body": "<html>"}),
            call("", response={"body": "?", "encoding": "base64"}),
        ]
    ),
    # Of unknown names few are shown at one place, so that other lines have a say in what is shown.
    st.lists(NAMES, min_size=1, max_size=9).map(lambda names: row(**dict.fromkeys(names, 1))),
    NAMES.map(lambda name: call(f"{name}=1")),
)
LOGS = st.builds(
    lambda lines, end: b"\n".join(lines) + end, st.lists(LINES, max_size=20), st.sampled_from([b"", b"\n", b"\n\n"])
)
