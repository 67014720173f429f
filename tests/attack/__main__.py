"""All attacks, and a table of their outcomes: `make attack`, some ten minutes.

Exit code 1 if something broke. Schemathesis comes last, by its own test.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click

from tests.attack.attacks import ATTACKS

_SHOWN = 5


@click.command()
@click.option("--seconds", type=click.FloatRange(0), default=75, show_default=True, help="For each attack.")
@click.option("--seed", type=int, help="Of all that is random; another each time if not given.")
@click.option("--only", type=click.Choice(sorted(ATTACKS)), help="This attack alone.")
def main(seconds: float, seed: int | None, only: str | None) -> None:
    """Attack Jumun and print the outcomes."""
    seed = int(time.time()) if seed is None else seed
    click.echo(f"seed {seed}")
    is_broken = False
    for name, attack in ATTACKS.items():
        if only not in (None, name):
            continue
        with TemporaryDirectory(prefix="jumun-attack-") as folder:
            outcome = attack(seconds, Random(seed), Path(folder))  # noqa: S311 - to be repeated
        counts = ", ".join(f"{what} {count}" if count else what for what, count in sorted(outcome.counts.items()))
        click.echo(f"{name:<14}{outcome.tried:>8}  {len(outcome.broken):>4} broken  {counts}")
        for each in outcome.broken[:_SHOWN]:
            click.echo(f"  {each}")
        is_broken |= bool(outcome.broken)
    if not only:
        command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "tests/interop/test_schemathesis.py"]
        is_broken |= bool(subprocess.run(command, check=False).returncode)
    sys.exit(is_broken)


if __name__ == "__main__":
    main()
