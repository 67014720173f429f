"""A snapshot: all that has changed in a session, as one JSON document, and a session that has what a snapshot has.

What a session starts from is not in it but for the options that changes only make sense with. Nor is the journal: it is
a record of calls with exports of its own, and it would make a snapshot as large as all that was ever sent.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jumun_contracts import Schema, parse_json
from jumun_mockserver.core.journal.journal import COUNTS, LOG
from jumun_mockserver.core.scenario.notation import ScenarioError
from jumun_mockserver.core.session.clock import ClockError
from jumun_mockserver.core.session.deliveries import begin_deliveries
from jumun_mockserver.core.state.state import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.session.session import Session

VERSION = 1
"""Of the document. A reader refuses any other."""
# Families in which names of applications and tokens are. Those of a session begin with its id, and in a snapshot with
# what stands for the id of any session, so that it can be loaded into another.
_OF_APPLICATIONS = re.compile(r"buckets|quota\..+|[a-z]+\.(newest_)?tokens(\.count)?")
_ANY_SESSION = "{session}."


class SnapshotError(ValueError):
    """A snapshot that cannot be loaded into a session. The message says why; nothing was changed."""


def take_snapshot(session: Session) -> dict[str, Any]:
    """All that has changed in the session, as JSON data."""
    state = session.state.save(leave_out=(LOG,))
    values = _rename(state["values"], f"{session.id}.", _ANY_SESSION)
    if "session" in values:
        values["session"] = {name: value for name, value in values["session"].items() if name not in COUNTS}
    named = {"values": {family: each for family, each in values.items() if each}}
    if "ends" in state:
        named["ends"] = _rename(state["ends"], f"{session.id}.", _ANY_SESSION)
    return {"version": VERSION, "options": _options(session), "state": {**state, **named}}


def restore_snapshot(session: Session, snapshot: Any) -> None:
    """Have what a snapshot has, and nothing else; whole or not at all.

    Raises:
        SnapshotError: It is of another version, of a session that started from something else, or malformed.
    """
    if not isinstance(snapshot, dict) or "version" not in snapshot:
        raise SnapshotError("this is not a snapshot; GET /_jumun/sessions/ID/snapshot and jumun session save make one")
    version = snapshot["version"]
    if version != VERSION or isinstance(version, bool):
        raise SnapshotError(f"/version {version!r} is not supported; this Jumun reads version {VERSION}")
    for found in _schema(session).iter_findings(snapshot):
        raise SnapshotError(found.message)
    own = _options(session)
    for name, value in snapshot["options"].items():
        if value != own[name]:
            raise SnapshotError(_describe_difference(name, value, own[name]))
    state = snapshot["state"]
    _check_session(session, state["values"].get("session", {}))
    try:
        named = {
            part: _rename(state[part], _ANY_SESSION, f"{session.id}.") for part in ("values", "ends") if part in state
        }
        loaded = {**state, **named}
        session.load(begin_deliveries(loaded) if session.options.webhooks else loaded)
    except StateError as error:
        raise SnapshotError(f"/state: {error}") from error


def _options(session: Session) -> dict[str, Any]:
    options = session.options
    return {
        "profile": options.profile,
        "seed": options.seed,
        "orders": options.orders,
        "data": session.data_digest,
    }


def _describe_difference(name: str, theirs: Any, own: Any) -> str:
    if name == "data":
        return "/options/data: the snapshot is of a session with another data folder, or with other files in it"
    return f"/options/{name}: the snapshot is of a session with {name} {theirs!r}, and this one has {own!r}"


def _check_session(session: Session, values: Mapping[str, Any]) -> None:
    """Refuse a time that a clock cannot show, and a scenario that cannot be played."""
    try:
        session.check_clock(*values.get("clock", (0.0, None)))
    except ClockError as error:
        raise SnapshotError(f"/state/values/session/clock {error}") from error
    try:
        session.check_scenario(values["scenario"][0] if "scenario" in values else "")
    except ScenarioError as error:
        raise SnapshotError(f"/state/values/session/scenario: {error}") from error


def _rename(values: Mapping[str, Mapping[str, Any]], old: str, new: str) -> dict[str, Any]:
    """Values with another beginning of the names of a session's own applications and tokens."""

    def renamed(value: Any) -> Any:
        if isinstance(value, str):
            return new + value.removeprefix(old) if value.startswith(old) else value
        # Tuples are lists in JSON.
        return [renamed(each) for each in value] if isinstance(value, list | tuple) else value

    return {
        family: {renamed(name): renamed(value) for name, value in each.items()}
        if _OF_APPLICATIONS.fullmatch(family)
        else dict(each)
        for family, each in values.items()
    }


def _schema(session: Session) -> Schema:
    """The schema with the families of the session's providers."""
    document: Any = parse_json(_read_document())
    families = document["properties"]["state"]["properties"]["values"]["properties"]
    for family, schema in session.families.items():
        families[family] = {"type": "object", "additionalProperties": schema}
    return Schema(document)


@cache
def _read_document() -> bytes:
    return (files("jumun_mockserver") / "core" / "session" / "snapshot.schema.json").read_bytes()
