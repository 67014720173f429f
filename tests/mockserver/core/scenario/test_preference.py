from __future__ import annotations

import pytest

from jumun_mockserver.core.scenario.preference import read_preferences
from tests.mockserver.world import World


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("code=500", "500"),
        ('code="500"', "500"),
        ("code = 500", "500"),
        ("CODE=GW.AUTHN", "GW.AUTHN"),
        ("  code=500  ", "500"),
        ("code=500; reason=test", "500"),
        ("return=minimal, code=404", "404"),
        ('return=minimal;foo="bar" , code="404";x', "404"),
        ("code=404, code=500", "404"),
        ("respond-async", None),
        ("", None),
        ("codes=500", None),
        ("handling=lenient; code=500", None),
        ('note="a, code=404", code=500', "500"),
        ('note="a; b, code=404"', None),
    ],
)
def test_the_forms_of_rfc_7240(header: str, code: str | None) -> None:
    """Names in any case, quotes and spaces, several preferences (the first of a name counts), parameters apart."""
    assert read_preferences(header).get("code") == code


@pytest.mark.parametrize("header", ["code", "code=", 'code=""'])
def test_an_empty_preference_is_none(world: World, header: str) -> None:
    """By RFC 7240 an empty value does not count: the call is answered as if nothing was asked."""
    answer = world.orders(prefer=header)
    assert answer.status == 200
    assert answer.note == ""


@pytest.mark.parametrize(
    ("profile", "target", "wanted", "status", "code"),
    [
        # A catalogue code before anything else: 4000 is a code, 400 a status.
        ("observed", "naver", "4000", 400, "4000"),
        ("observed", "naver", "000400", 400, "000400"),
        ("documented", "bootpay", "1700", 401, "1700"),
        # A status: the first entry that the profile has for the operation.
        ("documented", "naver", "400", 400, "INVALID_ORDER_ID"),
        ("observed", "naver", "400", 400, "101010"),
        ("documented", "naver", "404", 404, "ORDER_NOT_FOUND"),
        ("observed", "naver", "404", 404, "GW.NOT_FOUND"),
        ("documented", "naver", "500", 500, "SERVER_ERROR"),
        ("observed", "naver", "500", 500, "GW.INTERNAL_SERVER_ERROR"),
        ("documented", "naver.token", "400", 400, "BAD_REQUEST.client_id"),
        ("documented", "naver.token", "404", 404, "NOT_FOUND"),
        ("documented", "bootpay", "400", 400, "API_PARAM_INVALID"),
        ("documented", "bootpay", "404", 404, "3700"),
        # A status that this profile does not have: the first of the catalogue.
        ("documented", "naver", "429", 429, "TOO_MANY_REQUESTS"),
        ("documented", "bootpay", "403", 403, "API_SCOPE_INVALID"),
        # A name, and a number on the wire.
        ("observed", "bootpay", "ORDER_NOT_FOUND", 404, "3700"),
        ("observed", "bootpay", "3770", 401, "ORDER_EXPIRED"),
        ("observed", "bootpay", "-47", 403, "API_SCOPE_INVALID"),
        ("observed", "bootpay", "1", 400, "PROCESS_DUPLICATED"),
    ],
)
def test_what_a_preference_means(profile: str, target: str, wanted: str, status: int, code: str) -> None:
    """Code, status, name or number, in that order; the journal says which catalogue code it was."""
    world = World(profile=profile)
    prefer = {"prefer": f"code={wanted}"}
    calls = {
        "naver": lambda: world.product_orders(**prefer),
        "naver.token": lambda: world.call("POST", "/external/v1/oauth2/token", **prefer),
        "bootpay": lambda: world.orders(**prefer),
    }
    assert calls[target]().status == status
    assert world.last.code == code
    assert code in world.last.remarks[0]


@pytest.mark.parametrize(
    "header", ["code=GW.AUTHN, status=403", 'status="403"; x=y , CODE=GW.AUTHN', "code=401, status=403"]
)
def test_a_code_with_another_status(observed: World, header: str) -> None:
    """The error is the code's in all but its status, and the note says which that has by itself."""
    answer, usual = observed.product_orders(prefer=header), observed.product_orders(prefer="code=GW.AUTHN")
    assert (answer.status, usual.status) == (403, 401)
    assert [answer.json[name] for name in ("code", "message")] == [usual.json[name] for name in ("code", "message")]
    assert answer.note.endswith("with status 403 in place of 401")


def test_a_code_with_another_status_of_either_api(world: World) -> None:
    """Bootpay's bodies tell their status too, which is the one that is sent."""
    answer = world.orders(prefer="code=1700, status=403")
    assert (answer.status, answer.json["status"], answer.json["code"]) == (403, 403, 1700)


@pytest.mark.parametrize(
    ("header", "note"),
    [
        ("status=403", "goes with a code"),
        ("code=GW.AUTHN, status=200", "must be from 400 to 599"),
        ("code=GW.AUTHN, status=forbidden", "must be from 400 to 599"),
        ("code=GW.AUTHN, status=4031", "must be from 400 to 599"),
    ],
)
def test_a_status_that_is_not_given(observed: World, header: str, note: str) -> None:
    """A status alone, and one that is not an error's, give the ordinary answer and a note that says what is right."""
    answer = observed.product_orders(prefer=header)
    assert answer.status == 200
    assert note in answer.note


def test_a_code_of_another_profile_says_so(world: World) -> None:
    """Any code can be had in any profile; the note says that this profile does not have it."""
    answer = world.product_orders(prefer="code=GW.RATE_LIMIT")
    assert answer.status == 429
    assert answer.json["code"] == "GW.RATE_LIMIT"
    assert "not of profile documented" in answer.note
    assert "profile" not in world.product_orders(prefer="code=SERVER_ERROR").note


@pytest.mark.parametrize(
    ("provider", "wanted", "nearest"),
    [
        ("naver", "GW.RATELIMIT", "GW.RATE_LIMIT"),
        ("naver", "gw.authn", "GW.AUTHN"),
        ("bootpay", "170", "1700"),
        ("bootpay", "api_param_invalid", "API_PARAM_INVALID"),
        ("bootpay", "SERVER_EROR", "SERVER_ERROR"),
        ("bootpay", "ORDER_NOT_FOUNT", "ORDER_NOT_FOUND"),
    ],
)
def test_an_unknown_code_is_not_forced_and_the_nearest_is_named(
    world: World, provider: str, wanted: str, nearest: str
) -> None:
    """A slip of the pen gives the ordinary answer with a note that names what was probably meant."""
    answer = (world.product_orders if provider == "naver" else world.orders)(prefer=f"code={wanted}")
    assert answer.status == 200
    assert answer.note.endswith(f"did you mean {nearest}?")


@pytest.mark.parametrize("wanted", ["None", "null", "none"])
def test_what_has_no_number_is_not_found_by_none(world: World, wanted: str) -> None:
    """Entries without a known number are not called None."""
    assert world.orders(prefer=f"code={wanted}").status == 200


def test_200_asks_for_the_ordinary_answer(world: World) -> None:
    """As with Prism, code=200 is allowed and changes nothing."""
    answer = world.orders(prefer="code=200")
    assert (answer.status, answer.note) == (200, "")
