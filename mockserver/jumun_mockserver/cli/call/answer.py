"""How `jumun call` prints what an API answered."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver.cli.table import render_table
from jumun_mockserver.core.journal.masking import MASKED, veil_value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import datetime

    from jumun_client import RawAnswer

T = TypeVar("T")

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

    Both profiles speak, since no one knows which of them a server is of.
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


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column of a table.

    Attributes:
        name: Its head.
        show: Gives the text of a row.
        is_personal: Whether it is about people, and shown when they are asked for alone.
        is_right: Whether it is set right, as numbers are.
    """

    name: str
    show: Callable[[T], str]
    is_personal: bool = False
    is_right: bool = False


def print_found(
    answer: RawAnswer[Any], rows: Sequence[T], columns: Sequence[Column[T]], *, form: str, show_personal: bool
) -> None:
    """Print what was found, as a table or as the API's own JSON.

    Args:
        answer: Of the call.
        rows: What it gave.
        columns: Of the table.
        form: ``table`` or ``json``.
        show_personal: Whether people's data are shown.
    """
    if form == "json":
        document = read_document(answer.http_response.content)
        print_json(document if show_personal else veiled(document, answer.operation))
        return
    shown = [each for each in columns if show_personal or not each.is_personal]
    right = {each.name for each in shown if each.is_right}
    print_table([each.name for each in shown], [[each.show(row) for each in shown] for row in rows], right=right)


def print_page(
    answer: RawAnswer[Any],
    rows: Sequence[T],
    columns: Sequence[Column[T]],
    *,
    count: int,
    noun: str,
    form: str,
    show_personal: bool,
) -> None:
    """As `print_found`, and beside a table how many of `count` there are."""
    print_found(answer, rows, columns, form=form, show_personal=show_personal)
    if form == "table":
        more = "; --page shows more" if len(rows) < count else ""
        click.echo(f"{len(rows)} of {count} {noun}{more}", err=True)


def money(price: int | None) -> str:
    """An amount with its thousands apart; '' for none."""
    return "" if price is None else f"{price:,}"


def moment(value: datetime | None) -> str:
    """A time in Korea, where both APIs are; '' for none."""
    return f"{value.astimezone(KST):%Y-%m-%d %H:%M}" if value else ""
