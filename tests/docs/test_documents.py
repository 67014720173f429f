"""docs/documents.md leaves out nothing that the two documents say; test_pages.py runs its commands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.checkout import ROOT
from tests.interop.seeds import BOOTPAY_PAGE, NAVER_GUIDE, read_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def naver_statements() -> Iterator[str]:
    """Parameters, headers, fields, statuses and error names of the guide, and its functions."""
    guide = read_document(NAVER_GUIDE)
    yield from re.findall(r"^\| `([\w.]+)` \|", guide, re.MULTILINE)
    yield from (
        f"**{status}: " for status in re.findall(r"^\| \*\*(\d+)\*\* \|", guide, re.MULTILINE) if status != "200"
    )
    yield from (f"`{name}`" for name in re.findall(r"error: '(\w+)'", guide) if name != "UNKNOWN_ERROR")
    yield from re.findall(r"^(?:async )?function (\w+)\(", guide, re.MULTILINE)


def bootpay_statements() -> Iterator[str]:
    """Parameters, fields and statuses of the page, those of its sample included."""
    page = read_document(BOOTPAY_PAGE)
    yield from (f"`{name}`" for name in re.findall(r"^(\w+) (?:String|Integer|Array) 선택", page, re.MULTILINE))
    yield from re.findall(r'"(\w+)":', page)
    yield from re.findall(r"^(?:list\[\]\.)?(\w+) (?:String|Integer|Array) (?!선택)", page, re.MULTILINE)
    codes = re.findall(r"^(\w+) (.+)$", page.partition("주문 상태 코드\n")[2], re.MULTILINE)
    yield from (f"{code} = {text}" for code, text in codes if code.isdigit())
    yield from (code for code, _ in codes if not code.isdigit() and code.isascii())


@pytest.mark.parametrize(
    ("statements", "least"), [(naver_statements, 15), (bootpay_statements, 30)], ids=["naver", "bootpay"]
)
def test_every_statement_has_its_command(statements: Callable[[], Iterator[str]], least: int) -> None:
    """Each thing that a document names is on the page, or on that of the guide's code, to which it links."""
    text = "".join((ROOT / "docs" / name).read_text("utf-8") for name in ("documents.md", "guide.md"))
    # `jumun explain` writes a colon where the page has columns.
    text += text.replace(": ", " ")
    named = list(statements())
    assert len(named) >= least
    assert [each for each in named if each not in text] == []
