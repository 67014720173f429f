from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checkout import ROOT
from tests.cli.commands import jumun, refusal
from tests.mockserver.world import write

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
orders:
  - {order_id: "2023010112345", product_order_ids: []}
  - {order_id: "2026010100000001", product_order_ids: ["2026010100000011"]}
"""


def test_what_a_folder_holds(tmp_path: Path) -> None:
    """Each file is listed with the number of its rows, and of those in whose place a packaged one would be."""
    spans = "hours: {expire: 1.5, deliver: 2, decide: 3}"
    write(tmp_path, {"naver/orders.yaml": GOOD, "naver/lifecycle.yaml": spans})
    result = jumun("data", "check", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert [line.split(maxsplit=1) for line in result.stdout.splitlines()] == [
        ["naver/lifecycle.yaml", "expire 1.5 h, deliver 2 h, decide 3 h"],
        ["naver/orders.yaml", "2 orders, 1 in place of packaged ones"],
    ]


def test_a_lifecycle_of_switches(tmp_path: Path) -> None:
    """What lifecycle.yaml says beside spans is listed too; nothing is what it may say."""
    for text, said in (
        (
            "claim_failures: generic\napprove_before_collection: false\n",
            "claim_failures generic, approve_before_collection false",
        ),
        ("hours: {deliver: 2}\nclaim_failures: generic\n", "deliver 2 h, claim_failures generic"),
        ("{}", "nothing that differs"),
    ):
        write(tmp_path, {"naver/lifecycle.yaml": text})
        result = jumun("data", "check", str(tmp_path))
        assert (result.exit_code, result.stdout.split(maxsplit=1)[1].strip()) == (0, said)


def test_the_packaged_data_is_good() -> None:
    """The packaged data is a data folder like any other."""
    result = jumun("data", "check", str(ROOT / "fixtures/jumun_fixtures"))
    assert result.exit_code == 0, result.output
    assert "15 orders" in result.stdout


def test_all_mistakes(tmp_path: Path) -> None:
    """Mistakes of all files are listed, names and broken YAML among them, and the exit code is 1."""
    write(
        tmp_path,
        {
            "naver/orders.yaml": "orders:\n- {order_id: 1}\n",
            "naver/lifecyle.yaml": "",
            "bootpay/orders.yaml": "orders: [",
            "bootpay/applications.yaml": "applications: []\napplicatons: []\n",
        },
    )
    result = jumun("data", "check", str(tmp_path))
    assert result.exit_code == 1
    *mistakes, total = result.stdout.splitlines()
    assert total == "5 mistakes"
    said = [
        ("naver/lifecyle.yaml: ", "did you mean lifecycle.yaml?"),
        ("bootpay/applications.yaml: ", "did you mean applications? (line 2)"),
        ("bootpay/orders.yaml: ", "column 1)"),
        ("naver/orders.yaml#/orders/0: ", "product_order_ids"),
        ("naver/orders.yaml#/orders/0/order_id: ", "(line 2)"),
    ]
    for mistake, (begin, part) in zip(mistakes, said, strict=True):
        assert mistake.startswith(f"{tmp_path}/{begin}"), mistake
        assert part in mistake


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """No folder, an empty one, and a file that is not UTF-8 are one line on stderr and exit code 2."""
    assert "no such folder" in refusal(jumun("data", "check", str(tmp_path / "none")))
    assert "naver/lifecycle.yaml" in refusal(jumun("data", "check", str(tmp_path)))
    (write(tmp_path, {"naver/orders.yaml": ""}) / "naver/orders.yaml").write_bytes("주문".encode("cp949"))
    assert "not UTF-8" in refusal(jumun("data", "check", str(tmp_path)))
