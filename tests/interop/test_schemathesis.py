"""Schemathesis finds nothing: it calls every operation of the exported documents, and more than they allow.

What it recorded is then judged by `jumun check`, for which a status or a property that the contract does not list is
drift, and headers are compared with those that the document lists: OpenAPI lets all three pass.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from jumun_contracts import PROFILES, load_contract
from jumun_contracts.recordings import Recorded, read_recordings
from jumun_mockserver import LiveServer
from jumun_mockserver.core.routing import Routes
from jumun_mockserver.examples import export_openapi
from jumun_mockserver.providers import PROVIDERS
from tests.cli.commands import jumun
from tests.conformance.samples import GOOD_REQUESTS, frozen_options
from tests.interop.programs import clean_environment, install, make_once, run_well
from tests.mockserver.world import STATIC_TOKEN

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

PACKAGES = ("hypothesis==6.170.15", "schemathesis==4.32.5")
RUN_S = 300
EXAMPLES = 50
# It knows nothing of windows of time, of signatures, and of what a server takes though it should not be sent.
NOT_CHECKED = ("negative_data_rejection", "positive_data_acceptance")
# Calls about what others of the run have decided already, or taken away.
MAY_COME_LATE = {
    *(f"bootpay.order_cancel.{each}" for each in ("approve", "reject", "withdraw")),
    *(f"bootpay.subscriptions.{each}" for each in ("approve", "reject", "resume")),
    *(f"bootpay.subscription_requests.{each}" for each in ("resume", "post_resume", "update")),
    "bootpay.adjustments.delete",
}
# In `observed` Bootpay answers SERVER_ERROR to a filter by an id that is none.
MAY_FAIL = {("bootpay", "observed"): {"bootpay.subscriptions.list", "bootpay.subscription_bills.list"}}
AUTHORIZATION = {
    "naver": f"Bearer {STATIC_TOKEN}",
    "bootpay": GOOD_REQUESTS["bootpay.orders.list"].headers["authorization"],
}
# Headers of any answer over HTTP, and Jumun's own.
ANY_HEADER = {"content-length", "content-type", "jumun-note"}


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH with Schemathesis."""

    def make(folder: Path) -> None:
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
        install([*pip, "install", "--target", folder, *PACKAGES], folder=folder)

    return make_once(tmp_path_factory, "schemathesis", make)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_nothing_undeclared(provider: str, profile: str, packages: Path, tmp_path: Path) -> None:
    """In a thousand calls no 5xx, and no status, header or body of an operation that the contract does not list."""
    contract = load_contract(provider, profile)
    document = export_openapi(contract)
    (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    with LiveServer(**frozen_options(profile) | {"limits": "off"}) as server:
        base_urls = {"naver": server.naver_base_url, "bootpay": server.bootpay_base_url}
        may_fail = MAY_FAIL.get((provider, profile), set())
        unchecked = (*NOT_CHECKED, *(["not_a_server_error"] if may_fail else []))
        call_everything(base_urls[provider], AUTHORIZATION[provider], unchecked, packages, tmp_path)
    report = tmp_path / "report.ndjson"

    verdict = json.loads(jumun("check", str(report), "--contract", contract.name, "--format", "json").stdout)
    assert [each for each in verdict["complaints"] if each["side"] == "response"] == []
    assert {each["reason"] for each in verdict["unjudged"]} == {"its method is of no contract, though its path is"}
    statuses = {each["operation"]: each["statuses"] for each in verdict["coverage"] if each["side"] == "response"}
    assert statuses.keys() == contract.operations.keys()
    seen_by_first_digit = {(id_, status[0]) for id_, counts in statuses.items() for status in counts if counts[status]}
    succeeded = {id_ for id_, digit in seen_by_first_digit if digit == "2"}
    assert contract.operations.keys() - succeeded <= MAY_COME_LATE
    assert {id_ for id_, digit in seen_by_first_digit if digit == "5"} <= may_fail

    routes, seen, listed = Routes(PROVIDERS, profile), set(), set()
    with report.open("rb") as stream:
        for answer in read_recordings(stream, file=report.name):
            assert isinstance(answer, Recorded)
            if route := routes.match(answer.method, unquote(urlsplit(answer.url).path)).route:
                seen |= {(route.operation, answer.status, name) for name in answer.response_headers or ()}
    for path in document["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                names = {*ANY_HEADER, *(name.lower() for name in response.get("headers", ()))}
                listed |= {(operation["operationId"], status, name) for name in names}
    assert {each for each in seen if (each[0], str(each[1]), each[2]) not in listed} == set()


def call_everything(
    base_url: str, authorization: str, unchecked: tuple[str, ...], packages: Path, folder: Path
) -> None:
    """Run Schemathesis with `openapi.json` of the folder, into its `report.ndjson`; it must find nothing."""
    command: list[str | Path] = [packages / "bin" / "schemathesis", "run", "openapi.json", "--url", base_url]
    command += ["--header", f"Authorization: {authorization}", "--max-examples", str(EXAMPLES)]
    command += ["--exclude-checks", ",".join(unchecked), "--seed", "1", "--generation-database", "none"]
    command += ["--no-color", "--report", "ndjson", "--report-ndjson-path", "report.ndjson"]
    run_well(command, folder=folder, environment=clean_environment(folder, PYTHONPATH=str(packages)), timeout_s=RUN_S)
