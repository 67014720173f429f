"""SARIF 2.1.0, which code hosts show beside the lines and compare from run to run.

Source: OASIS Standard sarif-v2.1.0-errata01. A rule is a severity and a keyword. Columns count Unicode characters.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jumun_contracts.reports.wording import NOTHING_JUDGED, exit_code, judged_as, said, times, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.check.verdict import Complaint, Unjudged, Verdict
    from jumun_contracts.contract.model import Severity
    from jumun_contracts.recordings.recorded import Place
    from jumun_contracts.reports.options import Options

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: dict[Severity, str] = {"breaking": "error", "drift": "warning", "info": "note"}
_MEANINGS: dict[Severity, str] = {
    "breaking": "A client that keeps to the contract may fail.",
    "drift": "The contract does not know it, and a client that ignores what it does not know works on.",
    "info": "The contract calls it deprecated.",
}

_HELP = "`jumun explain FINGERPRINT` shows what the contract says of the place, how that is known, and what to do."


def render_sarif(verdict: Verdict, options: Options) -> Iterator[str]:
    """The log, with one run, in one piece. Ignored complaints are suppressed results."""
    complaints = (*verdict.complaints, *verdict.ignored)
    rules = {_rule_id(each): each for each in complaints}
    numbers = {id_: number for number, id_ in enumerate(rules)}
    driver: dict[str, Any] = {"name": "Jumun", "rules": [_rule(id_, each) for id_, each in rules.items()]}
    # Neither may be empty.
    driver |= {"version": options.version} if options.version else {}
    driver |= {"informationUri": options.information_uri} if options.information_uri else {}
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(verdict, options)],
        "results": [
            *(_result(each, numbers) for each in verdict.complaints),
            *({**_result(each, numbers), "suppressions": [{"kind": "external"}]} for each in verdict.ignored),
        ],
    }
    yield json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule_id(complaint: Complaint) -> str:
    return f"{complaint.severity}-{complaint.keyword}"


def _rule(id_: str, complaint: Complaint) -> dict[str, Any]:
    severity, keyword = complaint.severity, complaint.keyword
    return {
        "id": id_,
        "name": f"{severity.capitalize()}{keyword[:1].upper()}{keyword[1:]}",
        "shortDescription": {"text": f"{severity.capitalize()}: the contract's {keyword}."},
        "fullDescription": {"text": _MEANINGS[severity]},
        "help": {"text": f"{_MEANINGS[severity]} {_HELP}"},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {"tags": [severity]},
    }


def _invocation(verdict: Verdict, options: Options) -> dict[str, Any]:
    """That all was judged, or what was not."""
    notes = [_notification(each, options) for each in verdict.unjudged]
    if not verdict.judged:
        notes.append({"level": "error", "message": {"text": NOTHING_JUDGED}})
    code = exit_code(verdict, options)
    return {"executionSuccessful": code < 2, "exitCode": code, "toolExecutionNotifications": notes}  # noqa: PLR2004 - could not judge


def _notification(unjudged: Unjudged, options: Options) -> dict[str, Any]:
    return {
        "level": "note" if unjudged.uncovered and not options.fail_on_uncovered else "error",
        "message": {"text": visible(unjudged.reason + times(unjudged))},
        "locations": [_location(unjudged.file, unjudged.place)],
    }


def _result(complaint: Complaint, numbers: dict[str, int]) -> dict[str, Any]:
    id_ = _rule_id(complaint)
    return {
        "ruleId": id_,
        "ruleIndex": numbers[id_],
        "level": _LEVELS[complaint.severity],
        "message": {"text": visible(f"{judged_as(complaint)}: {said(complaint)}")},
        "locations": [
            {
                **_location(complaint.file, complaint.place),
                "logicalLocations": [{"fullyQualifiedName": f"{judged_as(complaint)} {complaint.pattern}".rstrip()}],
            }
        ],
        "partialFingerprints": {"jumun/v1": complaint.fingerprint},
        "occurrenceCount": complaint.count,
        "properties": {
            "contract": complaint.contract,
            "evidence": complaint.evidence,
            "source": complaint.source,
            "fits": complaint.fits,
            "exchange": complaint.exchange,
            "expected": complaint.expected,
            "pointer": complaint.pointer,
        },
    }


def _location(file: str, place: Place) -> dict[str, Any]:
    line, column = place
    region = {"startLine": line, "startColumn": column}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(file)}, "region": region}}


def _uri(file: str) -> str:
    """Of a URL itself; of an absolute path `file:`; else the relative reference that code hosts look up."""
    if file.startswith(("http://", "https://")):
        return quote(file, safe="/:?&=[]@%~")
    windows = PureWindowsPath(file)
    if windows.drive and windows.root:
        return windows.as_uri()
    path = PurePosixPath(file)
    return path.as_uri() if path.is_absolute() else quote(file.replace("\\", "/"))
