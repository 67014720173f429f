from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts import DocumentError
from jumun_contracts.check.baseline import Ignore, load_ignores, render_baseline, sort_out
from jumun_contracts.check.verdict import Complaint, Verdict

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2030, 1, 31)
COMPLAINT = Complaint(
    severity="drift",
    file="f.json",
    place=(1, 1),
    exchange=1,
    contract="bootpay:documented",
    operation="bootpay.orders.list",
    status="200",
    side="response",
    pointer="/list/0/status",
    pattern="/list/*/status",
    keyword="enum",
    expected=[0, 1],
    message="m",
    fingerprint="00112233aabbccdd",
)
OTHER = replace(COMPLAINT, pattern="/count", keyword="type", fingerprint="ffffffffffffffff")


def load(tmp_path: Path, text: str, name: str = "jumun.toml") -> tuple[Ignore, ...]:
    """The entries of a file of this text."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    return load_ignores(tmp_path / name)


def verdict(*complaints: Complaint, ignored: tuple[Complaint, ...] = ()) -> Verdict:
    """A verdict of these."""
    return Verdict(complaints, ignored, (), 1, (), ())


ENTRY = """
[[{}check.ignore]]
operation = "bootpay.orders.*"
pattern = "/list/*/status"
reason = "asked support"
expires = 2030-01-31
"""


@pytest.mark.parametrize(("name", "table"), [("jumun.toml", ""), ("pyproject.toml", "tool.jumun."), ("x.toml", "")])
def test_entries_are_read(tmp_path: Path, name: str, table: str) -> None:
    """From jumun.toml, any other file of its form, and the table of a pyproject.toml."""
    (entry,) = load(tmp_path, ENTRY.format(table) + "[tool.other]\nx = 1\n" * (name == "pyproject.toml"), name)
    assert (entry.operation, entry.pattern, entry.reason, entry.expires) == (
        "bootpay.orders.*",
        "/list/*/status",
        "asked support",
        DAY,
    )
    assert entry.entry.endswith(f"{name}#/{table.replace('.', '/')}check/ignore/0")


@pytest.mark.parametrize(
    ("name", "text"), [("jumun.toml", ""), ("pyproject.toml", "[project]\nname = 'x'"), ("jumun.toml", "[check]")]
)
def test_a_file_without_entries(tmp_path: Path, name: str, text: str) -> None:
    """A file without entries gives none, and so does a pyproject.toml without a table of Jumun."""
    assert load(tmp_path, text, name) == ()


GOOD = 'reason = "r"\nexpires = 2030-01-31\n'


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("check = 1", "/check", "must be a table"),
        ("[chek]", "", "did you mean check?"),
        ("[check]\nignored = []", "/check", "did you mean ignore?"),
        ("[check]\nignore = 5", "/check/ignore", "[[check.ignore]]"),
        ("[check]\nignore = [5]", "/check/ignore/0", "a table"),
        ("[[check.ignore]]\n" + GOOD, "/check/ignore/0", "covers everything"),
        ('[[check.ignore]]\nkeyword = "x"\nexpires = 2030-01-31', "/check/ignore/0", "no reason"),
        ('[[check.ignore]]\nkeyword = "x"\nreason = "r"', "/check/ignore/0", "expires = 2030-01-31"),
        (
            '[[check.ignore]]\nkeyword = "x"\nreason = "r"\nexpires = "2030-01-31"',
            "/check/ignore/0/expires",
            "without quotes",
        ),
        (
            '[[check.ignore]]\nkeyword = "x"\nreason = "r"\nexpires = 2030-01-31T00:00:00Z',
            "/check/ignore/0/expires",
            "without",
        ),
        ('[[check.ignore]]\nkeyword = "x"\nreason = " "\nexpires = 2030-01-31', "/check/ignore/0/reason", "not empty"),
        ("[[check.ignore]]\nkeyword = 5\n" + GOOD, "/check/ignore/0/keyword", "must be text"),
        ('[[check.ignore]]\nkeywrd = "x"\n' + GOOD, "/check/ignore/0", "did you mean keyword?"),
        ('[[check.ignore]]\nentry = "x"\n' + GOOD, "/check/ignore/0", "unknown key 'entry'"),
        ('[[check.ignore]]\nfingerprint = "x"\nkeyword = "y"\n' + GOOD, "/check/ignore/0/keyword", "fingerprint"),
        ('[[check.ignore]]\nkeyword = "x"\n' + GOOD + '[[check.ignore]]\nreason = "r"', "/check/ignore/1", "expires"),
        ("[check", "", "not TOML"),
        ("x = " + "[" * 5_000, "", "not TOML"),
    ],
)
def test_a_faulty_entry(tmp_path: Path, text: str, place: str, says: str) -> None:
    """A fault names the file, the entry and the way out."""
    with pytest.raises(DocumentError) as caught:
        load(tmp_path, text)
    assert caught.value.file == str(tmp_path / "jumun.toml")
    assert caught.value.pointer == place
    assert says in caught.value.reason


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, a folder and one that is not UTF-8 are reported by name."""
    (tmp_path / "x.toml").write_bytes(b"\xff")
    for name in ("missing.toml", "", "x.toml"):
        with pytest.raises(DocumentError) as caught:
            load_ignores(tmp_path / name)
        assert caught.value.file == str(tmp_path / name)


@pytest.mark.parametrize(
    ("entry", "covers"),
    [
        ({"fingerprint": COMPLAINT.fingerprint}, True),
        ({"fingerprint": OTHER.fingerprint}, False),
        ({"contract": "bootpay:*"}, True),
        ({"contract": "naver:*"}, False),
        ({"pattern": "/list/*/status"}, True),
        ({"pattern": "/list/*"}, True),
        ({"pattern": "/LIST/*"}, False),
        ({"pattern": "/list"}, False),
        ({"keyword": "enum", "operation": "bootpay.orders.list"}, True),
        ({"keyword": "enum", "operation": "bootpay.token"}, False),
    ],
)
def test_what_an_entry_covers(entry: dict[str, str], covers: bool) -> None:  # noqa: FBT001
    """A fingerprint covers one complaint; of patterns all must match, in their own case."""
    assert Ignore(reason="r", expires=DAY, **entry).covers(COMPLAINT) is covers


def test_an_entry_counts_until_it_expires() -> None:
    """On its last day an entry covers; the day after it is stale and covers nothing."""
    ignores = [Ignore(reason="r", expires=DAY, keyword="enum", entry="jumun.toml#/check/ignore/0")]
    assert sort_out([COMPLAINT, OTHER], ignores, today=DAY) == ([OTHER], [COMPLAINT], [])
    standing, ignored, (stale,) = sort_out([COMPLAINT, OTHER], ignores, today=date(2030, 2, 1))
    assert (standing, ignored) == ([COMPLAINT, OTHER], [])
    assert "jumun.toml#/check/ignore/0" in stale
    assert "2030-01-31" in stale


def test_an_entry_that_covers_nothing_is_stale() -> None:
    """An entry for what is no longer found is reported; one of two that cover the same is not."""
    ignores = [Ignore(reason="r", expires=DAY, keyword=word, entry=word) for word in ("enum", "en*", "const")]
    standing, ignored, stale = sort_out([COMPLAINT], ignores, today=DAY)
    assert (standing, ignored) == ([], [COMPLAINT])
    assert [each.partition(":")[0] for each in stale] == ["const"]


def test_a_baseline_covers_all_that_was_found(tmp_path: Path) -> None:
    """What is written is read again and covers every complaint, those that were ignored before included."""
    text = render_baseline(verdict(COMPLAINT, ignored=(OTHER,)), reason="adopting", expires=DAY)
    ignores = load(tmp_path, text)
    assert sort_out([COMPLAINT, OTHER], ignores, today=DAY) == ([], [COMPLAINT, OTHER], [])
    assert {(each.reason, each.expires) for each in ignores} == {("adopting", DAY)}
    assert "/list/*/status" in text


def test_an_empty_baseline(tmp_path: Path) -> None:
    """A clean run gives a file without entries."""
    assert load(tmp_path, render_baseline(verdict(), reason="r", expires=DAY)) == ()


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_is_quoted(text: str) -> None:
    """A reason and a pattern of any characters give TOML that holds the reason as it was."""
    written = render_baseline(verdict(replace(COMPLAINT, pattern=text)), reason=text, expires=DAY)
    (entry,) = tomllib.loads(written)["check"]["ignore"]
    expected: dict[str, Any] = {"fingerprint": COMPLAINT.fingerprint, "reason": text, "expires": DAY}
    assert entry == expected
