"""Write docs/lifecycle.md and docs/bootpay-lifecycle.md from the lifecycles, and docs/profiles.md from the contracts.

python docs/generate.py            write them (make format)
python docs/generate.py --check    exit 1 if one is not what would be written (make check)
"""
# ruff: noqa: INP001 - a program that nothing imports

from __future__ import annotations

import sys
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from jumun_contracts import NO_STUBS, PROFILES, load_contract
from jumun_mockserver.providers.bootpay.lifecycle import orders, subscriptions
from jumun_mockserver.providers.naver.lifecycle import BACK, CLAIMS, RULES, SELLER_ACTIONS, STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jumun_contracts import Answer, ErrorEntry, Operation, RateLimit
    from jumun_mockserver.core.lifecycle import Rule

FOLDER: Final = Path(__file__).parent

MEANINGS: Final = {
    "Before dispatch": {
        "PAYMENT_WAITING": "ordered, not paid yet",
        "PAYED/NOT_YET": "paid, not confirmed by the seller",
        "PAYED/OK": "paid and confirmed",
    },
    "Cancel": {
        "PAYED/CANCEL_REQUEST": "its buyer wants to cancel; the seller approves that, or dispatches and so rejects it",
        "PAYED/CANCELING": "the cancel is settled, the money on its way back",
    },
    "After dispatch": {
        "DELIVERING": "dispatched",
        "DELIVERED": "arrived",
        "DELIVERED/HOLDBACK": "arrived, and the purchase decision held back",
    },
    "Return": {
        "RETURN_REQUEST": "a return is requested",
        "RETURN/COLLECTING": "a courier is bringing it back",
        "RETURN/COLLECT_DONE": "the seller has it back",
    },
    "Exchange": {
        "EXCHANGE_REQUEST": "an exchange is requested",
        "EXCHANGE/COLLECTING": "a courier is bringing it back",
        "EXCHANGE/COLLECT_DONE": "the seller has it back",
        "EXCHANGE_REDELIVERING": "the new one is on its way",
    },
    "End": {
        "PURCHASE_DECIDED": "the buyer keeps it; no claim is possible any more",
        "CANCELED_BY_NOPAYMENT": "it was not paid in time",
        "CANCELED": "canceled, paid back",
        "RETURNED": "returned, paid back",
        "EXCHANGED": "exchanged",
    },
}
"""Group → state → what it is."""
CONDITIONS: Final = {
    "add_on_waits": "a main product whose add-ons have no claim yet",
    "collection_required": "a shop that approves what is collected only",
    "delayed": "put off before",
    "gift_waits": "a gift that is not accepted",
    "has_address": "one that has an address",
    "held": "held back",
    "held_in_part": "held back, for a part of the pieces",
    "in_part": "for a part of the pieces",
    "logistics": "under direct contract with a logistics company",
    "main_waits": "an add-on whose main product is not sent",
    "no_hope_delivery": "one without a wished day",
    "not_held": "not held back",
    "too_many": "more pieces than remain",
}
"""Condition of the table → how the page says it."""
DIAGRAMS: Final = {
    "From order to decision": ("Before dispatch", "Cancel", "After dispatch"),
    "Return": ("Return",),
    "Exchange": ("Exchange",),
}
"""Heading → groups whose states the diagram has, with the transitions from and to them."""
ACTORS: Final = {
    "seller": "Sellers, by calls of the API",
    "buyer": "Buyers, by the control plane",
    "courier": "Couriers, by the control plane",
    "administrator": "NAVER's administrators, by the control plane",
    "time": "Time, by the session's clock",
}
_OPERATIONS: Final = {action: id_ for id_, action in SELLER_ACTIONS.items()}


def render() -> str:
    """The whole page as Markdown."""
    return "\n".join([*_render_head(), *_render_states(), *_render_diagrams(), *_render_actors(), *_render_refusals()])


def _render_head() -> Iterator[str]:
    yield """# The life of a NAVER product order

What each call, buyer and span of time does to a product order, and how that is known: observed, documented or assumed.
`jumun explain naver.product_orders.dispatch` prints the part of one call, `GET /_jumun/orders/ID` what is possible for
a product order now. `docs/generate.py` writes this page from the server's own table (`providers/naver/lifecycle`).
"""


def _render_states() -> Iterator[str]:
    yield """## States

A name is Jumun's; the fields are what a query shows. With an open return or exchange,
`productOrderStatus` is what it was before, DELIVERING or DELIVERED. A claim that is over leaves its `claimStatus`,
such as CANCEL_REJECT or RETURN_DONE.

| state | fields | what it is |
|---|---|---|"""
    for group, states in MEANINGS.items():
        yield f"| **{group}** | | |"
        for state, meaning in states.items():
            yield f"| `{state}` | {_describe_fields(state)} | {meaning} |"
    yield ""


def _describe_fields(state: str) -> str:
    status, _, place = state.partition("/")
    shown = [f"productOrderStatus {status}"] if status.startswith(("PAYED", "PAYMENT", "DELIVER")) else []
    if state in CLAIMS:
        shown += ["claimType {}, claimStatus {}".format(*CLAIMS[state])]
    elif place:
        shown += [f"placeOrderStatus {place}"]
    return ", ".join(shown or [f"productOrderStatus {status}"])


def _render_diagrams() -> Iterator[str]:
    yield """## Diagrams

Claims for a part of the pieces are left out: when they are over, the rest goes on as before.
"""
    for heading, groups in DIAGRAMS.items():
        own = [state for group in groups for state in MEANINGS[group]]
        others = [state for each in DIAGRAMS.values() if each != groups for group in each for state in MEANINGS[group]]
        edges: dict[tuple[str, str], dict[str, None]] = {}
        for state in STATES:
            for rule in RULES:
                if not rule.to or state not in rule.states or "in_part" in rule.when:
                    continue
                # A transition from one diagram to another is drawn in the target.
                if rule.to in own or (state in own and rule.to not in others):
                    edges.setdefault((state, rule.to), {})[f"{rule.action} ({rule.actor})"] = None
        yield f"### {heading}\n\n```mermaid\nstateDiagram-v2\n    direction LR"
        for name in dict.fromkeys(name for edge in edges for name in edge):
            yield f'    state "{"as before the claim" if name == BACK else name}" as {_name(name)}'
        for (start, end), actions in edges.items():
            yield f"    {_name(start)} --> {_name(end)}: {', '.join(actions)}"
        yield from (f"    {state} --> [*]" for state in MEANINGS["End"] if any(state in edge for edge in edges))
        yield "```\n"


def _name(state: str) -> str:
    return state.replace("/", "_")


def _render_actors() -> Iterator[str]:
    yield """## Who does what

*As it was* leaves the state, *as before the claim* ends the claim and nothing else. The row is what the feed of changes
has for the product order from then on, by its `lastChangedType`.
"""
    hours = yaml.safe_load((files("jumun_fixtures") / "naver" / "lifecycle.yaml").read_text("utf-8"))["hours"]
    for actor, heading in ACTORS.items():
        last = "after" if actor == "time" else "if it is"
        yield f"### {heading}\n\n| action | from | {last} | to | row | how it is known |\n|---|---|---|---|---|---|"
        for rule in RULES:
            if rule.actor != actor or rule.cause:
                continue
            when = CONDITIONS[rule.when] if rule.when else ""
            if actor == "time":
                when = " ".join(filter(None, (f"{hours[rule.action]:g} h", when)))
            to = {BACK: "as before the claim", None: "as it was"}.get(rule.to) or f"`{rule.to}`"
            row = f"`{rule.type}`" if rule.type else "none"
            yield _render_row(f"`{rule.action}`", _list_states(rule.states), when, to, row, _describe_evidence(rule))
        yield ""
    yield "The hours are those of `lifecycle.yaml`, which a `--data` folder may replace.\n"


def _render_refusals() -> Iterator[str]:
    yield """## What a seller's call is refused for

A refusal is an item of `failProductOrderInfos` in a 200. *Else* is what neither this table nor that of sellers has.

| call | state | if it is | code | how it is known |
|---|---|---|---|---|"""
    causes = load_contract("naver").causes
    for action, operation in _OPERATIONS.items():
        for rule in RULES:
            if rule.action == action and rule.cause:
                states = "else" if rule.states == STATES and not rule.when else _list_states(rule.states)
                when, code = CONDITIONS[rule.when] if rule.when else "", causes[rule.cause]
                yield _render_row(f"`{operation}`", states, when, f"`{code}`", _describe_evidence(rule))
    yield ""


def _list_states(states: tuple[str, ...]) -> str:
    return "any" if states == STATES else ", ".join(f"`{state}`" for state in states)


def _describe_evidence(rule: Rule) -> str:
    return f"{rule.evidence}, {rule.source}"


def _render_row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


BOOTPAY_CONDITIONS: Final = {
    "at_once": "for all that is left, at once",
    "at_once_in_part": "for a part, at once",
    "done": "decided or withdrawn already",
    "in_part": "for a part",
    "key_revoked": "its charge key revoked",
    "nothing_to_pay": "without a bill that is ready or failed",
    "too_much": "more than is left",
}
"""Condition of Bootpay's tables → how the page says it."""
BOOTPAY_ACTORS: Final = {
    "seller": "Sellers, by calls of the API",
    "buyer": "Buyers, by the control plane",
    "time": "Time, by the session's clock",
}


def render_bootpay() -> str:
    """The page of Bootpay's orders and subscriptions."""
    return "\n".join([*_render_bootpay_head(), *_render_bootpay_orders(), *_render_bootpay_subscriptions()])


def _render_bootpay_head() -> Iterator[str]:
    yield """# The life of a Bootpay order and of its subscription

What each call, buyer and span of time does to an order, and how that is known: observed, documented or assumed. Bootpay
publishes no state diagram, so most of it is assumed. `jumun explain bootpay.order_cancel.approve` prints the part of
one call, `GET /_jumun/orders/ID` what is possible for an order now. `docs/generate.py` writes this page from the
server's own tables (`providers/bootpay/lifecycle`). *Webhook* is the `webhook_type` of the
[payment webhook](webhooks.md) that is sent.
"""


def _render_bootpay_orders() -> Iterator[str]:
    yield """## Orders

A cancellation is asked for (`request`), then approved, rejected or withdrawn; one with `cancel_immediately` is
carried out at once. States are Jumun's names of the numbers in `status`:
"""
    numbers = ", ".join(f"{number} `{state}`" for state, number in orders.NUMBERS.items())
    yield f"{numbers}. `expired` is an unpaid order whose deadline is over; its number stays 0.\n"
    yield from _render_table(orders.RULES, orders.STATES)


def _render_bootpay_subscriptions() -> Iterator[str]:
    yield """## Subscriptions

A buyer opens one by an order (`jumun orders act ID subscribe`); each bill that is paid makes a paid order of its own.
A contract has 600 bills at most. Requests of buyers (`ask`) wait for a decision or are carried out at once
(`decided_at_once` in [bootpay/lifecycle.yaml](data.md)).
"""
    yield from _render_table(subscriptions.RULES, subscriptions.SUBSCRIPTION_STATES)


def _render_table(rules: Sequence[Rule], states: Sequence[str]) -> Iterator[str]:
    """Diagram, actions by actor, and refusals."""
    yield from _render_diagram(rules)
    for actor, heading in BOOTPAY_ACTORS.items():
        done = [rule for rule in rules if rule.actor == actor and not rule.cause]
        if done:
            yield f"### {heading}\n\n| action | from | if it is | to | webhook | how it is known |"
            yield "|---|---|---|---|---|---|"
        for rule in done:
            to = f"`{rule.to}`" if rule.to else "as it was"
            webhook = f"`{rule.type}`" if rule.type else "none"
            yield _render_row(f"`{rule.action}`", *_render_cell(rule, states), to, webhook, _describe_evidence(rule))
        if done:
            yield ""
    yield "### What is refused\n\n*Any* is what no other row has.\n"
    yield "| action | state | if it is | code | how it is known |\n|---|---|---|---|---|"
    causes: Mapping[str, str] = load_contract("bootpay", "observed").causes
    for rule in rules:
        if rule.cause:
            code = f"`{causes[rule.cause]}`"
            yield _render_row(f"`{rule.action}`", *_render_cell(rule, states), code, _describe_evidence(rule))
    yield ""


def _render_diagram(rules: Sequence[Rule]) -> Iterator[str]:
    edges: dict[tuple[str, str], dict[str, None]] = {}
    for rule in rules:
        for state in rule.states if rule.to else ():
            edges.setdefault((state, str(rule.to)), {})[f"{rule.action} ({rule.actor})"] = None
    yield "```mermaid\nstateDiagram-v2\n    direction LR"
    for name in dict.fromkeys(name for edge in edges for name in edge):
        yield f'    state "{name}" as {name.replace(" ", "_")}'
    for (start, end), actions in edges.items():
        yield f"    {start.replace(' ', '_')} --> {end.replace(' ', '_')}: {', '.join(actions)}"
    yield "```\n"


def _render_cell(rule: Rule, states: Sequence[str]) -> tuple[str, str]:
    """From which states, and under what condition."""
    listed = "any" if rule.states == tuple(states) else ", ".join(f"`{state}`" for state in rule.states)
    return listed, BOOTPAY_CONDITIONS[rule.when] if rule.when else ""


def render_profiles() -> str:
    """The page of what differs between the profiles, as Markdown."""
    return (
        "\n".join([*_render_profiles_head(), *chain.from_iterable(map(_render_provider, ("naver", "bootpay")))]) + "\n"
    )


def _render_profiles_head() -> Iterator[str]:
    yield """# What live answers have that the pages do not

Each contract has two profiles: `documented` is what the pages say, `observed` what is seen live. Here is in what they
differ, and how that is known. No public client of NAVER's product-order-ids expects the documented answer. Serve the
second with `jumun serve --profile observed`, `jumun run --profile observed` or
`@pytest.mark.jumun(profile="observed")`, and judge by it with `jumun check --contract naver:observed`;
`jumun diff naver:documented naver:observed` lists single fields. A client should bear both. `docs/generate.py` writes
this page from the contracts."""


def _render_provider(provider: str) -> Iterator[str]:
    documented, observed = (load_contract(provider, profile, stubs=NO_STUBS) for profile in PROFILES)
    pairs = [(each, observed.operations[id_]) for id_, each in documented.operations.items()]
    yield f"\n## {documented.title.partition(',')[0]}"
    yield from _profile_table(
        ("a success of another form", "how it is known"),
        (
            (ours.id, _known(theirs.success))
            for ours, theirs in pairs
            if ours.success.schema_name != theirs.success.schema_name
        ),
    )
    yield from _profile_table(
        ("an error of another form", "documented", "observed", "how it is known"),
        (
            (each.code, each.envelope, theirs.envelope, _known(theirs))
            for code, each in documented.errors.items()
            if (theirs := observed.errors[code]).envelope != each.envelope
        ),
    )
    yield from _profile_table(
        ("why a call is refused", "documented", "observed", "how it is known"),
        (
            (cause, _code(documented.errors[code]), _code(theirs), _known(theirs))
            for cause, code in documented.causes.items()
            if (theirs := observed.errors[observed.causes[cause]]).code != code
        ),
    )
    yield from _profile_table(
        ("calls a second, and at once", "documented", "observed", "how it is known"),
        (
            (ours.id, _limit(ours), _limit(theirs), _known(theirs.rate_limit))
            for ours, theirs in pairs
            if theirs.rate_limit and ours.rate_limit != theirs.rate_limit
        ),
    )
    yield from _profile_table(
        ("a status that only live answers have", "of", "how it is known"),
        (
            (status, ours.id, _known(answer))
            for ours, theirs in pairs
            for status, answer in theirs.answers.items()
            if status not in ours.answers
        ),
        key=1,
    )


def _profile_table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, key: int = 0) -> Iterator[str]:
    """Rows that differ in the column `key` only are one."""
    grouped: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        others = (*row[:key], *row[key + 1 :])
        grouped.setdefault(others, []).append(row[key])
    if not grouped:
        return
    yield f"\n| {' | '.join(headings)} |\n|{'---|' * len(headings)}"
    for others, names in grouped.items():
        cells = [*others[:key], ", ".join(f"`{each}`" for each in names), *others[key:]]
        yield f"| {' | '.join(cells)} |"


def _code(entry: ErrorEntry) -> str:
    return f"{entry.status} `{entry.code}`"


def _known(part: Answer | ErrorEntry | RateLimit) -> str:
    return f"{part.evidence}: {part.source}".replace("|", "\\|")


def _limit(operation: Operation) -> str:
    limit = operation.rate_limit
    return f"{limit.per_second:g}, {limit.burst}" if limit else "none"


PAGES: Final = {"lifecycle.md": render, "bootpay-lifecycle.md": render_bootpay, "profiles.md": render_profiles}
"""File → what writes it."""


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` compare them; the exit code."""
    stale = {}
    for name, make in PAGES.items():
        current = make()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text("utf-8") != current:
            stale[FOLDER / name] = current
    if arguments == ["--check"]:
        for page in stale:
            print(f"{page} is not what docs/generate.py makes it: run make format", file=sys.stderr)  # noqa: T201
        return 1 if stale else 0
    for page, current in stale.items():
        page.write_text(current, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
