"""The options of a session are written once, and every place that takes them has them all."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import click
import pytest
from click.testing import CliRunner

from jumun_contracts import RateLimit
from jumun_mockserver import assembly
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.cli.main import main
from jumun_mockserver.cli.session_options import session_options
from jumun_mockserver.control.reading import own_contract
from jumun_mockserver.core.data_folder import DataFolder
from jumun_mockserver.core.journal.journal import Exchange
from jumun_mockserver.core.provider import Producer
from jumun_mockserver.core.session.clock import Clock
from jumun_mockserver.core.session.limiter import Limits
from jumun_mockserver.core.session.options import (
    LegacyClaims,
    PayloadDates,
    SessionOptions,
    WebhookFormat,
    known,
    list_options,
    render_schema,
)
from jumun_mockserver.core.session.quota import Punishment
from jumun_mockserver.testing import pytest_plugin
from jumun_mockserver.testing.session import list_marker_arguments, read_marker
from tests.checkout import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from jumun_mockserver.core.session.options import Option

NAMES = [each.name for each in list_options()]
# Beside the options of a session: the server's own.
OF_THE_SERVER = {"clock", "stubs", "sessions", "store", "on_exchange", "allowed_hosts", "produce", "metrics", "cors"}
# What `create_app` and `LiveServer` take beside the type of the field.
ALSO_TAKEN: dict[str, set[Any]] = {
    "data": {Mapping[str, Any], str, os.PathLike[str]},
    "seed": {int},
    "frozen_at": {datetime, str},
}
# By name, for what the modules import for type checkers only.
TYPES: dict[str, Any] = {
    "Callable": Callable,
    "Clock": Clock,
    "Exchange": Exchange,
    "Limits": Limits,
    "Mapping": Mapping,
    "Collection": Collection,
    "LegacyClaims": LegacyClaims,
    "PayloadDates": PayloadDates,
    "Producer": Producer,
    "Punishment": Punishment,
    "RateLimit": RateLimit,
    "WebhookFormat": WebhookFormat,
    "DataFolder": DataFolder,
    "datetime": datetime,
    "os": os,
}


@dataclass(frozen=True, slots=True)
class MoreOptions(SessionOptions):
    """The options after another was added: one field."""

    colour_of_parcels: str = field(
        default="brown", metadata=known(help="Colour of all parcels.", schema={"enum": ["brown", "white"]})
    )
    weight: int = field(
        default=3,
        metadata=known(
            help="Kilograms of a parcel.", schema={"type": "integer", "minimum": 1, "maximum": 9}, flag="kg"
        ),
    )


@pytest.fixture
def given() -> dict[str, Any]:
    """What `command` was given when it ran last."""
    return {}


@pytest.fixture
def command(given: dict[str, Any]) -> click.Command:
    """A command with `MoreOptions`."""

    def show(*, options: Mapping[str, Any]) -> None:
        given.update(options)

    return click.command()(session_options(show, kind=MoreOptions))


def test_an_option_is_one_field(command: click.Command, given: dict[str, Any]) -> None:
    """A field of its own gives an option its flag, variable, schema, marker argument, default and reading."""
    variables = {"JUMUN_COLOUR_OF_PARCELS": "white"}
    result = CliRunner().invoke(command, ["--kg", "7"], env=variables)
    assert result.exit_code == 0, result.output
    assert (given["colour_of_parcels"], given["weight"]) == ("white", 7)
    assert CliRunner().invoke(command, ["--kg", "10"]).exit_code == 2
    assert CliRunner().invoke(command, ["--read-lag", "1.5"]).exit_code == 0
    assert given["read_lag"] == 1.5
    assert CliRunner().invoke(command, ["--read-lag", "-1"]).exit_code == 2
    assert "Colour of all parcels." in CliRunner().invoke(command, ["--help"]).output
    assert render_schema(MoreOptions)["properties"]["weight"] == {
        "description": "Kilograms of a parcel.",
        "type": "integer",
        "minimum": 1,
        "maximum": 9,
    }
    assert read_marker({"colour_of_parcels": "white"}, folder=ROOT, kind=MoreOptions) == {"colour_of_parcels": "white"}
    default = MoreOptions()
    assert (default.colour_of_parcels, default.weight) == ("brown", 3)
    renewed = default.renew({"colour_of_parcels": "white"})
    assert (renewed.colour_of_parcels, renewed.weight) == ("white", 3)
    assert "| `weight` | `--kg` | `JUMUN_KG` | 1 to 9 | `3` | Kilograms of a parcel. |\n" in table(MoreOptions)


@pytest.mark.parametrize("name", ["serve", "run"])
def test_the_command_line(name: str) -> None:
    """`jumun serve` and `jumun run` have each option's flag and variable, with its help and default."""
    context = click.Context(main)
    command = main.get_command(context, name)
    assert command
    parameters = {each.name: each for each in command.params if isinstance(each, click.Option)}
    for option in list_options():
        if not option.flag:
            assert option.name not in parameters
            continue
        parameter = parameters[option.name]
        assert parameter.opts == [f"--{option.flag}"]
        assert (parameter.envvar, parameter.help) == (option.variable, option.help)
        if option.default not in (None, "", {}):
            assert (parameter.default, parameter.show_default) == (option.default, True)


def test_names_that_users_meet() -> None:
    """Flags, variables and arguments of the marker keep their names."""
    flags = (
        "--profile --data --seed --orders --scenario --limits --rate --quota --legacy-claims --payload-dates --read-lag"
        " --webhook --webhook-format --webhook-secret"
    )
    assert [f"--{each.flag}" for each in list_options() if each.flag] == flags.split()
    assert [each.variable for each in list_options() if each.flag] == [
        f"JUMUN_{name[2:].upper().replace('-', '_')}" for name in flags.split()
    ]
    arguments = (
        "profile data seed orders scenario limits rates quota legacy_claims payload_dates read_lag "
        "webhooks webhook_format webhook_secret clock"
    )
    assert list(list_marker_arguments()) == [*arguments.split(), "allow_violations", "allow_unmatched"]


def test_the_control_plane() -> None:
    """The control plane's document has the schema of a new session, which is written nowhere else."""
    assert own_contract()["components"]["schemas"]["NewSession"] == render_schema()
    assert list(render_schema()["properties"]) == NAMES
    source = ROOT / "mockserver/jumun_mockserver/control/control.openapi.yaml"
    assert "per_second" not in source.read_text(encoding="utf-8")


def test_the_marker() -> None:
    """The marker is listed with all its arguments."""
    arguments = ", ".join(f"{name}=" for name in list_marker_arguments())
    assert pytest_plugin._MARKER.startswith(f"jumun({arguments}): ")


def test_the_arguments_of_servers() -> None:
    """`create_app` and `LiveServer` take every option, of the field's type or of what is read as one."""
    taken = get_type_hints(assembly.Options, localns=TYPES)
    assert taken.keys() == {*NAMES, *OF_THE_SERVER}
    for name, kind in get_type_hints(SessionOptions, localns=TYPES).items():
        wanted = (alternatives(kind) - {DataFolder}) | ALSO_TAKEN.get(name, set())
        assert alternatives(taken[name]) == wanted, name


def alternatives(kind: Any) -> set[Any]:
    """The parts of a union; a type that is none is its only part."""
    return set(get_args(kind)) if type(kind) is type(int | str) else {kind}


def test_every_way_reads_the_same(tmp_path: Path) -> None:
    """Values of Python become the fields' values."""
    (tmp_path / "naver").mkdir()
    (tmp_path / "naver" / "orders.yaml").write_text("orders: []", encoding="utf-8")
    made = create_dispatch({"data": str(tmp_path), "seed": 7, "frozen_at": "1970-01-01T00:01:00Z"}).store.default
    assert made.options == SessionOptions(data=DataFolder.read(tmp_path), seed="7", frozen_at=60.0)
    assert create_dispatch({}).store.default.options == SessionOptions()
    with pytest.raises(ValueError, match=r"^frozen_at: .* 1970 to 9998"):
        create_dispatch({"frozen_at": -1.0})


def test_what_a_further_session_has() -> None:
    """A session takes the server's options where it does not say; rates add up, scenario and clock start over."""
    one, two = RateLimit(1, 2, "assumed", "set by hand"), RateLimit(3, 4, "assumed", "set by hand")
    server = SessionOptions("observed", seed="5", scenario="*: 500", rates={"a": one, "b": one}, frozen_at=9.0)
    assert server.renew({}) == SessionOptions("observed", seed="5", rates={"a": one, "b": one})
    made = server.renew({"rates": {"b": {"per_second": 3, "burst": 4.0}, "c": two}, "orders": 2.0})
    assert made == SessionOptions("observed", seed="5", orders=2, rates={"a": one, "b": two, "c": two})
    assert type(made.orders) is int


def test_the_page_has_the_options() -> None:
    """The table of docs/testing.md is made of the options."""
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    section = page.partition("\n## Options of a session\n")[2].partition("\n## ")[0]
    assert section.partition("|---|---|---|---|---|---|\n")[2] == table(SessionOptions)


def table(kind: type[SessionOptions]) -> str:
    """The rows of the page."""
    return "".join(f"| {' | '.join(row(each))} |\n" for each in list_options(kind))


def row(option: Option) -> tuple[str, ...]:
    """What the page says of an option."""
    name = f"`{option.name}`"
    if option.marker != option.name:
        name += f"; of the marker `{option.marker}`"
    return (
        name,
        f"`--{option.flag}`" if option.flag else "",
        f"`{option.variable}`" if option.flag else "",
        describe_values(option.schema),
        f"`{option.default}`" if option.default not in (None, "", {}) else "",
        option.help,
    )


def describe_values(schema: Mapping[str, Any]) -> str:
    """The choices or bounds of a schema; '' where it has neither."""
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    return f"{schema['minimum']:,} to {schema['maximum']:,}" if "minimum" in schema else ""
