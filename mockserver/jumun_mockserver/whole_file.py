"""Files that are written whole or not at all: a draft beside them takes their name once it is complete and on disk."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_EVERYONE, _OWNER = 0o666, 0o600


def write_whole(file: Path, content: bytes, *, is_private: bool = False) -> None:
    """Put `content` in the place of what the file has. Whatever happens on the way, one of the two is there, whole.

    Args:
        file: Keeps its permissions if it is there. A symbolic link stays, and what it points to is written.
        is_private: Whether only its owner may read a new one.

    Raises:
        OSError: It cannot be written; the file is as it was.
    """
    file = file.resolve()
    mode = file.stat().st_mode if file.exists() else None
    if mode is not None and not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "not a regular file", str(file))
    with _draft(file, content, is_private=is_private) as draft:
        if mode is not None:
            draft.chmod(stat.S_IMODE(mode))
        draft.replace(file)


def write_first(file: Path, content: bytes) -> bool:
    """Make a file that only its owner may read, unless it is there. Whether it was made: of two processes by one.

    Raises:
        OSError: It cannot be written, and is not there.
    """
    with _draft(file, content, is_private=True) as draft:
        try:
            # Not `replace`, with which the last one would win.
            os.link(draft, file)
        except FileExistsError:
            return False
        finally:
            draft.unlink()
    return True


@contextmanager
def _draft(file: Path, content: bytes, *, is_private: bool) -> Iterator[Path]:
    """A complete file in the folder of `file`, so that it can take its name in one step; removed if it does not."""
    draft = file.with_name(f".jumun-{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(draft, flags, _OWNER if is_private else _EVERYONE)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        yield draft
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    """Have the new name outlive a loss of power, as far as the system lets folders be synchronised."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    # The file is whole and in its place, whatever comes now.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
