"""Each promise of the pages has a test: `tests/promises.md` lists them, and is held to the pages here.

What is read is the prose of README.md and of docs/*.md but for generated pages (`PAGES`): paragraphs, list items and
cells of tables, cut into sentences after `.`, `!` and `?`. Headings, fenced blocks, what is `in backticks` and
addresses of links are passed over, and emphasis is taken off.

What is picked out of it is each place where `PICKED` matches: a word that leaves no room for an exception (`WORDS`),
an exit code with its number, or a number in front of one of `UNITS`, in digits or as a word (`NUMBERS`). So numbers
without a unit are left out, such as versions, dates, ports, statuses, ids and the cells of a benchmark, and so is
"one", which is an article as often as a number.

Each place must be in a passage that `tests/promises.md` lists for the page: as a promise, with the tests that would
fail without it, or as none, with the reason. A passage is some words of one sentence in a row, enough to be recognized.
Promises without such a word may be listed too.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.checkout import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST = "tests/promises.md"
GENERATED = ("bootpay-lifecycle.md", "errors.md", "lifecycle.md", "profiles.md", "sdk-comparison.md")
PAGES = ("README.md", *(f"docs/{path.name}" for path in sorted(ROOT.glob("docs/*.md")) if path.name not in GENERATED))

WORDS = "never|always|none|no one|whatever|at most|at least|no more than"
NUMBERS = (
    r"\d[\d,.]*|half an?|(?:an? )?(?:hundred|thousand|million|dozen)|twenty|thirty|forty|fifty|sixty|eighty|ninety"
    "|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
)
UNITS = (
    "[kKMGT]i?B|bytes?|%|percent|characters?|digits?|lines?|rows?|pages?|times|[mµ]?s|milliseconds?|an? (?:second|hour)"
    "|seconds?|minutes?|hours?|days?|weeks?|months?|years?|attempts?|a call|calls?|connections?|entries|events?|levels?"
    "|exchanges?|faults?|findings?|items?|(?:product )?orders|processes|requests?|retries|sessions?|steps?|threads?"
    "|tokens?|values?|workers?"
)
PICKED = re.compile(
    rf"\b(?:{WORDS})\b|\bexit(?: code|s with)(?: is| of)? \d+"
    rf"|(?<![\w.,:/-])(?:{NUMBERS})[ -](?:first |more |newest )?(?:{UNITS})(?!\w)",
    re.IGNORECASE,
)


class Text(NamedTuple):
    """Words without their markup, and the same with a backtick for each character that was in backticks."""

    plain: str
    prose: str


class Row(NamedTuple):
    """A row of the list: whether it is a promise, its page, a passage of that, and the tests or the reason."""

    is_promise: bool
    page: str
    passage: str
    note: str


def read_text(markdown: str) -> Text:
    """Without links, emphasis and backticks, and with a single space for any white space."""
    words = " ".join(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown).split())
    parts = [part if number % 2 else part.replace("*", "") for number, part in enumerate(words.split("`"))]
    prose = ["`" * len(part) if number % 2 else part for number, part in enumerate(parts)]
    return Text("".join(parts), "".join(prose))


def split_cells(line: str) -> list[str]:
    """The cells of a table's row."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]


def find_paragraphs(markdown: str) -> Iterator[str]:
    """Paragraphs, list items and cells of a page, outside fenced blocks."""
    lines: list[str] = []
    for line in [*re.sub(r"^( *)```.*?^\1```$", "", markdown, flags=re.DOTALL | re.MULTILINE).splitlines(), ""]:
        begins = re.match(r"\s*(?:$|#+ |\||[-*] |\d+\. )", line)
        if begins and lines:
            yield " ".join(lines)
            lines = []
        if line.startswith("|"):
            yield from split_cells(line)
        elif begins is None or re.match(r"\s*[-*\d]", line):
            lines.append(line[begins.end() :] if begins else line)


def find_sentences(page: str) -> Iterator[Text]:
    """The sentences of a page."""
    for paragraph in find_paragraphs((ROOT / page).read_text("utf-8")):
        text, start = read_text(paragraph), 0
        ends = [found.end() for found in re.finditer(r"(?<!e\.g)[.!?]\)? ", text.prose)]
        for end in (*ends, len(text.plain)):
            yield Text(text.plain[start:end], text.prose[start:end])
            start = end


def find_unlisted(sentence: Text, passages: list[str]) -> list[str]:
    """What is picked out of a sentence and is in none of the passages."""
    listed = [
        found.span() for passage in passages for found in re.finditer(re.escape(passage), sentence.plain, re.IGNORECASE)
    ]
    return [
        picked[0]
        for picked in PICKED.finditer(sentence.prose)
        if not any(start <= picked.start() and picked.end() <= end for start, end in listed)
    ]


@cache
def read_list() -> tuple[Row, ...]:
    """The rows of the list, in order."""
    rows: list[Row] = []
    is_promise, page = False, ""
    for line in (ROOT / LIST).read_text("utf-8").splitlines():
        if line.startswith("## "):
            is_promise = line == "## Promises"
        elif line.startswith("### "):
            page = line.removeprefix("### ")
        elif line.startswith("| ") and not line.startswith("| in the page "):
            passage, note = split_cells(line)
            rows.append(Row(is_promise, page, passage, note))
    return tuple(rows)


@cache
def find_tests(file: str) -> frozenset[str]:
    """The names of a file's test functions."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(each.name for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("page", PAGES)
def test_each_promise_is_listed(page: str) -> None:
    """What is picked out of a page is in a passage of the list."""
    passages = [read_text(row.passage).plain for row in read_list() if row.page == page]
    unlisted = [
        f"{sentence.plain!r} has {', '.join(map(repr, found))}"
        for sentence in find_sentences(page)
        if (found := find_unlisted(sentence, passages))
    ]
    assert not unlisted, (
        f"{LIST} does not have these of {page}. List each as a promise with the test that would fail without it, or as "
        "none with the reason, or word it as what it is:\n" + "\n".join(unlisted)
    )


def test_each_passage_is_in_its_page() -> None:
    """A row of the list is about a sentence of a page that is read."""
    sentences = {page: [text.plain.casefold() for text in find_sentences(page)] for page in PAGES}
    lost = [
        f"{row.page}: {row.passage}"
        for row in read_list()
        if not any(read_text(row.passage).plain.casefold() in each for each in sentences.get(row.page, ()))
    ]
    assert not lost, f"these of {LIST} are in no sentence of their page: reword or remove them\n" + "\n".join(lost)


def test_each_test_is_there() -> None:
    """A promise names tests as `FILE::NAME`, each a function of that file; what promises nothing has a reason."""
    wrong = [
        f"{row.page}: {row.passage}: {name}"
        for row in read_list()
        for name in (re.findall(r"`([^`]+)`", row.note) or ["no test named"] if row.is_promise else [])
        if "::" not in name
        or not (ROOT / name.partition("::")[0]).is_file()
        or name.partition("::")[2] not in find_tests(name.partition("::")[0])
    ]
    wrong += [f"{row.page}: {row.passage}: no reason" for row in read_list() if not row.is_promise and not row.note]
    assert not wrong, f"these of {LIST} name a test that is not there: name one that is\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        (
            "It *never*\nends; **at\nmost** 1,000 [bytes](x.md) and [0 %](none.md)",
            ["never", "at most", "1,000 bytes", "0 %"],
        ),
        ("`never 10 s` on port 8080, since 3.11: 404, 2026-11-22, HTTP/1.1 and one call", []),
        ("exits with 0, exit code 2, the exit code is 130", ["exits with 0", "exit code 2", "exit code is 130"]),
        ("half an hour, two\nproduct orders, ten more calls", ["half an hour", "two product orders", "ten more calls"]),
    ],
)
def test_what_is_picked_out(markdown: str, found: list[str]) -> None:
    """Words and numbers of prose, over line breaks and through emphasis."""
    assert find_unlisted(read_text(markdown), []) == found


def test_what_is_read() -> None:
    """Paragraphs, list items and cells without their markers; no headings and no fenced blocks."""
    page = "# Never\n\nOne\ntwo\n- three\n  1. four\n     five\n| a | `b\\|c` |\n|---|---|\n```sh\nnever\n```\nsix"
    assert list(find_paragraphs(page)) == ["One two", "three", "four      five", "a", r"`b\|c`", "---", "---", "six"]
