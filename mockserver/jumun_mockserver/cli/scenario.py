"""`jumun scenario`: what is played, on a server that runs."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.cli.server_option import server_options
from jumun_mockserver.control.client import ControlError
from jumun_mockserver.core.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_mockserver.control.client import ControlClient

_SUFFIX = ".scenario"
_TEACHES = "# teaches: "


@click.group()
def scenario() -> None:
    """Set, clear or show what a running server plays."""


@scenario.command("set", epilog=f"Faults, which are steps: {', '.join(kind.usage for kind in FAULTS.values())}.")
@click.argument("text", metavar="FILE|NAME|LINE", nargs=-1, required=True)
@server_options
def set_scenario(text: list[str], client: ControlClient) -> None:
    r"""Play a file, one that comes with Jumun, or lines given here.

    \b
    jumun scenario set flaky
    jumun scenario set my.scenario
    jumun scenario set "naver.product_order_ids: 429 x2, ok" "*: slow(1s) p=0.1"
    """
    if len(text) > 1 or (":" in text[0] and not Path(text[0]).is_file()):
        client.set_scenario("\n".join(text))
        return
    try:
        client.set_scenario(read_scenario(text[0]))
    except ControlError as error:
        raise click.UsageError(f"{text[0]}: {error}") from error


@scenario.command("clear")
@server_options
def clear_scenario(client: ControlClient) -> None:
    """End the scenario; answers are normal again."""
    client.set_scenario("")


@scenario.command("show")
@server_options
def show_scenario(client: ControlClient) -> None:
    """Print what is played."""
    click.echo(client.show_scenario() or "(nothing)")


@scenario.command("list")
def list_scenarios() -> None:
    """List those that come with Jumun, and what each teaches."""
    lessons = dict(iter_scenarios())
    width = max(map(len, lessons)) + 2
    for name, lesson in lessons.items():
        click.echo(f"{name:<{width}}{lesson}")


def iter_scenarios() -> Iterator[tuple[str, str]]:
    """Name and lesson of each scenario that comes with Jumun."""
    for entry in sorted((files("jumun_fixtures") / "scenarios").iterdir(), key=lambda each: each.name):
        if entry.name.endswith(_SUFFIX):
            (first, *_) = entry.read_text(encoding="utf-8").splitlines()
            yield entry.name.removesuffix(_SUFFIX), first.removeprefix(_TEACHES)


def read_scenario(name: str) -> str:
    """The text of a file, or of one that comes with Jumun if there is no such file."""
    try:
        return Path(name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.UsageError(f"{name}: not UTF-8") from None
    except OSError as error:
        packaged = files("jumun_fixtures") / "scenarios" / f"{name}{_SUFFIX}"
        names = [each for each, _ in iter_scenarios()]
        if name in names:
            return packaged.read_text(encoding="utf-8")
        reason = f"{name}: {error.strerror}, and no packaged scenario has that name"
        raise click.UsageError(reason + (did_you_mean(name, names) or "; jumun scenario list names them")) from None
