"""Programs of others run under `jumun run` as they are: nothing in them names the mock."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jumun_contracts import PROFILES, parse_json
from tests.interop.programs import clean_environment, require, run
from tests.interop.seeds import read_guide_sample, read_page_sample
from tests.packaged import BOOTPAY_ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from tests.interop.programs import Ended

    Start: TypeAlias = Callable[..., Ended]

JUMUN = Path(sys.executable).with_name("jumun")
ORDER = "2023010112345"
PRODUCT_ORDERS = [f"{ORDER}001", f"{ORDER}002", f"{ORDER}003"]
NAVER = f"https://api.commerce.naver.com/external/v1/pay-order/seller/orders/{ORDER}/product-order-ids"
BOOTPAY = "https://test-api.bootapi.com/v1/orders"
BASIC = base64.b64encode(b"your-commerce-client-key:your-commerce-secret-key").decode()
CALLS = [
    (NAVER, {"Authorization": "Bearer your_access_token_here"}),
    (BOOTPAY, {"Authorization": f"Basic {BASIC}"}),
    ("https://example.com/", {}),
]

# Beginnings of programs for which proxy variables are nothing. `call` gives the status that a URL answers with.
NODE_PROGRAMS = {
    "fetch": "const call = async (url, headers) => (await fetch(url, { headers })).status",
    "axios, no proxy": """
const call = async (url, headers) => (await require('axios').get(url, { headers, proxy: false })).status""",
}
PYTHON_PROGRAMS = {
    "aiohttp": """
import aiohttp, asyncio
async def fetch(url, headers):
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status
def call(url, headers):
    return asyncio.run(fetch(url, headers))
""",
    "requests, no proxy": """
import requests
session = requests.Session()
session.trust_env = False
def call(url, headers):
    return session.get(url, headers=headers).status_code
""",
}
DIFFERS = (
    "profile documented: production differs in places: product-order-ids has an array as data, errors have other codes "
    "and forms; --profile observed serves that"
)
RUN_IN_NODE = """
async function main() {
  for (const [url, headers] of JSON.parse(process.argv[2])) {
    console.log(await call(url, headers).catch((error) => (error.cause || error).message))
  }
}
main()
"""
RUN_IN_PYTHON = """
import json, sys
for url, headers in json.loads(sys.argv[1]):
    try:
        print(call(url, headers))
    except Exception as error:
        print(error)
"""

NODE_SDK = """
const { BootpayCommerce } = require('@bootpay/backend-js')
const commerce = new BootpayCommerce({
  client_key: 'your-commerce-client-key', secret_key: 'your-commerce-secret-key', mode: 'production' })
async function main() {
  const token = await commerce.getAccessToken()
  const { count } = await commerce.order.list({ page: 1, limit: 20 })
  console.log(Boolean(token.access_token), count)
}
main()
"""
PYTHON_SDK = """
from bootpay_backend import BootpayCommerce
commerce = BootpayCommerce(
    client_key="your-commerce-client-key", secret_key="your-commerce-secret-key", mode="production")
token = commerce.get_access_token()
print(bool(token["access_token"]), commerce.order.list({"page": 1, "limit": 20})["count"])
"""


@pytest.fixture
def start_node(node: str, npm_packages: Path, tmp_path: Path) -> Start:
    """Runs a Node program under `jumun run`."""

    def start(code: str, *arguments: str, **more: str) -> Ended:
        (tmp_path / "program.js").write_text(code, "utf-8")
        environment = clean_environment(tmp_path, NODE_PATH=str(npm_packages / "node_modules"), **more)
        return _under_jumun([node, "program.js", *arguments], tmp_path, environment)

    return start


@pytest.fixture
def start_python(pypi_packages: Path, tmp_path: Path) -> Start:
    """Runs a Python program under `jumun run`."""

    def start(code: str, *arguments: str) -> Ended:
        (tmp_path / "program.py").write_text(code, "utf-8")
        environment = clean_environment(tmp_path, PYTHONPATH=str(pypi_packages))
        return _under_jumun([sys.executable, "program.py", *arguments], tmp_path, environment)

    return start


def _under_jumun(command: list[str], folder: Path, environment: dict[str, str]) -> Ended:
    return run([JUMUN, "run", "--", *command], folder=folder, environment=environment)


def _lines(text: str) -> list[str]:
    """Lines that are not empty, without alignment."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _assert_ended_well(ended: Ended, *calls: str, remarks: tuple[str, ...] = (DIFFERS,)) -> None:
    """The program says nothing on stderr and ends with 0; the summary has these calls and remarks and nothing else."""
    assert ended.code == 0, ended
    title = f"Jumun: {len(calls)} call{'s' * (len(calls) > 1)}"
    assert _lines(ended.stderr) == [title, *(f"x1 {call}" for call in calls), *remarks], ended


def test_naver_node_sample(start_node: Start) -> None:
    """The guide's axios sample, as the guide has it, prints the three product orders."""
    ended = start_node(read_guide_sample("javascript", containing="main();"))
    _assert_ended_well(ended, "naver.product_order_ids 200")
    # console.log prints the array over as many lines as it likes.
    printed, _, rest = ended.stdout.partition("]\n")
    assert printed.split() == ["조회", "성공:", "[", *", ".join(f"'{each}'" for each in PRODUCT_ORDERS).split()]
    assert rest.splitlines() == [
        f"주문 {ORDER}에 포함된 상품 주문 수: 3개",
        *(f"상품 주문 처리 중: {each}" for each in PRODUCT_ORDERS),
    ]


def test_naver_python_sample(start_python: Start) -> None:
    """The guide's requests sample, as the guide has it, prints the three product orders."""
    ended = start_python(read_guide_sample("python", containing="import requests"))
    _assert_ended_well(ended, "naver.product_order_ids 200")
    assert ended.stdout.splitlines() == [
        "조회 성공: 3개의 상품 주문 발견",
        *(f"{number}. {each}" for number, each in enumerate(PRODUCT_ORDERS, 1)),
    ]


def test_naver_curl_sample(tmp_path: Path) -> None:
    """The guide's curl sample, as the guide has it, prints the answer with its three product orders."""
    for tool in ("curl", "jq"):
        require(tool)
    (tmp_path / "sample.sh").write_text(read_guide_sample("bash", containing="curl -L"), "utf-8")
    ended = _under_jumun([require("bash"), "sample.sh"], tmp_path, clean_environment(tmp_path))
    body = parse_json(ended.stdout)
    assert isinstance(body, dict), ended
    assert body["data"] == {"productOrderIds": PRODUCT_ORDERS}
    # The sample has curl append "HTTP Status: 200" to the body and hands both to jq, which stumbles over it once it has
    # printed the body. That is the script's exit code in production as well.
    complaint, _, summary = ended.stderr.partition("Jumun: ")
    assert "parse error" in complaint, ended
    assert ended.code != 0, ended
    assert "naver.product_order_ids  200" in summary, ended


@pytest.mark.parametrize("profile", PROFILES)
def test_bootpay_page_sample(start_node: Start, profile: str) -> None:
    """The page's sample, in a function because a program with `require` has no `await` outside, prints four orders."""
    ended = start_node(f"async function main() {{\n{read_page_sample()}\n}}\nmain()\n", JUMUN_PROFILE=profile)
    _assert_ended_well(ended, "bootpay.orders.list 200", remarks=(DIFFERS,) if profile == "documented" else ())
    assert ended.stdout.startswith("{\n  count: 4,"), ended
    assert ended.stdout.count("order_id:") == 4


def test_bootpay_node_sdk(start_node: Start) -> None:
    """The official Node SDK in its mode `production` gets a token and lists all orders."""
    ended = start_node(NODE_SDK)
    _assert_ended_well(ended, "bootpay.orders.list 200", "bootpay.token 200")
    assert ended.stdout == f"true {BOOTPAY_ORDERS}\n"


def test_bootpay_python_sdk(start_python: Start) -> None:
    """The official Python SDK in its mode `production` gets a token and lists all orders."""
    ended = start_python(PYTHON_SDK)
    _assert_ended_well(ended, "bootpay.orders.list 200", "bootpay.token 200")
    assert ended.stdout == f"True {BOOTPAY_ORDERS}\n"


@pytest.mark.parametrize("name", [*NODE_PROGRAMS, *PYTHON_PROGRAMS])
def test_no_proxy(request: pytest.FixtureRequest, name: str) -> None:
    """A program that ignores proxy variables reaches both APIs, and no host but theirs."""
    calls = json.dumps(CALLS)
    ended: Ended = (
        request.getfixturevalue("start_node")(NODE_PROGRAMS[name] + RUN_IN_NODE, calls)
        if name in NODE_PROGRAMS
        else request.getfixturevalue("start_python")(PYTHON_PROGRAMS[name] + RUN_IN_PYTHON, calls)
    )
    naver, bootpay, elsewhere = ended.stdout.splitlines()
    assert (naver, bootpay) == ("200", "200"), ended
    assert "Blocked by Jumun: example.com is not a double (--allow-host example.com)" in elsewhere, ended
    assert _lines(ended.stderr) == [
        "Jumun: 2 calls",
        "x1 bootpay.orders.list 200",
        "x1 naver.product_order_ids 200",
        DIFFERS,
        "Jumun: 1 call of other hosts refused",
        "x1 example.com let it through with --allow-host example.com",
    ]
