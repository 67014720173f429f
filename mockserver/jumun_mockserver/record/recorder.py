"""The real API as a producer that keeps what passes: `jumun record`.

Answers go back as they came. What is kept is masked before it is written: see `record.recording`.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from jumun_contracts.recordings.codings import CodingError, undo_codings
from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.http import Response, add_header, render_json
from jumun_mockserver.core.journal.journal import Exchange
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.session.session import Session
from jumun_mockserver.core.session.store import MemoryStore
from jumun_mockserver.providers import PROVIDERS
from jumun_mockserver.record.recording import hide_strange_names, render_row
from jumun_mockserver.record.upstream import UpstreamError, end_to_end
from jumun_mockserver.server.bounds import render_refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_contracts import Contract
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.record.pseudonyms import Pseudonyms
    from jumun_mockserver.record.tape import Tape
    from jumun_mockserver.record.upstream import Upstream

# What a client says to Jumun is not the API's.
_OURS = "jumun-"


class Recorder:
    """A producer that passes calls on to an upstream, and keeps them. Threads may share it.

    Attributes:
        kept: How many exchanges were kept.
        failed: How many calls were not, as the upstream gave no answer.
        lost: How many exchanges were not, although the client had its answer: the row could not be written.
    """

    def __init__(
        self,
        upstream: Upstream,
        contract: Contract,
        *,
        tape: Tape,
        pseudonyms: Pseudonyms,
        on_row: Callable[[bytes], None] | None = None,
        on_failure: Callable[[str], None] | None = None,
    ) -> None:
        """Record what an upstream answers.

        Args:
            contract: What it is masked by.
            on_row: Called with each row once it is in the file, a line of NDJSON; one at a time.
            on_failure: Called with a sentence for each call that was not kept.
        """
        self.upstream, self.contract = upstream, contract
        self.kept = self.failed = self.lost = 0
        self._tape, self._pseudonyms = tape, pseudonyms
        self._on_row, self._on_failure = on_row, on_failure
        self._prefixes = PROVIDERS[contract.provider].prefixes
        self._lock = Lock()

    def __call__(self, call: Call, _shop: object) -> Response:
        """What the upstream answers, as it came; 502 if it gives no answer."""
        given = call.request
        target, coding = given.target, given.headers.get("transfer-encoding", "chunked")
        if not target.startswith(b"/"):
            return render_refusal(400, "the request target must be a path")
        if coding.strip().lower() != "chunked":
            return render_refusal(501, "no Transfer-Encoding but chunked is known here")
        # What can be read when it is written down, and nothing else.
        packing = "gzip" if "gzip" in given.headers.get("accept-encoding", "") else "identity"
        own = {"host": self.upstream.authority, "accept-encoding": packing}
        if given.body or given.method in ("POST", "PUT", "PATCH"):
            own["content-length"] = str(len(given.body))
        passed = dict(pair for pair in end_to_end(given.headers.items()) if not pair[0].startswith(_OURS))
        headers = passed | own
        try:
            response = self.upstream.fetch(given.method, self.upstream.place(target), headers.items(), given.body)
        except UpstreamError as error:
            with self._lock:
                # A row says what the API said, so that a call without an answer has none.
                self.failed += 1
                self._report(f"{self.upstream}: {error}", given.method)
            return render_refusal(502, f"{self.upstream}: {error}")
        self._keep(call, headers, response)
        return response

    def _keep(self, call: Call, headers: dict[str, str], response: Response) -> None:
        """Write an exchange down; a failure to do so is reported and is not the client's."""
        with self._lock:
            try:
                row = render_row(self._exchange(call, headers, response), self._pseudonyms)
                line = render_json(row) + b"\n"
                self._tape.write(line)
            except Exception as error:  # noqa: BLE001 - the client is to have its answer whatever ails us
                reason = (error.strerror or str(error)) if isinstance(error, OSError) else type(error).__name__
                self.lost += 1
                self._report(f"the row cannot be written: {reason}", call.request.method)
                return
            self.kept += 1
            if self._on_row:
                # As in Dispatch.
                with suppress(Exception):
                    self._on_row(line)

    def _report(self, reason: str, method: str) -> None:
        """Say that a call was not kept."""
        if self._on_failure:
            self._on_failure(f"{method} not recorded: {reason}")

    def _exchange(self, call: Call, headers: dict[str, str], response: Response) -> Exchange:
        """What passed, at the real time, under the path that Jumun itself has for it."""
        answered: dict[str, str] = {}
        for name, value in response.headers:
            add_header(answered, name.encode("latin-1"), value.encode("latin-1"))
        body = response.body
        # What cannot be unpacked is not JSON, and is judged so.
        with suppress(CodingError):
            body = undo_codings(body, answered.pop("content-encoding", ""))
        return Exchange(
            self.kept + 1,
            "",
            time.time(),
            replace(call.request, path=self._own_path(call.request.path), headers=headers),
            Response(response.status, tuple(answered.items()), body),
            call.operation.id if call.operation else "",
            self.contract,
            "",
            hide_strange_names(call.violations),
            (),
        )

    def _own_path(self, path: str) -> str:
        """The path that Jumun has for one below the upstream's base URL, or below no base URL."""
        base, given = self.upstream.path, f"{path}/"
        if base and given.startswith(f"{base}/"):
            path = path[len(base) :]
        elif any(prefix and given.startswith(f"{prefix}/") for prefix in self._prefixes):
            return path
        return self._prefixes[0] + path

    def dispatch(self, *, scenario: str = "") -> Dispatch:
        """What routes calls to this recorder, whatever base URL a client has, and plays a scenario on the way.

        Raises:
            ScenarioError: A fault in the scenario.
        """
        known = PROVIDERS[self.contract.provider]
        prefixes = tuple(dict.fromkeys((*known.prefixes, "", self.upstream.path)))
        providers: dict[str, Any] = {known.name: replace(known, prefixes=prefixes, territory=("",))}
        session = Session(providers, SessionOptions(profile=self.contract.profile, scenario=scenario))
        return Dispatch(providers, MemoryStore(providers, session), produce=self)
