"""The attacks by name; each takes seconds, what to draw from and an empty folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.attack import connections, full_disk, hostile_files, many_sessions, proxy_probes, signals

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

    from tests.attack.outcome import Outcome

ATTACKS: Final[dict[str, Callable[[float, Random, Path], Outcome]]] = {
    "connections": connections.attack,
    "hostile files": hostile_files.attack,
    "proxy probes": proxy_probes.attack,
    "signals": signals.attack,
    "full disk": full_disk.attack,
    "many sessions": many_sessions.attack,
}
