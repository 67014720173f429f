from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from jumun_contracts import NO_STUBS, load_contract
from jumun_contracts.lint import read_contract_sources
from jumun_mockserver.providers import PROVIDERS
from tests.cli.commands import jumun, refusal, run
from tests.contracts.contract.test_loading import BOOTPAY, LIST, LIST_TARGET, OVERLAY, action, copied, edit

if TYPE_CHECKING:
    from pathlib import Path

OBSERVED_LIST = f"{action('bootpay', LIST_TARGET)}/update"
ORDER = """\
orders:
  - order_id: "68707c59b0eacea5cd970001"
    order_name: x
    price: 1
    status: 0
    receipt_status: 0
    order_number: "25071182085082524116"
    purchased_at: null
    created_at: 2025-07-11T02:52:09Z
    username: x
    user_email: null
"""


def data_folder(folder: Path, text: str) -> Path:
    """A folder for --data that holds `text` as bootpay/orders.yaml."""
    (folder / "bootpay").mkdir(parents=True)
    (folder / "bootpay" / "orders.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_packaged_contracts() -> None:
    """What we ship is clean: exit code 0, and one line that says how much was linted."""
    result = jumun("lint")
    assert (result.exit_code, result.stderr) == (0, "")
    contracts = [load_contract(provider, stubs=NO_STUBS) for provider in PROVIDERS]
    operations = sum(len(contract.operations) for contract in contracts)
    codes = sum(len(contract.errors) for contract in contracts)
    schemas = sum(len(read_contract_sources(files("jumun_contracts") / provider)) for provider in PROVIDERS)
    assert result.stdout == f"{operations} operations, {codes} error codes, {schemas} schemas, 0 remarks\n"


def test_folders(tmp_path: Path) -> None:
    """Folders are linted in place of the packaged contracts."""
    result = jumun("lint", *(str(copied(provider, tmp_path)) for provider in PROVIDERS))
    assert result.exit_code == 0
    assert result.stdout == jumun("lint").stdout
    one = jumun("lint", str(tmp_path / "bootpay"))
    assert one.stdout.startswith(f"{len(load_contract('bootpay').operations)} operations, ")


def test_remarks(tmp_path: Path) -> None:
    """Remarks are a line each before the line that counts them, and make the exit code 1."""
    folder = copied("bootpay", tmp_path)
    edit(folder, "schemas/order.documented.schema.json", "/properties/note", {"type": "string"})
    edit(folder, OVERLAY, f"{OBSERVED_LIST}/responses/200/x-evidence", "assumed")
    result = jumun("lint", str(folder))
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 3
    assert "order.documented.schema.json#/properties/note" in result.stdout
    assert result.stdout.endswith(" 2 remarks\n")


@pytest.mark.parametrize(
    ("file", "at", "put", "names"),
    [
        ("errors.yaml", "/errors/0/statsu", 400, "errors.yaml#/errors/0: "),
        ("errors.yaml", "/causes/order_not_found/observed", "NOPE", "errors.yaml#/causes/order_not_found/observed: "),
        (BOOTPAY, f"{LIST}/summry", "x", f"openapi.yaml#{LIST}: "),
        (OVERLAY, f"{OBSERVED_LIST}/x-source", "", f"observed.overlay.yaml#{OBSERVED_LIST}/x-source: "),
        (
            OVERLAY,
            "/actions/0/target",
            "$.infos",
            "observed.overlay.yaml#/actions/0/target: the target $.infos matches nothing",
        ),
        ("schemas/order.observed.schema.json", "/properties/price/$id", "x", "json#/properties/price/$id: "),
    ],
)
def test_a_broken_folder(tmp_path: Path, file: str, at: str, put: object, names: str) -> None:
    """A fault in a folder, in either profile, is one line with file and key, and exit code 2."""
    folder = copied("bootpay", tmp_path)
    edit(folder, file, at, put)
    assert names in refusal(jumun("lint", str(folder)))


OBSERVED = "schemas/order.observed.schema.json"


@pytest.mark.parametrize(
    ("file", "at", "put", "rule"),
    [
        (OBSERVED, "/properties/price/format", "krw", "unknown-format"),
        (OBSERVED, "/properties/price/typ", "x", "unknown-keyword"),
        (OBSERVED, "/properties/price/type", "x", "malformed"),
        ("schemas/error.schema.json", "/$ref", "https://example.com/", "remote-ref"),
        ("schemas/token.schema.json", "/pattern", "[0-9]+$", "bare-end"),
        (BOOTPAY, f"{LIST}/parameters/0/schema/pattern", "\\d", "unalike-class"),
        (OVERLAY, f"{OBSERVED_LIST}/responses/200/content/application~1json/schema/typ", "x", "unknown-keyword"),
    ],
)
def test_what_loading_refuses_too(tmp_path: Path, file: str, at: str, put: object, rule: str) -> None:
    """A fault in a schema is a remark and exit code 1, also where loading refuses the contract for it."""
    folder = copied("bootpay", tmp_path)
    edit(folder, file, at, put)
    result = jumun("lint", str(folder))
    assert (result.exit_code, result.stderr) == (1, "")
    remark, *_ = result.stdout.splitlines()
    assert remark.startswith(f"{folder / file}#{at}: ")
    assert remark.endswith(f" [{rule}]")


def test_all_that_loading_refuses_at_once(tmp_path: Path) -> None:
    """Loading stops at the first fault; lint names those of all files and all folders."""
    folders = [copied(provider, tmp_path) for provider in PROVIDERS]
    edit(folders[0], "schemas/token.schema.json", "/pattern", "a$")
    for file in ("schemas/token.schema.json", "schemas/error.schema.json"):
        edit(folders[1], file, "/format", "x")
    result = jumun("lint", *map(str, folders))
    assert result.exit_code == 1
    assert [line.rpartition(" ")[2] for line in result.stdout.splitlines()] == [
        "[bare-end]",
        "[unknown-format]",
        "[unknown-format]",
        "remarks",
    ]


def test_what_loading_alone_refuses(tmp_path: Path) -> None:
    """Remarks are printed also where the contract cannot be loaded for another reason, and the exit code is 2."""
    folder = copied("bootpay", tmp_path)
    edit(folder, "schemas/order.documented.schema.json", "/properties/note", {"type": "string"})
    edit(folder, "errors.yaml", "/errors/0/statsu", 400)
    result = jumun("lint", str(folder))
    assert result.exit_code == 2
    assert result.stdout.count("\n") == 1
    assert "order.documented.schema.json#/properties/note: no x-evidence" in result.stdout
    assert "errors.yaml#/errors/0: " in result.stderr


def test_schemas_of_ones_own(tmp_path: Path) -> None:
    """A schema file, an OpenAPI document or a folder of them is linted too: 0 clean, 1 remarks, 2 unreadable."""
    place = tmp_path / "mine.schema.json"
    place.write_text('{"pattern": "^a+"}', encoding="utf-8")
    for path in (place, tmp_path):
        result = jumun("lint", str(path))
        assert (result.exit_code, result.stdout) == (0, "0 operations, 0 error codes, 1 schemas, 0 remarks\n")
    place.write_text('{"pattern": "^(a+)+"}', encoding="utf-8")
    result = jumun("lint", str(place))
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{place}#/pattern: '^(a+)+' repeats ")
    place.write_text('{"pattern": ', encoding="utf-8")
    assert str(place) in refusal(jumun("lint", str(place)))


@pytest.mark.parametrize("content", ["", "5", "[]", 'provider: "naver\0"', "a: [", "a: 1\na: 2"])
def test_a_file_that_is_no_document(tmp_path: Path, content: str) -> None:
    """A catalogue that is empty, no mapping or no YAML is one line that names it."""
    folder = copied("naver", tmp_path)
    (folder / "errors.yaml").write_text(content, encoding="utf-8")
    assert str(folder / "errors.yaml") in refusal(jumun("lint", str(folder)))


def test_places_that_are_no_contract(tmp_path: Path) -> None:
    """A folder that does not exist, is a file or holds something else is refused by its name."""
    (tmp_path / "file").touch()
    for place in (tmp_path / "nowhere", tmp_path / "file", tmp_path):
        assert str(place) in refusal(jumun("lint", str(place)))


def test_data(tmp_path: Path) -> None:
    """A good data folder passes beside the contracts."""
    result = jumun("lint", "--data", str(data_folder(tmp_path / "data", ORDER)))
    assert result.exit_code == 0
    assert result.stdout.endswith(" 0 remarks\n")


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("status: 0", "statsu: 0", "orders.yaml#/orders/0"),
        ("price: 1", "price: free", "orders.yaml#/orders/0/price"),
        ("created_at: 2025-07-11", "created_at: 2025-07-32", "orders.yaml#/orders/0/created_at"),
        ("68707c59b0eacea5cd970001", "x", "orders.yaml#/orders/0/order_id"),
        ("    price: 1\n", "    price: 1\n    price: 2\n", "twice (line 5, column 5)"),
        (ORDER, ORDER + ORDER.removeprefix("orders:\n"), "orders.yaml#/orders/1/order_id"),
        (ORDER, "", "is empty; expected a mapping, e.g. orders: [{"),
        (ORDER, "orders: 5\n", "orders.yaml#/orders: "),
        ("username: x", "username: x\n    username2: x", "username2"),
        ("order_name: x", "order_name: !!binary aGVq", "orders.yaml"),
    ],
)
def test_bad_data(tmp_path: Path, old: str, new: str, names: str) -> None:
    """Faults in a data file are named with file and key, and the exit code is 2."""
    assert old in ORDER
    line = refusal(jumun("lint", "--data", str(data_folder(tmp_path / "data", ORDER.replace(old, new, 1)))))
    assert str(tmp_path / "data" / "bootpay" / "orders.yaml") in line
    assert names in line


def test_data_that_is_not_there(tmp_path: Path) -> None:
    """A data folder that is missing, or holds nothing to read, is refused, and the message says what it could hold."""
    assert "no such folder" in refusal(jumun("lint", "--data", str(tmp_path / "nowhere")))
    line = refusal(jumun("lint", "--data", str(tmp_path)))
    assert "bootpay/orders.yaml" in line
    assert "naver/orders.yaml" in line


def test_the_program(tmp_path: Path) -> None:
    """The program's exit codes are those of the command: 0 clean, 1 remarks, 2 broken."""
    folder = copied("bootpay", tmp_path)
    assert run("lint", str(folder)).returncode == 0
    edit(folder, "schemas/order.documented.schema.json", "/properties/note", {"type": "string"})
    assert run("lint", str(folder)).returncode == 1
    (folder / "errors.yaml").unlink()
    refused = run("lint", str(folder))
    assert refused.returncode == 2
    assert refused.stderr.count(b"\n") == 1
