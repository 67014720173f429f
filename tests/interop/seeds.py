"""The documents that Jumun was made from, and their code samples. They are read from beside the checkout."""

from __future__ import annotations

import re

import pytest

from tests.checkout import SHARED

NAVER_GUIDE = "000_6ff2a111bc73acff.txt"
BOOTPAY_PAGE = "003_aa9fe4d2c31b0158.txt"

_SEEDS = SHARED / "seeds"
_FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# The page was clipped without its fences: the name of the language sticks to the last line of a block.
_UNFENCED = re.compile(
    r"^(const \{ BootpayCommerce \}.*?^console\.log\(response\))javascript$", re.DOTALL | re.MULTILINE
)


def read_guide_sample(language: str, *, containing: str) -> str:
    """The one fenced block of the Naver guide in `language` that has `containing` in it."""
    (code,) = (
        code for name, code in _FENCED.findall(read_document(NAVER_GUIDE)) if name == language and containing in code
    )
    return str(code)


def read_page_sample() -> str:
    """The sample of the Bootpay page, which is for Node."""
    (code,) = _UNFENCED.findall(read_document(BOOTPAY_PAGE))
    return str(code)


def read_document(name: str) -> str:
    """The text of a document; skips the test where it is absent."""
    path = _SEEDS / name
    if not path.exists():
        pytest.skip(f"the documents are not beside this checkout: {path}")
    return path.read_text("utf-8")
