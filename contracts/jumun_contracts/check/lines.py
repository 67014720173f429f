"""Lines of a log, judged wherever they are: in this process, in another, on another machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_contracts.check.judge import Judge
from jumun_contracts.check.tally import Extent
from jumun_contracts.contract.loading import load_contracts
from jumun_contracts.recordings.beside import read_nothing
from jumun_contracts.recordings.bodies import iter_with_files
from jumun_contracts.recordings.lines import LONGEST_LINE
from jumun_contracts.recordings.ndjson import read_ndjson
from jumun_contracts.recordings.ranges import iter_exchanges
from jumun_contracts.schema.parsing import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jumun_contracts.check.tally import Tally
    from jumun_contracts.contract.model import Contract


def judge_lines(
    lines: Iterable[bytes | str | None],
    *contracts: str | Contract,
    file: str = "<lines>",
    file_number: int = 0,
    part: int = 0,
    operation: str | None = None,
    longest: int = LONGEST_LINE,
    beside: Callable[[str], bytes] = read_nothing,
) -> Tally:
    """Judge the lines of an NDJSON log, or of a part of it, as `jumun check` does.

        tallies = [judge_lines(lines, "bootpay", part=number) for number, lines in enumerate(parts)]
        verdict = reduce(Tally.merge, tallies).verdict()

    Args:
        lines: All of them in their order, blank ones too, with their ends or without; None for one that is too long and
            was not read.
        contracts: Contracts, or names such as `naver` or `bootpay:observed`; all as documented if none is given.
        file: What reports call the log.
        file_number: Of several logs, which are reported in this order.
        part: Of several parts of one log, whose lines are counted in this order. Part 0 has the first line.
        operation: `ID` or `ID.STATUS`, as what a line is judged that does not say what it is.
        longest: Bytes that a line may have, as `--max-line`.
        beside: Gives what files hold that lines name as their bodies, or raises FileError.

    Raises:
        DocumentError: No such provider or profile.
        TypeError: Something else than lines.
        UnknownOperationError: No contract has `operation`.
    """
    judge = Judge(load_contracts(*contracts), operation=operation, file_number=file_number, part=part)
    counted = _Counted(lines, longest=longest)
    rows = read_ndjson(counted, file=file, longest=longest, is_start=part == 0)
    exchanges = 0
    for recorded in iter_exchanges(iter_with_files(rows, beside), file=file):
        judge.judge(recorded)
        exchanges = recorded.number
    return judge.tally(Extent(counted.count, exchanges))


class _Counted:
    """Lines as bytes, None in place of one that is too long.

    Attributes:
        count: How many were read.
    """

    def __init__(self, lines: Iterable[bytes | str | None], *, longest: int) -> None:
        if isinstance(lines, bytes | str):
            raise TypeError("expected an iterable of lines, not a text: split it at its line feeds")
        self._lines, self._longest = lines, min(longest, MAX_BYTES)
        self.count = 0

    def __iter__(self) -> Iterator[bytes | None]:
        for line in self._lines:
            self.count += 1
            # Half a surrogate pair becomes bytes that are not UTF-8, which is what is said of them.
            data = line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line
            if data is not None and not isinstance(data, bytes):
                raise TypeError(f"line {self.count} is {type(line).__name__}: expected bytes or str")
            is_short = data is not None and (len(data) <= self._longest or len(data.rstrip(b"\r\n")) <= self._longest)
            yield data if is_short else None
