"""Kinds of orders that can be placed: what each sets in the fields of a product order.

Field names and presence: https://apicenter.commerce.naver.com, product order query; a census of live product orders.
Names, addresses and products are made up. A discount that is zero is left out, as live answers do.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.naver.times import KST, render_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# A seller has so long until dispatch; a preorder is dispatched so long after it was placed. Both assumed.
_DISPATCH_DAYS, _PREORDER_DAYS, _ARRIVAL_DAYS = 3, 14, 1
_DELIVERY_FEE = 3_000
# Of the price, in ten thousandths, as in the live sample of 2023 and the rates of its month.
_PAYMENT_COMMISSION, _INTERLOCK_COMMISSION = 178, 200
_WHOLE = 10_000
ORDER_FIELDS = (
    "ordererId",
    "ordererNo",
    "ordererName",
    "ordererTel",
    "paymentMeans",
    "payLocationType",
    "isMembershipSubscribed",
    "isDeliveryMemoParticularInput",
)
"""Fields that may differ and are the order's, not its product orders'."""

_PRODUCTS = (
    ("머그컵", 12_000),
    ("텀블러", 18_000),
    ("만년필", 45_000),
    ("가죽 다이어리", 27_000),
    ("원목 책상", 189_000),
)
_COLOURS = ("검정", "하양", "파랑", "초록")
_SIZES = (("S", -1_000), ("M", 0), ("L", 3_000))
_ADD_ONS = (("선물 포장", 2_000), ("각인", 5_000), ("파우치", 4_000))
_ADDRESS: Mapping[str, Any] = MappingProxyType(
    {
        "zipCode": "00000",
        "baseAddress": "서울특별시 가나구 다라로 1",
        "addressType": "DOMESTIC",
        "detailedAddress": "101동 101호",
        "tel1": "010-0000-0000",
        "isRoadNameAddress": True,
        "name": "홍길동",
        "latitude": "37.0000000",
        "longitude": "127.0000000",
        "buildingManagementNo": "0000000000000000000000000",
    }
)
_MOVED = MappingProxyType({"baseAddress": "서울특별시 가나구 다라로 3", "detailedAddress": "202동 202호"})
_TAKING_ADDRESS: Mapping[str, Any] = MappingProxyType(
    {
        "zipCode": "00000",
        "baseAddress": "경기도 마바시 사아로 2",
        "addressType": "DOMESTIC",
        "detailedAddress": "1층",
        "tel1": "000-0000-0000",
        "isRoadNameAddress": True,
        "name": "출고지",
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """A product order that is to be made.

    Attributes:
        index: Among those of its order, from 0.
        now: Epoch seconds at which the order is placed.
        seed: What its product follows from, the same for all parts of an order.
        package_numbers: A number for each part of the order, for those that are shipped alone.
    """

    index: int
    now: float
    seed: str
    package_numbers: tuple[str, ...]

    def draw(self, purpose: str, size: int) -> int:
        """A number below `size` that follows from the order's seed."""
        return int.from_bytes(hashlib.sha256(f"{self.seed}:{purpose}".encode()).digest()[:4], "big") % size

    def day(self, days: int, *, end: bool = False) -> str:
        """The beginning or the last second of the day so many days after the order, in Korea."""
        moment = datetime.fromtimestamp(self.now, UTC).astimezone(KST) + timedelta(days=days)
        hour, minute, second = (23, 59, 59) if end else (0, 0, 0)
        return render_time(moment.replace(hour=hour, minute=minute, second=second, microsecond=0).timestamp())


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of order.

    Attributes:
        parts: How many product orders it has if not given.
        fill: What a part of it sets over the fields that all product orders have.
    """

    parts: int
    fill: Callable[[Part], Mapping[str, Any]]


def fill_product_order(template: str, part: Part, fields: Mapping[str, Any]) -> dict[str, Any]:
    """A product order as a query answers it, but for ids and states; `fields` go before what the template sets."""
    product = part.draw("product", len(_PRODUCTS))
    name, price = _PRODUCTS[product]
    filled: dict[str, Any] = {
        "productClass": "단일상품",
        "productId": f"1000000{product:04d}",
        "originalProductId": f"2000000{product:04d}",
        "merchantChannelId": "100000001",
        "productName": name,
        "itemNo": f"5000000{product:04d}",
        "sellerProductCode": f"SKU-{product + 1}",
        "quantity": 1,
        "unitPrice": price,
        "optionPrice": 0,
        "productDiscountAmount": 0,
        "deliveryPolicyType": "무료",
        "shippingFeeType": "무료",
        "deliveryFeeAmount": 0,
        "deliveryDiscountAmount": 0,
        "sectionDeliveryFee": 0,
        "expectedDeliveryMethod": "DELIVERY",
        "expectedDeliveryCompany": "CJGLS",
        "deliveryAttributeType": "NORMAL",
        "packageNumber": part.package_numbers[part.index],
        "shippingDueDate": part.day(_DISPATCH_DAYS, end=True),
        "shippingAddress": dict(_ADDRESS),
        "takingAddress": dict(_TAKING_ADDRESS),
        "commissionRatingType": "결제수수료",
        "commissionPrePayStatus": "GENERAL_PRD",
        "saleCommission": 0,
        "channelCommission": 0,
        "taxType": "TAXATION",
        "inflowPath": "네이버 쇼핑",
        "mallId": "ncp_1jumun_01",
        **TEMPLATES[template].fill(part),
    }
    for key, value in fields.items():
        if key in ("shippingAddress", "takingAddress"):
            # An address may be given in part.
            filled[key] = {**(filled[key] or _ADDRESS), **value}
        elif key not in ORDER_FIELDS:
            filled[key] = value
    if filled.get("giftReceivingStatus") == "RECEIVED":
        filled["shippingAddress"] = filled["shippingAddress"] or dict(_ADDRESS)
    _add_amounts(filled)
    return {key: value for key, value in filled.items() if value is not None}


def make_order_block(
    order_id: str,
    product_orders: Sequence[Mapping[str, Any]],
    *,
    ordered_at: float,
    paid_at: float | None,
    due_at: float,
    draw: int,
    template: str,
    fields: Mapping[str, Any],
) -> dict[str, Any]:
    """The `order` block of a query.

    Args:
        paid_at: None for one that waits for payment until `due_at`.
        draw: From 0 to 9999, for the orderer's number.
        fields: What is to differ; those of ORDER_FIELDS are of the block.
    """
    order = {
        "orderId": order_id,
        "orderDate": render_time(ordered_at),
        "paymentMeans": "무통장입금" if paid_at is None else "신용카드 간편결제",
        "payLocationType": "MOBILE",
        "ordererId": "hong****",
        "ordererNo": f"10000{draw:04d}",
        "ordererName": "홍길동",
        "ordererTel": "01000000000",
        "orderDiscountAmount": 0,
        "generalPaymentAmount": sum(each["totalPaymentAmount"] + each["deliveryFeeAmount"] for each in product_orders),
        "naverMileagePaymentAmount": 0,
        "chargeAmountPaymentAmount": 0,
        "payLaterPaymentAmount": 0,
        "isMembershipSubscribed": False,
        "isDeliveryMemoParticularInput": "false",
        **{key: value for key, value in fields.items() if key in ORDER_FIELDS},
    }
    if paid_at is None:
        order["paymentDueDate"] = render_time(due_at)
    else:
        order["paymentDate"] = render_time(paid_at)
    if template == "gift":
        # The giver is hidden from the seller.
        del order["ordererName"], order["ordererTel"]
    return order


def move_house(address: Mapping[str, Any]) -> dict[str, Any]:
    """Another address than this one, of the same person."""
    there = _MOVED if address["detailedAddress"] != _MOVED["detailedAddress"] else _ADDRESS
    return {**address, "baseAddress": there["baseAddress"], "detailedAddress": there["detailedAddress"]}


def settle_address() -> dict[str, Any]:
    """The address that the receiver of a gift gives."""
    return dict(_ADDRESS)


def choose_option(product_order: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of another option than a product order has, at the same price."""
    taken = product_order.get("productOption")
    colour = next(index for index, name in enumerate(_COLOURS) if f"색상: {name}" != taken)
    item = f"5300000{colour:04d}"
    return {"productOption": f"색상: {_COLOURS[colour]}", "itemNo": item, "optionCode": item}


def _add_amounts(filled: dict[str, Any]) -> None:
    """Work out what follows from price, option, quantity and discount, in KRW; sums of live answers hold."""
    quantity, discount = filled["quantity"], filled["productDiscountAmount"]
    total = (filled["unitPrice"] + filled["optionPrice"]) * quantity
    payment = total - discount
    commissions = {
        "paymentCommission": payment * _PAYMENT_COMMISSION // _WHOLE,
        "knowledgeShoppingSellingInterlockCommission": payment * _INTERLOCK_COMMISSION // _WHOLE,
    }
    filled |= {
        "initialQuantity": quantity,
        "remainQuantity": quantity,
        "totalProductAmount": total,
        "initialProductAmount": total,
        "remainProductAmount": total,
        "initialProductDiscountAmount": discount,
        "remainProductDiscountAmount": discount,
        "initialProductImmediateDiscountAmount": discount,
        "remainProductImmediateDiscountAmount": discount,
        "totalPaymentAmount": payment,
        "initialPaymentAmount": payment,
        "remainPaymentAmount": payment,
        **commissions,
        "expectedSettlementAmount": payment - sum(commissions.values()),
    }
    if discount:
        # The whole of it is an immediate discount that the seller pays.
        filled |= dict.fromkeys(
            (
                "productImediateDiscountAmount",
                "sellerBurdenDiscountAmount",
                "sellerBurdenImediateDiscountAmount",
                "initialSellerBurdenImmediateDiscountAmount",
                "remainSellerBurdenImmediateDiscountAmount",
            ),
            discount,
        )


def _fill_nothing(_part: Part) -> Mapping[str, Any]:
    """A product without options."""
    return {}


def _fill_options(part: Part) -> Mapping[str, Any]:
    """Another combination of options for each part."""
    number = part.draw("option", len(_COLOURS) * len(_SIZES)) + part.index
    colour, (size, price) = _COLOURS[number // len(_SIZES) % len(_COLOURS)], _SIZES[number % len(_SIZES)]
    item = f"5100000{number % (len(_COLOURS) * len(_SIZES)):04d}"
    return {
        "productClass": "조합형옵션상품",
        "productOption": f"색상: {colour} / 크기: {size}",
        "optionPrice": price,
        "itemNo": item,
        "optionCode": item,
        "optionManageCode": f"OPT-{item[-2:]}",
    }


def _fill_bundle(part: Part) -> Mapping[str, Any]:
    """A main product and add-ons in one parcel, whose fee the main product has."""
    shared = {"packageNumber": part.package_numbers[0], "deliveryPolicyType": "유료", "shippingFeeType": "선결제"}
    if part.index == 0:
        return {**_fill_options(part), **shared, "deliveryFeeAmount": _DELIVERY_FEE}
    name, price = _ADD_ONS[(part.index - 1) % len(_ADD_ONS)]
    item = f"5200000{part.index:04d}"
    option = {"productOption": f"추가상품: {name}", "unitPrice": price, "itemNo": item, "optionCode": item}
    return {"productClass": "추가구성상품", **shared, **option}


def _fill_gift(_part: Part) -> Mapping[str, Any]:
    """A gift whose receiver has not accepted it yet, and so has given no address."""
    return {"giftReceivingStatus": "WAIT_FOR_RECEIVING", "shippingAddress": None}


def _fill_preorder(part: Part) -> Mapping[str, Any]:
    """Dispatch begins on a later day."""
    return {
        "deliveryAttributeType": "PRE_ORDER",
        "shippingStartDate": part.day(_PREORDER_DAYS),
        "shippingDueDate": part.day(_PREORDER_DAYS + _DISPATCH_DAYS, end=True),
    }


def _fill_direct(_part: Part) -> Mapping[str, Any]:
    """The seller brings it; no courier."""
    return {"expectedDeliveryMethod": "DIRECT_DELIVERY", "expectedDeliveryCompany": None}


def _fill_fulfillment(part: Part) -> Mapping[str, Any]:
    """A logistics company has the stock, sends it, and promises a day."""
    sku = part.draw("sku", 1_000)
    return {
        "deliveryAttributeType": "ARRIVAL_GUARANTEE",
        "deliveryTagType": "TOMORROW",
        "arrivalGuaranteeDate": part.day(_ARRIVAL_DAYS, end=True),
        "logisticsCompanyId": "JUMUN-LOGISTICS",
        "logisticsCenterId": "JUMUN-CENTER-1",
        "logisticsDirectContracted": False,
        "storageType": "DRY",
        "skuMappings": [
            {"nsId": f"NS{sku:08d}", "nsBarcode": f"880000000{sku:04d}", "pickingQuantityPerOrder": part.index + 1}
        ],
    }


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        "single": Template(1, _fill_nothing),
        "options": Template(1, _fill_options),
        "bundle": Template(3, _fill_bundle),
        "gift": Template(1, _fill_gift),
        "preorder": Template(1, _fill_preorder),
        "direct": Template(1, _fill_direct),
        "fulfillment": Template(1, _fill_fulfillment),
    }
)
"""Name → kind of order."""
