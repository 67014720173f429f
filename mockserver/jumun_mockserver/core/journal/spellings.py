"""Values that are found in texts however they are written there: as they are, or encoded as programs do that quote.

A value of 8 characters or more is found anywhere, one of 4 to 7 as a word of its own, and a shorter one nowhere: half
of all texts have it, and who reads the rest could guess it. What programs write where they have nothing, such as
`undefined`, is not found either.

Of more values than can be looked for in little time, any text counts as one.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from html.entities import html5
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, unquote_plus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MASK = "***"

_ANYWHERE, _AS_A_WORD = 8, 4
_VALUES_AT_MOST, _WEIGHT_AT_MOST = 100, 20_000
_NOTHING = frozenset({"basic", "bearer", "false", "none", "null", "undefined", "true", "[object object]"})
# Not within a longer word. The last digits of %20 and the letter of \n are not of the word behind them.
_BEFORE = r"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[bfnrt]))"
_AFTER = "(?![0-9A-Za-z])"
# Of an escape that was escaped again: each time they double, and one more comes.
_BACKSLASHES = r"\\{1,16}"
_LETTERS = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
_ESCAPABLE = "\"'/"
_PIECES = re.compile(r"(?=.)(\\*)([^\\]?)", re.DOTALL)
_URL_SAFE = {"+": "-", "/": "_", "=": ""}
_ENTITIES = {value: name.rstrip(";") for name, value in sorted(html5.items()) if len(value) == 1 and name.isascii()}

_WORDS = re.compile("[0-9A-Za-z]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
# Version and cost, 22 characters of salt, 31 of hash. NAVER's client secret is the first 29, and its last character may
# be written in several ways.
_BCRYPT = re.compile(r"(\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{21})[./A-Za-z0-9]([./A-Za-z0-9]{31})")


class Spellings:
    """Values and how they may be written."""

    __slots__ = ("_search",)

    def __init__(self, values: Iterable[str] = ()) -> None:
        """Take values; those that are too short or say nothing are left out."""
        known = {form for value in values for form in _iter_forms(value.strip())}
        if len(known) > _VALUES_AT_MOST or sum(map(_weigh, known)) > _WEIGHT_AT_MOST:
            self._search: _Search | None = _ANY_TEXT
            return
        # The longest first, so that of two that begin alike it is the one that is found.
        self._search = _compile(tuple(sorted(known, key=lambda each: (-len(each), each)))) if known else None

    def __bool__(self) -> bool:
        return self._search is not None

    def may_be_in(self, text: str) -> bool:
        """Whether letters and digits of a value are in the text, which takes little time to tell."""
        return self._search is not None and self._search.may_find(text)

    def mask(self, text: str, by: Callable[[str], str] = lambda _: MASK) -> str:
        """The text with what `by` gives for each value, as it is written there, in its place."""
        if self._search is None or not self._search.may_find(text):
            return text
        return self._search.pattern.sub(lambda found: by(found[0]), text)


def _iter_forms(value: str) -> Iterator[str]:
    """The value, and what it is made of: without percent-encoding and base64, and the secret in a bcrypt signature."""
    if len(value) < _AS_A_WORD or value.lower() in _NOTHING:
        return
    yield value
    if "%" in value:
        plain = unquote(value), unquote_plus(value)
        yield from (each for each in plain if each != value and len(each) >= _AS_A_WORD)
    text = _read_base64(value)
    if len(text) < _ANYWHERE:
        return
    yield text
    if found := _BCRYPT.fullmatch(text):
        yield from found.groups()


def _weigh(value: str) -> int:
    """How long its pattern is, in letters: what can be escaped has a dozen ways to be."""
    return len(value) + 12 * sum(not (each.isascii() and each.isalnum()) for each in value)


def _read_base64(value: str) -> str:
    """What a value is the base64 of, in either alphabet; '' if that is not text."""
    if not _BASE64.fullmatch(value):
        return ""
    bare = value.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        text = base64.b64decode(bare + "=" * (-len(bare) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
    return text if text.isprintable() else ""


class _Search(NamedTuple):
    """A pattern, and of each of its alternatives letters and digits that are in all that it finds, in small letters."""

    pattern: re.Pattern[str]
    cores: frozenset[str]

    def may_find(self, text: str) -> bool:
        """Whether the pattern may find something: looking for its cores takes a hundredth of the time."""
        text = text.lower()
        return any(core in text for core in self.cores)


_ANY_TEXT = _Search(re.compile(r"(?s:.+)"), frozenset([""]))


@lru_cache(maxsize=256)
def _compile(values: tuple[str, ...]) -> _Search:
    pairs = [pair for value in values for pair in _iter_patterns(value)]
    pattern = re.compile("|".join(pattern for pattern, _ in pairs), re.IGNORECASE)
    return _Search(pattern, frozenset(max(_WORDS.findall(text), key=len, default="").lower() for _, text in pairs))


def _iter_patterns(value: str) -> Iterator[tuple[str, str]]:
    """All that the value may be written as, each as a pattern and as a text of which letters and digits stay.

    There may be other things beside it.
    """
    content = value.encode("utf-8", "surrogatepass")
    is_long = len(value) >= _ANYWHERE
    # Base64 is another at each of the three places where three bytes may begin.
    whole = base64.b64encode(content).decode().rstrip("=")
    patterns = [(_spelt(value), value), (content.hex(), content.hex()), (_spelt_base64(whole), whole)]
    if not is_long:
        yield from ((f"{_BEFORE}{pattern}{_AFTER}", text) for pattern, text in patterns)
        return
    yield from patterns[:2]
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + content).decode()
        # Characters that bytes before or behind have a part in are not the value's own.
        own = encoded[(8 * before + 5) // 6 : 8 * (before + len(content)) // 6]
        yield _spelt_base64(own), own


def _spelt(text: str) -> str:
    patterns = []
    for run, char in _PIECES.findall(text):
        if not run:
            patterns.append(_spelt_character(char))
            continue
        # A run as one, with what escapes the character behind it: else it could be shared out in countless ways.
        count, escaped = len(run), "|".join(_iter_escaped("\\", _BACKSLASHES))
        plain = rf"\\{{{count},{16 * count + 15}}}{_spelt_character(char, is_behind=True)}"
        patterns.append(rf"(?:{plain}|(?:{escaped}){{{count}}}{_spelt_character(char)})")
    return "".join(patterns)


def _spelt_base64(text: str) -> str:
    """Base64 in both alphabets, for itself may be encoded."""
    return "".join(f"(?:{_spelt_character(char)}|{_URL_SAFE[char]})" if char in _URL_SAFE else char for char in text)


@lru_cache(maxsize=1024)
def _spelt_character(char: str, *, is_behind: bool = False) -> str:
    """A character as it is or escaped; behind backslashes that match those of its escapes too, without those."""
    if not char or (char.isascii() and char.isalnum()):
        return char
    plain = (r"\\{0,15}" if char in _ESCAPABLE and not is_behind else "") + re.escape(char)
    escaped = _iter_escaped(char, "" if is_behind else _BACKSLASHES)
    return f"(?:{'|'.join((plain, *escaped))})"


def _iter_escaped(char: str, backslashes: str) -> Iterator[str]:
    """Escapes of URLs, JSON, HTML and JavaScript, up to four times over. No program escapes letters and digits."""
    code, units = ord(char), char.encode("utf-16-be", "surrogatepass").hex()
    name = f"|{_ENTITIES[char]}" if char in _ENTITIES else ""
    yield "".join(f"%(?:25){{0,3}}{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))
    yield "".join(rf"{backslashes}u{units[start : start + 4]}" for start in range(0, len(units), 4))
    yield rf"&(?:amp;){{0,3}}(?:#0{{0,3}}{code}|#x0{{0,3}}{code:x}{name});"
    if code < 0x100:  # noqa: PLR2004 - what \x can write
        yield rf"{backslashes}x{code:02x}"
    if char in _LETTERS:
        yield rf"{backslashes}{_LETTERS[char]}"
    if char == " ":
        yield r"\+"


NOTHING_QUOTED = Spellings()
"""Without values."""
