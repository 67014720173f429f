from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pytest

from jumun_contracts import NO_STUBS, PROFILES, load_contract, read_contract
from jumun_contracts.lint import iter_contract_remarks, iter_schema_remarks, read_contract_sources
from jumun_mockserver.providers import PROVIDERS
from tests.contracts.contract.test_loading import (
    BOOTPAY,
    LIST,
    LIST_TARGET,
    OVERLAY,
    action,
    copied,
    edit,
)


def remarks(folder: Path) -> list[str]:
    """What lint says of the schemas in `folder`, and of both profiles."""
    schemas = [str(each) for each in iter_schema_remarks(read_contract_sources(folder))]
    return [*schemas, *iter_contract_remarks(tuple(read_contract(folder, profile) for profile in PROFILES))]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_packaged_contracts_are_clean(provider: str) -> None:
    """There is nothing to remark on what we ship."""
    assert list(iter_schema_remarks(read_contract_sources(files("jumun_contracts") / provider))) == []
    assert (
        list(iter_contract_remarks(tuple(load_contract(provider, profile, stubs=NO_STUBS) for profile in PROFILES)))
        == []
    )


@pytest.mark.parametrize("provider", PROVIDERS)
def test_all_schemas_are_looked_at(provider: str) -> None:
    """Every file of a contract that can hold a schema is a source, OpenAPI document and overlay included."""
    root = files("jumun_contracts") / provider
    sources = {source.file for source in read_contract_sources(root)}
    names = {each.name for folder in (root, root / "schemas") for each in folder.iterdir() if each.is_file()}
    assert {Path(each).name for each in sources} == names - {"errors.yaml"}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_copy_is_clean(tmp_path: Path, provider: str) -> None:
    """Where a contract lies does not matter to lint."""
    assert remarks(copied(provider, tmp_path)) == []


class Fault(NamedTuple):
    """A change that loads and is to be remarked, and the remarks by what each must name."""

    provider: str
    file: str
    at: str
    put: object
    remarks: list[list[str]]


OBSERVED_LIST = f"{action('bootpay', LIST_TARGET)}/update"
ORDER = "schemas/order.documented.schema.json"
DEFINITIONS = "schemas/definitions.schema.json"
FAULTS = {
    "property without evidence": Fault(
        "bootpay", ORDER, "/properties/note", {"type": "string"}, [[ORDER, "#/properties/note", "no x-evidence"]]
    ),
    "nested property without evidence": Fault(
        "bootpay",
        "schemas/error.schema.json",
        "/properties/data/properties",
        {"a/b": {"type": "string"}},
        [["schemas/error.schema.json", "#/properties/data/properties/a", "no x-evidence"]],
    ),
    "item's property without evidence": Fault(
        "naver",
        "schemas/error.schema.json",
        "/properties/invalidInputs/items/properties",
        {"name": {"type": "string"}},
        [["schemas/error.schema.json", "#/properties/invalidInputs/items/properties/name", "no x-evidence"]],
    ),
    "reference to what has no evidence": Fault(
        "bootpay",
        "schemas/order.documented.schema.json",
        "/properties/data",
        {"$ref": "error.schema.json"},
        [[ORDER, "#/properties/data", "no x-evidence"]],
    ),
    "200 assumed": Fault(
        "bootpay",
        OVERLAY,
        f"{OBSERVED_LIST}/responses/200/x-evidence",
        "assumed",
        [["bootpay:observed", "bootpay.orders.list", "200", "assumed"]],
    ),
    "own error's status not listed": Fault(
        "naver",
        "errors.yaml",
        "/errors/0/status",
        418,
        [["naver:documented", "naver.product_order_ids", "INVALID_ORDER_ID", "418"]],
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_remarked(tmp_path: Path, fault: Fault) -> None:
    """Each fault gives its remark and no other; the sentence names the place."""
    folder = copied(fault.provider, tmp_path)
    edit(folder, fault.file, fault.at, fault.put)
    found = remarks(folder)
    assert len(found) == len(fault.remarks), found
    for remark, parts in zip(sorted(found), fault.remarks, strict=True):
        assert all(part in remark for part in parts), remark
        assert "\n" not in remark


def test_an_unused_file_is_remarked(tmp_path: Path) -> None:
    """A schema file that no operation and no envelope reaches is left over; one that a used file refers to is not."""
    folder = copied("naver", tmp_path)
    text = '{"$id": "https://jumun.invalid/naver/spare.schema.json", "title": "Spare"}'
    (folder / "schemas" / "spare.schema.json").write_text(text, encoding="utf-8")
    (remark,) = remarks(folder)
    assert "naver/schemas/spare.schema.json" in remark
    edit(folder, "schemas/token.schema.json", "/properties/spare", {"$ref": "spare.schema.json"})
    assert not any("no operation" in each for each in remarks(folder))


def test_files_that_only_unused_files_use_are_unused(tmp_path: Path) -> None:
    """Two left-over files that refer to each other are both remarked."""
    folder = copied("naver", tmp_path)
    for name, other in (("one", "two"), ("two", "one")):
        text = (
            f'{{"$id": "https://jumun.invalid/naver/{name}.schema.json", "items": {{"$ref": "{other}.schema.json"}}}}'
        )
        (folder / "schemas" / f"{name}.schema.json").write_text(text, encoding="utf-8")
    assert [each.partition(":")[0] for each in remarks(folder)] == [
        "naver/schemas/one.schema.json",
        "naver/schemas/two.schema.json",
    ]


def test_all_faults_are_found_at_once(tmp_path: Path) -> None:
    """Lint goes on after the first remark."""
    folder = copied("bootpay", tmp_path)
    edit(folder, ORDER, "/properties/note", {"type": "string"})
    edit(folder, BOOTPAY, f"{LIST}/responses/200/x-evidence", "assumed")
    assert len(remarks(folder)) == 3
