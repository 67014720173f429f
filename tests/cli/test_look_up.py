from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from jumun_contracts import PROFILES, Contract, load_contract, read_contract
from jumun_mockserver.cli import look_up
from jumun_mockserver.examples import export_openapi
from jumun_mockserver.providers import PROVIDERS
from tests.cli.commands import jumun, refusal, run
from tests.contracts.contract.test_loading import BOOTPAY, LIST, copied, edit

if TYPE_CHECKING:
    from pathlib import Path

CONTRACTS = [load_contract(provider, profile) for provider in PROVIDERS for profile in PROFILES]
OPERATIONS = sorted({id_ for contract in CONTRACTS for id_ in contract.operations})
STATUSES = sorted(
    {
        f"{operation.id}.{status}"
        for contract in CONTRACTS
        for operation in contract.operations.values()
        for status in operation.answers
        if status != "default"
    }
)
CODES = [(contract, code) for contract in CONTRACTS for code in contract.errors]
CODE_NAMES = [f"{contract.provider}-{contract.profile}-{code}" for contract, code in CODES]


def output(*arguments: str) -> str:
    """What a command prints that succeeds and has nothing to report."""
    result = jumun(*arguments)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def test_routes() -> None:
    """Each operation is one line with method, whole path and the credentials that will do."""
    lines = output("routes").splitlines()
    assert [line.split()[0] for line in lines] == [
        id_ for provider in PROVIDERS for id_ in load_contract(provider).operations
    ]
    (line,) = (line for line in lines if line.startswith("bootpay.orders.list "))
    assert line.split(maxsplit=3) == ["bootpay.orders.list", "GET", "/v1/orders", "[basic or bearer]"]
    (line,) = (line for line in lines if line.startswith("naver.token "))
    assert line.split(maxsplit=3) == ["naver.token", "POST", "/external/v1/oauth2/token", "[-]"]


def test_routes_as_json() -> None:
    """The JSON has the same operations, in the same order, with their security as a list."""
    rows = json.loads(output("routes", "--format", "json"))
    assert [set(row) for row in rows] == [{"operation", "method", "path", "security", "profiles", "stub"}] * len(rows)
    assert [row["operation"] for row in rows] == [line.split()[0] for line in output("routes").splitlines()]
    operations = {id_: each for provider in PROVIDERS for id_, each in load_contract(provider).operations.items()}
    for row in rows:
        assert row["security"] == list(operations[row["operation"]].security)
        assert row["method"] == operations[row["operation"]].method
        assert row["path"].endswith(operations[row["operation"]].path)


def test_routes_of_one_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operation that one profile lacks is listed with the other's name."""
    folder = copied("bootpay", tmp_path)
    edit(folder, BOOTPAY, f"{LIST}/x-profiles", ["observed"])
    edited = {("bootpay", profile): read_contract(folder, profile) for profile in PROFILES}
    monkeypatch.setattr(
        look_up, "load_contract", lambda *name, stubs: edited.get(name) or load_contract(*name, stubs=stubs)
    )
    lines = [line.split(maxsplit=3) for line in output("routes").splitlines()]
    assert lines[-1] == ["bootpay.orders.list", "GET", "/v1/orders", "[basic or bearer]  observed only"]
    rows = json.loads(output("routes", "--format", "json"))
    assert {row["operation"]: row["profiles"] for row in rows} == {
        **{row["operation"]: ["documented", "observed"] for row in rows},
        "bootpay.orders.list": ["observed"],
    }


@pytest.mark.parametrize("providers", [[], *([provider] for provider in PROVIDERS)])
def test_errors(providers: list[str]) -> None:
    """Each code is one line: provider, code, status, evidence, profiles, text; one provider's or all."""
    lines = output("errors", *providers).splitlines()
    entries = [(name, entry) for name in providers or PROVIDERS for entry in load_contract(name).errors.values()]
    assert len(lines) == len(entries)
    for line, (name, entry) in zip(lines, entries, strict=True):
        row = line.split(maxsplit=5)
        assert row == [name, entry.code, str(entry.status), entry.evidence, ",".join(entry.profiles), entry.message]


@pytest.mark.parametrize("providers", [[], *([provider] for provider in PROVIDERS)])
def test_errors_as_json(providers: list[str]) -> None:
    """The JSON is the catalogue, field by field."""
    rows = json.loads(output("errors", *providers, "--format", "json"))
    entries = [(name, entry) for name in providers or PROVIDERS for entry in load_contract(name).errors.values()]
    assert [(row["provider"], row["code"]) for row in rows] == [(name, entry.code) for name, entry in entries]
    for row, (name, entry) in zip(rows, entries, strict=True):
        expected: dict[str, Any] = {
            "provider": name,
            "code": entry.code,
            "wire_code": entry.wire_code,
            "name": entry.name,
            "status": entry.status,
            "message": entry.message,
            "headers": dict(entry.headers),
            "profiles": list(entry.profiles),
            "operations": None if entry.operations is None else list(entry.operations),
            "when": entry.when,
            "evidence": entry.evidence,
            "source": entry.source,
            "assumed": list(entry.assumed),
        }
        assert row == expected


def test_errors_of_nobody() -> None:
    """An unknown provider is refused with those there are."""
    line = refusal(jumun("errors", "kakao"))
    assert "'kakao'" in line
    assert all(provider in line for provider in PROVIDERS)


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_explain_an_operation(operation_id: str) -> None:
    """An operation is explained in every profile: where it is, its parameters and answers, each with its evidence."""
    text = output("explain", operation_id)
    for profile in PROFILES:
        operation = load_contract(operation_id.partition(".")[0], profile).operations[operation_id]
        assert f"{operation_id} ({profile}): {operation.summary}" in text
        assert f"{operation.method} http" in text
        known = [(operation.evidence, operation.source)]
        known += [(each.evidence, each.source) for each in operation.parameters]
        known += [(each.evidence, each.source) for each in operation.answers.values()]
        assert all(f"{evidence}, {source}\n" in text for evidence, source in known)
        for parameter in operation.parameters:
            assert f"  {parameter.location} {parameter.name}: {parameter.description}" in text
        for status, answer in operation.answers.items():
            assert f"  {status}: {answer.description}" in text


@pytest.mark.parametrize("name", STATUSES)
def test_explain_a_status(name: str) -> None:
    """A status is explained in every profile with evidence and source, and its own errors with when they happen."""
    text = output("explain", name)
    operation_id, _, status = name.rpartition(".")
    for profile in PROFILES:
        contract = load_contract(name.partition(".")[0], profile)
        answer = contract.operations[operation_id].answer(int(status))
        assert f"{name} ({profile}): {answer.description}\n  {answer.evidence}, {answer.source}\n" in text
        unlisted = status not in contract.operations[operation_id].answers
        assert not unlisted or "does not list the status" in text
        for entry in contract.errors.values():
            if entry.status == int(status) and entry.operations and entry.belongs_to(operation_id, profile):
                assert f"error {entry.code} ({profile})" in text
                assert entry.when in text


# A stub says how its responses are known, and not each of their fields; null has none.
BODIES = [
    name
    for name in STATUSES
    if not any((found := each.operations.get(name.rpartition(".")[0])) and found.is_stub for each in CONTRACTS)
    and name not in ("bootpay.invoices.notify.200", "bootpay.order_cancel.withdraw.200")
]


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("profile", PROFILES)
def test_explain_a_status_shows_its_body(name: str, profile: str) -> None:
    """In each profile the fields of the body are shown, also where alternatives decide which there are."""
    lines = output("explain", name, "--profile", profile).splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("  body: "))
    assert len(lines) > start + 2
    assert lines[start + 2].startswith(("    documented, ", "    observed, ", "    assumed, "))
    body = [line for line in lines[start + 1 :] if line.startswith("  ") and not line.startswith("   ")]
    fields = [line.strip().partition(":")[0] for line in body if " error " not in line]
    assert len(set(fields)) == len(fields), "a field is shown twice"


@pytest.mark.parametrize(("contract", "code"), CODES, ids=CODE_NAMES)
def test_explain_an_error(contract: Contract, code: str) -> None:
    """Every code of every catalogue is explained: status, text, when, evidence, source, headers, what is assumed."""
    blocks = output("explain", code, "--profile", contract.profile).rstrip("\n").split("\n\n")
    (block,) = (each for each in blocks if each.startswith(f"{contract.provider} error {code} ({contract.profile}): "))
    entry = contract.errors[code]
    first, *lines = block.splitlines()
    assert first.endswith(f": status {entry.status}, {entry.message}")
    assert f"  when: {entry.when}" in lines
    assert f"  {entry.evidence}, {entry.source}" in lines
    assert [line for line in lines if line.startswith("  header: ")] == [
        f"  header: {header}: {value}" for header, value in entry.headers.items()
    ]
    assert (f"  assumed: {', '.join(entry.assumed)}" in lines) is bool(entry.assumed)
    by_request_only = any(f"Prefer: code={code} gives it all the same" in line for line in lines)
    assert by_request_only is (contract.profile not in entry.profiles)
    assert ("an item of a success" in block) is entry.is_item


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("3710", "CANCEL_PRICE_OVER"),
        ("-47", "API_SCOPE_INVALID"),
        ("ORDER_NOT_FOUND", "3700"),
        ("442", "UNPROCESSABLE_ENTITY"),
    ],
)
def test_explain_an_error_by_what_the_body_says(sent: str, code: str) -> None:
    """Its number or its name, since that is what a log shows; a number that several errors have explains them all."""
    assert f"bootpay error {code} (documented): " in output("explain", "--", sent)
    assert output("explain", "400").count("(documented): ") > 1


@pytest.mark.parametrize("code", sorted({code for contract in CONTRACTS for code in contract.causes.values()}))
def test_the_other_profile_answers_something_else(code: str) -> None:
    """What the other profile answers "instead" is another code."""
    for profile in PROFILES:
        assert f"answers {code} instead" not in output("explain", code, "--profile", profile)


def test_explain_the_garbled_row() -> None:
    """Asked for status 1 of an order, it gives its name and how that is known."""
    text = output("explain", "bootpay.orders.list.200")
    assert "1 = 결제 진행 중" in text
    assert "garbled" in text
    assert "list[].purchased_at" in text
    assert "list[].user_email" in text


def test_explain_one_profile() -> None:
    """With --profile the other profile is not mentioned."""
    text = output("explain", "naver.product_order_ids.200", "--profile", "observed")
    assert "(observed)" in text
    assert "(documented)" not in text
    assert "data" in text


@pytest.mark.parametrize(
    ("typo", "nearest"),
    [
        ("naver.product_order_id", "naver.product_order_ids"),
        ("naver.product-order-ids", "naver.product_order_ids"),
        ("naver.product_order_idz.404", "naver.product_order_ids"),
        ("bootpay.order.list", "bootpay.orders.list"),
        ("GW.RATELIMIT", "GW.RATE_LIMIT"),
        ("ORDER_NOT_FOND", "ORDER_NOT_FOUND"),
        ("GW.TIMEOUT.O1", "GW.TIMEOUT.01"),
        ("PROCES_DUPLICATED", "PROCESS_DUPLICATED"),
        ("gw.authn", "GW.AUTHN"),
    ],
)
def test_explain_a_typo(typo: str, nearest: str) -> None:
    """What is neither operation nor code is refused with the closest name, in one line."""
    line = refusal(jumun("explain", typo))
    assert repr(typo) in line
    assert f"did you mean {nearest}?" in line


@pytest.mark.parametrize("name", ["", "x", "없는 코드", "a\nb", "naver.token.", ".404", "499"])
def test_explain_what_is_not_there(name: str) -> None:
    """Whatever is asked for, the answer is one line."""
    assert "neither an operation nor an error code" in refusal(jumun("explain", name))


@pytest.mark.parametrize("contract", CONTRACTS, ids=[f"{c.provider}-{c.profile}" for c in CONTRACTS])
def test_openapi(contract: Contract) -> None:
    """A profile is printed as one valid OpenAPI document, and it is the one that the library renders, with examples."""
    document = json.loads(output("openapi", f"{contract.provider}:{contract.profile}"))
    assert document == export_openapi(contract)
    assert OpenAPIV31SpecValidator(document).is_valid()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_openapi_by_default(provider: str) -> None:
    """Without a profile it is the documented profile."""
    assert output("openapi", provider) == output("openapi", f"{provider}:documented")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("kakao", "expected naver, bootpay"),
        ("", "expected naver, bootpay"),
        (":observed", "expected naver, bootpay"),
        ("../naver", "expected naver, bootpay"),
        ("naver:live", "expected documented, observed"),
        ("naver:documented:observed", "expected documented, observed"),
    ],
)
def test_openapi_of_nothing(name: str, says: str) -> None:
    """An unknown provider or profile is refused with what there is."""
    line = refusal(jumun("openapi", name))
    assert repr(name) in line
    assert says in line


def test_the_program_prints_json() -> None:
    """What the program writes to a pipe is JSON in UTF-8 and nothing else."""
    done = run("openapi", "naver:observed")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == export_openapi(load_contract("naver", "observed"))
