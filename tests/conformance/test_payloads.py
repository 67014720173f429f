"""The packaged payloads: each fits its contract by whatever judges it, and the client reads it."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext, suppress
from functools import cache
from importlib.resources import files
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from jumun_client import ApiError, BootpayCommerceClient, NaverCommerceClient
from jumun_contracts import PROFILES, load_contract, parse_json, registry
from jumun_contracts.contract.bundling import read_documents
from jumun_contracts.contract.model import PROVIDERS
from tests.checkout import SHARED
from tests.conformance.samples import CLIENT_CALLS, IN_PROFILES
from tests.contracts.engines import both

PAYLOADS = files("jumun_fixtures") / "payloads"
ROWS: list[dict[str, Any]] = json.loads((PAYLOADS / "index.json").read_text(encoding="utf-8"))
SCHEMAS = [(provider, name) for provider in PROVIDERS for name in read_documents(provider)]


@cache
def payload(file: str) -> bytes:
    """What a file of the index holds."""
    return (PAYLOADS / file).read_bytes()


@cache
def bundled(name: str) -> Draft202012Validator:
    """A bundled schema file in plain jsonschema, with nothing else at hand."""
    schema = json.loads((files("jumun_contracts") / "bundled" / name).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_every_answer_has_one() -> None:
    """The index has each status of each operation in each profile, where a body belongs to it."""
    listed = {(row["operation"], row["profile"], row["status"]) for row in ROWS}
    for operation, profile in IN_PROFILES:
        answers = load_contract(operation.partition(".")[0], profile).operations[operation].answers
        wanted = {int(status) for status, each in answers.items() if status != "default" and each.media_type}
        assert wanted == {status for id_, name, status in listed if (id_, name) == (operation, profile)}


@pytest.mark.parametrize("profile", PROFILES)
def test_each_fits(profile: str) -> None:
    """By both engines, by the bundled file in plain jsonschema, and by the registry; a change of any type is found."""
    for row in ROWS:
        if row["profile"] != profile:
            continue
        body = parse_json(payload(row["file"]))
        provider = row["operation"].partition(".")[0]
        answer = load_contract(provider, profile).operations[row["operation"]].answer(row["status"])
        assert both(answer.schema).findings(body) == [], row
        if row["schema"] is None:
            assert load_contract(provider, profile).operations[row["operation"]].is_stub
            continue
        assert row["schema"] == f"{provider}/{answer.schema_name}.schema.json"
        assert bundled(row["schema"]).is_valid(body), row
        assert not bundled(row["schema"]).is_valid("no object"), row


@pytest.mark.parametrize(("provider", "name"), SCHEMAS)
def test_a_bundle_is_the_schema(provider: str, name: str) -> None:
    """A bundle says what the schema says that the registry has: of each payload and of each with a member taken out."""
    by_name = Draft202012Validator({"$ref": f"https://jumun.invalid/{provider}/{name}"}, registry=registry())
    for file in sorted({row["file"] for row in ROWS if row["schema"] == f"{provider}/{name}"}) or [ROWS[0]["file"]]:
        body = json.loads(payload(file))
        cut = [{name: body[name] for name in body if name != key} for key in body] if isinstance(body, dict) else []
        for each in (body, *cut):
            assert by_name.is_valid(each) == bundled(f"{provider}/{name}").is_valid(each)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("operation", CLIENT_CALLS)
def test_the_client_reads_it(operation: str, profile: str) -> None:
    """A success has a value, and an error is an ApiError, or of a call for many what is unknown or failed."""
    make = NaverCommerceClient if operation.startswith("naver") else BootpayCommerceClient
    keys = {"access_token": "t"} if make is NaverCommerceClient else {"client_key": "a", "secret_key": "b"}
    for row in ROWS:
        if (row["operation"], row["profile"]) != (operation, profile):
            continue
        answer = httpx.Response(
            row["status"], content=payload(row["file"]), headers={"content-type": "application/json"}
        )
        transport = httpx.MockTransport(lambda _, answer=answer: answer)
        with make(**keys, transport=transport, max_retries=0) as client:  # type: ignore[arg-type]
            value = None
            with suppress(ApiError) if row["status"] >= 400 else nullcontext():
                value = CLIENT_CALLS[operation](client)
            assert value is None or row["status"] < 400 or value.unknown or value.failed, row


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="../shared/seeds is not here")
def test_the_samples_of_the_documents() -> None:
    """Those of the two documents are among them, but for what differs from call to call."""
    texts = "\n".join(path.read_text(encoding="utf-8") for path in sorted((SHARED / "seeds").iterdir()))
    samples = [json.loads(each) for each in re.findall(r"^\{\n.*?^\}", texts, re.DOTALL | re.MULTILINE)]
    ours = [json.loads(payload(row["file"])) for row in ROWS if row["file"].startswith("documents/")]
    changing = {"timestamp": "", "traceId": ""}
    assert [each | changing for each in samples if "data" in each or "list" in each] == [
        each | changing for each in sorted(ours, key=lambda each: "productOrderIds" not in str(each))
    ]
