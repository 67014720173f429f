"""The command `jumun`. Each subcommand is imported when it is called, so that the others cost it nothing."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

import click

from jumun_contracts import DocumentError, EngineError
from jumun_mockserver.cli.streams import OutputError, guard_streams
from jumun_mockserver.core.scenario.notation import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Iterator


_INTERRUPTED = 128 + signal.SIGINT


class _Commands(click.Group):
    """Subcommands by module, in the order in which help lists them."""

    modules: ClassVar[dict[str, str]] = {
        "serve": "serve",
        "run": "run",
        "record": "record",
        "check": "check.command",
        "diff": "diff",
        "routes": "look_up",
        "errors": "look_up",
        "explain": "explain",
        "openapi": "look_up",
        "lint": "lint",
        "call": "call.command",
        "scenario": "scenario",
        "data": "data",
        "requests": "requests",
        "orders": "orders",
        "events": "events",
        "webhooks": "webhooks",
        "clock": "clock",
        "session": "session",
        "coverage": "coverage",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All of them, also those not yet imported."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported when first asked for."""
        if cmd_name not in self.modules:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"jumun_mockserver.cli.{self.modules[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        _keep_lines(command)
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the group's own options."""
        with _one_line():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run a subcommand."""
        with _one_line():
            return super().invoke(ctx)


def _keep_lines(command: click.Command) -> None:
    r"""Let help keep the lines of examples: click's mark for that is the letter \b, and our docstrings are raw."""
    command.help = command.help and command.help.replace("\\b\n", "\b\n")
    for each in getattr(command, "commands", {}).values():
        _keep_lines(each)


@contextmanager
def _one_line() -> Iterator[None]:
    """Bad usage and bad data are one line and exit code 2, never a page of usage and never a traceback.

    Ctrl-C prints nothing and gives the exit code that shells give it: click's own is 1, which would be findings.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise click.exceptions.Exit(_INTERRUPTED) from None
    except (DocumentError, EngineError, OutputError, ScenarioError) as error:
        raise _Refusal(str(error)) from error
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        where = f" (see {error.ctx.command_path} --help)" if error.ctx else ""
        raise _Refusal(error.format_message() + where) from error


class _Refusal(click.ClickException):
    """One line on stderr."""

    exit_code = 2


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jumun", prog_name="jumun", message="%(prog)s %(version)s")
def main() -> None:
    """Offline double of NAVER Commerce and Bootpay Commerce: mock server, contracts, checks.

    Exit codes: 0 clean, 1 findings, 2 could not judge, bad usage or bad data.
    """


def run() -> None:
    """The program: the command, with standard streams that may fail."""
    guard_streams()
    main()
