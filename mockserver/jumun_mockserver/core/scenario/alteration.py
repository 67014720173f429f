"""A success whose body is altered by a scenario: values set, arrays lengthened or turned round.

The original is left alone.
"""

from __future__ import annotations

import copy
import re
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

from jumun_contracts.schema.pointers import unescape_key
from jumun_mockserver.core.scenario.steps import Reverse, SetValue

if TYPE_CHECKING:
    from jumun_mockserver.core.scenario.steps import Alteration

# As RFC 6901 has it, without leading zeros, and no longer than any list is.
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")


class AlterationError(ValueError):
    """The body has no such place; the message names the pointer."""


def alter_body(body: Any, actions: tuple[Alteration, ...]) -> Any:
    """A copy of `body` with the actions carried out in their order.

    Raises:
        AlterationError: A pointer does not resolve, or not to an array, or `repeat` meets an empty one.
    """
    altered = copy.deepcopy(body)
    for action in actions:
        *path, last = [unescape_key(part) for part in action.pointer.split("/")[1:]]
        parent = altered
        for step in path:
            parent = _get(parent, step, action.pointer)
        if isinstance(action, SetValue):
            _set(parent, last, action.pointer, copy.deepcopy(action.value))
        else:
            items = _get(parent, last, action.pointer)
            if isinstance(action, Reverse):
                if not isinstance(items, list):
                    raise AlterationError(f"{action.pointer} is not an array")
                items.reverse()
                continue
            if not isinstance(items, list) or not items:
                raise AlterationError(f"{action.pointer} is not an array with items to repeat")
            # Each a copy of its own: what is set in one is not set in its likes.
            items[:] = [copy.deepcopy(item) for item in islice(cycle(list(items)), action.length)]
    return altered


def _get(parent: Any, step: str, pointer: str) -> Any:
    if isinstance(parent, dict) and step in parent:
        return parent[step]
    if isinstance(parent, list) and _INDEX.fullmatch(step) and int(step) < len(parent):
        return parent[int(step)]
    raise AlterationError(f"the body has nothing at {pointer}")


def _set(parent: Any, last: str, pointer: str, value: Any) -> None:
    if isinstance(parent, dict):
        parent[last] = value
    else:
        _get(parent, last, pointer)
        parent[int(last)] = value
