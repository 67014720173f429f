"""Operations that are served from examples, under all that holds for those that are carried out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_contracts import NO_STUBS, PROFILES, parse_json
from jumun_mockserver.core.session.limiter import hand_set_rate
from jumun_mockserver.live import LiveServer
from tests.conformance.samples import GOOD_REQUESTS
from tests.mockserver.world import STATIC_TOKEN, World
from tests.stubs import write_stub

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mockserver.world import Answer

PACKAGED = sorted(
    name
    for name in GOOD_REQUESTS
    if name.startswith(("naver.products", "naver.categories", "naver.settlements", "naver.qnas", "naver.inquiries"))
    and not name.startswith("naver.product_")
)
TAG = "/external/v2/tags/7"


def ask(world: World, target: str = TAG, method: str = "GET", body: Any = None, **headers: str) -> Answer:
    """A call with the token of the guide's samples."""
    given = {"authorization": f"Bearer {STATIC_TOKEN}", "content_type": "application/json", **headers}
    return world.call(method, target, b"" if body is None else json.dumps(body), **given)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A shop with stubs of its own."""
    write_stub(tmp_path)
    return World(stubs=tmp_path)


def test_the_first_example_is_served(world: World) -> None:
    """The response is the first example, says that it is one, and is in the journal under the operation's id."""
    answer = ask(world)
    assert (answer.status, answer.json) == (200, {"tagNo": 1, "text": "컵"})
    assert "example 'cup' of naver.tags.detail" in answer.note
    assert "its form is assumed" in answer.note
    assert world.last.operation == "naver.tags.detail"
    assert world.last.violations == ()


@pytest.mark.parametrize(
    ("prefer", "status", "text"),
    [
        ("example=pen", 200, "만년필"),
        ("code=404", 404, "no such tag"),
        ("code=404, example=gone", 404, "gone for good"),
        ("example=gone", 404, "gone for good"),
        ("code=200, example=pen", 200, "만년필"),
    ],
)
def test_another_example_is_asked_for(world: World, prefer: str, status: int, text: str) -> None:
    """`Prefer: example=NAME` and `code=STATUS` choose among a stub's examples."""
    answer = ask(world, prefer=prefer)
    assert answer.status == status
    assert text in answer.json.values()


def test_an_unknown_example_is_noted(world: World) -> None:
    """A name that there is not gets the first example, and a note with the names."""
    answer = ask(world, prefer="example=pens")
    assert (answer.status, answer.json["tagNo"]) == (200, 1)
    assert "Prefer: example='pens' is not an example of naver.tags.detail; did you mean pen?" in answer.note


def test_a_code_without_an_example_is_the_providers(world: World) -> None:
    """`Prefer: code` of what a stub has no example of gives the catalogue's error."""
    answer = ask(world, prefer="code=429")
    assert (answer.status, world.last.code) == (429, "TOO_MANY_REQUESTS")


def test_examples_are_not_changed_by_what_is_done_to_one(world: World) -> None:
    """A scenario changes one response of a stub and leaves the next as it was."""
    world.session.set_scenario('naver.tags.detail: set(/text "x"), 503, ok')
    assert [ask(world).json.get("text") for _ in range(3)] == ["x", None, "컵"]
    assert [each.status for each in world.session.journal] == [200, 503, 200]


def test_credentials_are_asked_for(world: World) -> None:
    """A stub refuses a wrong token as its provider does, unless its file says that it needs none."""
    assert ask(world, authorization="Bearer wrong").status == 401
    assert world.last.operation == "naver.tags.detail"
    assert ask(world, "/external/v2/open", authorization="").status == 200


def test_limits_apply(tmp_path: Path) -> None:
    """The limit of `x-rate-limit` is enforced, and one that is set by hand goes before it."""
    write_stub(tmp_path)
    world = World(stubs=tmp_path, limits="enforce")
    assert [ask(world).status for _ in range(3)] == [200, 200, 429]
    faster = World(stubs=tmp_path, limits="enforce", rates={"naver.tags.detail": hand_set_rate(9, 9)})
    assert [ask(faster).status for _ in range(3)] == [200, 200, 200]


@pytest.mark.parametrize(
    ("target", "method", "body"),
    [
        ("/external/v2/tags/seven", "GET", None),
        ("/external/v2/tags", "POST", {}),
        ("/external/v2/tags", "POST", {"text": 1}),
        ("/external/v2/tags", "POST", []),
        ("/external/v2/tags?kind=neither", "POST", {"text": "컵"}),
        ("/external/v2/tags?exact=perhaps", "POST", {"text": "컵"}),
    ],
)
def test_what_does_not_fit_is_refused(world: World, target: str, method: str, body: Any) -> None:
    """A parameter or a body that a stub's schema refuses is the provider's 400."""
    answer = ask(world, target, method, body)
    assert answer.status == 400
    assert set(answer.json) == {"code", "message", "timestamp", "traceId"}
    assert world.places


def test_what_may_be_missing_may_be(world: World) -> None:
    """A body that a stub does not require may be left out, and one that it does not describe may be anything."""
    assert ask(world, "/external/v2/tags/7/touch", "PUT").status == 200
    assert world.last.violations == ()
    assert ask(world, "/external/v2/tags/7/touch", "PUT", {"by": 1}).status == 400
    assert ask(world, "/external/v2/tags", "POST", {"text": "컵"}).json == {"tagNo": 3}


def test_no_body(world: World) -> None:
    """A success without content has neither body nor content type, and 204 no length."""
    gone = ask(world, TAG, "DELETE")
    assert (gone.status, gone.body) == (204, b"")
    assert {"content-type", "content-length"}.isdisjoint(gone.headers)


def test_an_own_stub_goes_before_a_packaged_one(tmp_path: Path) -> None:
    """A file with method and path of a packaged stub replaces it, whatever it calls its parameter."""
    write_stub(tmp_path, path="/v2/products/channel-products/{no}", name="no")
    world = World(stubs=tmp_path)
    assert ask(world, "/external/v2/products/channel-products/5").json["text"] == "컵"
    assert world.last.operation == "naver.tags.detail"
    assert "naver.products.channel" not in world.session.contracts["naver"].operations


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", PACKAGED)
def test_packaged_ones_are_served(name: str, profile: str) -> None:
    """Each packaged stub answers under both prefixes, and is a path that nothing serves without stubs."""
    assert len(PACKAGED) == 8
    request = GOOD_REQUESTS[name]
    world, without = World(profile=profile), World(profile=profile, stubs=NO_STUBS)
    for prefix in ("/external", "/partner"):
        path = prefix + request.path.removeprefix("/external")
        assert world.dispatch(replace(request, path=path)).status in (200, 204, 403)
        assert world.last.operation == name
    refused = without.dispatch(request)
    assert refused.status == 404
    assert "no operation of naver has this path" in dict(refused.headers)["jumun-note"]
    assert without.last.operation == ""
    assert [each.path for each in without.session.journal.select(operation="")] == [request.path]


def test_paths_of_another_provider_are_its_own(world: World) -> None:
    """A stub of NAVER is not served without /external, where paths are Bootpay's."""
    assert ask(world, "/v1/categories").status == 404
    assert "bootpay" in ask(world, "/v1/categories").note


def test_through_a_socket(tmp_path: Path) -> None:
    """A server in a thread serves own and packaged stubs, and its exported contract has them with their examples."""
    write_stub(tmp_path)
    headers = {"authorization": f"Bearer {STATIC_TOKEN}"}
    with LiveServer(stubs=tmp_path) as server, httpx.Client(headers=headers, trust_env=False) as http:
        assert http.get(f"{server.naver_base_url}/v2/tags/7").json()["text"] == "컵"
        found = http.post(f"{server.naver_base_url}/v1/products/search", json={}).json()
        assert found["totalElements"] == len(found["contents"])
        assert http.put(f"{server.naver_base_url}/v1/contents/qnas/1", json={"commentContent": "네"}).status_code == 204
        assert http.get(f"{server.naver_base_url}/v2/tags/7").status_code == 200
        document = parse_json(http.get(f"{server.url}/_jumun/openapi/naver.json").content)
    assert isinstance(document, dict)
    served: Any = document["paths"]
    shown = served["/v2/tags/{tagNo}"]["get"]["responses"]["200"]["content"]["application/json"]["examples"]
    assert shown.keys() == {"cup", "pen"}
    assert served["/v1/categories"]["get"]["x-stub"] is True
