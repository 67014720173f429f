"""Two versions side by side: operations first, then all that is in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jumun_contracts.contract.documents import DocumentError
from jumun_contracts.contract.model import SEVERITIES
from jumun_contracts.diff.difference import Difference
from jumun_contracts.diff.proofs import Bodies
from jumun_contracts.diff.rules import Judge
from jumun_contracts.diff.schemas import Search
from jumun_contracts.schema.engines import SchemaError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from jumun_contracts.contract.model import ErrorEntry, Side
    from jumun_contracts.diff.place import Place
    from jumun_contracts.diff.version import Call, Reply, Version
    from jumun_contracts.schema.parsing import JsonValue

_DIRECTIONS: tuple[Side, ...] = ("response", "request")
_NAMES_SHOWN = 5


def compare(old: Version, new: Version) -> list[Difference]:
    """All differences, the gravest first, else in the order of the documents.

    Operations are the same if method and path are, whatever a placeholder is called; a path that is not found so is
    looked for with that of its server.

    Raises:
        DocumentError: A schema that the engines refuse.
    """
    try:
        found = list(_iter_differences(old, new))
    except SchemaError as error:
        raise DocumentError(f"{old.name} or {new.name}", "", str(error)) from None
    return sorted(found, key=lambda each: SEVERITIES.index(each.severity))


def _iter_differences(old: Version, new: Version) -> Iterator[Difference]:
    bodies_old, bodies_new = (Bodies(version.iter_places()) for version in (old, new))
    searches = Search(bodies_new, bodies_old), Search(bodies_old, bodies_new)
    whole = Judge(searches)
    for url in dict.fromkeys((*old.servers, *new.servers)):
        was, now = (url if url in version.servers else None for version in (old, new))
        yield from whole.presence("server", "servers", url, was=was, now=now)
    for left, right in _pairs(old, new):
        call = left or right
        if call is None:
            continue
        judge, place = replace(whole, operation=left.id if left else call.id), f"{call.method} {call.path}"
        if left is None or right is None:
            was, now = (place if each else None for each in (left, right))
            yield from judge.presence("operation", "path", place, was=was, now=now)
        else:
            yield from _iter_call(left, right, judge)
    if old.errors is not None and new.errors is not None:
        yield from _iter_errors(old, new, whole)
    yield from _iter_untold(searches)


def _pairs(old: Version, new: Version) -> Iterator[tuple[Call | None, Call | None]]:
    """Operations that belong together; what is left over has no counterpart."""
    rest = dict(new.calls)
    by_whole_path = {_whole(key, new): key for key in new.calls}
    for key, call in old.calls.items():
        twin = key if key in rest else by_whole_path.get(_whole(key, old), "")
        yield call, rest.pop(twin, None)
    for call in rest.values():
        yield None, call


def _whole(key: str, version: Version) -> str:
    method, _, path = key.partition(" ")
    return f"{method} {version.root}{path}"


def _iter_call(old: Call, new: Call, judge: Judge) -> Iterator[Difference]:
    yield from judge.change("info", "request", "path", "operationId", was=old.id, now=new.id)
    yield from judge.change("info", "request", "path", "x-evidence", was=old.evidence or None, now=new.evidence or None)
    yield from judge.presence("deprecated", "path", "the operation", was=old.deprecated, now=new.deprecated)
    if old.on_invalid and new.on_invalid:
        was, now = (each.on_invalid == "reject" for each in (old, new))
        yield from judge.presence("refusal", "path", "", was=was, now=now)
    yield from _iter_security(old, new, judge)
    yield from _iter_rate(old, new, judge)
    yield from _iter_inputs(old, new, judge)
    yield from judge.presence("body", "body", "", was=bool(old.bodies), now=bool(new.bodies))
    yield from judge.presence("required body", "body", "", was=old.body_required, now=new.body_required)
    if old.bodies and new.bodies:
        for name in dict.fromkeys((*old.bodies, *new.bodies)):
            yield from _iter_body(old.bodies.get(name), new.bodies.get(name), name, judge, is_sent=False)
    for status in dict.fromkeys((*old.replies, *new.replies)):
        yield from _iter_reply(old, new, status, replace(judge, status=status))


def _iter_security(old: Call, new: Call, judge: Judge) -> Iterator[Difference]:
    """A way in is still there if what is asked now is part of it."""
    for way in sorted(old.security | new.security, key=sorted):
        was, now = (any(each <= way for each in call.security) for call in (old, new))
        name = " and ".join(sorted(way)) or "no credentials"
        yield from judge.presence("security", f"security/{name}", name, was=was, now=now)


def _iter_rate(old: Call, new: Call, judge: Judge) -> Iterator[Difference]:
    """Fewer calls are drift: every client may have to wait, and one that ran at the old rate now will be."""
    limits = old.rate_limit, new.rate_limit
    told: list[JsonValue] = [{"per_second": each[0], "burst": each[1]} if each else None for each in limits]
    rates = [each or (float("inf"), float("inf")) for each in limits]
    is_less = any(after < before for before, after in zip(*rates, strict=True))
    yield from judge.change(
        "drift" if is_less else "info", "request", "rate-limit", "rate-limit", was=told[0], now=told[1]
    )


def _iter_inputs(old: Call, new: Call, judge: Judge) -> Iterator[Difference]:
    for key in dict.fromkeys((*old.inputs, *new.inputs)):
        left, right = old.inputs.get(key), new.inputs.get(key)
        label = (left or right or next(iter(old.inputs.values()))).label
        was, now = (label if each else None for each in (left, right))
        yield from judge.presence("parameter", label, label, was=was, now=now)
        required = [each is not None and each.required for each in (left, right)]
        yield from judge.presence("required parameter", label, label, was=required[0], now=required[1])
        if left is not None and right is not None:
            yield from judge.schemas(left.value, right.value, "request", part=label)
            was, now = left.serialization, right.serialization
            yield from judge.change("breaking", "request", label, "serialization", was=was, now=now)
            was, now = left.evidence or None, right.evidence or None
            yield from judge.change("info", "request", label, "x-evidence", was=was, now=now)


def _iter_body(old: Place | None, new: Place | None, name: str, judge: Judge, *, is_sent: bool) -> Iterator[Difference]:
    kind = "sent media type" if is_sent else "accepted media type"
    was, now = (name if each else None for each in (old, new))
    yield from judge.presence(kind, f"content/{name}", name, was=was, now=now)
    if old is not None and new is not None:
        yield from judge.schemas(old, new, "response" if is_sent else "request")


def _iter_reply(old: Call, new: Call, status: str, judge: Judge) -> Iterator[Difference]:
    left, right = old.reply(status), new.reply(status)
    was, now = (status if each else None for each in (left, right))
    yield from judge.presence("status", "status", status, was=was, now=now)
    if left is None or right is None:
        return
    was, now = (status if status in call.replies else None for call in (old, new))
    yield from judge.presence("listed status", "status", status, was=was, now=now)
    known = left.evidence or None, right.evidence or None
    if was and now:
        yield from judge.change("info", "response", "status", "x-evidence", was=known[0], now=known[1])
    yield from _iter_headers(left, right, judge)
    for name in dict.fromkeys((*left.bodies, *right.bodies)):
        yield from _iter_body(left.bodies.get(name), right.bodies.get(name), name, judge, is_sent=True)


def _iter_headers(old: Reply, new: Reply, judge: Judge) -> Iterator[Difference]:
    for name in dict.fromkeys((*old.headers, *new.headers)):
        left, right = old.headers.get(name), new.headers.get(name)
        label = f"header/{name}"
        promised = [each is not None and each.required for each in (left, right)]
        yield from judge.presence("promised header", label, label, was=promised[0], now=promised[1])
        was, now = (label if each else None for each in (left, right))
        yield from judge.presence("header", label, label, was=was, now=now)
        if left is not None and right is not None:
            yield from judge.schemas(left.value, right.value, "response", part=label)


def _iter_errors(old: Version, new: Version, whole: Judge) -> Iterator[Difference]:
    """What the catalogues say. A cause whose answer looks otherwise is no longer recognised: that breaks."""
    olds, news = old.errors or {}, new.errors or {}
    for code in dict.fromkeys((*olds, *news)):
        left, right = olds.get(code), news.get(code)
        place = f"errors/{code}"
        was, now = (code if each else None for each in (left, right))
        yield from whole.presence("error code", place, code, was=was, now=now)
        if left is None or right is None:
            continue
        yield from whole.change("breaking", "response", place, "status", was=left.status, now=right.status)
        yield from whole.change("breaking", "response", place, "code", was=_on_the_wire(left), now=_on_the_wire(right))
        yield from whole.change("drift", "response", place, "envelope", was=left.envelope, now=right.envelope)
        yield from whole.change("info", "response", place, "message", was=left.message, now=right.message)
        yield from whole.change("info", "response", place, "x-evidence", was=left.evidence, now=right.evidence)
        yield from whole.change("info", "response", place, "when", was=left.when, now=right.when)
    for cause in dict.fromkeys((*old.causes, *new.causes)):
        was_seen, is_seen = _seen(cause, old.causes, olds), _seen(cause, new.causes, news)
        if was_seen is not None and is_seen is not None:
            yield from whole.change("breaking", "response", f"causes/{cause}", "answer", was=was_seen, now=is_seen)


def _iter_untold(searches: tuple[Search, Search]) -> Iterator[Difference]:
    """What was not followed to its end, so that no one takes silence for equality."""
    for direction in _DIRECTIONS:
        found: dict[str, dict[str, None]] = {}
        for search in searches:
            for ref, operations in search.untold(direction).items():
                found.setdefault(ref, {}).update(dict.fromkeys(operations))
        for ref, users in found.items():
            yield Difference(
                severity="info",
                direction=direction,
                operation="",
                status="",
                place=ref,
                keyword="$ref",
                was=None,
                now=None,
                message=f"{ref} is reported at its first place; it is also used in {_some(users)}",
                also=tuple(users),
            )
    if any(search.has_given_up for search in searches):
        message = "so much differs that the search for proofs was ended: more of the drift may be breaking"
        yield Difference("info", "response", "", "", "", "proof", None, None, message)


def _some(names: Collection[str]) -> str:
    first = list(names)[:_NAMES_SHOWN]
    return ", ".join(first) + (f" and {len(names) - len(first)} more operations" if len(names) > len(first) else "")


def _on_the_wire(entry: ErrorEntry) -> JsonValue:
    """What a client tells the error by, beside the status."""
    return entry.wire_code if entry.name is None else entry.name


def _seen(cause: str, causes: Mapping[str, str], errors: Mapping[str, ErrorEntry]) -> JsonValue:
    entry = errors.get(causes.get(cause, ""))
    return None if entry is None else f"{entry.status} {_on_the_wire(entry)}"
