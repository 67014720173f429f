"""The file of `-o`: written whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_mockserver.whole_file import write_whole

if TYPE_CHECKING:
    from pathlib import Path


def write_report(path: Path, text: str) -> None:
    """Put `text` into the file; a pipe or device takes it as it comes.

    Raises:
        OSError: It cannot be written; what was there before is kept.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_text(text, encoding="utf-8")
    else:
        write_whole(path, text.encode())
