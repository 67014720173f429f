"""Processes of this machine, as /proc shows them."""

from __future__ import annotations

from pathlib import Path


def children(pid: int) -> list[int]:
    """Processes that it has started and that live, by number."""
    return sorted(each for each, parent in _list_living().items() if parent == pid)


def lives(pid: int) -> bool:
    """Whether there is such a process that has not ended."""
    return pid in _list_living()


def _list_living() -> dict[int, int]:
    """Process → its parent."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it has just gone
            continue
        if state != "Z":
            found[int(stat.parent.name)] = int(parent)
    return found
