"""What the shops of a session hold before anything is ordered in them."""

from typing import Final

from jumun_mockserver.core.seed import read_rows

BOOTPAY_ORDERS: Final = len(read_rows("bootpay", "orders", data=None))
