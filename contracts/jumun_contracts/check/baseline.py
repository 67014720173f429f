"""Findings that a team has decided to accept for a while: read from TOML, applied, and written.

An entry says why and until when. One that has expired covers nothing any more, and one that covers nothing is reported
as stale, so that the list gets shorter again.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, fields
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.documents import DocumentError
from jumun_contracts.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jumun_contracts.check.verdict import Complaint, Verdict

_PYPROJECT = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Ignore:
    """One entry. Either `fingerprint` is given, or at least one of the four patterns; '' is any.

    Attributes:
        reason: Why it is accepted.
        expires: The last day on which it counts.
        fingerprint: Of one complaint.
        contract: Shell-style pattern, as the next three: `bootpay:*`.
        operation: e.g. `bootpay.orders.*`.
        pattern: Of `Complaint.pattern`: `/list/*/status` matches itself, `/list/*` all below too.
        keyword: e.g. `enum`.
        entry: Where it was read, e.g. `jumun.toml#/check/ignore/0`.
    """

    reason: str
    expires: date
    fingerprint: str = ""
    contract: str = ""
    operation: str = ""
    pattern: str = ""
    keyword: str = ""
    entry: str = ""

    def covers(self, complaint: Complaint) -> bool:
        """Whether it matches `complaint`, expired or not."""
        if self.fingerprint:
            return self.fingerprint == complaint.fingerprint
        wanted = {name: getattr(self, name) for name in _PATTERNS}
        return all(not glob or fnmatchcase(getattr(complaint, name), glob) for name, glob in wanted.items())


_PATTERNS = ("contract", "operation", "pattern", "keyword")
_KEYS = tuple(each.name for each in fields(Ignore) if each.name != "entry")


def load_ignores(path: Path) -> tuple[Ignore, ...]:
    """The `[[check.ignore]]` entries of a `jumun.toml`, or `[[tool.jumun.check.ignore]]` of a `pyproject.toml`.

    Raises:
        DocumentError: The file cannot be read or is not TOML; an entry has an unknown key, lacks `reason` or `expires`,
            or says nothing of what it covers. Names file and entry.
    """
    try:
        data: dict[str, Any] = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise DocumentError(str(path), "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise DocumentError(str(path), "", f"not UTF-8 (byte {error.start})") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DocumentError(str(path), "", f"not TOML: {error}") from None
    pointer = ""
    if path.name == _PYPROJECT:
        pointer = "/tool/jumun"
        data = _table(_table(data, "tool", str(path), ""), "jumun", str(path), "/tool")
    _check_keys(data, ("check", "serve"), str(path), pointer)
    check = _table(data, "check", str(path), pointer)
    pointer += "/check"
    _check_keys(check, ("ignore",), str(path), pointer)
    entries = check.get("ignore", [])
    pointer += "/ignore"
    if not isinstance(entries, list):
        raise DocumentError(str(path), pointer, f"must be an array of tables: [[{pointer[1:].replace('/', '.')}]]")
    return tuple(_ignore(each, str(path), f"{pointer}/{index}") for index, each in enumerate(entries))


def sort_out(
    complaints: Sequence[Complaint], ignores: Sequence[Ignore], *, today: date
) -> tuple[list[Complaint], list[Complaint], list[str]]:
    """Complaints that no entry covers, those that one covers, and a sentence for each entry that is stale."""
    valid = [each for each in ignores if today <= each.expires]
    ignored = [complaint for complaint in complaints if any(each.covers(complaint) for each in valid)]
    standing = [complaint for complaint in complaints if not any(each.covers(complaint) for each in valid)]
    stale = []
    for each in ignores:
        if today > each.expires:
            stale.append(
                f"{each.entry or each.reason}: expired on {each.expires.isoformat()}; fix it or give it a new date"
            )
        elif not any(each.covers(complaint) for complaint in complaints):
            stale.append(f"{each.entry or each.reason}: covers nothing any more; take it out")
    return standing, ignored, stale


def render_baseline(verdict: Verdict, *, reason: str, expires: date) -> str:
    """A `jumun.toml` that covers all that was found, what is ignored already included."""
    blocks = ["# Written by jumun check --write-baseline. An entry counts up to the day on which it expires.\n"]
    for each in (*verdict.complaints, *verdict.ignored):
        what = f"{each.severity} {each.contract} {each.operation} {each.status} {each.pattern} {each.keyword}"
        blocks.append(
            "[[check.ignore]]\n"
            f"# {_quoted(what)}\n"
            f"fingerprint = {_quoted(each.fingerprint)}\n"
            f"reason = {_quoted(reason)}\n"
            f"expires = {expires.isoformat()}\n"
        )
    return "\n".join(blocks)


def _ignore(entry: Any, file: str, pointer: str) -> Ignore:
    if not isinstance(entry, dict):
        raise DocumentError(file, pointer, "an entry is a table")
    _check_keys(entry, _KEYS, file, pointer)
    for key, value in entry.items():
        if key != "expires" and not (isinstance(value, str) and value.strip()):
            raise DocumentError(file, f"{pointer}/{key}", "must be text, and not empty")
    if "reason" not in entry:
        raise DocumentError(file, pointer, "has no reason; write why this is accepted")
    expires = entry.get("expires")
    if not isinstance(expires, date) or isinstance(expires, datetime):
        where = pointer if expires is None else f"{pointer}/expires"
        raise DocumentError(file, where, "needs a day on which it expires, without quotes: expires = 2030-01-31")
    described = [name for name in _PATTERNS if name in entry]
    if "fingerprint" in entry and described:
        raise DocumentError(file, f"{pointer}/{described[0]}", "is not needed beside a fingerprint; keep one of them")
    if "fingerprint" not in entry and not described:
        raise DocumentError(file, pointer, f"covers everything; give a fingerprint or one of {', '.join(_PATTERNS)}")
    return Ignore(**entry, entry=f"{file}#{pointer}")


def _table(data: dict[str, Any], key: str, file: str, pointer: str) -> dict[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise DocumentError(file, f"{pointer}/{key}", "must be a table")
    return value


def _check_keys(table: dict[str, Any], known: Sequence[str], file: str, pointer: str) -> None:
    for key in table:
        if key not in known:
            raise DocumentError(file, pointer, f"unknown key {key!r}{did_you_mean(key, known)}")


def _quoted(text: str) -> str:
    """A TOML basic string, which escapes as JSON does, and DEL besides."""
    valid = text.encode("utf-8", "replace").decode()
    return json.dumps(valid, ensure_ascii=False).replace("\x7f", "\\u007f")
