"""The judge of recorded exchanges: by contract and operation, in three classes, without a value from a body.

One pass and flat memory: what is found is folded as it comes, and an exchange is forgotten once it is judged.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, Literal, TypeAlias

from jumun_contracts.check.complaints import Complaints, Refusals
from jumun_contracts.check.coverage import Exercised
from jumun_contracts.check.durations import Durations
from jumun_contracts.check.findings import Found, Part, is_clean, iter_findings
from jumun_contracts.check.matching import Matcher, Unmatched, pick_candidate
from jumun_contracts.check.profiles import find_fitting_profile
from jumun_contracts.check.redaction import show_name
from jumun_contracts.check.repeats import Repeats
from jumun_contracts.check.tally import Extent, Tally
from jumun_contracts.check.verdict import Unjudged
from jumun_contracts.contract.punished import is_punished
from jumun_contracts.contract.requests import (
    SentRequest,
    check_media_type,
    choose_syntax,
    find_syntax,
    guess_syntax,
    read_parameters,
    read_text,
)
from jumun_contracts.recordings.places import Members
from jumun_contracts.recordings.recorded import Unreadable
from jumun_contracts.schema.parsing import JsonError
from jumun_contracts.schema.validation import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from jumun_contracts.check.baseline import Ignore
    from jumun_contracts.check.matching import Candidate, Match
    from jumun_contracts.check.verdict import Complaint, Verdict
    from jumun_contracts.contract.model import Contract, Operation, Severity
    from jumun_contracts.contract.requests import Violation
    from jumun_contracts.recordings.recorded import Body, Place, Recorded
    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.validation import Schema

_Outcome: TypeAlias = Literal["judged", "without_body", "unanswered", "refused"]
_NOT_MODIFIED = 304
_WITHOUT_BODY = (204, 205, _NOT_MODIFIED)
_FIRST_WITH_BODY = 200
_OF_NO_KIND = "no answer of the contracts has any of its keys; --operation says what it is"
_TYPE_HEADER = "header/content-type"
_SURROGATE = re.compile("[\ud800-\udfff]")


class Judge:
    """Judges exchange after exchange and says at the end what it has found."""

    def __init__(
        self, contracts: Sequence[Contract], *, operation: str | None = None, file_number: int = 0, part: int = 0
    ) -> None:
        """Judge by `contracts`.

        Args:
            operation: `ID` or `ID.STATUS` to take everything for that does not say to be something else.
            file_number: Of several files, as in `Tally`.
            part: Of several parts of the file, likewise.

        Raises:
            UnknownOperationError: No contract has `operation`.
        """
        self._matcher = Matcher(contracts, operation=operation)
        self._part = file_number, part
        self._counts: Counter[str] = Counter()
        self._complaints = Complaints(file_number=file_number, part=part)
        self._refusals = Refusals(file_number=file_number, part=part)
        self._exercised = Exercised(contracts, operation=self._matcher.asked_id)
        self._repeats = Repeats(contracts)
        self._durations = Durations()

    def judge(self, recorded: Recorded | Unreadable) -> None:
        """Take one exchange into account, or note that it cannot be read."""
        self._counts["exchanges"] += 1
        if isinstance(recorded, Unreadable):
            unjudged = Unjudged(recorded.file, recorded.place, recorded.number, uncovered=False, reason=recorded.reason)
            self._refusals.add(unjudged)
            return
        if not recorded.url.isascii():
            recorded = recorded._replace(url=_readable(recorded.url))
        if recorded.status == 0 and recorded.response_body is not None:
            # No answer has such a status. What has a body all the same is judged by that, and an empty one is none.
            body = recorded.response_body if recorded.response_body.text else None
            recorded = recorded._replace(status=0 if body is None else None, response_body=body)
        if recorded.status == -1:
            self._refuse(recorded, "its status cannot be one of HTTP's")
            return
        found = self._matcher.match(recorded)
        if isinstance(found, Unmatched):
            self._refuse(recorded, found.reason, uncovered=found.uncovered)
            return
        if found[0].operation is None and recorded.response_body is None:
            self._refuse(recorded, "it holds nothing to judge: no URL and no body")
            return
        began_s = perf_counter()
        seen: set[_Outcome | None] = set()
        for match in found:
            seen |= {self._judge_request(recorded, match), self._judge_answer(recorded, match)}
        self._durations.close(recorded, perf_counter() - began_s)
        if "refused" not in seen:
            for each in seen:
                self._counts[each or ""] += 1

    def _refuse(
        self, recorded: Recorded, reason: str, place: Place | None = None, *, uncovered: bool = False
    ) -> Literal["refused"]:
        """Note what cannot be judged, with a sentence for people that has no value of the instance."""
        self._refusals.add(Unjudged(recorded.file, place or recorded.place, recorded.number, uncovered, reason))
        return "refused"

    def found(self) -> list[Complaint | Unjudged]:
        """What could not be judged so far, then what was found, each in the order of first occurrence."""
        return [*self._refusals.folded().values(), *self._complaints.folded().values()]

    def tally(self, extent: Extent | None = None) -> Tally:
        """What was found so far, to be merged with what was found of other parts.

        Args:
            extent: Lines and exchanges of the part, where others of its file follow and are to be counted on from it.
        """
        return Tally(
            contracts=tuple(each.name for each in self._matcher.contracts),
            operation=self._matcher.asked_id,
            parts={self._part: extent or Extent()},
            counts=dict(self._counts),
            complaints=self._complaints.folded(),
            unjudged=self._refusals.folded(),
            exercised=self._exercised.state(),
            seconds=self._durations.seconds(),
        )

    def verdict(self, *, ignore: Sequence[Ignore] = (), today: date | None = None) -> Verdict:
        """What was found so far; arguments as of `Tally.verdict`."""
        return self.tally().verdict(*self._matcher.contracts, ignore=ignore, today=today)

    def _judge_request(self, recorded: Recorded, match: Match) -> _Outcome | None:
        """Its parameters, and its body, which alone makes an exchange one that was judged."""
        operation = match.operation
        if operation is None or recorded.is_template:
            return None
        if match.path_values is None and recorded.request_body is None:
            return None
        headers = recorded.request_headers
        query = recorded.url.partition("#")[0].partition("?")[2]
        likeness = self._repeats.likeness(recorded, match, query=query)
        if self._repeats.has(likeness):
            return None
        part = Part(recorded, match.candidates[0].contract, operation, "request")
        headers = headers and {name: _readable(value) for name, value in headers.items()}
        request = SentRequest(query, headers or {})
        violations: list[Violation] = []
        if match.path_values is not None:
            values, violations = read_parameters(operation, request, match.path_values)
            self._exercised.see_parameters(part.contract, operation, values, query=query, headers=headers or ())
        if recorded.request_body is not None:
            violations += check_media_type(operation, request)
        if headers is None:  # not recorded is not missing
            violations = [each for each in violations if not each.place.startswith("header/")]
        for each in violations:
            # What the operation does not have is drift, unless production punishes it; a bad value breaks it.
            is_drift = each.keyword == "parameter" and not is_punished(operation.id, each.place)
            severity: Severity = "drift" if is_drift else "breaking"
            self._complaints.add(part, Found.of(severity, self._show(operation, each)), lambda _: recorded.place)
        if not violations:
            self._repeats.add(likeness)
        if operation.body is None or recorded.request_body is None or not _has_body(operation, recorded):
            return None
        self._judge_sent(part, operation.body, recorded.request_body)
        return "judged"

    def _show(self, operation: Operation, violation: Violation) -> Finding:
        """Without a name that must not be shown."""
        place, expected, message = violation.place, violation.expected, violation.message
        if violation.keyword == "parameter" and place not in {f"{p.location}/{p.name}" for p in operation.parameters}:
            expected = show_name(str(expected))
            place, message = f"query/{expected}", f"is {message}"
        return Finding(place, violation.keyword, expected, f"{place} {message}")

    def _judge_sent(self, part: Part, schema: Schema, body: Body) -> None:
        """A request body, read as its content type says, as servers do; as it looks where no headers were recorded."""
        headers, wanted = part.recorded.request_headers, part.operation.body_media_type
        content_type = (headers or {}).get("content-type", "")
        syntax = guess_syntax(body.text, wanted) if headers is None else choose_syntax(content_type, wanted)
        if syntax == "json" or not body.is_text:
            try:
                value = body.parse()
            except JsonError as error:
                self._complain_of_json(part, body, error, wanted)
                return
            locate = _locator(body)
        else:
            value, faults = read_text(body.text, syntax, is_declared=find_syntax(content_type) is not None)
            for each in faults:
                finding = Finding("", each.keyword, each.expected, f"the body {each.message}")
                self._complaints.add(part, Found.of("breaking", finding), _beginning(body))
            if faults:
                return
            locate = _beginning(body)
        self._exercised.see_fields(part.contract, part.operation, value)
        self._judge_value(part, schema, value, locate)

    def _judge_answer(self, recorded: Recorded, match: Match) -> _Outcome:
        first, *others = match.candidates
        body = recorded.response_body
        if body is None and not recorded.status:
            return "unanswered"
        status = recorded.status or _FIRST_WITH_BODY
        bodiless = recorded.method == "HEAD" or status in _WITHOUT_BODY or status < _FIRST_WITH_BODY
        # A stub's success may have no body, whatever its status.
        bodiless |= not (others or first.answer.media_type or (body and body.text))
        if body is None or bodiless:
            # What a cache has for 304 was not seen.
            is_seen = bodiless and status != _NOT_MODIFIED
            if is_seen and recorded.status is not None and not others:
                self._count(first)
            return "judged" if is_seen else "without_body"
        try:
            value = body.parse()
        except JsonError as error:
            if match.operation is None:
                return self._refuse(recorded, f"not JSON: {_without_key(error)}", _json_place(body, error))
            self._count(first)
            self._complain_of_json(_answer_part(recorded, first), body, error, "application/json")
            return "judged"
        candidate = pick_candidate(match.candidates, value, is_known=match.operation is not None)
        if candidate is None:
            return self._refuse(recorded, _OF_NO_KIND)
        self._count(candidate)
        self._exercised.see_body(candidate, value)
        schema, wanted = candidate.answer.schema, candidate.answer.media_type
        if not _is_declared(recorded.response_headers, wanted):
            finding = Finding(_TYPE_HEADER, "contentMediaType", wanted, f"{_TYPE_HEADER} is not {wanted}")
            self._complaints.add(
                _answer_part(recorded, candidate), Found.of("drift", finding), lambda _: recorded.place
            )
        if not is_clean(schema, value):
            self._judge_value(_answer_part(recorded, candidate), schema, value, _locator(body))
        return "judged"

    def _count(self, candidate: Candidate) -> None:
        self._exercised.count(candidate)
        self._durations.open(candidate)

    def _judge_value(self, part: Part, schema: Schema, value: JsonValue, locate: Callable[[str], Place]) -> None:
        fits: str | None = None
        for found in iter_findings(schema, value):
            if fits is None:  # what is breaking comes first
                fits = find_fitting_profile(part, value) if found.severity == "breaking" else ""
            self._complaints.add(part, found, locate, fits=fits if found.severity == "breaking" else "")

    def _complain_of_json(self, part: Part, body: Body, error: JsonError, media_type: str | None) -> None:
        message = f"the body is not JSON: {_without_key(error)}" if body.text else "the body is empty"
        finding = Finding("", "json", media_type, message)
        self._complaints.add(part, Found.of("breaking", finding), lambda _: _json_place(body, error))


def _is_declared(headers: Mapping[str, str] | None, wanted: str) -> bool:
    """Whether an answer is of the syntax that its headers say, or they do not say any."""
    declared = headers.get("content-type") if headers else None
    return not declared or _have_one_syntax(declared, wanted)


@lru_cache(maxsize=256)
def _have_one_syntax(declared: str, wanted: str) -> bool:
    return find_syntax(declared) == find_syntax(wanted)


def _has_body(operation: Operation, recorded: Recorded) -> bool:
    """Whether there is a request body, or should be."""
    return operation.body_required or bool(recorded.request_body and recorded.request_body.text)


def _readable(text: str) -> str:
    """Half surrogate pairs, which a recording's escapes may hold and no schema can judge, become U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _answer_part(recorded: Recorded, candidate: Candidate) -> Part:
    listed = candidate.answer.status
    status = listed if recorded.status is None else str(recorded.status)
    return Part(recorded, candidate.contract, candidate.operation, "response", status, listed)


def _locator(body: Body) -> Callable[[str], Place]:
    """Pointer into a JSON body → place in the file. The body is scanned when the first place is asked for."""

    @cache
    def members() -> Members:
        return Members(body.text.decode())

    return lambda pointer: body.locate(members().find(pointer).start)


def _beginning(body: Body) -> Callable[[str], Place]:
    """A form's fields have no places of their own."""
    return lambda _pointer: body.locate(0)


def _json_place(body: Body, error: JsonError) -> Place:
    lines = body.text.decode("utf-8", "replace").split("\n")
    if error.line is None or error.column is None:
        return body.locate(0)
    return body.locate(sum(len(line) + 1 for line in lines[: error.line - 1]) + error.column - 1)


def _without_key(error: JsonError) -> str:
    """What is wrong, without the key that appears twice."""
    return "a key appears twice in one object" if error.reason.startswith('the key "') else error.reason
