"""The options of the session that a command serves."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jumun_contracts import PROFILES, load_contract
from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.cli.parameter_types import Rate, WebhookAddress
from jumun_mockserver.cli.scenario import read_scenario
from jumun_mockserver.cli.stubs_options import choose_stubs, stubs_options
from jumun_mockserver.core.scenario.notation import ScenarioError
from jumun_mockserver.core.session.options import SessionOptions, list_options
from jumun_mockserver.providers import PROVIDERS
from jumun_mockserver.webhooks.address import WebhookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jumun_contracts import Stubs
    from jumun_mockserver.core.session.options import Option

LIVE_DIFFERS = (
    "production differs in places: product-order-ids has an array as data, errors have other codes and forms; "
    "--profile observed serves that"
)
"""Of a server that speaks as the pages do."""

# Where the text of the command line is not the value of the option's schema.
_DECLARATIONS: dict[str, dict[str, Any]] = {
    "data": {"type": click.Path(path_type=Path)},
    "rates": {"type": Rate(), "multiple": True},
    "webhooks": {"type": WebhookAddress(), "multiple": True},
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "rates": dict,
    "webhooks": dict,
    "scenario": lambda name: read_scenario(name) if name else "",
}


def session_options(
    command: Callable[..., None], *, kind: type[SessionOptions] = SessionOptions
) -> Callable[..., None]:
    """Give a command --profile, --data, --seed and the like, and hand it the `Options` that they say as `options`.

    `--stubs` and `--no-stubs` are among them: they are the server's, and not of one session.

    A ScenarioError that the command lets out is bad usage of --scenario, a WebhookError of --webhook.
    """
    flags = [each for each in list_options(kind) if each.flag]

    @wraps(command)
    def with_options(**arguments: Any) -> None:
        given = {each.name: arguments.pop(each.name) for each in flags}
        options = {
            name: _READERS[name](value) if name in _READERS else value
            for name, value in given.items()
            if value is not None
        }
        options["stubs"] = choose_stubs(arguments.pop("stubs"), no_stubs=arguments.pop("no_stubs"))
        _check_operations(options.get("rates", ()), options["stubs"])
        try:
            command(options=options, **arguments)
        except ScenarioError as error:
            raise click.UsageError(f"{given['scenario']}: {error}") from error
        except WebhookError as error:
            raise click.UsageError(f"--{error}") from error

    declared: Callable[..., None] = stubs_options(with_options)
    for each in reversed(flags):
        declared = _declare(each)(declared)
    return declared


def _check_operations(rates: Iterable[str], stubs: Stubs) -> None:
    """Refuse a --rate of what is not served."""
    for operation in rates:
        served = [id_ for each in PROVIDERS for p in PROFILES for id_ in load_contract(each, p, stubs=stubs).operations]
        if operation not in served:
            reason = f"no operation {operation!r}{did_you_mean(operation, served)}"
            raise click.BadParameter(reason, ctx=click.get_current_context(), param_hint="'--rate'")


def _declare(option: Option) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option of click."""
    declaration: dict[str, Any] = {"type": _type(option.schema), **_DECLARATIONS.get(option.name, {})}
    if option.default not in (None, "", {}):
        declaration |= {"default": option.default, "show_default": True}
    return click.option(
        f"--{option.flag}",
        option.name,
        metavar=option.metavar,
        envvar=option.variable,
        help=option.help,
        **declaration,
    )


def _type(schema: Any) -> Any:
    """The click type of a JSON Schema's values; text for anything but a choice or a number."""
    if "enum" in schema:
        return click.Choice(schema["enum"])
    if schema.get("type") == "integer":
        return click.IntRange(schema.get("minimum"), schema.get("maximum"))
    if schema.get("type") == "number":
        return click.FloatRange(schema.get("minimum"), schema.get("maximum"))
    return str
