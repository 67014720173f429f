#!/usr/bin/env bash
# Expected: linkmerce's `delivery` table of NAVER's product orders has the zip code, latitude and longitude that the API
#   sent for each.
# What happens: the first row of every page comes with NULL for all three, without an error. linkmerce puts missing keys
#   with None into that row, since its SQL can name only keys that occur in a page, but these three it sets to None
#   whether they are there or not. Only the position matters: the same orders in reverse lose those of others.
# Package and version: linkmerce 0.6.8 with duckdb 2.0.1; the same with 1.5.6, and with 1.3.2, the oldest it allows.
#   linkmerce 1.0.21 keeps all, but needs Python 3.12; on 3.10 and 3.11 pip installs 0.6.8.
# Why a user of order APIs meets it: a page has at most 300 rows, and each day asked for is at least one. The order
#   listed first is missing from a map or a count by area; where a shop has one a day, all are. Reading the day again
#   into the same database does not help, for rows that are there stay as they are.
# Exit status: 0 as described, 1 changed, 2 could not be tried.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
{ python3 -m venv venv && venv/bin/pip --quiet --disable-pip-version-check install \
  linkmerce==0.6.8 duckdb==2.0.1 bcrypt==5.0.0 requests==2.34.2; } ||
  { echo "cannot install the packages" >&2; exit 2; }

cat > probe.py <<'PYTHON'
import importlib.metadata
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import bcrypt
from linkmerce.api.smartstore import api
from linkmerce.core.smartstore.api import SmartstoreAPI

# Day → the numbers of its product orders, in the sequence in which the API lists them.
DAYS = {"2026-03-04": range(1, 303), "2026-03-05": range(302, 0, -1), "2026-03-06": [7]}


def place(number: int) -> dict[str, str]:
    """Where a product order goes: another place for each number."""
    return {"zipCode": f"{number:05}", "latitude": f"37.{number:07}", "longitude": f"127.{number:07}"}


def row(day: str, number: int) -> dict[str, object]:
    """A product order under way, with the keys of live ones; they differ in number and place only."""
    id_, discount, paid = f"{day.replace('-', '')}1{number:07}", 1_000, 22_000
    twofold = {
        "Quantity": 1,
        "ProductAmount": 23_000,
        "PaymentAmount": paid,
        "ProductDiscountAmount": discount,
        "ProductImmediateDiscountAmount": discount,
        "ProductProductDiscountAmount": 0,
        "SellerBurdenImmediateDiscountAmount": discount,
        "SellerBurdenProductDiscountAmount": 0,
    }
    details = ("productImediateDiscountAmount", "sellerBurdenDiscountAmount", "sellerBurdenImediateDiscountAmount")
    address = {
        "baseAddress": "서울특별시 OO구 OO로 1",
        "detailedAddress": "101호",
        "addressType": "DOMESTIC",
        "isRoadNameAddress": True,
        "name": "홍길동",
        "tel1": "010-0000-0000",
    }
    product_order = {
        "productOrderId": id_,
        "productOrderStatus": "DELIVERING",
        "placeOrderStatus": "OK",
        "placeOrderDate": f"{day}T10:10:00.0+09:00",
        "productClass": "조합형옵션상품",
        "productId": "10000000001",
        "originalProductId": "10000000000",
        "merchantChannelId": "100000001",
        "mallId": "ncp_example_01",
        "productName": "예시 상품",
        "productOption": "색상: 검정",
        "itemNo": "50000000001",
        "optionCode": "50000000001",
        "quantity": 1,
        "unitPrice": 20_000,
        "optionPrice": 3_000,
        "totalProductAmount": 23_000,
        "productDiscountAmount": discount,
        "sellerBurdenStoreDiscountAmount": 0,
        "totalPaymentAmount": paid,
        **{f"{when}{name}": value for when in ("initial", "remain") for name, value in twofold.items()},
        **dict.fromkeys(details, discount),
        "paymentCommission": 500,
        "knowledgeShoppingSellingInterlockCommission": 400,
        "saleCommission": 0,
        "channelCommission": 0,
        "expectedSettlementAmount": paid - 900,
        "commissionRatingType": "결제수수료",
        "commissionPrePayStatus": "GENERAL_PRD",
        "deliveryPolicyType": "무료",
        "shippingFeeType": "무료",
        "deliveryFeeAmount": 0,
        "deliveryDiscountAmount": 0,
        "sectionDeliveryFee": 0,
        "expectedDeliveryMethod": "DELIVERY",
        "deliveryAttributeType": "NORMAL",
        "packageNumber": id_,
        "shippingDueDate": f"{day}T23:59:59.0+09:00",
        "shippingAddress": address | place(number) | {"buildingManagementNo": "0" * 25},
        "takingAddress": address | {"zipCode": "00000"},
        "taxType": "TAXATION",
        "inflowPath": "검색>쇼핑검색(네이버쇼핑)",
    }
    order = {
        "orderId": id_,
        "orderDate": f"{day}T09:58:11.0+09:00",
        "paymentDate": f"{day}T09:58:40.0+09:00",
        "paymentMeans": "신용카드 간편결제",
        "payLocationType": "MOBILE",
        "ordererId": "abcd****",
        "ordererNo": "100000001",
        "ordererName": "홍길동",
        "ordererTel": "01000000000",
        "generalPaymentAmount": paid,
        "orderDiscountAmount": 0,
        "naverMileagePaymentAmount": 0,
        "chargeAmountPaymentAmount": 0,
        "payLaterPaymentAmount": 0,
        "isMembershipSubscribed": False,
        "isDeliveryMemoParticularInput": "false",
    }
    delivery = {
        "deliveryCompany": "CJGLS",
        "deliveryMethod": "DELIVERY",
        "deliveryStatus": "DELIVERING",
        "isWrongTrackingNumber": False,
        "pickupDate": f"{day}T18:00:00.0+09:00",
        "sendDate": f"{day}T15:00:00.0+09:00",
        "trackingNumber": f"6000{number:08}",
    }
    return {"productOrderId": id_, "content": {"order": order, "productOrder": product_order, "delivery": delivery}}


class Naver(BaseHTTPRequestHandler):
    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        if url.path == "/v1/oauth2/token":
            body = {"access_token": "token", "expires_in": 10800, "token_type": "Bearer"}
        else:
            query = parse_qs(url.query)
            day, page, size = query["from"][0][:10], int(query["page"][0]), int(query["pageSize"][0])
            start, end = (page - 1) * size, page * size
            rows = [row(day, number) for number in DAYS[day][start:end]]
            sent = [each["content"]["productOrder"]["shippingAddress"] for each in rows]
            having = sum(all(each.get(key) for key in place(0)) for each in sent)
            print(f"  {self.command} {url.path} of {day}, page {page}: {len(rows)} rows, {having} with all three keys")
            print(f"    the first: {', '.join(f'{key} {sent[0].get(key)}' for key in place(0))}")
            body = {
                "timestamp": f"{day}T23:59:59.999+09:00",
                "data": {"contents": rows, "pagination": {"page": page, "size": size, "hasNext": end < len(DAYS[day])}},
                "traceId": "trace",
            }
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = answer

    def log_message(self, *_: object) -> None:
        pass


def read(day: str) -> tuple[list[int], list[int]]:
    """The numbers of a day's product orders whose place comes back as sent, and of those that have None for it."""
    table = api.order("id", bcrypt.gensalt(4).decode(), day, progress=False)["delivery"]
    found = {
        each["product_order_id"] % 10**7: [each[key] for key in ("zip_code", "latitude", "longitude")] for each in table
    }
    kept = sorted(number for number, values in found.items() if values == list(place(number).values()))
    lost = sorted(number for number, values in found.items() if values == [None, None, None])
    print(f"order() of {day}: {len(table)} in `delivery`, {len(kept)} as sent, all three None in number {lost}")
    return kept, lost


for package in ("linkmerce", "duckdb"):
    print(package, importlib.metadata.version(package))

with ThreadingHTTPServer(("127.0.0.1", 0), Naver) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    SmartstoreAPI.origin = f"http://127.0.0.1:{server.server_port}"
    outcomes = [read(day) for day in DAYS]
    server.shutdown()

# The first row of each page of 300.
firsts = [[1, 301], [2, 302], [7]]
expected = [(sorted(set(numbers) - set(lost)), lost) for numbers, lost in zip(DAYS.values(), firsts)]
print("as described" if outcomes == expected else f"CHANGED: expected None in {firsts} only, and all others as sent")
sys.exit(outcomes != expected)
PYTHON

env -u HTTP_PROXY -u http_proxy NO_PROXY=127.0.0.1 timeout 60 venv/bin/python probe.py
