"""What public clients of NAVER's API send is answered with what they read, in both profiles.

Each row is a call of theirs: sejongtf's suite was written against the live API, the others' code was read.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import PROFILES
from tests.mockserver.providers.naver.selling import bring, make_parcel
from tests.mockserver.world import STATIC_TOKEN, World

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ORDERS = "/external/v1/pay-order/seller/product-orders"
FEED = f"{ORDERS}/last-changed-statuses"
# Of the day at whose noon the clock is frozen, as linkmerce has it.
DAY = "2026-03-04T00:00:00.000%2B09:00", "2026-03-04T23:59:59.999%2B09:00"
FEED_DAY = "lastChangedFrom={}&lastChangedTo={}".format(*DAY)
# The same, as clients have it that end their times in Z; and 24 hours to the end.
UTC_DAY = "2026-03-03T15:00:00.000Z", "2026-03-04T14:59:59.000Z"
FEED_24H = "lastChangedFrom=2026-03-03T15:00:00.000Z&lastChangedTo=2026-03-04T15:00:00.000Z"
FEED_WEEK = "lastChangedFrom=2026-02-25T15:00:00.000Z&lastChangedTo=2026-03-04T15:00:00.000Z"

OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)")


def text(value: Any) -> bool:
    """A text that says something."""
    return isinstance(value, str) and value != ""


def number(value: Any) -> bool:
    """A number, of won for instance."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def numeral(value: Any) -> bool:
    """What reads as a whole number, as number or as text."""
    return str(value).isdigit()


def flag(value: Any) -> bool:
    """True or false."""
    return isinstance(value, bool)


def array(value: Any) -> bool:
    """An array, of any length."""
    return isinstance(value, list)


def moment(value: Any) -> bool:
    """A time with its offset, as Java's OffsetDateTime needs it."""
    return isinstance(value, str) and OFFSET.fullmatch(value) is not None


def dispatch_body(id_: str, **fields: str) -> dict[str, Any]:
    """The body of a dispatch of one product order."""
    return {"dispatchProductOrders": [{"productOrderId": id_, **make_parcel(id_), **fields}]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A call and its answer.

    Attributes:
        who: Clients that make it.
        path: Ids of product orders of the shop are in it as `{delivered}`.
        body: JSON, with the same ids.
        needs: Place in the answer, `[]` for each item of an array → what it must hold: a test, or a value.
        code: Of an error answer, in each profile.
        violations: Where the journal says that the call breaks the contract.
    """

    who: str
    path: str
    method: str = "GET"
    query: str = ""
    body: Any = None
    status: int = 200
    needs: Mapping[str, object] = field(default_factory=dict)
    code: Mapping[str, str] = field(default_factory=dict)
    violations: tuple[str, ...] = ()
    token: str = STATIC_TOKEN


FEED_ROW = {
    "data.lastChangeStatuses[].productOrderId": numeral,
    "data.lastChangeStatuses[].orderId": numeral,
    "data.lastChangeStatuses[].lastChangedType": text,
    "data.lastChangeStatuses[].productOrderStatus": text,
    "data.lastChangeStatuses[].receiverAddressChanged": flag,
    "data.lastChangeStatuses[].lastChangedDate": moment,
    "data.lastChangeStatuses[].paymentDate": moment,
}
PRODUCT_ORDER = "data.contents[].content.productOrder"
LISTED = {
    "data.contents[].productOrderId": numeral,
    "data.contents[].content.order.orderId": numeral,
    "data.contents[].content.order.orderDate": moment,
    "data.pagination.page": number,
    "data.pagination.hasNext": flag,
}
DISPATCHED = {"data.successProductOrderIds[]": numeral, "data.failProductOrderInfos": []}
PRODUCT = "contents[].channelProducts[]"
SEARCHED = {
    "totalElements": number,
    f"{PRODUCT}.channelServiceType": text,
    **{f"{PRODUCT}.{name}": numeral for name in ("channelProductNo", "originProductNo", "categoryId")},
    **{
        f"{PRODUCT}.{name}": text
        for name in ("name", "statusType", "channelProductDisplayStatusType", "wholeCategoryName", "wholeCategoryId")
    },
    **{f"{PRODUCT}.{name}": number for name in ("salePrice", "discountedPrice", "stockQuantity", "deliveryFee")},
    **{f"{PRODUCT}.{name}": moment for name in ("regDate", "modifiedDate")},
    f"{PRODUCT}.representativeImage.url": text,
    f"{PRODUCT}.deliveryAttributeType": text,
}
ROWS = {
    "account": Row(
        who="sejongtf, gugu, ingestkorea",
        path="/external/v1/seller/account",
        needs={"accountId": text, "accountUid": text},
    ),
    "channels": Row(
        who="sejongtf",
        path="/external/v1/seller/channels",
        needs={"[].channelNo": number, "[].channelType": text, "[].name": text},
    ),
    "categories": Row(
        who="sejongtf, linkmerce",
        path="/external/v1/categories",
        query="last=true",
        needs={"[].id": numeral, "[].name": text, "[].wholeCategoryName": text, "[].last": True},
    ),
    "products": Row(
        who="sejongtf, linkmerce",
        method="POST",
        path="/external/v1/products/search",
        body={"productStatusTypes": ["SALE"], "page": 1, "size": 500, "orderType": "REG_DATE"},
        needs=SEARCHED,
    ),
    "products, by number and period": Row(
        who="linkmerce",
        method="POST",
        path="/external/v1/products/search",
        body={
            "searchKeywordType": "CHANNEL_PRODUCT_NO",
            "channelProductNos": [10_000_000_000],
            "productStatusTypes": ["WAIT", "SALE", "OUTOFSTOCK", "SUSPENSION", "CLOSE", "PROHIBITION"],
            "page": 1,
            "size": 500,
            "orderType": "REG_DATE",
            "periodType": "PROD_REG_DAY",
            "fromDate": "2026-01-01",
            "toDate": "2026-03-04",
        },
        needs={"totalElements": number},
    ),
    "products, by name": Row(
        who="easy-fulfill",
        method="POST",
        path="/external/v1/products/search",
        body={"productStatusTypes": ["SALE"], "page": 1, "size": 500, "orderType": "NAME"},
        needs=SEARCHED,
    ),
    "a channel product": Row(
        who="linkmerce, laststudy2020, kkotium-garden",
        path="/external/v2/products/channel-products/10000000000",
        needs={
            # linkmerce 1.0.21 takes an absent optionSimple for an error.
            "originProduct.detailAttribute.optionInfo.optionSimple": array,
            "originProduct.detailAttribute.optionInfo.optionCombinationGroupNames.optionGroupName1": text,
            "originProduct.detailAttribute.optionInfo.optionCombinations[].id": number,
            "originProduct.detailAttribute.optionInfo.optionCombinations[].optionName1": text,
            "originProduct.detailAttribute.optionInfo.optionCombinations[].price": number,
            "originProduct.detailAttribute.optionInfo.optionCombinations[].stockQuantity": number,
            "originProduct.detailAttribute.optionInfo.optionCombinations[].usable": flag,
        },
    ),
    "settlements": Row(
        who="linkmerce",
        path="/external/v1/pay-settle/settle/case",
        query="searchDate=2026-03-04&periodType=SETTLE_CASEBYCASE_SETTLE_COMPLETE_DATE&pageNumber=1&pageSize=1000",
        needs={
            "pagination.totalElements": number,
            **{
                f"elements[].{name}": text
                for name in ("settleCompleteDate", "payDate", "productOrderType", "settleType")
            },
            **{f"elements[].{name}": numeral for name in ("orderId", "productOrderId", "productId")},
            **{
                f"elements[].{name}": number
                for name in (
                    *("paySettleAmount", "totalPayCommissionAmount", "freeInstallmentCommissionAmount"),
                    *("sellingInterlockCommissionAmount", "benefitSettleAmount", "settleExpectAmount"),
                )
            },
        },
    ),
    "list, lists as repeated keys": Row(
        who="sejongtf, goss1997",
        path=ORDERS,
        query="from={}&to={}".format(*DAY)
        + "&rangeType=PAYED_DATETIME&productOrderStatuses=PAYED&productOrderStatuses=DELIVERED"
        "&claimStatuses=CANCEL_REQUEST&claimStatuses=RETURN_REQUEST&page=1&pageSize=10",
        needs={"data.pagination.size": 10},
    ),
    "list, empty lists": Row(
        who="linkmerce",
        path=ORDERS,
        query="from={}&to={}".format(*DAY)
        + "&rangeType=PAYED_DATETIME&productOrderStatuses=&claimStatuses=&page=1&pageSize=300",
        needs=LISTED
        | {"data.contents[].content.order.ordererNo": numeral, "data.contents[].content.order.payLocationType": text}
        | {
            f"{PRODUCT_ORDER}.{name}": text
            for name in ("productClass", "deliveryAttributeType", "inflowPath", "productName")
        }
        | {f"{PRODUCT_ORDER}.{name}": numeral for name in ("merchantChannelId", "productId", "itemNo")}
        | {
            f"{PRODUCT_ORDER}.{name}": number
            for name in (
                *("quantity", "unitPrice", "optionPrice", "totalProductAmount", "productDiscountAmount"),
                *("totalPaymentAmount", "expectedSettlementAmount", "deliveryFeeAmount"),
            )
        },
    ),
    "list, a comma-joined list": Row(
        who="linkmerce",
        path=ORDERS,
        query="from={}&to={}".format(*DAY) + "&productOrderStatuses=PAYED,DELIVERED&claimStatuses=&page=1&pageSize=300",
        needs=LISTED,
    ),
    "list, size for pageSize": Row(
        who="smart-ship-automation",
        path=ORDERS,
        query="from={}&to={}".format(*UTC_DAY) + "&productOrderStatuses=PAYED&page=1&size=300",
        needs=LISTED
        | {
            f"{PRODUCT_ORDER}.productOrderStatus": "PAYED",
            f"{PRODUCT_ORDER}.productOrderId": numeral,
            f"{PRODUCT_ORDER}.placeOrderStatus": text,
            f"{PRODUCT_ORDER}.productName": text,
            f"{PRODUCT_ORDER}.quantity": number,
            f"{PRODUCT_ORDER}.totalPaymentAmount": number,
            **{f"{PRODUCT_ORDER}.shippingAddress.{name}": text for name in ("name", "tel1", "baseAddress", "zipCode")},
            "data.pagination.size": number,
        },
        violations=("query/'size'",),
    ),
    "list, beyond the end": Row(
        who="smart-ship-automation",
        path=ORDERS,
        query="from={}&to={}".format(*UTC_DAY) + "&productOrderStatuses=PAYED&page=9",
        needs={"data.pagination.hasNext": False, "data.contents": []},
    ),
    "list, names of their own": Row(
        who="openstore",
        path=ORDERS,
        query="from={}".format(*UTC_DAY) + "&rangeType=PAYED_DATETIME&orderStatus=PAYED&pageToken=",
        needs=LISTED,
        violations=("query/'orderStatus'", "query/'pageToken'"),
    ),
    "list, product orders by id": Row(
        who="gugu",
        path=ORDERS,
        query="from={}&to={}".format(*UTC_DAY) + "&productOrderIds={delivered},{paid}",
        needs=LISTED,
        violations=("query/'productOrderIds'",),
    ),
    "changes of a day": Row(who="linkmerce, care_on", path=FEED, query=f"{FEED_DAY}&limitCount=300", needs=FEED_ROW),
    "changes of 24 hours": Row(who="sm-od, ingestkorea", path=FEED, query=FEED_24H, needs=FEED_ROW),
    "changes, and more": Row(
        who="linkmerce, easy-fulfill",
        path=FEED,
        query=f"{FEED_DAY}&limitCount=1",
        needs=FEED_ROW | {"data.more.moreFrom": moment, "data.more.moreSequence": text},
    ),
    "a token that is refused": Row(
        who="gugu, sejongtf, which ask for another after GW.AUTHN and so only in observed",
        path="/external/v1/seller/account",
        token="expired",
        status=401,
        code={"documented": "UNAUTHORIZED", "observed": "GW.AUTHN"},
    ),
    "changes of a week": Row(
        who="whole",
        path=FEED,
        query=FEED_WEEK,
        status=400,
        code={"documented": "104139", "observed": "104140"},
    ),
    "query": Row(
        who="easy-fulfill, Yaklede",
        method="POST",
        path=f"{ORDERS}/query",
        body={"productOrderIds": ["{delivered}", "{paid}"], "quantityClaimCompatibility": True},
        needs={
            "data[].order.orderId": numeral,
            "data[].order.ordererTel": text,
            "data[].productOrder.productOrderId": numeral,
            "data[].productOrder.productOrderStatus": text,
            "data[].productOrder.productName": text,
            "data[].productOrder.quantity": number,
            "data[].productOrder.productId": numeral,
            "data[].productOrder.expectedDeliveryMethod": text,
            "data[].productOrder.totalPaymentAmount": number,
            **{
                f"data[].productOrder.shippingAddress.{name}": text
                for name in ("name", "tel1", "baseAddress", "detailedAddress", "zipCode")
            },
        },
    ),
    "query, what is delivered": Row(
        who="ingestkorea, which throws unless all of these are dates",
        method="POST",
        path=f"{ORDERS}/query",
        body={"productOrderIds": ["{delivered}"], "quantityClaimCompatibility": True},
        needs={
            "data[].order.orderDate": moment,
            "data[].order.paymentDate": moment,
            "data[].productOrder.placeOrderDate": moment,
            "data[].delivery.sendDate": moment,
            "data[].delivery.deliveredDate": moment,
        },
    ),
    "a product order by its id": Row(
        who="whole, withus_manager, by a path that is not the API's",
        path=f"{ORDERS}/{{paid}}",
        status=404,
        code={"documented": "NOT_FOUND", "observed": "GW.NOT_FOUND"},
    ),
    "confirm": Row(
        who="openstore, gugu",
        method="POST",
        path=f"{ORDERS}/confirm",
        body={"productOrderIds": ["{paid}"]},
        needs={"data.successProductOrderInfos[].productOrderId": numeral, "data.failProductOrderInfos": []},
    ),
    "dispatch, a date in Z": Row(
        who="smart-ship-automation, ingestkorea",
        method="POST",
        path=f"{ORDERS}/dispatch",
        body=dispatch_body("{paid}", dispatchDate="2026-03-04T03:00:00.000Z"),
        needs=DISPATCHED,
    ),
    "dispatch, a date with an offset": Row(
        who="easy-fulfill, openstore, gugu",
        method="POST",
        path=f"{ORDERS}/dispatch",
        body=dispatch_body("{paid}", dispatchDate="2026-03-04T12:00:00.000+09:00"),
        needs=DISPATCHED,
    ),
    "dispatch of what is sent": Row(
        who="smart-ship-automation, which looks for failProductOrderIds and so overlooks it",
        method="POST",
        path=f"{ORDERS}/dispatch",
        body=dispatch_body("{delivered}"),
        needs={
            "data.failProductOrderInfos[].productOrderId": numeral,
            "data.failProductOrderInfos[].code": text,
            "data.failProductOrderInfos[].message": text,
        },
    ),
}


def find(value: Any, place: str) -> Iterator[Any]:
    """The values at a place."""
    head, _, rest = place.partition(".")
    name, each, _ = head.partition("[]")
    found = value[name] if name else value
    if each:
        assert found, f"{head} is empty"
    for item in found if each else [found]:
        if rest:
            yield from find(item, rest)
        else:
            yield item


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", ROWS)
def test_acceptance(name: str, profile: str) -> None:
    """The call is answered with its status and all that its clients read.

    The gateway's trace id, in which sejongtf and ingestkorea look for a text, is in `observed` only: no page has it.
    """
    row = ROWS[name]
    world = World(profile=profile, at=1_772_593_200.0)
    ids = {"paid": bring(world, "PAYED/NOT_YET"), "delivered": bring(world, "DELIVERED")}

    def named(part: str) -> str:
        for id_, value in ids.items():
            part = part.replace(f"{{{id_}}}", value)
        return part

    answer = world.call(
        row.method,
        named(f"{row.path}?{row.query}"),
        b"" if row.body is None else named(json.dumps(row.body)),
        authorization=f"Bearer {row.token}",
        content_type="application/json",
    )
    assert answer.status == row.status, answer
    assert bool(answer.headers.get("gncp-gw-trace-id")) is (profile == "observed")
    assert "application/json" in answer.headers["content-type"]
    assert tuple(world.places) == row.violations
    body = answer.json
    if row.code:
        assert body["code"] == row.code[profile]
        assert all(text(body[key]) for key in ("code", "message", "timestamp"))
    for place, wanted in row.needs.items():
        for found in find(body, place):
            assert wanted(found) if callable(wanted) else found == wanted, (place, found)
