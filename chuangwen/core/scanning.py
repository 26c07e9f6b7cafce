"""Uploads pass a virus scanner, where one is configured: ClamAV's daemon, by its INSTREAM (clamd(8)).

A file that it has not passed is not kept: a scanner that does not answer refuses as well as one that finds.
"""

from __future__ import annotations

import socket
import time
from typing import IO

from django.conf import settings

from chuangwen.core.problems import FILE_INFECTED, FILE_NOT_SCANNED, Problem

PATIENCE = 15.0  # seconds for a whole file; a scanner takes about one, and others wait behind it
_CHUNK = 64 * 1024
_ANSWER = 4096  # bytes


class _SilentError(Exception):
    """The scanner was not reached, or did not answer in time, or not as it should."""


def scan(file: IO[bytes]) -> None:
    """Have the whole of ``file`` scanned; without a scanner nothing is done.

    Raises Problem ``file.infected``, ``file.not_scanned``.
    """
    if not settings.CLAMD:
        return
    file.seek(0)
    try:
        answer = _ask(b"zINSTREAM\0", file)
    except (OSError, _SilentError) as silent:
        raise Problem(FILE_NOT_SCANNED) from silent
    if answer.endswith("FOUND"):
        raise Problem(FILE_INFECTED, name=answer.removeprefix("stream: ").removesuffix(" FOUND"))
    if answer != "stream: OK":  # such as its limit on the size of a stream
        raise Problem(FILE_NOT_SCANNED)


def answers() -> bool:
    """Whether the scanner is there; so is none."""
    try:
        return not settings.CLAMD or _ask(b"zPING\0") == "PONG"
    except (OSError, _SilentError):
        return False


def _ask(command: bytes, file: IO[bytes] | None = None) -> str:
    """Raises OSError, `_SilentError`."""
    until = time.monotonic() + PATIENCE
    with _connected() as scanner:
        scanner.sendall(command)
        while file and (chunk := file.read(_CHUNK)):
            _hurry(scanner, until)
            scanner.sendall(len(chunk).to_bytes(4, "big") + chunk)
        if file:
            scanner.sendall(bytes(4))
        answer = b""
        while b"\0" not in answer and len(answer) < _ANSWER:
            _hurry(scanner, until)
            if not (part := scanner.recv(_ANSWER)):
                break
            answer += part
    return answer.rstrip(b"\0").decode(errors="replace")


def _hurry(scanner: socket.socket, until: float) -> None:
    """No step takes longer than what is left of the whole."""
    left = until - time.monotonic()
    if left <= 0:
        raise _SilentError
    scanner.settimeout(left)


def _connected() -> socket.socket:
    address: str = settings.CLAMD
    if address.startswith("/"):
        scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        scanner.settimeout(PATIENCE)
        try:
            scanner.connect(address)
        except OSError:
            scanner.close()
            raise
        return scanner
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)
