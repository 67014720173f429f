"""`jumun record`."""

from __future__ import annotations

import re
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from jumun_contracts import Contract, JsonError, parse_json
from jumun_contracts.check.judge import Judge
from jumun_contracts.check.verdict import Unjudged
from jumun_contracts.recordings import read_recordings
from jumun_contracts.reports.wording import judged_as, visible
from jumun_mockserver.cli.parameter_types import ContractName
from jumun_mockserver.record.pseudonyms import KEY_BYTES, Pseudonyms
from jumun_mockserver.record.recorder import Recorder, Tape
from jumun_mockserver.record.upstream import Upstream, parse_upstream

if TYPE_CHECKING:
    from jumun_contracts.check.verdict import Complaint

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
    help="Where the key of the pseudonyms is kept, made if it is not there. Without, nobody keeps it.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8081,
    show_default=True,
    help="Port to listen on; 0 takes a free one and prints it.",
)
def record(
    *, upstream: Upstream, contract: Contract, out: Path, append: bool, key: Path | None, host: str, port: int
) -> None:
    """Pass calls on to the real API and keep them, masked, until Ctrl-C.

    Clients take the address that is printed as their base URL.
    """
    if append and key is None:
        raise click.UsageError("--append needs the --key that the recording was begun with, or pseudonyms would differ")
    pseudonyms = Pseudonyms(_read_key(key, may_make=not append)) if key else Pseudonyms()
    if append:
        _check_end(out, pseudonyms)
    watch = Watch(contract)
    try:
        tape = Tape(out, append=append)
    except FileExistsError:
        raise click.UsageError(f"--out {click.format_filename(out)!r} is there already; see --append") from None
    except OSError as error:
        raise click.UsageError(f"--out {click.format_filename(out)!r} cannot be written: {error.strerror}") from error
    try:
        recorder = Recorder(
            (host, port),
            upstream=upstream,
            contract=contract,
            tape=tape,
            pseudonyms=pseudonyms,
            on_row=watch.judge,
            on_failure=lambda text: click.echo(text, err=True),
        )
    except OSError as error:
        tape.close()
        if not append:
            out.unlink()
        raise click.UsageError(f"cannot listen on {host}:{port}: {error.strerror}; see --host and --port") from error
    click.echo(f"Jumun records {upstream} at {recorder.url} (contract {contract.name}, Ctrl-C stops it)")
    sys.stdout.flush()
    _run(recorder)
    tape.close()
    counts = f"{recorder.kept} kept, {recorder.failed} failed, {watch.kinds} kinds of complaint"
    click.echo(f"Jumun: {counts}; {click.format_filename(out)}", err=True)


class Watch:
    """Judges rows as they are written, and says on stderr what `jumun check` will say of the file.

    What it judges is the row, and not what passed: pseudonyms are in both or in neither.
    """

    def __init__(self, contract: Contract) -> None:
        self._judge = Judge([contract], today=datetime.now(UTC).date())
        self._told: set[str] = set()

    @property
    def kinds(self) -> int:
        """How many different things were said."""
        return len(self._told)

    def judge(self, line: bytes) -> None:
        """Take a row into account; what is new is said, a line for each kind."""
        for recorded in read_recordings(BytesIO(line), file="", form="ndjson"):
            self._judge.judge(recorded)
        verdict = self._judge.verdict()
        found: list[Complaint | Unjudged] = [*verdict.unjudged, *verdict.complaints]
        for each in found:
            key, text = _say(each)
            if key not in self._told:
                self._told.add(key)
                click.echo(visible(text), err=True)


def _say(found: Complaint | Unjudged) -> tuple[str, str]:
    """What it is known by, and a line for people."""
    if isinstance(found, Unjudged):
        kind = "of no contract" if found.uncovered else "could not be judged"
        return found.reason, f"{kind}: {found.reason}"
    return found.fingerprint, f"{found.severity}: {judged_as(found)}: {found.message}"


def _run(recorder: Recorder) -> None:
    """Until SIGINT or SIGTERM; being told to stop is no failure."""

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with suppress(KeyboardInterrupt):
            recorder.serve_forever(poll_interval=0.1)
    finally:
        signal.signal(signal.SIGTERM, before)
        recorder.server_close()


def _read_key(path: Path, *, may_make: bool) -> bytes:
    """The key in a file; a new one is put there if there is none."""
    name = click.format_filename(path)
    try:
        if may_make and not path.exists():
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(Pseudonyms.new_key().hex() + "\n", encoding="ascii")
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
        raise click.UsageError(f"--out {name!r} is no recording of jumun record") from None
    if begun_with != pseudonyms.name:
        raise click.UsageError(f"--out {name!r} was begun with another --key")
