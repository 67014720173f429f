"""The options by which a command finds a running server."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from jumun_mockserver.control.client import ControlClient, ControlError

if TYPE_CHECKING:
    from collections.abc import Callable


def server_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command --url, --session and --control-token, and hand it the `client` that they describe."""

    @click.option("--url", default="http://127.0.0.1:8080", show_default=True, envvar="JUMUN_URL", help="The server.")
    @click.option("--session", envvar="JUMUN_SESSION", help="A session's id; the default session if not given.")
    @click.option("--control-token", envvar="JUMUN_CONTROL_TOKEN", help="What the server was started with.")
    @wraps(command)
    def with_client(*, url: str, session: str | None, control_token: str | None, **arguments: Any) -> None:
        try:
            with ControlClient(url, session=session, token=control_token) as client:
                command(client=client, **arguments)
        except ControlError as error:
            raise click.UsageError(str(error)) from error

    return with_client
