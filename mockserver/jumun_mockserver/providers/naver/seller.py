"""`naver.seller.account` and `naver.seller.channels`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.naver.shop import NaverShop


def show_account(call: Call, shop: NaverShop) -> dict[str, Any]:
    """The seller whose token it is: the account that the application has by delegation, or the shop's own."""
    accounts = sorted(shop.applications[call.application].accounts) if call.application in shop.applications else []
    return {"accountId": "jumun", "accountUid": accounts[0] if accounts else "ncp_1jumun_01", "grade": "SEED"}


def list_channels(call: Call, shop: NaverShop) -> list[dict[str, Any]]:  # noqa: ARG001 - the record's signature
    """The one store that the shop has; product orders name it as merchantChannelId."""
    return [
        {
            "channelNo": 100_000_001,
            "channelType": "STOREFARM",
            "name": "주문 상점",
            "url": "https://smartstore.example/jumun",
        }
    ]
