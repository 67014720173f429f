"""Whether calls that hang or wait slow down the others, as a ratio in one run: `make bench`. See README.md here."""

from __future__ import annotations

import socket
import statistics
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import click

# `make bench` runs this as a file.
sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.load import require_wrk, run_load
from tests.benchmarks.program import Unavailable, free_port, running

STEPS = ("hang", "slow(30s)")
# No keys, so it is a 401 that waits: who is asked for what does not matter here.
_CALL = b"GET /v1/orders HTTP/1.1\r\nHost: x\r\n\r\n"


def measure(step: str, *, waiting: int, seconds: int, rounds: int) -> float:
    """Requests a second while `waiting` calls wait, by those of the same server before."""
    with TemporaryDirectory(prefix="jumun-bench-") as name:
        folder, port = Path(name), free_port()
        (folder / "scenario").write_text(f"bootpay.*: {step} *\n")
        jumun = Path(sys.executable).with_name("jumun")
        command: list[str | Path] = [jumun, "serve", "--port", str(port), "--quiet", "--scenario", "scenario"]
        ratios = []
        with running(command, folder=folder) as program:
            program.wait_for_answer(port)
            for _ in range(rounds):
                alone = run_load(port, seconds=seconds, connections=32, folder=folder)
                with ExitStack() as stack:
                    for _ in range(waiting):
                        connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
                        connection.sendall(_CALL)
                    beside = run_load(port, seconds=seconds, connections=32, folder=folder)
                if alone.failed or beside.failed:
                    raise Unavailable(f"{alone.failed} and {beside.failed} requests failed")
                ratios.append(beside.rate / alone.rate)
        return statistics.median(ratios)


@click.command()
@click.option("--waiting", type=click.IntRange(1), default=1_000, show_default=True)
@click.option("--seconds", type=click.IntRange(1), default=5, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
def main(waiting: int, seconds: int, rounds: int) -> None:
    """Print a ratio for each of STEPS."""
    try:
        require_wrk()
        for step in STEPS:
            ratio = measure(step, waiting=waiting, seconds=seconds, rounds=rounds)
            click.echo(f"beside {waiting} calls in {step}: {ratio:.2f} of the rate without them")
    except Unavailable as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
