"""The ids of oasdiff: each that a difference has is in the page, and each of the page can be one's."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

from jumun_contracts.diff import compare, read_openapi
from jumun_contracts.diff.oasdiff import all_ids, oasdiff_ids
from tests.checkout import ROOT
from tests.contracts.diff.pairs import document
from tests.contracts.diff.test_diff import API, RULES, changed


def spelled_out(text: str) -> list[str]:
    """With each of the alternatives in braces."""
    parts = [part.split(",") for part in re.split(r"[{}]", text)]
    return ["".join(each) for each in itertools.product(*parts)]


def test_the_page_has_all_of_them() -> None:
    """No more and no fewer than are given out."""
    page = (ROOT / "docs" / "diff.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| .*? \|(.*)\|$", page.partition("## Ids of oasdiff")[2], re.MULTILINE)
    ids = [each for row in rows for text in re.findall("`(.*?)`", row) for each in spelled_out(text)]
    assert set(ids) == all_ids()


@pytest.mark.parametrize(
    ("name", "ahead", "back"),
    [
        ("operation", {"api-removed-without-deprecation", "api-path-removed-without-deprecation"}, {"endpoint-added"}),
        ("operation id", {"api-operation-id-removed"}, {"api-operation-id-removed"}),
        ("deprecated", {"endpoint-deprecated"}, {"endpoint-reactivated"}),
        ("server", set(), set()),
        ("rate limit", set(), set()),
        ("parameter becomes required", None, {"request-parameter-became-optional"}),
        ("bound of a parameter", {"request-parameter-max-decreased"}, {"request-parameter-max-increased"}),
        ("how a parameter is written", {"request-parameter-explode-changed"}, {"request-parameter-explode-changed"}),
        ("required body", None, {"request-body-became-optional"}),
        ("status", {"response-non-success-status-added"}, {"response-non-success-status-removed"}),
        ("range that covers a status", set(), set()),
        ("header", {"response-header-added"}, None),
        ("type of a header", {"response-header-type-generalized"}, {"response-header-type-specialized"}),
        (
            "nullable",
            {"response-property-became-nullable", "request-property-became-nullable"},
            {"response-property-became-not-nullable", "request-property-became-not-nullable"},
        ),
        (
            "optional property",
            {"response-optional-property-added", "new-optional-request-property"},
            {"response-optional-property-removed", "request-property-removed"},
        ),
        ("enum", {"request-property-became-enum"}, set()),
    ],
)
def test_ids_of_rules(name: str, ahead: set[str] | None, back: set[str] | None) -> None:
    """A change has its ids, and its mirror has theirs; all are known. None: several, whichever."""
    (pointer, value), *_ = RULES[name]
    new = changed(pointer, value)
    for (left, right), wanted in (((API, new), ahead), ((new, API), back)):
        found = compare(read_openapi(left, name="old"), read_openapi(right, name="new"))
        ids = {each for difference in found for each in oasdiff_ids(difference)}
        assert ids <= all_ids()
        assert ids if wanted is None else ids == wanted


@pytest.mark.parametrize(
    ("old", "new", "ids"),
    [
        ({"maximum": 5}, {"maximum": 4}, {"request-body-max-decreased"}),
        ({"maximum": 5}, {}, set()),
        ({"maxLength": 5}, {}, {"response-body-max-length-unset"}),
        ({}, {"minItems": 1}, {"request-body-min-items-set"}),
        (
            {"multipleOf": 4},
            {"multipleOf": 2},
            {"request-body-multiple-of-generalized", "response-body-multiple-of-changed"},
        ),
        ({"type": "string"}, {"type": "integer"}, {"request-body-type-changed", "response-body-type-changed"}),
        (
            {"enum": ["a", "b"]},
            {"enum": ["a"]},
            {"request-body-enum-value-removed", "response-mediatype-enum-value-removed"},
        ),
        ({}, {"unevaluatedItems": False}, {f"{each}-body-unevaluated-items-added" for each in ("request", "response")}),
        (
            {"contentEncoding": "base64"},
            {},
            {f"{each}-body-content-encoding-changed" for each in ("request", "response")},
        ),
        ({}, {"not": {"type": "null"}}, set()),
        ({}, {"format": "date"}, set()),
    ],
)
def test_ids_of_keywords(old: Any, new: Any, ids: set[str]) -> None:
    """Of a body's keyword, in both directions."""
    found = compare(read_openapi(document(old), name="old"), read_openapi(document(new), name="new"))
    assert {each for difference in found for each in oasdiff_ids(difference)} == ids
