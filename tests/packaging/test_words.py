"""Plain English of the field: phrases that stay out of messages, docstrings, comments and pages; no empty docstring."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.checkout import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PRODUCT = ("client", "contracts", "fixtures", "mockserver")
ROOTS = (*PRODUCT, "docs", "tests")
"""Folders whose Python, Markdown, YAML and JSON Schemas are read, beside the pages of the root itself."""

PHRASES = {
    r"(?<!there )(?:is|are|was|were) no\b(?! longer| more| less| fewer| one\b)": "is not a …, must be …",
    r"stands?(?! for\b)|stood(?! for\b)": "is, appears, is defined",
    r"leads?|led": "points to, resolves to, is routed to",
    r"told(?! apart)": "reported, passed, asked",
    r"nobody|somebody|anybody|whoever": "the user, the client, no one; the thing itself",
    r"nearest": "did you mean …?, closest",
    r"bears|bears? much|puts? up with": "accepts, tolerates",
    r"for ever": "forever",
    r"anew": "again",
    r"heed|heeds|heeded": "follow, obey, use",
    r"mend|mends|mended": "fix",
    r"as yet|for want of|lest|forthwith|whence|whereof|thereof|therein|wherein": "not yet, without, so that … not",
    r"becomes? of|became of|c[ao]mes? of": "outcome, result",
    r"without a word|in silence": "silently, without an error",
    r"speaks? of|spoken of": "describe, name, mention",
    r"of ours": "of Jumun, of the client",
    r"goes by": "follows",
    r"as ever": "as usual",
    r"(?:described|sent|answered|listed|deprecated) no more": "no longer …",
    r"edition|editions": "profile; of a comparison: version",
}
"""Phrase, as a regular expression over whole words in any case → what to write instead."""

_PHRASE = re.compile(rf"\b(?:{'|'.join(f'(?:{phrase})' for phrase in PHRASES)})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A phrase where it is, printed as `FILE:LINE: PHRASE`."""

    file: str
    line: int
    phrase: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.phrase}"


def find_phrases(text: str, line: int = 1) -> Iterator[tuple[int, str]]:
    """Line and wording of each listed phrase in a text that begins at `line`; a phrase may go over a line break."""
    words = list(re.finditer(r"[^\s#]+", text))
    joined = " ".join(word[0] for word in words)
    for found in _PHRASE.finditer(joined):
        start = words[joined.count(" ", 0, found.start())].start()
        yield line + text.count("\n", 0, start), found[0]


def read_prose(source: str, *, strings: bool) -> Iterator[tuple[int, str]]:
    """First line and text of each comment and docstring of a module; with `strings`, of every string literal too."""
    comments: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if comments and token.start[0] == comments[-1][0] + comments[-1][1].count("\n") + 1:
                comments[-1] = (comments[-1][0], f"{comments[-1][1]}\n{token.string}")
            else:
                comments.append((token.start[0], token.string))
    yield from comments
    tree = ast.parse(source)
    texts = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (strings or id(node) in texts):
            yield node.lineno, node.value


def is_empty(docstring: str) -> bool:
    """Whether it says nothing: it has fewer than three words, or only refers ("As `State.read`.", "See X.")."""
    words = re.findall(r"\w[\w.*/'-]*", docstring)
    return len(words) < 3 or (words[0] in ("As", "Like", "See") and len(words) <= 3)


def find_empty_docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each empty docstring of a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring is not None and is_empty(docstring):
                yield node.body[0].lineno, docstring


def read_files(*suffixes: str) -> Iterator[tuple[str, str]]:
    """Path from the root and text of each file to be judged, but for this file."""
    paths = [*ROOT.glob("*.md"), *(path for root in ROOTS for path in (ROOT / root).rglob("*"))]
    for path in sorted(paths):
        name = path.relative_to(ROOT).as_posix()
        if name.endswith(suffixes) and not _is_foreign(path):
            yield name, path.read_text("utf-8")


def test_no_listed_phrase_in_python() -> None:
    """Comments and docstrings, and in product code all other strings, have none of the listed phrases."""
    mistakes = [
        Mistake(name, *found)
        for name, source in read_files(".py")
        if any(find_phrases(source))  # few have one even in code, and only those are parsed
        for line, text in read_prose(source, strings=name.startswith(PRODUCT))
        for found in find_phrases(text, line)
    ]
    assert not mistakes, "\n" + "\n".join(map(str, mistakes))


def test_no_listed_phrase_in_pages_and_contracts() -> None:
    """Markdown pages, and contracts and data with their descriptions and comments, have none of the listed phrases."""
    mistakes = [
        Mistake(name, *found)
        for name, text in read_files(".md", ".yaml", ".schema.json", ".scenario")
        for found in find_phrases(text)
    ]
    assert not mistakes, "\n" + "\n".join(map(str, mistakes))


def test_no_empty_docstring() -> None:
    """Each docstring says something that is not in the name."""
    mistakes = [Mistake(name, *found) for name, source in read_files(".py") for found in find_empty_docstrings(source)]
    assert not mistakes, "\n" + "\n".join(map(str, mistakes))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("is no number", ["is no"]),
        ("There is no order; it is now, is not, is nothing, is no longer", []),
        ("a key that\n    # stands twice", ["stands"]),
        ("what stands for a body", []),
        ("It leads nowhere, whoever asks: Nobody", ["leads", "whoever", "Nobody"]),
        ("misled, misleading, a leading slash", []),
    ],
)
def test_phrases_are_whole_words(text: str, found: list[str]) -> None:
    """A phrase is found in any case and over a line break, and not in a longer word."""
    assert [phrase for _, phrase in find_phrases(text)] == found


def test_place_of_a_phrase() -> None:
    """A phrase is reported at its own line; strings count only when asked for."""
    source = 'x = "nobody"  # a\n# comment\n# for\n# ever\ndef f():\n    """One.\n\n    Whoever.\n    """\n'
    found = [each for line, text in read_prose(source, strings=False) for each in find_phrases(text, line)]
    assert found == [(3, "for ever"), (8, "Whoever")]
    assert [text for line, text in read_prose(source, strings=True) if line == 1] == [
        "# a\n# comment\n# for\n# ever",
        "nobody",
    ]


@pytest.mark.parametrize(
    ("docstring", "empty"),
    [
        ("The page.", True),
        ("As `State.read`.", True),
        ("See above.", True),
        ("`jumun check`.", True),
        ("All orders, oldest first.", False),
        ("Seconds since start.", False),
    ],
)
def test_empty_docstrings(docstring: str, empty: bool) -> None:  # noqa: FBT001 - a row's expectation
    """Fewer than three words, or a mere reference, is empty."""
    assert is_empty(docstring) == empty


def _is_foreign(path: Path) -> bool:
    """Whether a file is this one, or not in the repository: what tools and installations leave in its folders."""
    parts = path.relative_to(ROOT).parts
    return path.name == "test_words.py" or any(part in ("__pycache__", "node_modules") for part in parts)
