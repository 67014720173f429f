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
REMEMBERED_UP_TO = 1_000
"""Characters of values of which it is remembered how they may be written."""
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

    __slots__ = ("_cores", "_values")

    def __init__(self, values: Iterable[str] = ()) -> None:
        """Take values; those that are too short or say nothing are left out."""
        forms = {form.text: form for value in values for form in _list_forms(value)}
        is_too_much = len(forms) > _VALUES_AT_MOST or sum(form.weight for form in forms.values()) > _WEIGHT_AT_MOST
        self._values = None if is_too_much else tuple(forms)
        # Letters and digits that are in all that is looked for.
        self._cores = [""] if is_too_much else [core for form in forms.values() for core in form.cores]

    def __bool__(self) -> bool:
        return bool(self._cores)

    def may_be_in(self, text: str) -> bool:
        """Whether letters and digits of a value are in the text, which takes little time to tell."""
        text = text.lower()
        # A loop, for the log asks with each call: `any` takes twice the time.
        for core in self._cores:  # noqa: SIM110
            if core in text:
                return True
        return False

    def mask(self, text: str, by: Callable[[str], str] = lambda _: MASK) -> str:
        """The text with what `by` gives for each value, as it is written there, in its place."""
        # The pattern is made for a text that needs it: that takes a hundred times as long, and most texts do not.
        if not self.may_be_in(text):
            return text
        # The longest first, so that of two that begin alike it is the one that is found.
        values = self._values and tuple(sorted(self._values, key=lambda each: (-len(each), each)))
        pattern = _ANY_TEXT if values is None else _compile(values)
        return pattern.sub(lambda found: by(found[0]), text)


def spell(values: tuple[str, ...]) -> Spellings:
    """`Spellings` of values; remembered, for a client sends the same keys with all calls."""
    return _remember_spellings(values) if sum(map(len, values)) <= REMEMBERED_UP_TO else Spellings(values)


_remember_spellings = lru_cache(maxsize=256)(Spellings)


class _Form(NamedTuple):
    """A value as it may be written by itself, and what is looked for of it.

    Attributes:
        weight: How long its pattern is, in letters: what can be escaped has a dozen ways to be.
        cores: Of each way to write it letters and digits that are in all of them, in small letters.
    """

    text: str
    weight: int
    cores: tuple[str, ...]


def _list_forms(value: str) -> tuple[_Form, ...]:
    """What a value is made of; remembered, for of what a client sends a single value may be another each time."""
    value = value.strip()
    if len(value) < _AS_A_WORD or value.lower() in _NOTHING:
        return ()
    return _remember_forms(value) if len(value) <= REMEMBERED_UP_TO else _make_forms(value)


def _make_forms(value: str) -> tuple[_Form, ...]:
    return tuple(
        _Form(text, _weigh(text), tuple(map(_find_core, _list_texts(text)))) for text in set(_iter_forms(value))
    )


_remember_forms = lru_cache(maxsize=512)(_make_forms)


def _iter_forms(value: str) -> Iterator[str]:
    """The value, and what it is made of: without percent-encoding and base64, and the secret in a bcrypt signature."""
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


_ANY_TEXT = re.compile(r"(?s:.+)")


@lru_cache(maxsize=256)
def _compile(values: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(pattern for value in values for pattern in _iter_patterns(value)), re.IGNORECASE)


def _iter_patterns(value: str) -> Iterator[str]:
    """All that the value may be written as. There may be other things beside it."""
    plain, hexadecimal, *encoded = _list_texts(value)
    patterns = [_spelt(plain), hexadecimal, *map(_spelt_base64, encoded)]
    yield from patterns if len(value) >= _ANYWHERE else (f"{_BEFORE}{pattern}{_AFTER}" for pattern in patterns)


def _list_texts(value: str) -> list[str]:
    """The value, in hexadecimal and in base64; escapes aside, it is written as one of them."""
    content = value.encode("utf-8", "surrogatepass")
    if len(value) < _ANYWHERE:
        return [value, content.hex(), base64.b64encode(content).decode().rstrip("=")]
    # Base64 is another at each of the three places where three bytes may begin.
    return [value, content.hex(), *(_encode_base64(content, before) for before in range(3))]


def _encode_base64(content: bytes, before: int) -> str:
    """In base64 behind so many bytes, without the characters that bytes before or behind have a part in."""
    encoded = base64.b64encode(bytes(before) + content).decode()
    return encoded[(8 * before + 5) // 6 : 8 * (before + len(content)) // 6]


def _find_core(text: str) -> str:
    return max(_WORDS.findall(text), key=len, default="").lower()


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
