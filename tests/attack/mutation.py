"""Bytes that are almost right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_CHANGES_AT_MOST = 3
_SLICE_AT_MOST = 40


def mutate(data: bytes, random: Random, *, words: tuple[bytes, ...] = ()) -> bytes:
    """One to three changes: a byte, a slice left out, repeated or moved, a word put in, a number made another."""
    changed = bytearray(data)
    for _ in range(random.randint(1, _CHANGES_AT_MOST)):
        at = random.randrange(len(changed) + 1)
        end = min(len(changed), at + random.randint(1, _SLICE_AT_MOST))
        piece = bytes(changed[at:end])
        match random.randrange(6):
            case 0 if piece:
                changed[at] = random.randrange(256)
            case 1:
                changed[at:end] = b""
            case 2:
                changed[at:at] = piece * random.choice((1, 2, 50))
            case 3:
                del changed[at:end]
                to = random.randrange(len(changed) + 1)
                changed[to:to] = piece
            case 4 if words:
                changed[at:at] = random.choice(words)
            case _:
                changed[at:end] = piece.translate(_OTHER_DIGITS)
    return bytes(changed)


_OTHER_DIGITS = bytes.maketrans(b"0123456789", b"9012345678")
