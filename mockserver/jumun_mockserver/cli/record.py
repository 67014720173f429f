"""`jumun record`: a server that passes calls on to the real API and keeps them in a file."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jumun_contracts import Contract, JsonError, parse_json
from jumun_contracts.check.complaints import SHOWN_AT_ONE_PLACE, unknown_name
from jumun_contracts.check.judge import Judge
from jumun_contracts.check.subjects import withhold_expected
from jumun_contracts.check.verdict import Unjudged
from jumun_contracts.recordings import read_recordings
from jumun_contracts.reports.wording import judged_as, visible
from jumun_mockserver.cli.log import Log
from jumun_mockserver.cli.parameter_types import ContractName
from jumun_mockserver.cli.scenario import read_scenario
from jumun_mockserver.cli.serving import listen, run_server, server_options
from jumun_mockserver.core.scenario.notation import ScenarioError
from jumun_mockserver.record.pseudonyms import KEY_BYTES, Pseudonyms
from jumun_mockserver.record.recorder import Recorder
from jumun_mockserver.record.tape import Tape
from jumun_mockserver.record.upstream import Upstream, parse_upstream
from jumun_mockserver.whole_file import write_first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jumun_contracts.check.verdict import Complaint
    from jumun_mockserver.cli.serving import Listening

    _UpstreamType = click.ParamType[Upstream]
else:
    # Generic since click 8.4 only.
    _UpstreamType = click.ParamType

_KEY = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}")


class _Upstream(_UpstreamType):
    """A base URL."""

    name = "upstream"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Upstream:
        """Read it, or fail with what is wrong; the value may hold a password and is not shown."""
        try:
            return value if isinstance(value, Upstream) else parse_upstream(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.option("--upstream", type=_Upstream(), required=True, metavar="URL", help="Base URL of the real API.")
@click.option(
    "--contract",
    type=ContractName(),
    required=True,
    metavar="PROVIDER[:PROFILE]",
    help="What to judge and to mask by, e.g. naver or bootpay:observed.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Where the rows go, NDJSON."
)
@click.option("--append", is_flag=True, help="Go on with a file that is there; needs the --key that it was begun with.")
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where the key of the pseudonyms is kept, made if it is not there. Without, it is not kept.",
)
@click.option("--scenario", metavar="FILE|NAME", help="Delays, faults and errors to play on the way to the client.")
@server_options(port=8081, max_body="16M", has_variables=False)
@click.pass_context
def record(
    ctx: click.Context,
    *,
    upstream: Upstream,
    contract: Contract,
    out: Path,
    append: bool,
    key: Path | None,
    scenario: str | None,
    listening: Listening,
) -> None:
    """Pass calls on to the real API and keep them, masked, until Ctrl-C.

    Clients take the address that is printed as their base URL. Exit codes: 0 all answers are in the file, 2 some are
    not, or bad usage.
    """
    if append and key is None:
        raise click.UsageError("--append needs the --key that the recording was begun with, or pseudonyms would differ")
    pseudonyms = Pseudonyms(_read_key(key, may_make=not append)) if key else Pseudonyms()
    if append:
        _check_end(out, pseudonyms)
    steps = read_scenario(scenario) if scenario else ""
    with (
        closing(listen(listening.host, listening.port)) as listener,
        closing(Log(describe_dropped="Jumun: {} lines were dropped, as they were not read".format)) as log,
        _taping(out, append=append) as tape,
    ):
        watch = Watch(contract, say=log.write)
        recorder = Recorder(
            upstream,
            contract,
            tape=tape,
            pseudonyms=pseudonyms,
            on_row=watch.judge,
            on_failure=log.write,
        )

        def announce(url: str, doors: Sequence[str]) -> list[str]:
            return [f"Jumun records {upstream} at {url} (contract {contract.name}, Ctrl-C stops it)", *doors]

        try:
            dispatch = recorder.dispatch(scenario=steps)
        except ScenarioError as error:
            raise click.UsageError(f"{scenario}: {error}") from error
        # The API may take its time, and others need not wait for that.
        run_server(dispatch, listening, listener, announce=announce, log=log, in_threads=True)
        trouble = _finish(tape)
        counts = f"{recorder.kept} kept, {recorder.failed} failed, {watch.kinds} kinds of complaint"
        log.write(f"Jumun: {counts}; {click.format_filename(out)}")
        if recorder.lost:
            log.write(f"Error: lost {recorder.lost} of {recorder.kept + recorder.lost} exchanges; see above")
        if trouble:
            log.write(f"Error: {click.format_filename(out)} may lack its end: {trouble}")
    ctx.exit(2 if recorder.lost or trouble else 0)


class Watch:
    """Judges rows as they are written, and says what `jumun check` will say of the file.

    What it judges is the row, and not what passed: pseudonyms are in both or in neither.
    """

    def __init__(self, contract: Contract, *, say: Callable[[str], None]) -> None:
        self._say = say
        self._judge = Judge([contract])
        self._told: set[str] = set()
        self._said: Counter[str] = Counter()

    @property
    def kinds(self) -> int:
        """How many different things were said."""
        return len(self._told)

    def judge(self, line: bytes) -> None:
        """Take a row into account; what is new is said, a line for each kind."""
        for recorded in read_recordings(BytesIO(line), file="", form="ndjson"):
            self._judge.judge(recorded)
        for each in self._judge.found():
            key, text = _say(each)
            if key not in self._told and self._may_say(each):
                self._told.add(key)
                self._say(visible(text))

    def _may_say(self, found: Complaint | Unjudged) -> bool:
        """Whether no more names were said of its place than a report shows; which those are, is known at the end."""
        if isinstance(found, Unjudged) or unknown_name(found) is None:
            return True
        place = withhold_expected(found.fingerprint)
        self._said[place] += 1
        return self._said[place] <= SHOWN_AT_ONE_PLACE


def _say(found: Complaint | Unjudged) -> tuple[str, str]:
    """What it is known by, and a line for people."""
    if isinstance(found, Unjudged):
        kind = "of no contract" if found.uncovered else "could not be judged"
        return found.reason, f"{kind}: {found.reason}"
    return found.fingerprint, f"{found.severity}: {judged_as(found)}: {found.message}"


@contextmanager
def _taping(out: Path, *, append: bool) -> Iterator[Tape]:
    """A tape while it is written; where the command ends in bad usage, no file stays that was not there."""
    try:
        tape = Tape(out, append=append)
    except FileExistsError:
        raise click.UsageError(f"--out {click.format_filename(out)!r} is there already; see --append") from None
    except OSError as error:
        raise click.UsageError(f"--out {click.format_filename(out)!r} cannot be written: {error.strerror}") from error
    try:
        yield tape
    except click.UsageError:
        if not append:
            out.unlink()
        raise
    finally:
        _finish(tape)


def _finish(tape: Tape) -> str:
    """Close a tape, which may be closed already; why its rows are not all on disk, '' if they are."""
    try:
        tape.close()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _read_key(path: Path, *, may_make: bool) -> bytes:
    """The key in a file; a new one is put there if there is none."""
    name = click.format_filename(path)
    try:
        if may_make and not path.exists():
            write_first(path, f"{Pseudonyms.new_key().hex()}\n".encode())
        text = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise click.UsageError(f"--key {name!r} cannot be used: {error.strerror}") from error
    except UnicodeDecodeError:
        text = ""
    if not _KEY.fullmatch(text):
        raise click.UsageError(f"--key {name!r} holds no key: {2 * KEY_BYTES} hex digits, as jumun record makes them")
    return bytes.fromhex(text)


def _check_end(out: Path, pseudonyms: Pseudonyms) -> None:
    """Refuse a recording whose last line is not whole, or that was begun with another key."""
    name = click.format_filename(out)
    if not out.exists():
        return
    try:
        with out.open("rb") as file:
            first = file.readline()
            last = first
            for line in file:
                last = line
    except OSError as error:
        raise click.UsageError(f"--out {name!r} cannot be read: {error.strerror}") from error
    if not last:
        return
    if not last.endswith(b"\n"):
        raise click.UsageError(f"--out {name!r}: the last line is not whole; take it out first")
    try:
        row: Any = parse_json(first)
        begun_with = row["pseudonyms"]
    except (JsonError, KeyError, TypeError):
        raise click.UsageError(f"--out {name!r} is not a recording of jumun record") from None
    if begun_with != pseudonyms.name:
        raise click.UsageError(f"--out {name!r} was begun with another --key")
