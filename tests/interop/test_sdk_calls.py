"""Every method of both official Bootpay SDKs that belongs to Jumun's operations does what the table of calls says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver import LiveServer
from jumun_mockserver.control.client import ControlClient
from tests.cli.commands import jumun
from tests.interop.bootpay_sdks import judge, node_sdk, python_sdk
from tests.interop.sdk_call import BOTH, to_snake_case
from tests.interop.sdk_calls import CALLS, UNCALLED, UNSERVED
from tests.interop.sdk_stage import PRICE, STAGE, read_names, read_state, write_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_mockserver.core.http import Request
    from jumun_mockserver.core.journal.journal import Exchange
    from tests.interop.bootpay_sdks import Language, Outcome, Sdk
    from tests.interop.sdk_call import SdkCall

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sdk-comparison.md"
HEADINGS = ("Call", "Sent", "`@bootpay/backend-js` 2.13.1", "`bootpay-backend` 2.9.0", "Afterwards")
_RANDOM = 4
# A name of the table.
_NAME = re.compile(r"@\w+(?:[.]\w+)?")
NOON = "2026-03-04T12:00:00+09:00"
ROWS = [each for calls in CALLS.values() for each in calls]
TABLE = [pytest.param(each, id=each.title) for each in ROWS]


@dataclass(frozen=True, slots=True)
class Made:
    """A call that was made.

    Attributes:
        outcome: With the mock's record of it.
        names: What the names of the stage were for it.
        after: State of what it is about; '' where it is about nothing.
    """

    outcome: Outcome
    names: Mapping[str, str]
    after: str


@dataclass(frozen=True, slots=True)
class Played:
    """The whole table, played once to a fresh session by each SDK.

    Attributes:
        requests: The journal as the control plane exports it, of each SDK.
    """

    server: LiveServer
    made: Mapping[Language, Mapping[str, Made]]
    requests: Mapping[Language, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def sdks(
    node: str, npm_packages: Path, pypi_packages: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Language, Sdk]:
    """Both official SDKs, installed."""
    folder = tmp_path_factory.mktemp("sdks")
    return {"node": node_sdk(node, npm_packages, folder), "python": python_sdk(pypi_packages, folder)}


@pytest.fixture(scope="module", params=PROFILES)
def played(
    request: pytest.FixtureRequest, sdks: Mapping[Language, Sdk], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    """The outcome of the table in each profile, at one moment: ids and times follow from it."""
    data = write_data(tmp_path_factory.mktemp("data"))
    with (
        LiveServer(profile=request.param, frozen_at=NOON, data=data) as server,
        ControlClient(server.url) as control,
    ):
        made: dict[Language, Mapping[str, Made]] = {}
        requests: dict[Language, list[dict[str, Any]]] = {}
        for language, sdk in sdks.items():
            server.session.reset()
            made[language] = _play(server, control, sdk)
            requests[language] = control.requests()
        yield Played(server, made, requests)


@pytest.mark.parametrize("call", TABLE)
def test_call(call: SdkCall, played: Played) -> None:
    """A call sends and gives back what the table says, and the order is afterwards as it says."""
    for language in call.languages:
        made = played.made[language][call.title]
        outcome = made.outcome
        if not call.line:
            assert outcome.exchange is None
            assert _fails(outcome) == call.fails.get(language, "")
        else:
            assert outcome.exchange
            assert _line(outcome.exchange) == _put(call.line, made.names)
            request = outcome.exchange.request
            assert (outcome.exchange.operation, outcome.exchange.code) == (call.operation, call.code)
            assert (request.headers["bootpay-role"], _read_key(request)) == (call.role, call.key)
            if call.sends is not None:
                assert json.loads(request.body) == _put(call.sends, made.names)
            assert bool(outcome.exchange.violations) == call.breaks
            if outcome.body != "the client":
                judge(played.server, outcome.exchange, outcome.body)
        if call.code:
            assert outcome.kind == ("rejected" if language == "node" else "returned")
        elif not call.fails:
            assert outcome.kind == "returned"
            _assert_has(outcome.body, _put(call.returns, made.names))
        assert made.after == call.after


@pytest.mark.parametrize("call", [pytest.param(each, id=each.title) for each in ROWS if each.languages == BOTH])
def test_both_do_the_same(call: SdkCall, played: Played) -> None:
    """Node and Python send the same body for a call, of the same order, and get the same value."""
    node, python = (played.made[language][call.title] for language in BOTH)
    if not call.fails:
        assert node.outcome.body == python.outcome.body
    if node.outcome.exchange and python.outcome.exchange:
        sent = [each.request.body or b"null" for each in (node.outcome.exchange, python.outcome.exchange)]
        assert json.loads(sent[0]) == json.loads(sent[1])
    assert node.names == python.names


def test_every_method(sdks: Mapping[Language, Sdk]) -> None:
    """The tables have each method of each module, but for modules that they name with a reason."""
    called = {(language, each.method_in(language)) for each in ROWS for language in each.languages if each.is_there}
    there = {
        (language, method)
        for language, sdk in sdks.items()
        for method in sdk.list_methods()
        if to_snake_case(method).partition(".")[0] not in UNSERVED
    }
    assert called == there


def test_declared_lists(npm_packages: Path, played: Played) -> None:
    """Lists that the Node SDK declares as `{items, total}`, all but that of invoices, have `list` and no `items`."""
    folder = npm_packages / "node_modules" / "@bootpay" / "backend-js" / "dist" / "lib" / "commerce" / "modules"
    listing = [each for each in ROWS if each.method.endswith(".list") and each.languages == BOTH and not each.code]
    lists = {each.method: played.made["node"][each.title].outcome.body for each in listing}
    declared = set()
    for method, body in lists.items():
        file = folder / f"{to_snake_case(method.partition('.')[0]).replace('_', '-')}.d.ts"
        if "items: " in file.read_text("utf-8"):
            declared.add(method)
        assert "list" in body
        assert "items" not in body
    assert declared == set(lists) - {"invoice.list"}


def test_readme(npm_packages: Path, sdks: Mapping[Language, Sdk]) -> None:
    """The methods that the README of the Node SDK calls and that are not there are those of the table."""
    readme = (npm_packages / "node_modules" / "@bootpay" / "backend-js" / "README.md").read_text("utf-8")
    called = set(re.findall(r"\bcommerce\.(\w+\.\w+)\(", readme))
    missing = {each.method for each in ROWS if not each.is_there and "README" in each.given}
    assert called - set(sdks["node"].list_methods()) == missing


def test_every_operation() -> None:
    """The calls reach each operation of the contract, with success, but for those that no SDK calls."""
    operations = set(load_contract("bootpay").operations)
    assert {each.operation for each in ROWS if each.operation and not each.code} == operations - set(UNCALLED)


@pytest.mark.parametrize("language", BOTH)
def test_check(played: Played, language: Language, tmp_path: Path) -> None:
    """`jumun check` passes the journal but for calls meant to break the contract, and names what strays in bodies."""
    journal = tmp_path / "journal.json"
    judged = [each for each in ROWS if each.operation and not each.breaks and language in each.languages]
    good = [each for each in played.requests[language] if each["operation"] and not each["violations"]]
    assert len(good) == len(judged)
    journal.write_text(json.dumps(good), "utf-8")
    contract = f"bootpay:{played.server.session.profile}"
    result = jumun("check", str(journal), "--contract", contract, "--format", "json")
    assert result.exit_code == 0, result.output
    found = [(each["operation"], each["message"]) for each in json.loads(result.stdout)["complaints"]]
    # The same again of the same operation is reported once.
    strays = dict.fromkeys((each.operation, each.strays) for each in judged if each.strays)
    assert found == [(id_, f'the body must not have the property "{name}"') for id_, name in strays]


@pytest.mark.parametrize("section", CALLS)
def test_page(section: str, played: Played) -> None:
    """A table of docs/sdk-comparison.md says what was seen."""
    text = PAGE.read_text("utf-8").partition(f"\n### {section}\n")[2]
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    lines = [HEADINGS, ["---"] * len(HEADINGS), *(_describe(each, played) for each in CALLS[section])]
    expected = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    assert table
    if played.server.session.profile == "documented":
        assert table[0] == expected


def _play(server: LiveServer, control: ControlClient, sdk: Sdk) -> dict[str, Made]:
    """Make the calls that an SDK has, in as few runs of it as their names allow: ids of cancellations come last."""
    placed = control.place_order("bootpay", count=len(STAGE), **{"with": {"price": PRICE}})["orders"]
    ids = dict(zip(STAGE, (each["order_id"] for each in placed), strict=True))
    for name, actions in STAGE.items():
        for action in actions:
            control.act(ids[name], action)
    left = [each for each in ROWS if sdk.language in each.languages]
    made: dict[str, Made] = {}
    while left:
        names = read_names(server, ids)
        run = list(_take_run(left, names))
        assert run, f"{left[0].title} has a name that is not there: {left[0].arguments}"
        left = left[len(run) :]
        made |= _run(server, sdk, run, names)
    return made


def _take_run(calls: list[SdkCall], names: Mapping[str, str]) -> Iterator[SdkCall]:
    """Calls whose names are known, until one leaves an order otherwise than a call before did."""
    after: dict[str, Any] = {}
    for call in calls:
        if (
            _NAME.search(json.dumps(_put(call.arguments, names)))
            or after.setdefault(call.about, call.after) != call.after
        ):
            return
        yield call


def _run(server: LiveServer, sdk: Sdk, calls: list[SdkCall], names: Mapping[str, str]) -> dict[str, Made]:
    before = len(server.session.journal)
    outcomes = sdk.call(
        server.bootpay_base_url, *([each.method_in(sdk.language), *_put(each.arguments, names)] for each in calls)
    )
    exchanges = iter(list(server.session.journal)[before:])
    made = {
        call.title: Made(
            replace(outcome, exchange=next(exchanges) if call.line else None),
            names,
            read_state(server, call.about, names[call.about]) if call.about else "",
        )
        for call, outcome in zip(calls, outcomes, strict=True)
    }
    assert next(exchanges, None) is None, f"{sdk.language} sent more than the table says"
    return made


def _put(value: Any, names: Mapping[str, str]) -> Any:
    """JSON with ids in place of names."""
    match value:
        case str():
            return _NAME.sub(lambda name: names.get(name[0], name[0]), value)
        case dict():
            return {key: _put(each, names) for key, each in value.items()}
        case list() | tuple():
            return [_put(each, names) for each in value]
    return value


def _line(exchange: Exchange) -> str:
    return f"{exchange.method} {exchange.path}" + (f"?{exchange.request.query}" if exchange.request.query else "")


def _read_key(request: Request) -> str:
    """Idempotency-Key, or `made` for a random UUID."""
    key = request.headers.get("idempotency-key", "")
    try:
        return "made" if UUID(key).version == _RANDOM else key
    except ValueError:
        return key


def _fails(outcome: Outcome) -> str:
    """How an SDK ends a call by itself: the class of what it raises, or the members of what it rejects with."""
    match outcome.kind:
        case "returned":
            return ""
        case "rejected":
            return f"rejected {', '.join(sorted(outcome.body))}"
    return f"raised {outcome.body.partition(':')[0]}"


def _assert_has(body: Any, expected: Any) -> None:
    """A value, or an object that has at least some members."""
    if isinstance(expected, dict):
        assert {key: body[key] for key in expected} == expected
    else:
        assert body == expected


def _describe(call: SdkCall, played: Played) -> tuple[str, ...]:
    """The row of the page for a call."""
    cells = (_describe_outcome(call, played.made[each].get(call.title)) for each in BOTH)
    return (call.title, _describe_request(call), *cells, call.after)


def _describe_request(call: SdkCall) -> str:
    if not call.line:
        return "nothing"
    return f"`{call.operation or call.line}` as {call.role}" + (" with a key" if call.key else "")


def _describe_outcome(call: SdkCall, made: Made | None) -> str:
    """What was seen, in words; '' where the call is another SDK's."""
    if made is None:
        return ""
    body, exchange = made.outcome.body, made.outcome.exchange
    if made.outcome.kind == "raised":
        return f"raises `{body.partition(':')[0]}`"
    if exchange and exchange.code:
        error = _describe_error(exchange.code)
        return (
            f"rejects with {error}" if made.outcome.kind == "rejected" else f"returns {error} as if it were the result"
        )
    if made.outcome.kind == "rejected":
        return f"rejects with `{{{', '.join(sorted(body))}}}`"
    return f"returns {_describe_value(body, call.returns)}"


def _describe_error(code: str) -> str:
    """Number and name, of which `documented` shows the number and `observed` the name, if there is one."""
    entry = load_contract("bootpay").errors[code]
    return f"error {entry.wire_code}" + (f" `{entry.name}`" if entry.name else "")


def _describe_value(body: Any, expected: Any) -> str:
    """A value; of an object, what the table names of it but for ids."""
    match body:
        case "the client":
            return "the client"
        case {"count": int(count), "list": list(rows)}:
            return f"{len(rows)} of {count}"
        case dict():
            named = {key: body[key] for key, value in expected.items() if not str(value).startswith("@")}
            return ", ".join(f"`{key}` {json.dumps(each, ensure_ascii=False)}" for key, each in named.items()) or "it"
        case str() if not expected:
            return "it"
    return f"`{json.dumps(body)}`"
