"""Where the bytes of a recording are: plain, in gzip, or in a zip beside the files that hold its bodies."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from jumun_contracts.recordings.bodies import FileError
from jumun_contracts.recordings.lines import read_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

_GZIP, _ZIP, _ZLIB = b"\x1f\x8b", b"PK\x03\x04", b"x\xda"
UNREADABLE = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError)
"""What reading a packed recording raises, beside OSError, where it is damaged or packed in a way not known here."""

_TOO_LONG = "it is longer than --max-line allows, and not read"


def is_packed(stream: BinaryIO) -> bool:
    """Whether it is gzip, zlib or a zip, by how it begins; the stream stays where it is."""
    return _head(stream).startswith((_GZIP, _ZIP, _ZLIB))


def buffered(stream: BinaryIO) -> BinaryIO:
    """The stream, as one that can be looked into."""
    return stream if hasattr(stream, "peek") else cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", stream)))


class _Gunzipped(io.RawIOBase):
    """What gzip holds, up to where it is damaged or cut off.

    Attributes:
        damage: What reading it raised there.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = gzip.GzipFile(fileobj=stream)
        self.damage: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what there is, and then nothing."""
        try:
            data = self._stream.read1(len(buffer))
        except UNREADABLE as error:
            self.damage = error
            return 0
        buffer[: len(data)] = data
        return len(data)


def find_damage(stream: BinaryIO) -> Exception | None:
    """What ended the reading of an unpacked recording before its end."""
    raw = getattr(stream, "raw", None)
    return raw.damage if isinstance(raw, _Gunzipped) else None


def unpack(stream: BinaryIO, *, longest: int) -> tuple[BinaryIO, Callable[[str], bytes] | None]:
    """The recording, unpacked as it is read, and what gives the other files of its zip, where it is in one.

    Args:
        longest: Bytes that a zip may have, and each file in it.

    Raises:
        FileError: A zip that is too long, or without a HAR.
    """
    head = _head(stream)
    if head.startswith(_GZIP):
        return io.BufferedReader(_Gunzipped(stream)), None
    if not head.startswith((_ZIP, _ZLIB)):
        return stream, None
    data = read_whole(stream, longest=longest)
    if data is None:
        raise FileError(_TOO_LONG)
    if head.startswith(_ZLIB):
        # As mitmproxy packs a .zhar. What is longer than may be is refused where it is read.
        return io.BytesIO(zlib.decompressobj().decompress(data, longest + 1)), None
    archive = zipfile.ZipFile(io.BytesIO(data))

    def read(name: str) -> bytes:
        try:
            with archive.open(name) as file:
                found = read_whole(cast("BinaryIO", file), longest=longest)
        except KeyError:
            raise FileError("there is no such file in the recording's zip") from None
        except (*UNREADABLE, RuntimeError):  # RuntimeError of one that is encrypted
            raise FileError("it cannot be unpacked") from None
        if found is None:
            raise FileError(_TOO_LONG)
        return found

    names = [each for each in archive.namelist() if each.lower().endswith(".har")]
    if len(names) != 1:
        raise FileError(f"a zip with {len(names)} HAR files; one is expected, beside those that it names")
    return io.BytesIO(read(names[0])), read


def read_beside(path: Path, *, longest: int) -> Callable[[str], bytes]:
    """What gives the files beside a recording, of its own folder and of WireMock's `__files`, and of no other.

    Args:
        longest: Bytes that a file may have.
    """
    folder = path.absolute().parent
    homes = [folder, folder / "__files"]
    # WireMock has mappings and what they name in two folders of one.
    homes += [each.parent / "__files" for each in (folder, *folder.parents) if each.name == "mappings"]

    def read(name: str) -> bytes:
        for home in homes:
            with suppress(OSError, ValueError):  # ValueError of a name with a zero byte
                each = (home / name).resolve()
                if not each.is_relative_to(home.resolve()) or not each.is_file():
                    continue
                with each.open("rb") as file:
                    found = read_whole(file, longest=longest)
                break
        else:
            raise FileError("there is no such file in the recording's folder")
        if found is None:
            raise FileError(_TOO_LONG)
        return found

    return read


def read_nothing(_name: str) -> bytes:
    """In place of the files beside a recording that comes from standard input, or line by line."""
    raise FileError("the recording has no folder for it to be in")


def _head(stream: BinaryIO) -> bytes:
    return bytes(stream.peek(4)[:4])  # type: ignore[attr-defined] # see `buffered`
