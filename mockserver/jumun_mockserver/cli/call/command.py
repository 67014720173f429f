"""`jumun call`: both APIs for people, over the reference client."""

from __future__ import annotations

import click

from jumun_mockserver.cli.call.bootpay import bootpay
from jumun_mockserver.cli.call.naver import naver


@click.group()
def call() -> None:
    r"""Call an API: of a Jumun, or of a provider where that is said.

    Exit codes: 0 done, 1 the API refused or an order failed, 2 bad usage or no usable answer.

    \b
    jumun call naver product-order-ids 2023010112345
    jumun call bootpay orders --status paid --from 2025-01-01
    """


call.add_command(naver)
call.add_command(bootpay)
