"""The error handler and the batch of the Naver guide run against the mock with only the host replaced."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import parse_json
from tests.interop.programs import clean_environment, run_well
from tests.interop.seeds import read_guide_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jumun_mockserver.live import LiveServer
    from tests.interop.programs import Ended

HOST = "https://api.commerce.naver.com"
ORDER = "2023010112345"
PRODUCT_ORDERS = [f"{ORDER}001", f"{ORDER}002", f"{ORDER}003"]
TOKEN = "your_access_token_here"

# The samples read data.productOrderIds: only the edition that the guide describes has that.
as_documented = pytest.mark.parametrize("server", ["documented"], indirect=True)


@pytest.fixture
def sample(server: LiveServer) -> Callable[..., str]:
    """Reads a sample of the guide and sends it to the mock."""

    def read(language: str, *, containing: str) -> str:
        code = read_guide_sample(language, containing=containing)
        assert code.count(HOST) == 1
        return code.replace(HOST, server.url)

    return read


@pytest.fixture
def run_node(node: str, npm_packages: Path, tmp_path: Path) -> Callable[[str], Ended]:
    """Runs a program that needs axios."""

    def run_program(code: str) -> Ended:
        program = tmp_path / "sample.js"
        program.write_text(code, "utf-8")
        environment = clean_environment(tmp_path, NODE_PATH=str(npm_packages / "node_modules"))
        return run_well([node, program], folder=tmp_path, environment=environment)

    return run_program


# Order, token, `Prefer` header, and what the guide's error handler makes of the answer in each edition.
OUTCOMES: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "garbled order": (
        "not-an-order",
        TOKEN,
        "",
        {"documented": "INVALID_ORDER_ID", "observed": "INVALID_ORDER_ID"},
    ),
    "wrong token": (ORDER, "garbage", "", {"documented": "UNAUTHORIZED", "observed": "UNAUTHORIZED"}),
    # Production has no 404 here: whoever follows the guide reads an unknown order as a garbled one.
    "unknown order": (
        "9999999999999999",
        TOKEN,
        "",
        {"documented": "ORDER_NOT_FOUND", "observed": "INVALID_ORDER_ID"},
    ),
    "failing server": (ORDER, TOKEN, "code=500", {"documented": "SERVER_ERROR", "observed": "SERVER_ERROR"}),
    "too many calls": (ORDER, TOKEN, "code=429", {"documented": "UNKNOWN_ERROR", "observed": "UNKNOWN_ERROR"}),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_error_handler(
    server: LiveServer, sample: Callable[..., str], run_node: Callable[[str], Ended], name: str
) -> None:
    """The guide's error handler comes to each of its five outcomes, with the trace id of the answer."""
    order, token, prefer, errors = OUTCOMES[name]
    outcome = _handle(sample, run_node, order, token, prefer)
    assert outcome["success"] is False
    assert outcome["error"] == errors[server.session.profile]
    assert outcome["traceId"]


@as_documented
def test_error_handler_without_error(sample: Callable[..., str], run_node: Callable[[str], Ended]) -> None:
    """The guide's error handler hands on the three product orders and the trace id."""
    outcome = _handle(sample, run_node, ORDER, TOKEN, "")
    assert outcome["success"] is True
    assert outcome["data"] == PRODUCT_ORDERS
    assert outcome["traceId"]


def _handle(
    sample: Callable[..., str], run_node: Callable[[str], Ended], order: str, token: str, prefer: str
) -> dict[str, Any]:
    """What getProductOrderIdsWithErrorHandling gives. The block expects axios from the guide's first sample."""
    lines = ["const axios = require('axios');"]
    if prefer:
        lines.append(f"axios.defaults.headers.common['Prefer'] = {json.dumps(prefer)};")
    lines.append(sample("javascript", containing="async function getProductOrderIdsWithErrorHandling"))
    arguments = f"{json.dumps(order)}, {json.dumps(token)}"
    lines.append(f"getProductOrderIdsWithErrorHandling({arguments}).then(o => console.log(JSON.stringify(o)));\n")
    outcome = parse_json(run_node("\n".join(lines)).stdout)
    assert isinstance(outcome, dict)
    return outcome
