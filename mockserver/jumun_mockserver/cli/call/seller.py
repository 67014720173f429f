"""`jumun call naver account` and `channels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import jumun_client
from jumun_mockserver.cli.call.answer import print_json, print_table, read_document, veiled
from jumun_mockserver.cli.call.options import call_options
from jumun_mockserver.core.journal.spellings import MASK

if TYPE_CHECKING:
    from jumun_mockserver.cli.call.options import Target


@click.command()
@click.option("--show-personal", is_flag=True, help="Show the account, and in JSON fields that no contract knows.")
@call_options("naver")
def account(*, show_personal: bool, target: Target, form: str) -> None:
    """Show whose keys or token these are."""
    with jumun_client.NaverCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.seller_account()
    found = answer.parse()
    if form == "json":
        document = read_document(answer.http_response.content)
        print_json(document if show_personal else veiled(document, "naver.seller.account"))
    else:
        people = (found.account_id, found.account_uid) if show_personal else (MASK, MASK)
        print_table(("ACCOUNT", "UID", "GRADE"), [(*people, found.grade or "")])


@click.command()
@call_options("naver")
def channels(*, target: Target, form: str) -> None:
    """Show the seller's channels, such as stores."""
    with jumun_client.NaverCommerceClient(**target.arguments) as client:
        answer = client.with_raw_response.seller_channels()
    found = answer.parse()
    if form == "json":
        print_json(veiled(read_document(answer.http_response.content), "naver.seller.channels"))
    else:
        rows = [(str(each.channel_no), each.channel_type, each.name, each.url or "") for each in found]
        print_table(("CHANNEL", "TYPE", "NAME", "URL"), rows)
