"""Texts of JSON documents, spaced and escaped in every way, and of what only looks like one."""

from __future__ import annotations

from hypothesis import strategies as st

_SCALARS = (
    *("0", "1", "-0", "1.0", "0.10", "1e2", "1E+2", "1e22", "1e+22", "18446744073709551616", "1e999", "NaN"),
    *("true", "null", '""', '"a b"', '"a  b"', '"\\u0061"', '"주문"', '"\\uc8fc"', '"\\uC8FC"', '"\\ud800"'),
    *('"a\\/b"', '"\\t"', '"\\" : , { ["', '"\\\\u0061"', '"\U0001f600"', '"\\ud83d\\ude00"'),
)
_KEYS = ('"a"', '"b"', '"\\u0061"', '" a"', '"a "', '"주"', '"\\uc8fc"', '"\\"a\\":1,"')
_SPACES = st.sampled_from(["", "", "", " ", "  ", "\n", "\t", "\r\n "])


def _array(items: list[str], spaces: list[str]) -> str:
    return "[" + ",".join(space + item + space for item, space in zip(items, spaces, strict=False)) + "]"


def _object(members: list[tuple[str, str]], spaces: list[str]) -> str:
    texts = (f"{key}{space}:{space}{value}" for (key, value), space in zip(members, spaces, strict=False))
    return "{" + f",{spaces[0]}".join(texts) + "}"


_FOUR_SPACES = st.lists(_SPACES, min_size=4, max_size=4)
TEXTS: st.SearchStrategy[str] = st.recursive(
    st.sampled_from(_SCALARS),
    lambda inner: (
        st.builds(_array, st.lists(inner, max_size=4), _FOUR_SPACES)
        | st.builds(_object, st.lists(st.tuples(st.sampled_from(_KEYS), inner), max_size=4), _FOUR_SPACES)
    ),
    max_leaves=8,
)
