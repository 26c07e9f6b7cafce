"""Take the pictures of the guides from the demo city: docs/images/*.png. Run it by `make screenshots`.

The picture of a relay comes from the test of that way (tests/browser/test_ways.py).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error, Page, sync_playwright

TREE = Path(__file__).resolve().parent.parent
IMAGES = TREE / "docs" / "images"
SIZES = {"desktop": {"width": 1280, "height": 860}, "phone": {"width": 360, "height": 780}}
LANGUAGES = {"zh": "zh-CN", "en": "en"}
# picture → who looks, and how they get there from their desk: addresses to open, links to follow.
SHOTS: dict[str, tuple[str, list[str]]] = {
    "plan": (
        "office",
        [
            "/campaigns/1/",
            "aside a[href^='/cases/'] >> nth=0",
            "main a[href$='/plan/']",
            "[data-show] >> nth=1",
        ],
    ),
    "desk": ("liaison", []),
    "case": ("liaison", ["main tr:has(a[href$='/file_report/']) td a >> nth=0"]),
    "campaign": ("office", ["/campaigns/1/"]),
    "review": (
        "delegate",
        ["main a[href^='/cases/'] >> nth=0", "main a[href^='/standards/reviews/'] >> nth=0"],
    ),
    "round": ("office", ["/standards/rounds/1/"]),
    "order": ("rival", ["/search/?q=走廊堆放杂物", "main a[href^='/cases/'] >> nth=0"]),
    "bulletin": ("liaison", ["/bulletins/", "main td a >> nth=0"]),
    "draw": ("liaison", ["/inspections/draws/", "main td a >> nth=0"]),
}
PICTURES = [(name, language, "desktop") for name in SHOTS for language in LANGUAGES] + [
    ("plan", "zh", "phone"),
    ("desk", "zh", "phone"),
    ("review", "zh", "phone"),
]


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = os.environ | {"CHUANGWEN_DATA": data, "CHUANGWEN_MODE": "demo"}
        chuangwen = [sys.executable, "-m", "chuangwen"]
        for command in (["init", "--demo"], ["demo"]):
            subprocess.run([*chuangwen, *command], env=environment, cwd=TREE, check=True)
        told = subprocess.run(
            [*chuangwen, "demo", "--accounts"],
            env=environment,
            cwd=TREE,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        server = subprocess.Popen([*chuangwen, "serve", "--port", str(port)], env=environment, cwd=TREE)
        try:
            take_all(f"http://127.0.0.1:{port}", password=told.split()[-1])
        finally:
            server.terminate()
            server.wait()


def take_all(address: str, *, password: str) -> None:
    chromium = (
        os.environ.get("CHUANGWEN_BROWSER") or shutil.which("chromium") or sys.exit("There is no Chromium.")
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, language, size in PICTURES:
            page = browser.new_context(
                base_url=address, locale=LANGUAGES[language], viewport=SIZES[size]
            ).new_page()
            go(page, *SHOTS[name], password=password)
            keep(page, IMAGES / f"{name}-{language}-{size}.png")
            page.context.close()
        browser.close()


def go(page: Page, who: str, path: list[str], *, password: str) -> None:
    """Sign in as ``who`` and follow ``path``."""
    for _attempt in range(100):  # until the server, which is starting, answers
        try:
            page.goto("/accounts/login/")
            break
        except Error:
            page.wait_for_timeout(200)
    page.fill("[name=login]", who)
    page.fill("[name=password]", password)
    page.click("main form button")
    page.wait_for_url("**/desk/")
    for step in path:
        if step.startswith("/"):
            page.goto(step)
        else:
            page.locator(step).first.click()
        page.wait_for_load_state()


def keep(page: Page, path: Path) -> None:
    """A picture with a palette: a quarter of the size, and nothing lost that a reader sees."""
    page.screenshot(path=str(path))
    with Image.open(path) as image:
        image.convert("RGB").quantize(128).save(path, optimize=True)


if __name__ == "__main__":
    main()
