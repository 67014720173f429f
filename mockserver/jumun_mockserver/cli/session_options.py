"""The options of the session that a command serves."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jumun_mockserver.cli.parameter_types import Rate
from jumun_mockserver.cli.scenario import read_scenario
from jumun_mockserver.core.scenario.scenario import ScenarioError
from jumun_mockserver.core.session.options import SessionOptions, list_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_mockserver.core.session.options import Option

# Where the text of the command line is not the value of the option's schema.
_DECLARATIONS: dict[str, dict[str, Any]] = {
    "data": {"type": click.Path(path_type=Path)},
    "rates": {"type": Rate(), "multiple": True},
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "rates": dict,
    "scenario": lambda name: read_scenario(name) if name else "",
}


def session_options(
    command: Callable[..., None], *, kind: type[SessionOptions] = SessionOptions
) -> Callable[..., None]:
    """Give a command --profile, --data, --seed and the like, and hand it the `Options` that they say as `options`.

    A ScenarioError that the command lets out is bad usage of --scenario.
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
        try:
            command(options=options, **arguments)
        except ScenarioError as error:
            raise click.UsageError(f"{given['scenario']}: {error}") from error

    declared: Callable[..., None] = with_options
    for each in reversed(flags):
        declared = _declare(each)(declared)
    return declared


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
    """The click type of a JSON Schema's values; text for all that is no choice and no number."""
    if "enum" in schema:
        return click.Choice(schema["enum"])
    if schema.get("type") == "integer":
        return click.IntRange(schema.get("minimum"), schema.get("maximum"))
    if schema.get("type") == "number":
        return click.FloatRange(schema.get("minimum"), schema.get("maximum"))
    return str
