"""Requests that come in chunks, without saying how long they are (RFC 9112, section 7.1).

Django reads as many bytes as a request announces, and none of one that announces nothing. OpenRosa asks that
such are taken, and some telephones send so.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from typing import Any

LARGEST = 128 * 1024 * 1024  # bytes; of a longer request no more is read, and what is read will make no sense
_IN_MEMORY = 4 * 1024 * 1024
_PART = 64 * 1024

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def measured(application: Application) -> Application:
    """The application, told how long each request is."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        chunked = environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
        if not chunked or environ.get("CONTENT_LENGTH"):
            return application(environ, start_response)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as whole:
            left = LARGEST
            while left and (part := environ["wsgi.input"].read(min(_PART, left))):
                whole.write(part)
                left -= len(part)
            whole.seek(0)
            known = {"CONTENT_LENGTH": str(LARGEST - left), "wsgi.input": whole}
            return application(environ | known, start_response)

    return answer
