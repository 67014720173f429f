"""Instructions that a call of `naver.product_order_ids` takes, beside another checkout: no clock, so no quiet machine.

Each figure is the difference of two runs under callgrind, one with twice the calls of the other, over those calls. Only
the calls are counted, after others that warm up.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib.util
import itertools
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).parents[2]
CALLS, WARM_UP = 500, 300
# Calls in a second of the session's clock, which stands for time here: what is made once a second is shared by so many.
CALLS_A_SECOND = 20_000
KINDS = ("dispatch, same", "dispatch, differing", "protocol, same", "protocol, differing")
# More than the routes that dispatch remembers.
ORDERS = tuple(f"2026010100{number:06}" for number in range(2_000))
PATH = "/external/v1/pay-order/seller/orders/{}/product-order-ids"
HEADERS = {"authorization": "Bearer your_access_token_here", "accept": "application/json", "host": "127.0.0.1:8080"}

_TOTALS = re.compile(r"^totals: (\d+)", re.MULTILINE)


class _Transport:
    """A transport that takes everything."""

    written = 0

    def get_extra_info(self, _name: str) -> None:
        """None, as of a connection that knows nothing of itself."""

    def is_closing(self) -> bool:
        """Always false: the client stays."""
        return False

    def write(self, data: bytes) -> None:
        """Count a response by its status line."""
        self.written += data.startswith(b"HTTP/1.1 200")

    def pause_reading(self) -> None:
        """Nothing to do."""

    resume_reading = pause_reading


def _import(*names: str) -> Any:
    """The first module of these that the checkout on the path has: older ones have other folders."""
    found = [name for name in names if _exists(name)]
    return importlib.import_module(found[0])


def _exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _create_dispatch() -> Any:
    """A dispatch with orders of its own and a clock of its own pace."""
    clock = _import("jumun_mockserver.core.session.clock", "jumun_mockserver.core.clock")
    source = itertools.count(1_790_000_000.0, 1 / CALLS_A_SECOND).__next__
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "naver/orders.yaml"
        file.parent.mkdir()
        rows = [{"order_id": each, "product_order_ids": [f"{each}1"]} for each in ORDERS]
        file.write_text(json.dumps({"orders": rows}), encoding="utf-8")
        options = {"clock": clock.Clock(source=source), "data": folder}
        return _import("jumun_mockserver.assembly").create_dispatch(options)


def _targets(calls: int, *, differing: bool) -> Iterable[tuple[str, str]]:
    """Path and a correlation id of so many calls."""
    for number in range(calls):
        yield (PATH.format(ORDERS[number % len(ORDERS)]), f"{number:08}") if differing else (PATH.format(ORDERS[0]), "")


def _prepare(kind: str, calls: int) -> Callable[[slice], int]:
    """All that is not to be counted; gives what makes some of the calls and says how many succeeded."""
    layer, _, likeness = kind.partition(", ")
    targets = list(_targets(calls, differing=likeness == "differing"))
    dispatch = _create_dispatch()
    if layer == "dispatch":
        request_class = _import("jumun_mockserver.core.http").Request
        more = [{**HEADERS, "x-request-id": each} if each else HEADERS for _, each in targets]
        requests = [request_class("GET", path, "", head) for (path, _), head in zip(targets, more, strict=True)]
        return lambda some: sum(dispatch(request).status == 200 for request in requests[some])
    messages = [
        "\r\n".join(
            [
                f"GET {path} HTTP/1.1",
                *(f"{name}: {value}" for name, value in HEADERS.items()),
                *([f"x-request-id: {each}"] if each else []),
                "",
                "",
            ]
        ).encode()
        for path, each in targets
    ]
    protocol, transport = _connect(dispatch)

    def send(some: slice) -> int:
        before = transport.written
        for message in messages[some]:
            protocol.data_received(message)
        return transport.written - before

    return send


def _connect(dispatch: Any) -> tuple[Any, _Transport]:
    config = _import("jumun_mockserver.server.server", "jumun_mockserver.server").Server(dispatch).config
    state, protocol = _import("uvicorn.server").ServerState(), config.http
    transport = _Transport()
    connection = protocol(config=config, server_state=state, app_state={}, _loop=asyncio.new_event_loop())
    connection.connection_made(transport)
    return connection, transport


def run(kind: str, calls: int) -> None:
    """Warm up, then make the calls and have them counted; in a process under callgrind."""
    work = _prepare(kind, calls + WARM_UP)
    good = work(slice(WARM_UP))
    gc.collect()
    gc.disable()
    _instrument("on")
    good += work(slice(WARM_UP, None))
    _instrument("off")
    if good != calls + WARM_UP:
        raise SystemExit(f"{kind}: not all calls were answered with 200")


def _instrument(switch: str) -> None:
    """Have callgrind begin or cease to count in this process."""
    subprocess.run(["callgrind_control", "-i", switch, f"{os.getpid()}"], check=True, stdout=subprocess.DEVNULL)


def count(checkout: Path, kind: str, calls: int) -> int:
    """Instructions of a whole process that makes so many calls."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "callgrind.out"
        python = checkout / ".venv/bin/python"
        valgrind: list[str | Path] = [
            "valgrind",
            "--tool=callgrind",
            "--instr-atstart=no",
            f"--callgrind-out-file={out}",
        ]
        command = [*valgrind, python, __file__, "--run", kind]
        finished = subprocess.run(
            [*command, "--calls", str(calls)],
            env={**os.environ, "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        found = _TOTALS.search(out.read_text(encoding="utf-8")) if out.exists() else None
        if finished.returncode or not found:
            raise SystemExit(f"{checkout}: {finished.stderr[-2_000:]}")
        return int(found[1])


def measure(checkout: Path, kind: str, calls: int) -> float:
    """Instructions of one call."""
    return (count(checkout, kind, 2 * calls) - count(checkout, kind, calls)) / calls


def main() -> None:
    """Print instructions per call and, with another checkout, the ratio to its."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, help="a checkout to compare with, with its own .venv")
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--kind", choices=KINDS, action="append", help="measure only this; may be repeated")
    parser.add_argument("--run", choices=KINDS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        run(options.run, options.calls)
        return
    for kind in options.kind or KINDS:
        now = measure(ROOT, kind, options.calls)
        line = f"{kind:20} {now:10,.0f}"
        if options.before:
            before = measure(options.before, kind, options.calls)
            line += f"   before {before:10,.0f}   ratio {now / before:.3f}"
        print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
