"""A mail server and a chat's webhook on this machine, which accept, refuse or hang as they are told."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Any


class _Told:
    """What a server is told to do, and what it has received."""

    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def begin(self) -> None:
        self.received: list[Any] = []
        self.refuses = False
        self.hangs = False  # takes the message and does not answer
        self.took_one = Event()
        self.go_on = Event()
        Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()  # type: ignore[attr-defined]

    def end(self) -> None:
        self.go_on.set()
        self.shutdown()  # type: ignore[attr-defined]
        self.server_close()  # type: ignore[attr-defined]

    def take(self, message: Any) -> bool:
        """Receive a message; whether it is accepted. A server that hangs answers at the test's end."""
        if self.refuses:
            return False
        self.received.append(message)
        self.took_one.set()
        if self.hangs:
            self.go_on.wait()
        return True

    @property
    def port(self) -> int:
        return self.server_address[1]  # type: ignore[attr-defined]


class MailServer(_Told, ThreadingTCPServer):
    """Speaks as much SMTP as a client needs; ``received`` are the messages."""

    received: list[EmailMessage]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _MailSession)
        self.begin()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed leaves without a word."""


class _MailSession(StreamRequestHandler):
    server: MailServer

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")

    def handle(self) -> None:
        self.say("220 here")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self.say("354 go on")
                self.say("250 taken" if self.server.take(self._message()) else "451 not now")
            else:
                self.say("221 bye" if word == b"QUIT" else "250 yes")
            if word == b"QUIT":
                return

    def _message(self) -> Any:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return message_from_bytes(b"".join(lines), policy=policy.default)


class Webhook(_Told, ThreadingHTTPServer):
    """Takes JSON; ``received`` are the bodies."""

    received: list[dict[str, Any]]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.begin()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed leaves without a word."""


class _Hook(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200 if self.server.take(body) else 500)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Silence."""
