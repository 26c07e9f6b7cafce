"""Zip archives from strangers: every part is read under a limit, whatever its declared size says."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from typing import IO

# An office document has a few dozen parts and one picture each; ten thousand are no document.
MAX_PARTS = 2_000
_CHUNK = 64 * 1024
# Reading in small steps bounds the memory for these two only; office documents use no others.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}

# What zipfile raises for broken archives; RuntimeError is a part under a password.
_FAULTS = (KeyError, ValueError, RuntimeError, OSError, EOFError, zipfile.BadZipFile, zlib.error)


class BrokenArchiveError(Exception):
    """The archive cannot be read, or lacks the part."""


class TooLargeError(Exception):
    """The archive holds more than is read here."""


class Archive:
    """An archive of which single parts are read.

    Raises ``BrokenArchiveError`` if it cannot be listed, ``TooLargeError`` if it has too many parts.
    """

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except _FAULTS as error:
            raise BrokenArchiveError from error
        if len(self._zip.infolist()) > MAX_PARTS:
            raise TooLargeError

    def read(self, name: str, limit: int) -> bytes:
        """The part ``name``, of at most ``limit`` bytes.

        Never asks for a part as a whole: zipfile would inflate all of it before it cuts it to the size that
        the archive declares, and that size is a stranger's word.

        Raises ``BrokenArchiveError`` (also for a part that is not there) and ``TooLargeError``.
        """
        found = bytearray()
        try:
            part = self._zip.getinfo(name)
            if part.compress_type not in _METHODS:
                raise BrokenArchiveError
            if part.file_size > limit:
                raise TooLargeError
            with self._zip.open(part) as file:
                while chunk := file.read(_CHUNK):
                    found += chunk
        except _FAULTS as error:
            raise BrokenArchiveError from error
        return bytes(found)

    def measure(self, limit: Callable[[str], int]) -> None:
        """Unpack every part once, to see that none is larger than ``limit`` says of its name, in bytes.

        For readers of whole archives that would believe the sizes it declares. Raises ``BrokenArchiveError``
        and ``TooLargeError``.
        """
        for part in self._zip.infolist():
            try:
                if part.compress_type not in _METHODS:
                    raise BrokenArchiveError
                size = 0
                with self._zip.open(part) as file:
                    while chunk := file.read(_CHUNK):
                        size += len(chunk)
                        if size > limit(part.filename):
                            raise TooLargeError
            except _FAULTS as error:
                raise BrokenArchiveError from error
