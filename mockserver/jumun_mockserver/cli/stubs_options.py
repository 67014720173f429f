"""The options that say which operations are served from examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jumun_contracts import NO_STUBS, PACKAGED, read_stubs

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_contracts import Stubs


def stubs_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command --stubs and --no-stubs, as the arguments `stubs` and `no_stubs`."""
    with_folder = click.option(
        "--stubs",
        type=click.Path(path_type=Path),
        metavar="DIR",
        envvar="JUMUN_STUBS",
        help="Folder with OpenAPI files whose operations are served from their examples.",
    )
    without = click.option(
        "--no-stubs",
        is_flag=True,
        envvar="JUMUN_NO_STUBS",
        help="Leave out the packaged stubs: the operations beside orders that are served from examples.",
    )
    return with_folder(without(command))


def choose_stubs(folder: Path | None, *, no_stubs: bool) -> Stubs:
    """The stubs that the options ask for; raises DocumentError."""
    if folder is not None:
        return read_stubs(folder, packaged=not no_stubs)
    return NO_STUBS if no_stubs else PACKAGED
