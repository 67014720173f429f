"""Overlays: what a target selects, what an action changes, and which action is named when something is wrong."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import NO_STUBS, DocumentError, load_contract, read_contract
from jumun_contracts.contract.overlay import Overlay
from jumun_contracts.lint import iter_contract_remarks
from jumun_contracts.schema.pointers import render_pointer
from tests.contracts.contract.test_loading import (
    GONE,
    IDS,
    IDS_TARGET,
    LIST,
    NAVER,
    OVERLAY,
    TOKEN,
    action,
    copied,
    edit,
    refusal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCUMENT: dict[str, Any] = {
    "info": {"title": "T", "tags": [{"name": "a"}]},
    "paths": {
        "/a/{b}": {"get": {"parameters": [{"name": "b"}, {"name": "c"}, {"name": "d"}], "responses": {"200": {}}}},
        "/its": {"get": {"responses": {"200": {"x": 1}, "404": {"x": 2}}}},
    },
}


A_200 = "/paths/~1a~1{b}/get/responses/200"
ITS_200 = "/paths/~1its/get/responses/200"


def apply(*actions: dict[str, Any]) -> Any:
    """`DOCUMENT`, changed by actions."""
    before = copy.deepcopy(DOCUMENT)
    changed = Overlay("some.yaml", actions).apply(DOCUMENT)
    assert before == DOCUMENT
    return changed


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("$", [""]),
        ("$.info", ["/info"]),
        ("$['info']", ["/info"]),
        ("$.paths['/a/{b}'].get", ["/paths/~1a~1{b}/get"]),
        ("$.paths['/its'].get.responses['404']", ["/paths/~1its/get/responses/404"]),
        ("$.paths.*.get.responses[*]", [A_200, ITS_200, ITS_200.replace("200", "404")]),
        ("$.paths['/a/{b}'].get.parameters[1]", ["/paths/~1a~1{b}/get/parameters/1"]),
        ("$.paths['/a/{b}'].get.parameters[?@.name == 'd']", ["/paths/~1a~1{b}/get/parameters/2"]),
        ("$.paths['/a/{b}'].get.parameters[?@.name=='d']", ["/paths/~1a~1{b}/get/parameters/2"]),
    ],
)
def test_targets(target: str, expected: list[str]) -> None:
    """A target matches as RFC 9535 says."""
    changed = apply({"target": target, "update": {"mark": 1}})
    assert list(_marked(changed)) == expected


def _marked(node: Any, pointer: str = "") -> Iterator[str]:
    """Pointers of the objects that have a mark."""
    if isinstance(node, dict) and "mark" in node:
        yield pointer
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from _marked(value, pointer + render_pointer((key,)))


def test_updates_are_merged() -> None:
    """Objects are merged, plain values replaced, new keys added, and an update of a list is appended to it."""
    changed = apply(
        {"target": "$.info", "update": {"title": "U", "contact": {"name": "x"}}},
        {"target": "$.info.tags", "update": {"name": "b"}},
        {"target": "$", "update": {"paths": {"/its": {"get": {"responses": {"404": {"y": 3}}}}}}},
    )
    assert changed["info"] == {"title": "U", "contact": {"name": "x"}, "tags": [{"name": "a"}, {"name": "b"}]}
    assert changed["paths"]["/its"]["get"]["responses"] == {"200": {"x": 1}, "404": {"x": 2, "y": 3}}
    assert changed["paths"]["/a/{b}"] == DOCUMENT["paths"]["/a/{b}"]


def test_removals() -> None:
    """All that a target matches is removed, however many members of one list that is; later actions see the result."""
    changed = apply(
        {"target": "$.paths['/a/{b}'].get.parameters[?@.name == 'b']", "remove": True},
        {"target": "$.paths['/a/{b}'].get.parameters[0]", "update": {"required": True}},
        {"target": "$.info.tags[*]", "remove": True},
        {"target": "$.paths['/its']", "remove": True},
    )
    assert changed["info"]["tags"] == []
    assert changed["paths"] == {
        "/a/{b}": {"get": {"parameters": [{"name": "c", "required": True}, {"name": "d"}], "responses": {"200": {}}}}
    }
    assert apply({"target": "$.paths['/a/{b}'].get.parameters[*]", "remove": True})["paths"]["/a/{b}"]["get"] == {
        "parameters": [],
        "responses": {"200": {}},
    }


def test_nothing_is_shared() -> None:
    """An update put into several places, or written once for several by an alias, is an object of its own in each."""
    update: dict[str, Any] = {"headers": {"a": {}}}
    changed = apply(
        {"target": "$.paths[*].get.responses[*]", "update": update},
        {"target": "$.paths['/a/{b}'].get.responses['200'].headers", "update": {"b": {}}},
    )
    headers = [each["headers"] for item in changed["paths"].values() for each in item["get"]["responses"].values()]
    assert headers == [{"a": {}, "b": {}}, {"a": {}}, {"a": {}}]
    assert update == {"headers": {"a": {}}}


@pytest.mark.parametrize(
    ("second", "place", "says"),
    [
        ({"target": "$.infos", "update": {}}, "target", "$.infos matches nothing"),
        ({"target": "$.info.title", "remove": True}, "target", "must be an object or a list"),
        ({"target": "$.info['title'].x", "remove": True}, "target", "matches nothing"),
        ({"target": "$", "remove": True}, "target", "cannot be removed"),
        ({"target": "info", "update": {}}, "target", "not understood from info on"),
        ({"target": "$..get", "update": {}}, "target", "not understood from $..get on"),
        ({"target": "$.paths[0:2]", "update": {}}, "target", "not understood from [0:2] on"),
        ({"target": "$.paths['a", "update": {}}, "target", "not understood from ['a on"),
        ({"target": "$.x-rate", "update": {}}, "target", "not understood from -rate on"),
        ({"target": "$.info", "update": {"tags": [{}]}}, "update/tags", "both are lists"),
        ({"target": "$.info", "update": {"title": {}}}, "update/title", "of the kind of what it replaces"),
        ({"target": "$", "update": {"paths": {"/its": []}}}, "update/paths/~1its", "of the kind"),
    ],
)
def test_an_action_that_does_not_fit(second: dict[str, Any], place: str, says: str) -> None:
    """The refusal names the file, the action by its index, and the target or the key of the update."""
    with pytest.raises(DocumentError) as caught:
        apply({"target": "$.info", "update": {"title": "U"}}, second)
    assert (caught.value.file, caught.value.pointer) == ("some.yaml", f"/actions/1/{place}")
    assert says in caught.value.reason


IDS_ACTION = action("naver", IDS_TARGET)


@pytest.mark.parametrize(
    ("at", "put", "pointer", "says"),
    [
        ("/overlay", "1.1.0", "/overlay", "1.0.0"),
        ("/extends", "other.yaml", "/extends", "openapi.yaml"),
        ("/actions", [], "/actions", "1 or more"),
        ("/actions/0/update", GONE, "/actions/0", '"remove"'),
        ("/actions/0/update", [], "/actions/0/update", "object"),
        ("/actions/0/remove", False, "/actions/0/remove", "true"),
        ("/actions/0/remove", True, "/actions/0/remove", "must not be there"),
        ("/actions/0/target", "$.inf", "/actions/0/target", "matches nothing"),
        (f"{IDS_ACTION}/update/responses/503/x-source", GONE, f"{IDS_ACTION}/update/responses/503", '"x-source"'),
        (f"{IDS_ACTION}/update/x-evidence", "certain", f"{IDS_ACTION}/update/x-evidence", '"observed"'),
        (f"{IDS_ACTION}/update/security", [{"basic": []}], f"{IDS_ACTION}/update/security", "'basic'"),
        (
            f"{IDS_ACTION}/update/responses/200/content/application~1json/schema/$ref",
            "schemas/no.schema.json",
            f"{IDS_ACTION}/update/responses/200/content/application~1json/schema/$ref",
            "no such file",
        ),
        (f"{IDS_ACTION}/update/operationId", "naver.ids", f"{IDS_ACTION}/update", "x-profiles"),
        ("/actions/0", {"target": IDS_TARGET, "remove": True}, "/actions/0", "x-profiles"),
    ],
)
def test_a_fault_is_named_where_it_was_written(tmp_path: Path, at: str, put: object, pointer: str, says: str) -> None:
    """What is wrong with the changed document is reported at the action, or the key of its update, that did it."""
    folder = copied("naver", tmp_path)
    edit(folder, OVERLAY, at, put)
    if at == "/actions/0" and isinstance(put, dict):  # later actions would miss their targets first
        edit(folder, OVERLAY, "/actions", [put])
    error = refusal(folder, OVERLAY, profile="observed")
    assert error.pointer == pointer
    assert says in error.reason
    assert (
        read_contract(folder, "documented").operations.keys()
        == load_contract("naver", stubs=NO_STUBS).operations.keys()
    )


def test_a_fault_of_the_document_is_not_blamed_on_the_overlay(tmp_path: Path) -> None:
    """What openapi.yaml has wrong is reported there, whichever profile is read."""
    folder = copied("naver", tmp_path)
    edit(folder, NAVER, f"{TOKEN}/security", [{"bearr": []}])
    for profile in ("documented", "observed"):
        assert refusal(folder, NAVER, profile=profile).pointer == f"{TOKEN}/security"


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_an_operation_of_one_profile(tmp_path: Path, profile: str) -> None:
    """An operation with x-profiles is in that profile alone; errors.yaml may name it, and lint has no remark."""
    folder = copied("bootpay", tmp_path)
    operation = copy.deepcopy(load_contract("bootpay").document["paths"]["/orders"]["get"])
    operation |= {"operationId": "bootpay.made_up", "x-profiles": [profile]}
    edit(folder, NAVER, "/paths/~1made-up", {"get": operation})
    codes = [each.code for each in load_contract("bootpay").errors.values()]
    edit(folder, "errors.yaml", "/errors/0/operations", ["bootpay.made_up"])
    contracts = {each: read_contract(folder, each) for each in ("documented", "observed")}
    for name, contract in contracts.items():
        assert ("bootpay.made_up" in contract.operations) is (name == profile)
        assert ("/made-up" in contract.document["paths"]) is (name == profile)
        assert contract.errors[codes[0]].operations == ("bootpay.made_up",)
    assert not [each for each in iter_contract_remarks(tuple(contracts.values())) if "made_up" not in each]


def test_an_operation_of_one_profile_is_not_changed_by_the_other(tmp_path: Path) -> None:
    """An overlay's target that only the documented profile has matches nothing."""
    folder = copied("naver", tmp_path)
    edit(folder, NAVER, f"{IDS}/x-profiles", ["documented"])
    error = refusal(folder, OVERLAY, profile="observed")
    assert error.pointer == f"{IDS_ACTION}/target"
    assert (
        read_contract(folder, "documented").operations.keys()
        == load_contract("naver", stubs=NO_STUBS).operations.keys()
    )


def test_profiles_of_a_path(tmp_path: Path) -> None:
    """A path all of whose operations belong to the other profile is gone with them."""
    folder = copied("bootpay", tmp_path)
    edit(folder, NAVER, f"{LIST}/x-profiles", ["observed"])
    assert "/orders" not in read_contract(folder, "documented").document["paths"]
    assert "/orders" in read_contract(folder, "observed").document["paths"]
