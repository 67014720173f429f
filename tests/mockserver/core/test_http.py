"""Bodies as they are written."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from jumun_mockserver.core.http import Written, render_json

LARGE = {"key": "값" * 50_000}


@pytest.mark.parametrize("value", [{}, [], "값", 2**70, {"a": [1, None, True, 0.5]}, LARGE])
def test_a_body_reads_as_what_it_was_written_from(value: Any) -> None:
    """Small or large, and beyond 64 bits; compact, and without escapes of what is not ASCII."""
    text = render_json(value)
    assert json.loads(text) == value
    assert text == json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize("number", [1, 2**70])
def test_what_is_written_once(number: int) -> None:
    """Within another body it has the text of a dictionary that is like it, again and again."""
    plain = {"값": {"deep": [number]}, "b": 1.5}
    written = Written(plain)
    assert written == plain
    for body in ([written, written], {"data": [written], "more": number}, written):
        expected = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        assert render_json(body) == render_json(body) == expected


def test_a_copy_may_be_changed() -> None:
    """A deep copy is a dictionary of its own, whose text is its own too."""
    written = Written({"a": {"b": 1}})
    render_json(written)
    changed = copy.deepcopy([written])
    changed[0]["a"]["b"] = 2
    assert render_json(changed) == b'[{"a":{"b":2}}]'
    assert render_json([written]) == b'[{"a":{"b":1}}]'
