"""Uploads and the virus scanner: a server of the test speaks clamd's protocol, or fails to."""

from __future__ import annotations

import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest

from chuangwen.core import files, photos, scanning
from chuangwen.core.management.commands.serve import Command
from chuangwen.core.models import Blob
from chuangwen.core.problems import Problem
from chuangwen.core.tests.uploads import photo, upload

BAD = b"pretend that this is a virus"


class Clamd(socketserver.StreamRequestHandler):
    """What clamd does with a stream: it reads parts until an empty one, then says what it found."""

    def handle(self) -> None:
        server = self.server
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if server.mood == "hangs":
            server.released.wait(20)
            return
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
            return
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
            if server.mood == "leaves":
                return
        server.scanned.append(content)
        if server.mood == "limit":
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        else:
            self.wfile.write(b"stream: Pretended.Virus FOUND\0" if BAD in content else b"stream: OK\0")


@contextmanager
def clamd(settings, mood: str = "", *, path: Path | None = None) -> Iterator[socketserver.BaseServer]:
    kind = socketserver.ThreadingUnixStreamServer if path else socketserver.ThreadingTCPServer
    with kind(str(path) if path else ("127.0.0.1", 0), Clamd) as server:
        server.mood, server.scanned, server.released = mood, [], threading.Event()
        server.daemon_threads = True
        settings.CLAMD = str(path) if path else f"127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()


@pytest.fixture(autouse=True)
def media(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def kept(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def refusal(data: bytes) -> Problem:
    with pytest.raises(Problem) as refused:
        files.store(upload(data), accept=files.DOCUMENTS)
    return refused.value


@pytest.mark.parametrize("unix", [False, True])
def test_what_is_clean_is_kept_as_it_was_scanned(settings, tmp_path, unix):
    data = b"%PDF-1.4 " + b"x" * 200_000
    with clamd(settings, path=tmp_path / "clamd.sock" if unix else None) as server:
        assert scanning.answers()
        blob = files.store(upload(data), accept=files.DOCUMENTS)
        assert server.scanned == [data]
    assert files.read(blob) == data


def test_what_the_scanner_finds_is_not_kept(settings, media):
    with clamd(settings):
        problem = refusal(b"%PDF-1.4 " + BAD)
    assert (problem.code, problem.details) == ("file.infected", {"name": "Pretended.Virus"})
    assert (kept(media), Blob.objects.count()) == ([], 0)


def test_a_photo_is_scanned_as_it_was_sent(settings, media):
    with clamd(settings) as server:
        sent = photo("JPEG")
        photos.store(upload(sent), accept=photos.SENT)
        assert server.scanned == [sent]
        with pytest.raises(Problem) as refused:
            photos.store(upload(sent + BAD), accept=photos.SENT)
    assert (refused.value.code, len(kept(media))) == ("file.infected", 1)


def test_a_document_that_is_read_is_scanned_before(settings, media):
    with clamd(settings), pytest.raises(Problem) as refused:
        files.store_document(upload(BAD), accept=files.DOCUMENTS, read=lambda data: pytest.fail("was read"))
    assert (refused.value.code, kept(media)) == ("file.infected", [])


@pytest.mark.parametrize("mood", ["hangs", "leaves", "limit"])
def test_a_scanner_that_does_not_do_its_work_refuses_in_time(settings, media, monkeypatch, mood):
    monkeypatch.setattr(scanning, "PATIENCE", 0.3)
    with clamd(settings, mood):
        assert refusal(b"%PDF-1.4 " + bytes(3_000_000)).code == "file.not_scanned"
        assert scanning.answers() is (mood != "hangs")
    assert (kept(media), Blob.objects.count()) == ([], 0)


def test_a_scanner_that_takes_its_time_over_each_byte_is_not_waited_for(settings, monkeypatch):
    monkeypatch.setattr(scanning, "PATIENCE", 0)
    with clamd(settings):
        assert refusal(b"%PDF-1.4").code == "file.not_scanned"


@pytest.mark.parametrize("address", ["127.0.0.1:9", "/nowhere/clamd.sock"])
def test_a_scanner_that_is_not_there_refuses(settings, media, address):
    settings.CLAMD = address
    assert refusal(b"%PDF-1.4").code == "file.not_scanned"
    assert (scanning.answers(), kept(media)) == (False, [])


@pytest.mark.parametrize(("address", "said"), [("127.0.0.1:9", True), ("", False)])
def test_the_server_says_at_the_start_that_the_scanner_is_silent(settings, address, said):
    settings.CLAMD, told = address, StringIO()
    Command(stderr=told).warn()
    assert ("does not answer" in told.getvalue()) is said


def test_a_setting_that_names_no_place_is_refused():
    run = {"CHUANGWEN_MODE": "test", "CHUANGWEN_CLAMD": "scanner", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", "import chuangwen.settings"],
        env=run,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "CHUANGWEN_CLAMD must be the path of a socket, or host:port" in done.stderr


def test_without_a_scanner_nothing_is_asked(settings):
    assert settings.CLAMD == ""
    assert scanning.answers()
    assert files.store(upload(BAD), accept=files.DOCUMENTS).size == len(BAD)


def test_what_we_make_ourselves_is_not_scanned(settings):
    settings.CLAMD = "127.0.0.1:9"
    assert files.store_bytes(b"%PDF-1.4", files.PDF).size == 8
