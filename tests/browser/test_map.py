"""The map of points before a real browser: its tiles come from the operator's server."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.browser.inspections import inspections_in


def _png() -> bytes:
    """One grey point, as a picture."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    data = part(b"IHDR", size) + part(b"IDAT", zlib.compress(b"\0\xcc")) + part(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


@pytest.fixture
def tiles(settings) -> Iterator[list[str]]:
    """A server of tiles on this machine, set as the operator would; gives the addresses that were asked."""
    asked: list[str] = []

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(_png())

        def log_message(self, *args: object) -> None:
            """Not on the terminal of the tests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Tiles) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.MAP_TILES = f"http://127.0.0.1:{server.server_address[1]}/{{z}}/{{x}}/{{y}}.png"
        settings.MAP_ATTRIBUTION = "示例地图 <审图号>"
        yield asked
        server.shutdown()


def test_marks_stand_on_tiles_and_lead_to_their_lines(town, visit, tiles):
    inspections_in(town)
    page = visit("office")
    page.goto("/inspections/points/map/")
    page.wait_for_selector(".leaflet-tile-loaded")
    assert tiles
    assert all(len(path.removesuffix(".png").split("/")) == 4 for path in tiles)
    assert page.text_content(".leaflet-control-attribution") == "示例地图 <审图号>"
    marks = page.locator(".point-mark")
    assert marks.count() == page.locator("[data-at]").count() == 1
    # With the keyboard alone.
    marks.first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('[data-at]').dataset.name").startswith("教务窗口")
