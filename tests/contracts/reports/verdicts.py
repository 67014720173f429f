"""Verdicts made by hand, awkward ones among them."""

from __future__ import annotations

from dataclasses import replace

from jumun_contracts.check.durations import Answered
from jumun_contracts.check.verdict import Complaint, Coverage, Places, Unjudged, Verdict

LIST = "bootpay.orders.list"
# Ends a line, an element, an attribute and a workflow command; colours a terminal; is not XML.
AWKWARD = "a%b:c,d::e]]>&<\"'\r\n\t\x1b[31m\x00\ufffe주\u202e문"

BREAKING = Complaint(
    severity="breaking",
    file="bodies/a.json",
    place=(3, 14),
    exchange=1,
    contract="bootpay:documented",
    operation=LIST,
    status="200",
    side="response",
    pointer="/list/0/price",
    pattern="/list/*/price",
    keyword="type",
    expected="integer",
    message="/list/0/price must be of type integer, not string",
    fingerprint="0123456789abcdef",
    count=12,
)
DRIFT = replace(
    BREAKING,
    severity="drift",
    place=(4, 1),
    keyword="additionalProperties",
    expected=None,
    pointer="/list/0",
    pattern="/list/*",
    message="/list/0 must not have a property that the contract does not know",
    fingerprint="1123456789abcdef",
    count=1,
)
INFO = replace(
    DRIFT, severity="info", file="bodies/b.json", keyword="deprecated", message="deprecated", fingerprint="2" * 16
)
REQUEST = replace(
    BREAKING,
    file="bodies/b.json",
    status="",
    side="request",
    pointer="query/limit",
    pattern="query/limit",
    keyword="maximum",
    expected=50,
    message="query/limit must be 50 or less",
    fingerprint="3" * 16,
    count=1,
)
UNREADABLE = Unjudged("bodies/c.json", (1, 9), 1, uncovered=False, reason="not JSON")
UNCOVERED = Unjudged("bodies/d.har", (7, 5), 3, uncovered=True, reason="no contract has GET /favicon.ico", count=3)
COVERAGE = (
    Coverage(
        operation=LIST,
        statuses={"200": 13, "401": 2, "404": 0},
        places=lambda: Places(
            seen=("/count", "/list"),
            never=("/list/*/memo", "/list/*/tax", "/list/*/unit", "/list/*/url"),
            members_seen={"/list/*/status": (1, 2)},
            members_never={"/list/*/status": (3,), "/list/*/cs_type": ("return",)},
        ),
        contract="bootpay:documented",
    ),
    Coverage(LIST, {}, lambda: Places(("query/limit",), ("query/page",), {}, {}), "bootpay:documented", "request"),
    Coverage(
        "bootpay.token",
        {"200": 0},
        lambda: Places((), ("/access_token",), {}, {}),
        "bootpay:documented",
        was_called=False,
    ),
    Coverage(
        "bootpay.token",
        {},
        lambda: Places((), ("/client_key",), {}, {}),
        "bootpay:documented",
        "request",
        was_called=False,
    ),
)

SECONDS = {
    Answered("bodies/a.json", "bootpay:documented", LIST, "200", "200"): 1.25,
    Answered("bodies/b.json", "bootpay:documented", LIST, "200", "200"): 0.5,
    Answered("bodies/b.json", "bootpay:documented", LIST, "401", "401"): 0.125,
}
CLEAN = Verdict((), (), (), 15, ("bootpay:documented",), COVERAGE, seconds=SECONDS)
NOTHING = Verdict((), (), (), 0, ("bootpay:documented",), ())
FAULTY = replace(CLEAN, complaints=(DRIFT, BREAKING, REQUEST, INFO))
DRIFTED = replace(CLEAN, complaints=(DRIFT,))
UNJUDGED = replace(CLEAN, unjudged=(UNREADABLE, UNCOVERED))
FULL = replace(
    FAULTY,
    ignored=(replace(BREAKING, fingerprint="4" * 16),),
    unjudged=(UNREADABLE, UNCOVERED),
    stale=("jumun.toml: entry 1 matched nothing",),
)
WILD = replace(
    FULL,
    complaints=(
        *(
            replace(each, file=AWKWARD, message=AWKWARD, pointer=AWKWARD, pattern=AWKWARD, expected=AWKWARD)
            for each in FAULTY.complaints
        ),
        replace(BREAKING, file="bodies/한 글#1.json", fingerprint="5" * 16),
    ),
    unjudged=(replace(UNREADABLE, file=AWKWARD, reason=AWKWARD), replace(UNCOVERED, reason=AWKWARD)),
    stale=(AWKWARD,),
)

VERDICTS = {
    "clean": CLEAN,
    "nothing": NOTHING,
    "faulty": FAULTY,
    "drifted": DRIFTED,
    "unjudged": UNJUDGED,
    "full": FULL,
    "wild": WILD,
}
