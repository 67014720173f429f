"""The exchanges in an array of a JSON document: one after the other, each on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.recordings.recorded import Recorded, RecordingError, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumun_contracts.recordings.excerpt import Excerpt


def read_entries(
    document: Excerpt, pointer: str, read: Callable[[dict[str, Any], Excerpt, int], Recorded]
) -> Iterator[Recorded | Unreadable]:
    """What `read` makes of each entry, its text and its number; an entry that cannot be read does not end the reading.

    Raises:
        RecordingError: The document is not JSON, or has no entries there.
    """
    for number, excerpt in enumerate(document.items(pointer), start=1):
        try:
            entry = excerpt.load()
            if not isinstance(entry, dict):
                raise excerpt.refusal("", "expected an object")
            item: Recorded | Unreadable = read(entry, excerpt, number)
        except RecordingError as error:
            item = Unreadable(document.file, error.place, number, error.reason)
        yield item
