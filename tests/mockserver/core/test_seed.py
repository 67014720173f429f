"""The --data folder and what is derived with --orders, for both providers."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import DocumentError, Schema, findings, load_contract
from jumun_contracts.contract.documents import read_document
from jumun_contracts.schema.references import References
from jumun_mockserver.core.data_folder import DataFolder, list_files
from jumun_mockserver.core.seed import MISTAKES_SHOWN, find_mistakes
from tests.mockserver.world import ORDER, World, basic, write
from tests.packaged import BOOTPAY_ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOOTPAY_ROW = """
  - order_id: {order_id}
    order_name: 새 주문
    price: 1
    status: 9
    receipt_status: 1
    order_number: "26010100000000000001"
    purchased_at: 2026-01-01T00:00:00+09:00
    created_at: 2026-01-01T00:00:00+09:00
    username: 아무개
    user_email: null
"""
NEW_ID = "0123456789abcdef01234567"
GOOD = 'order_id: "2026010100000001", product_order_ids: ["2026010100000011"]'


def test_rows_are_added(tmp_path: Path) -> None:
    """Orders and applications of the folder come with the packaged ones."""
    folder = write(
        tmp_path,
        {
            "naver/orders.yaml": f"orders: [{{{GOOD}}}]\n",
            "naver/applications.yaml": (
                "applications:\n"
                "  - {client_id: mine, client_secret: $2a$04$DemoSecretOfJumunOnly., static_tokens: [mine]}\n"
            ),
            "bootpay/orders.yaml": "orders:" + BOOTPAY_ROW.format(order_id=NEW_ID),
            "bootpay/applications.yaml": "applications: [{client_key: ck, secret_key: 'sk:x'}]\n",
        },
    )
    world = World(data=folder)
    for token in ("mine", "your_access_token_here"):
        answer = world.product_orders("2026010100000001", authorization=f"Bearer {token}")
        assert answer.json["data"] == {"productOrderIds": ["2026010100000011"]}
    assert world.product_orders().status == 200
    rows = world.orders("limit=50", authorization=basic("ck", "sk:x")).json
    assert rows["count"] == BOOTPAY_ORDERS + 1
    assert rows["list"][0]["order_id"] == NEW_ID


def test_a_row_takes_the_place_of_a_packaged_one(tmp_path: Path) -> None:
    """The same id in the folder wins, for orders and for applications."""
    documented = "68707c59b0eacea5cd974efd"
    folder = write(
        tmp_path,
        {
            "naver/orders.yaml": f'orders: [{{order_id: "{ORDER}", product_order_ids: []}}]\n',
            "bootpay/orders.yaml": "orders:" + BOOTPAY_ROW.format(order_id=documented),
            "bootpay/applications.yaml": "applications: [{client_key: your-commerce-client-key, secret_key: new}]\n",
        },
    )
    world = World(data=folder)
    assert world.product_orders().json["data"] == {"productOrderIds": []}
    assert world.orders().status == 401
    rows = world.orders(authorization=basic("your-commerce-client-key", "new")).json
    assert rows["count"] == BOOTPAY_ORDERS
    assert rows["list"][0] | {"order_id": documented, "order_name": "새 주문"} == rows["list"][0]


def test_a_folder_with_one_file_changes_nothing_else(tmp_path: Path) -> None:
    """What the folder lacks is as packaged."""
    world = World(data=write(tmp_path, {"bootpay/applications.yaml": "applications: []\n"}))
    assert world.orders().json["count"] == BOOTPAY_ORDERS
    assert world.product_orders().status == 200


NAVER, BOOTPAY = "naver/orders.yaml", "bootpay/orders.yaml"


@pytest.mark.parametrize(
    ("file", "text", "named"),
    [
        (NAVER, f"orders: [{{{GOOD}, sellr: other}}]", ["/orders/0", "sellr"]),
        (NAVER, f"order: [{{{GOOD}}}]", ["order"]),
        (NAVER, f"orders: [{{{GOOD}}}, {{{GOOD}}}]", ["/orders/1/order_id", "2026010100000001", "twice"]),
        (NAVER, "orders: [{order_id: 2026010100000001, product_order_ids: []}]", ["/orders/0/order_id", "string"]),
        (NAVER, "orders: [{order_id: '12', product_order_ids: []}]", ["/orders/0/order_id"]),
        (
            NAVER,
            "orders: [{order_id: '2026010100000001', product_order_ids: ['x']}]",
            ["/orders/0/product_order_ids/0"],
        ),
        (NAVER, "orders: [{order_id: '2026010100000001'}]", ["/orders/0", "product_order_ids"]),
        (NAVER, f"orders: [{{{GOOD}, seller: nobody}}]", ["/orders/0/seller"]),
        (NAVER, "orders: {}", ["/orders", "array"]),
        (NAVER, "", ["is empty; expected a mapping, e.g. orders: [{"]),
        (NAVER, "orders:\n  - [1\n", ["line"]),
        (NAVER, "orders: []\norders: []\n", ["orders", "twice", "line 2"]),
        (NAVER, "orders:\n\t- x\n", ["line 2"]),
        ("naver/applications.yaml", "applications: [{client_id: a, client_secret: secret}]", ["client_secret"]),
        ("naver/applications.yaml", "applications: [{client_id: a}]", ["/applications/0", "client_secret"]),
        ("bootpay/applications.yaml", "applications: [{client_key: 'a:b', secret_key: x}]", ["client_key"]),
        ("bootpay/applications.yaml", "applications: [{client_key: a, secret_key: 5}]", ["secret_key", "string"]),
        (BOOTPAY, "orders:" + BOOTPAY_ROW.format(order_id="nothex"), ["/orders/0/order_id"]),
        (BOOTPAY, "orders:" + BOOTPAY_ROW.format(order_id=NEW_ID) * 2, ["/orders/1/order_id", NEW_ID, "twice"]),
        (BOOTPAY, "orders:" + BOOTPAY_ROW.format(order_id=NEW_ID) + "    pricee: 1\n", ["pricee"]),
        (
            BOOTPAY,
            "orders:" + BOOTPAY_ROW.format(order_id=NEW_ID).replace("price: 1", "price: 1.5"),
            ["/orders/0/price", "integer"],
        ),
        (
            BOOTPAY,
            "orders:" + BOOTPAY_ROW.format(order_id=NEW_ID).replace('"26010100000000000001"', "26010100000000000001"),
            ["/orders/0/order_number", "string"],
        ),
        (
            BOOTPAY,
            "orders:"
            + BOOTPAY_ROW.format(order_id=NEW_ID).replace("created_at: 2026-01-01T", "created_at: 2026-01-32T"),
            ["/orders/0/created_at"],
        ),
    ],
)
def test_a_mistake_is_refused_with_file_and_key(tmp_path: Path, file: str, text: str, named: list[str]) -> None:
    """Nothing is served from bad data: the message names the file, the key (or line) and what is wrong."""
    with pytest.raises(DocumentError) as caught:
        World(data=write(tmp_path, {file: text}))
    message = str(caught.value)
    assert str(tmp_path / file) in message
    for part in named:
        assert part in message


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    """An editor's legacy encoding is named as such."""
    file = write(tmp_path, {NAVER: ""}) / NAVER
    file.write_bytes("# 주문\norders: []\n".encode("cp949"))
    with pytest.raises(DocumentError, match="not UTF-8"):
        World(data=tmp_path)


@pytest.mark.parametrize("make", [lambda path: path / "none", lambda path: path, lambda path: path / "file"])
def test_a_folder_that_holds_nothing(tmp_path: Path, make: Any) -> None:
    """A folder that is not there, a file in its place, or one without any of the files is the wrong one."""
    (tmp_path / "file").write_text("")
    with pytest.raises(DocumentError) as caught:
        World(data=make(tmp_path))
    assert str(make(tmp_path)) in str(caught.value)


@pytest.mark.parametrize("file", list_files())
def test_each_file_is_enough(tmp_path: Path, file: str) -> None:
    """A folder may hold any one of the files: one that is read for the shop does not cause the folder to be refused."""
    packaged = (files("jumun_fixtures") / file).read_text(encoding="utf-8")
    with_file = World(data=write(tmp_path, {file: packaged}))
    assert with_file.session.data_digest != World().session.data_digest


def test_spans_of_the_folder(tmp_path: Path) -> None:
    """A folder with nothing but NAVER's lifecycle.yaml changes how long things take."""
    hours = "hours: {expire: 1, deliver: 2, decide: 3}\n"
    world = World(data=write(tmp_path, {"naver/lifecycle.yaml": hours}))
    (id_,) = world.place(productOrderStatus="PAYMENT_WAITING")
    world.clock.move(advance_s=3_601)
    assert world.naver("POST", "/query", {"productOrderIds": [id_]}).json["data"][0]["productOrder"][
        "productOrderStatus"
    ] == ("CANCELED_BY_NOPAYMENT")


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("naver/order.yaml", "did you mean orders.yaml?"),
        ("naver/orders.yml", "did you mean orders.yaml?"),
        ("bootpay/zzz.yaml", "expected one of applications.yaml, invoices.yaml, lifecycle.yaml, orders.yaml"),
        ("bootpay/orders.json", "did you mean orders.yaml?"),
        ("nvaer/orders.yaml", "did you mean naver?"),
        ("orders.yaml", "did you mean bootpay/orders.yaml or naver/orders.yaml?"),
        ("lifecycles.yml", "did you mean bootpay/lifecycle.yaml or naver/lifecycle.yaml?"),
    ],
)
def test_a_file_of_a_mistaken_name(tmp_path: Path, file: str, named: str) -> None:
    """A file that would not be read stops the start, beside good ones too; so does the same in a mapping."""
    write(tmp_path, {file: "orders: []\n", "bootpay/applications.yaml": "applications: []\n"})
    with pytest.raises(DocumentError) as caught:
        World(data=tmp_path)
    assert str(tmp_path / file.partition("/")[0]) in str(caught.value)
    assert "is not read" in str(caught.value)
    assert named in str(caught.value)
    with pytest.raises(DocumentError, match="is not read"):
        World(data={file: "orders: []\n"})


def test_files_that_are_none_of_ours(tmp_path: Path) -> None:
    """What no one would take for data may be in the folder: notes, schemas for editors, other tools' files."""
    others = (
        "README.md",
        "compose.yaml",
        ".git/config",
        "scenarios/a.yaml",
        "naver/notes.txt",
        "naver/orders.schema.json",
    )
    write(tmp_path, {**dict.fromkeys(others, "x"), NAVER: "orders: []\n"})
    assert DataFolder.read(tmp_path).texts.keys() == {NAVER}
    assert World(data=tmp_path).product_orders().status == 200


def test_a_folder_as_a_mapping() -> None:
    """Files may be given by their names, each as text or as what it would mean."""
    orders = {"orders": [{"order_id": "2026010100000001", "product_order_ids": ["2026010100000011"]}]}
    texts = "applications: [{client_id: mine, client_secret: $2a$04$DemoSecretOfJumunOnly., static_tokens: [mine]}]"
    world = World(data={NAVER: orders, "naver/applications.yaml": texts})
    assert world.product_orders("2026010100000001", authorization="Bearer mine").status == 200
    with pytest.raises(DocumentError, match=r"^naver/orders.yaml#/orders: "):
        World(data={NAVER: {"orders": 1}})


def test_what_was_read_stays(tmp_path: Path) -> None:
    """A reset, and a session that is made later, have the data of the start, whatever happened to the folder."""
    folder = write(tmp_path, {NAVER: f"orders: [{{{GOOD}}}]\n"})
    world = World(data=folder)
    write(tmp_path, {NAVER: "orders: nonsense\n"})
    world.session.reset()
    assert world.product_orders("2026010100000001").status == 200
    later = world.dispatch.store.create(world.session.options)
    assert later.data_digest == world.session.data_digest


@pytest.mark.parametrize(
    ("file", "text", "mistakes"),
    [
        (
            NAVER,
            "orders:\n- order_id: 1\n  product_order_ids: []\n  sellr: own\n",
            ["sellr", "did you mean seller? (line 4)", 'in quotes, e.g. order_id: "2023010112345" (line 2)'],
        ),
        (NAVER, f"orders:\n- {{{GOOD},\n   state: PAYD/OK}}\n", ['not "PAYD/OK"; did you mean PAYED/OK? (line 3)']),
        (
            NAVER,
            f"orders:\n- {{{GOOD}}}\n- {{order_id: '2026010100000002', product_order_ids: ['2026010100000011']}}",
            [
                "/orders/1/product_order_ids/0",
                "'2026010100000011' is defined twice, first at /orders/0/product_order_ids/0 (line 3)",
            ],
        ),
        (
            "naver/lifecycle.yaml",
            "hours: {expire: 0, deliver: 1, decied: 2}",
            ["more than 0, not 0, e.g. expire: 72 (line 1)", '"decied"; did you mean decide?'],
        ),
        (
            "naver/applications.yaml",
            "applications: [{client_id: a, client_secret: CANARY, static_tokens: [CANARY]}]",
            ["client_secret: must match the pattern"],
        ),
        (
            "naver/applications.yaml",
            "applications:\n"
            + "".join(
                f"- {{client_id: {id_}, client_secret: $2a$04$DemoSecretOfJumunOnly., static_tokens: [CANARY]}}\n"
                for id_ in "ab"
            ),
            ["static_tokens is defined twice"],
        ),
        (BOOTPAY, "orders:" + BOOTPAY_ROW.format(order_id=NEW_ID).replace("아무개", "[CANARY]"), ["username"]),
    ],
)
def test_all_mistakes_of_a_file(tmp_path: Path, file: str, text: str, mistakes: list[str]) -> None:
    """Each mistake is found, with its line, value and the way out, secrets apart; a server names them all."""
    folder = write(tmp_path, {file: text})
    found = [str(each) for each in find_mistakes(DataFolder.read(folder))]
    assert all(any(text in each for each in found) for text in mistakes), found
    with pytest.raises(DocumentError) as caught:
        World(data=folder)
    said = str(caught.value)
    assert said == (found[0] if len(found) == 1 else "\n  ".join([f"{folder}: {len(found)} mistakes", *found]))
    assert "CANARY" not in "".join(found)


def test_mistakes_of_all_files(tmp_path: Path) -> None:
    """All files are looked at, also those that would not be read; of very many mistakes the first are listed."""
    rows = "".join(f"- {{order_id: {number}, product_order_ids: []}}\n" for number in range(100))
    files = {NAVER: f"orders:\n{rows}", BOOTPAY: "orders: [1]", "naver/order.yaml": "", "bootpay/applications.yaml": ""}
    with pytest.raises(DocumentError) as caught:
        World(data=write(tmp_path, files))
    first, *mistakes, last = str(caught.value).splitlines()
    assert (first, len(mistakes), last) == (f"{tmp_path}: 103 mistakes", MISTAKES_SHOWN, "  and 53 more")
    for number, (file, says) in enumerate(
        (
            ("naver/order.yaml", "is not read; did you mean orders.yaml?"),
            ("bootpay/applications.yaml", "is empty"),
            ("bootpay/orders.yaml#/orders/0", "must be of type object"),
            ("naver/orders.yaml#/orders/0/order_id", "in quotes"),
        )
    ):
        assert mistakes[number].startswith(f"  {tmp_path / file}: ")
        assert says in mistakes[number]


@pytest.mark.parametrize(
    ("file", "text", "example"),
    [
        (NAVER, f"orders:\n- {{{GOOD}, hours_ago: x}}", "not string, e.g. hours_ago: 20 (line 2)"),
        (NAVER, f"orders:\n- {{{GOOD}, with: {{quantity: 0}}}}", "1 or more, not 0, e.g. quantity: 2 (line 2)"),
        (NAVER, "orders:\n- x", 'not string, e.g. {"order_id": "2023010112345", "product_order_ids": ['),
        (NAVER, "orders:\n- {order_id: '2026010100000001', product_order_ids: [1]}", 'quotes, e.g. "2023010112345001"'),
        (NAVER, f"- {{{GOOD}}}", 'not array, e.g. orders: [{"order_id": "2023010112345"'),
        (
            "naver/applications.yaml",
            "applications: [{client_id: a}]",
            '"client_secret", e.g. client_secret: "$2a$04$DemoSecretOfJumunOnly."',
        ),
        (
            BOOTPAY,
            "orders:" + BOOTPAY_ROW.format(order_id=NEW_ID).replace("purchased_at: 2026-01-01T", "purchased_at: 1T"),
            ', e.g. purchased_at: "2025-07-11T02:52:09Z" (line 8)',
        ),
    ],
)
def test_what_is_right_is_shown(tmp_path: Path, file: str, text: str, example: str) -> None:
    """A mistake comes with an example of what could be there, as it is in the packaged data."""
    (found,) = find_mistakes(DataFolder.read(write(tmp_path, {file: text})))
    assert example in str(found)


def iter_types(schema: Any, base: str, references: References, path: str = "") -> Iterator[tuple[str, Any]]:
    """Pointer and type of all that a schema describes by a type, with 0 for items."""
    for here, inner_base in references.iter_speaking(schema, base):
        if "type" in here:
            yield path, here["type"]
        for name, inner in here.get("properties", {}).items():
            yield from iter_types(inner, inner_base, references, f"{path}/{name}")
        if "items" in here:
            yield from iter_types(here["items"], inner_base, references, f"{path}/0")


@pytest.mark.parametrize("file", list_files())
def test_there_is_an_example_for_everything(file: str) -> None:
    """Whatever is of a wrong type in a file, something is shown that is right there."""
    folder = files("jumun_fixtures") / file.partition("/")[0]
    documents = [read_document(folder, each.name) for each in folder.iterdir() if each.name.endswith(".schema.json")]
    contract = load_contract(file.partition("/")[0])
    document = read_document(folder, file.partition("/")[2].replace(".yaml", ".schema.json"))
    resources = {each["$id"]: each for each in (*documents, *contract.schemas.values())}
    schema = Schema(document, resources=resources)
    assert not [findings(schema, each) for each in document.get("examples", ()) if findings(schema, each)]
    places = dict(iter_types(document, document["$id"], References(schema)))
    assert places.keys() > {"", *(f"/{name}" for name in document.get("required", ()))}
    for place, kind in places.items():
        bad: Any = (
            "x" if {"integer", "number", "boolean"}.intersection([kind] if isinstance(kind, str) else kind) else 5
        )
        for step in reversed(place.split("/")[1:]):
            bad = [bad] if step == "0" else {step: bad}
        found = [each for each in find_mistakes(DataFolder.of({file: bad})) if each.pointer == place]
        assert found
        assert any(", e.g. " in each.reason for each in found), f"{file}#{place}: {found}"


def test_more_orders_than_there_is_room_for() -> None:
    """A number beyond the bound is refused with the bound."""
    with pytest.raises(ValueError, match="between 0 and 1000000, not 1000001"):
        World(orders=1_000_001)


def test_an_empty_file_is_not_a_missing_one(tmp_path: Path) -> None:
    """A folder whose orders are left out does not let one pass whose file of orders is empty."""
    applications = {"naver/applications.yaml": "applications: []\n"}
    left_out = World(data=write(tmp_path / "left-out", applications))
    with pytest.raises(DocumentError, match="is empty"):
        World(data=write(tmp_path / "empty", {**applications, NAVER: ""}))
    del left_out
