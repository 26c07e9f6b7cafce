"""The text of a PDF, read in a process of its own under limits of time and memory.

A few kilobytes of PDF can ask for hours of work (streams in streams, forms that draw forms), and a thread
cannot be stopped. So this file is also the script that `pdf_text` runs; it imports nothing of the house.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from io import BytesIO
from typing import Literal

Fault = Literal["encrypted", "too_long", "bomb", "broken"]

MAX_PAGES = 500
SECONDS = 20  # five hundred pages of text take three
_MEMORY = 1024**3  # bytes of address space


class UnreadablePdfError(Exception):
    """The PDF cannot be read; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


def pdf_text(data: bytes, *, limit: int, seconds: int = SECONDS) -> str:
    """The text of all pages, one after the other; beyond ``limit`` characters the fault is ``too_long``.

    Raises ``UnreadablePdfError``; after ``seconds`` of computing its fault is ``bomb``.
    """
    command = [sys.executable, "-I", __file__, str(limit), str(seconds)]
    try:
        # Twice the time on the wall, for a machine that is busy.
        done = subprocess.run(command, input=data, capture_output=True, timeout=2 * seconds, check=False)  # noqa: S603 — our own file
    except subprocess.TimeoutExpired as error:
        raise UnreadablePdfError("bomb") from error
    if done.returncode:
        raise UnreadablePdfError("bomb")  # killed by a limit
    answer = json.loads(done.stdout)
    if answer["fault"]:
        raise UnreadablePdfError(answer["fault"])
    return str(answer["text"])


def _extract(data: bytes, limit: int) -> str:
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadablePdfError("encrypted")
    if len(reader.pages) > MAX_PAGES:
        raise UnreadablePdfError("bomb")
    pages, length = [], 0
    for page in reader.pages:
        pages.append(page.extract_text())
        length += len(pages[-1])
        if length > limit:
            raise UnreadablePdfError("too_long")
    return "\n".join(pages)


def _answer(data: bytes, limit: int) -> dict[str, str]:
    from pypdf.errors import LimitReachedError

    try:
        return {"fault": "", "text": _extract(data, limit)}
    except UnreadablePdfError as error:
        return {"fault": error.fault}
    except (LimitReachedError, MemoryError):
        return {"fault": "bomb"}
    except Exception:  # a hostile file makes the library raise anything; its state ends with this process
        return {"fault": "broken"}


def _main() -> None:
    limit, seconds = (int(argument) for argument in sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    # Half a surrogate pair, which a broken font can give, is no text.
    answer = json.dumps(_answer(sys.stdin.buffer.read(), limit))
    sys.stdout.write(answer)


if __name__ == "__main__":
    _main()
