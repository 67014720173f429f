"""Bodies that no token call should have, and that any may."""

from __future__ import annotations

from hypothesis import strategies as st

ODD_BODIES = (
    "[1]",
    '[{"client_id": "demo-naver-client-id"}]',
    "[[]]",
    '"text"',
    "1",
    "1e400",
    "true",
    "null",
    '{"client_id": null, "client_key": null}',
    '{"client_id": {"a": []}, "client_key": ["a"]}',
    '{"client_id": 5, "client_key": 5}',
    '{"client_id": "demo-naver-client-id", "client_id": "a"}',
    '{"client_key": "\\ud800"}',
    '{"client_id"',
    "[" * 5_000,
    "&=&=",
    "client_id[]=demo-naver-client-id",
    "%ff=%fe",
    "\x00",
)
"""Texts that hold no credential, whatever they are read as."""

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda values: st.lists(values, max_size=2) | st.dictionaries(st.text(max_size=5), values, max_size=2),
    max_leaves=4,
)
