"""The options that say which world is served."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jumun_contracts import PROFILES
from jumun_mockserver.cli.parameter_types import Rate
from jumun_mockserver.cli.scenario import read_scenario
from jumun_mockserver.core.scenario.scenario import ScenarioError
from jumun_mockserver.core.session.limiter import LIMITS
from jumun_mockserver.core.session.quota import PUNISHMENTS
from jumun_mockserver.core.timeline import ORDERS_AT_MOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_mockserver.assembly import Options


def world_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command --profile, --data, --seed and the like, and hand it the `world` that they describe, as `Options`.

    A ScenarioError that the command lets out is bad usage of --scenario.
    """

    @click.option(
        "--profile",
        type=click.Choice(PROFILES),
        default="documented",
        show_default=True,
        envvar="JUMUN_PROFILE",
        help="Which edition of the APIs to speak: what the pages say, or what is seen live.",
    )
    @click.option(
        "--data",
        type=click.Path(path_type=Path),
        envvar="JUMUN_DATA",
        help="Folder with more applications and orders: naver/orders.yaml, bootpay/orders.yaml, …",
    )
    @click.option("--seed", default="0", show_default=True, envvar="JUMUN_SEED", help="What made-up data follows from.")
    @click.option(
        "--orders",
        type=click.IntRange(0, ORDERS_AT_MOST),
        default=0,
        show_default=True,
        envvar="JUMUN_ORDERS",
        help="Make up this many more orders for each API.",
    )
    @click.option(
        "--scenario",
        metavar="FILE|NAME",
        envvar="JUMUN_SCENARIO",
        help="Lines of steps to play, from a file, or one that comes with Jumun (jumun scenario list).",
    )
    @click.option(
        "--limits",
        type=click.Choice(LIMITS),
        default="report",
        show_default=True,
        envvar="JUMUN_LIMITS",
        help="Whether too many calls are refused, only noted, or not counted.",
    )
    @click.option(
        "--rate",
        "rates",
        type=Rate(),
        multiple=True,
        envvar="JUMUN_RATE",
        metavar="OPERATION=N[/BURST]",
        help="Calls a second in place of the contract's, e.g. bootpay.orders.list=5/10.",
    )
    @click.option(
        "--quota",
        type=click.Choice(PUNISHMENTS),
        default="off",
        show_default=True,
        envvar="JUMUN_QUOTA",
        help="Whether and when NAVER token calls against the rules are punished with one call an hour.",
    )
    @wraps(command)
    def with_world(
        *,
        profile: str,
        data: Path | None,
        seed: str,
        orders: int,
        scenario: str | None,
        limits: Any,
        rates: tuple[tuple[str, Any], ...],
        quota: Any,
        **arguments: Any,
    ) -> None:
        world: Options = {
            "profile": profile,
            "data": data,
            "seed": seed,
            "orders": orders,
            "scenario": read_scenario(scenario) if scenario else "",
            "limits": limits,
            "rates": dict(rates),
            "quota": quota,
        }
        try:
            command(world=world, **arguments)
        except ScenarioError as error:
            raise click.UsageError(f"{scenario}: {error}") from error

    return with_world
