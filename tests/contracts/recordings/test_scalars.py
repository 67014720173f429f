from __future__ import annotations

import string

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from jumun_contracts.recordings.scalars import scalar_offsets
from jumun_contracts.recordings.yaml_nodes import Scalar, iter_sequence

TEXTS = st.text(alphabet=[*string.printable, *"가😀é'\"\\ \n\n  "], max_size=120)
STYLES = st.sampled_from([None, "'", '"', "|"])


@example(value="a b\n\n\nc: d", style="'", width=10, allow_unicode=False, before="")
@example(value="a b\n\n\nc d", style=None, width=10, allow_unicode=False, before="")
@example(value="  a\n b\n", style="|", width=80, allow_unicode=False, before="")
@given(
    value=TEXTS,
    style=STYLES,
    width=st.sampled_from([10, 80]),
    allow_unicode=st.booleans(),
    before=st.sampled_from(["", "!!str ", "&a "]),
)
def test_where_a_character_is(*, value: str, style: str | None, width: int, allow_unicode: bool, before: str) -> None:
    """At the offset of a letter, digit or bracket of the value there is that character, in every style and folded."""
    text = yaml.safe_dump({"k": [value]}, default_style=style, width=width, allow_unicode=allow_unicode)
    text = text.replace("- ", f"- {before}", 1)
    ((_, node),) = iter_sequence(text, ("k",), file="", place=lambda offset: (1, offset))
    assert isinstance(node, Scalar)
    offsets = scalar_offsets(text, node.start, node.end, style=node.style, value=node.value)
    assert offsets, "a scalar that PyYAML writes is mapped"
    for index, character in enumerate(node.value):
        if character in string.ascii_letters + string.digits + "{}[]:,":
            assert text[offsets(index)] == character


def test_folded_blocks_have_no_offsets() -> None:
    """No one claims to know where in a folded block a character is."""
    text = "k: >\n  a\n  b\n"
    assert scalar_offsets(text, 3, len(text), style=">", value="a b\n") is None


def test_what_does_not_fit_has_no_offsets() -> None:
    """Where text and value do not fit together, there is no place rather than a wrong one."""
    assert scalar_offsets("k: 'abc'", 3, 8, style="'", value="abcd") is None
    assert scalar_offsets("k: |\n  ab\n", 3, 10, style="|", value="ba\n") is None
