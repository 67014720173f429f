"""Jumun, other mock servers, Flask and nginx under the same load, in turns: `make bench`. See README.md here."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

# `make bench` runs this as a file.
sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks import exchange
from tests.benchmarks.load import require_wrk, run_load
from tests.benchmarks.peers import BARE_PEERS, PEERS, Installed, Peer, Place
from tests.benchmarks.program import Unavailable, free_port, running
from tests.benchmarks.table import Run, render_run, render_table, summarize

_ALL = {**PEERS, **BARE_PEERS}
_REFUSED = 401


def measure(name: str, peer: Peer, installed: Installed, *, number: int, settings: dict[str, int]) -> Run:
    """One server in one round; raises Unavailable when it does not start or answers something else."""
    with TemporaryDirectory(prefix="jumun-bench-") as folder:
        place = Place(installed.path, Path(folder), free_port())
        with running(peer.command(place), folder=place.folder) as program:
            start_s = program.wait_for_answer(place.port)
        with running((peer.loaded or peer.command)(place), folder=place.folder) as program:
            program.wait_for_answer(place.port)
            if peer.checks_token and (status := exchange.ask(place.port, authorization="Bearer wrong")[0]) != _REFUSED:
                raise Unavailable(f"answers {status} to a wrong token")
            load = partial(run_load, place.port, connections=settings["connections"], folder=place.folder)
            cold, warm_up, warm = (
                load(seconds=settings[key], differing=True) for key in ("cold_s", "warm_up_s", "warm_s")
            )
            memory_mb = program.usage().memory_mb
            same = load(seconds=settings["warm_s"])
            return Run(name, number, start_s, cold, warm_up, warm, same, memory_mb)


def describe_machine() -> dict[str, Any]:
    """Where this runs, and on what."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": model,
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "kernel": platform.release(),
        "load_average": os.getloadavg()[0],
        "python": platform.python_version(),
        "java": _version("java"),
        "node": _version("node"),
        "wrk": require_wrk(),
    }


def say(line: str) -> None:
    """Tell how far it is."""
    click.echo(line, err=True)


def read_peers(context: click.Context, parameter: click.Parameter, value: str) -> list[str]:
    """Names by comma; an unknown one is an error."""
    names = [name.strip() for name in value.split(",")]
    if unknown := [name for name in names if name not in _ALL]:
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(_ALL)}", context, parameter)
    return list(dict.fromkeys(names))


def install(names: list[str], cache: Path, *, absent: dict[str, str]) -> dict[str, Installed]:
    """What can be installed; the reasons of the rest go into `absent`."""
    there: dict[str, Installed] = {}
    for name in names:
        say(f"install {name}")
        try:
            there[name] = _ALL[name].install(cache)
        except Unavailable as error:
            absent[name] = str(error)
            say(f"  {error}")
    return there


def run_rounds(there: dict[str, Installed], *, settings: dict[str, int], absent: dict[str, str]) -> list[Run]:
    """Every server in every round; one that fails is left out from then on."""
    runs: list[Run] = []
    for number in range(1, settings["rounds"] + 1):
        for name in [each for each in there if each not in absent]:
            say(f"round {number}: {name}")
            try:
                run = measure(name, _ALL[name], there[name], number=number, settings=settings)
            except Unavailable as error:
                absent[name] = f"round {number}: {error}"
                say(f"  {error}")
                continue
            runs.append(run)
            say(
                f"  start {run.start_s:.2f} s, cold {run.cold.rate:,.0f}/s, warm {run.warm.rate:,.0f}/s, "
                f"the same {run.same.rate:,.0f}/s, p99 {run.warm.p99_ms:.2f} ms, failed {run.failed}, "
                f"{run.memory_mb:,.0f} MB"
            )
    return runs


@click.command()
@click.option("--peers", default=",".join(PEERS), show_default=True, callback=read_peers, help="Which, by comma.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option(
    "--cold", "cold_s", type=click.IntRange(1), default=5, show_default=True, help="Seconds right after start."
)
@click.option("--warm-up", "warm_up_s", type=click.IntRange(1), default=30, show_default=True, help="Seconds.")
@click.option("--warm", "warm_s", type=click.IntRange(1), default=10, show_default=True, help="Seconds measured warm.")
@click.option("--connections", type=click.IntRange(1), default=32, show_default=True)
@click.option("--cache", type=click.Path(path_type=Path, file_okay=False), help="Keep what is installed here.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write everything here as JSON.")
def main(peers: list[str], cache: Path | None, output: Path | None, **settings: int) -> None:
    """Compare, print a table in Markdown, and end with 1 when a server could not be measured."""
    # As Ctrl-C: whatever runs is ended on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        machine = describe_machine()
    except Unavailable as error:
        raise click.UsageError(str(error)) from error
    absent: dict[str, str] = {}
    with nullcontext(cache) if cache else TemporaryDirectory(prefix="jumun-bench-cache-") as folder:
        kept = Path(folder).resolve()
        kept.mkdir(parents=True, exist_ok=True)
        there = install(peers, kept, absent=absent)
        runs = run_rounds(there, settings=settings, absent=absent)
    summaries = summarize(runs)
    versions = {name: installed.version for name, installed in there.items()}
    click.echo("\n".join(render_table(summaries, versions=versions, absent=absent)))
    click.echo(f"\n{render_setting(machine, settings)}")
    if output:
        everything = {
            "machine": machine,
            "settings": settings,
            "versions": versions,
            "summary": summaries,
            "absent": absent,
            "runs": [render_run(run) for run in runs],
        }
        output.write_text(json.dumps(everything, indent=2) + "\n")
    sys.exit(1 if absent else 0)


def render_setting(machine: dict[str, Any], settings: dict[str, int]) -> str:
    """The sentence without which the table says nothing."""
    return (
        f"{machine['at'][:10]}, {machine['processor']}, {machine['cores']} cores shared by server and wrk, not pinned; "
        f"{machine['wrk']}, {settings['connections']} connections; cold: the first {settings['cold_s']} s; "
        f"warm: {settings['warm_s']} s after {settings['warm_up_s']} s more of load; the same: as long, with the same "
        f"bytes each time; medians of {settings['rounds']} "
        f"rounds; latencies are warm. Java: {machine['java']}; Node: {machine['node']}; Python: {machine['python']}."
    )


def _version(tool: str) -> str:
    if not (path := shutil.which(tool)):
        return "absent"
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).splitlines()[0].strip()


if __name__ == "__main__":
    main()
