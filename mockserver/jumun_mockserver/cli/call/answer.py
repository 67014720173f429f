"""How `jumun call` prints what an API answered."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

import click

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver.cli.call.table import render_table
from jumun_mockserver.core.journal.masking import MASKED, veil_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

KST = timezone(timedelta(hours=9))
"""Where both APIs are."""


def read_document(body: bytes) -> Any:
    """The JSON of a body; None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def veiled(document: Any, operation: str, *, status: int = 200) -> Any:
    """A copy without what the contracts mark as secret or personal, and without the values of fields they do not know.

    Both editions speak, since nobody knows which of them a server is of.
    """
    provider = operation.partition(".")[0]
    operations = [load_contract(provider, profile).operations[operation] for profile in PROFILES]
    return veil_value(document, [each.answer(status).schema for each in operations], MASKED)


def print_json(document: Any) -> None:
    """Print one document, numbers of any size and half surrogates included."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    click.echo(text.encode(errors="backslashreplace").decode())


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Collection[str] = ()) -> None:
    """Print a table, on a terminal no wider than that."""
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in render_table(header, rows, right=right, columns=columns):
        click.echo(line)


def moment(value: datetime | None) -> str:
    """A time in Korea, where both APIs are; '' for none."""
    return f"{value.astimezone(KST):%Y-%m-%d %H:%M}" if value else ""
