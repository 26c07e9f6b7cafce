"""What `make` says when something is missing: one clear sentence in each language, and nothing half done.

Each set-up runs in a tree of its own, with programs that fail as those of a poor machine do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

PATIENCE = 60  # seconds
TOO_OLD = (
    "需要 Python 3.11 或更新的版本，{python} 没有安装或过旧；如已另装，请用 make … PYTHON=python3.12 指定。\n"
    "Python 3.11 or newer is needed; {python} is missing or too old. If you have a newer one, say"
    " make … PYTHON=python3.12\n"
)
NO_VENV = (
    "Python 缺少 venv 模块，请先安装（Debian、Ubuntu：apt install python3-venv）。\n"
    "Python lacks its venv module; install it first (Debian, Ubuntu: apt install python3-venv).\n"
)
NO_ENVIRONMENT = "Python 环境建立失败，原因见上。\nThe Python environment could not be made; see above why.\n"
NOT_INSTALLED = (
    "安装失败，原因见上；如因网络不通，恢复后重新执行即可。\n"
    "The installation failed; see above why. If it is the network, try again when it is back.\n"
)
NOT_COMPILED = "译文编译失败，原因见上。\nThe translations could not be compiled; see above why.\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What the set-up reads, and nothing that was installed."""
    place = tmp_path / "tree"
    for name in ("Makefile", "tools/setup.py", "package.json", "package-lock.json"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, place / name)
    shutil.copytree(ROOT / "requirements", place / "requirements")
    return place


def program(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", *lines, "")), encoding="utf-8")
    path.chmod(0o755)
    return path


def make(tree: Path, target: str, *, python: Path | str = sys.executable) -> subprocess.CompletedProcess[str]:
    """`make` as in a shell that has set nothing; programs in ``tree/bin`` go before those of the machine."""
    ours = ("CHUANGWEN_", "DJANGO_", "DATABASE_URL", "MAKE", "MFLAGS", "COV", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        ["make", target, f"PYTHON={python}"],
        cwd=tree,
        env=kept | {"PATH": f"{tree / 'bin'}:{kept['PATH']}"},
        timeout=PATIENCE,
        capture_output=True,
        text=True,
        check=False,
    )


def assert_stopped(done: subprocess.CompletedProcess[str], said: str, reason: str = "") -> None:
    """`make` failed, gave the program's own reason before the sentences, and no stack of calls."""
    assert done.returncode == 2  # of make, whatever its command said
    assert done.stderr.count(said) == 1
    assert done.stderr.index(reason) <= done.stderr.index(said)
    assert "Error 1" in done.stderr.split(said)[1]
    assert "Traceback" not in done.stderr
    assert "安装完成" not in done.stdout


def environment_of(tree: Path, *, pip: str) -> None:
    """An environment that is there already, whose pip does this; no call of it reaches a real one."""
    packages = tree / ".venv" / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    program(
        tree / ".venv" / "bin" / "python",
        'case "$*" in',
        '*"import pip, sys"*) echo True ;;',
        f'*"-m pip"*) {pip} ;;',
        f'*"import sysconfig"*) echo {packages} ;;',
        '*"-m chuangwen messages compile"*) echo "no such catalogue" >&2; exit 1 ;;',
        "*) exit 70 ;;",
        "esac",
    )


def node(tree: Path, *, npm: str) -> None:
    program(tree / "bin" / "node", "echo true")
    program(tree / "bin" / "npm", npm)


def old_python(tree: Path, version: tuple[int, int]) -> Path:
    """Python as it is, but for what it says of its age."""
    code = f"import sys; sys.version_info = {version}; exec(sys.argv[2])"
    return program(tree / "bin" / "old", f'exec {sys.executable} -c "{code}" "$@"')


def test_a_python_that_is_too_old_is_named(tree: Path):
    python = old_python(tree, (3, 10))
    done = make(tree, "python", python=python)
    assert (done.returncode, done.stdout) == (2, TOO_OLD.format(python=python))
    assert "Traceback" not in done.stderr


def test_the_oldest_python_that_will_do_is_taken_without_a_word(tree: Path):
    done = make(tree, "python", python=old_python(tree, (3, 11)))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("target", ["demo", "test", "setup"])
def test_no_python_is_told_before_anything_is_made(tree: Path, target: str):
    done = make(tree, target, python="no-such-python")
    assert (done.returncode, done.stdout) == (2, TOO_OLD.format(python="no-such-python"))
    assert not (tree / ".venv").exists()


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_its_venv_is_told_what_to_install(tree: Path, module: str):
    hidden = tree / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(f"import sys; sys.modules[{module!r}] = None\n")
    python = program(tree / "bin" / "poor", f'PYTHONPATH={hidden} exec {sys.executable} "$@"')
    assert_stopped(make(tree, "setup", python=python), NO_VENV)
    assert not (tree / ".venv").exists()


def test_an_environment_that_cannot_be_made_is_told(tree: Path):
    (tree / ".venv").write_text("a file where the folder should be", encoding="utf-8")
    done = make(tree, "setup")
    assert_stopped(done, NO_ENVIRONMENT)
    assert "建立 Python 环境 · making the Python environment" in done.stdout


def test_a_failed_installation_is_told_and_done_again_the_next_time(tree: Path):
    environment_of(tree, pip="echo 'ERROR: no route to the index' >&2; exit 1")
    assert_stopped(make(tree, "setup"), NOT_INSTALLED, "ERROR: no route to the index")
    assert not (tree / ".venv" / ".run-installed").exists()
    environment_of(tree, pip="echo again")
    node(tree, npm="echo 'npm error network' >&2; exit 1")
    done = make(tree, "setup")
    assert "again" in done.stdout.split("\n")
    assert (tree / ".venv" / ".run-installed").exists()


def test_only_what_the_lock_names_is_installed_whatever_was_released_since(tree: Path):
    environment_of(tree, pip='echo "asked: $*"')
    node(tree, npm="exit 1")
    (asked,) = (line for line in make(tree, "setup").stdout.split("\n") if line.startswith("asked: "))
    assert asked.endswith(f"install --no-deps --require-hashes -r {tree}/requirements/run.txt")


def test_assets_that_cannot_be_installed_are_told_and_done_again(tree: Path):
    environment_of(tree, pip="exit 0")
    node(tree, npm="echo 'npm error network' >&2; exit 1")
    assert_stopped(make(tree, "setup"), NOT_INSTALLED, "npm error network")
    assert not (tree / "node_modules" / ".run-installed").exists()


def test_translations_that_cannot_be_compiled_are_told(tree: Path):
    environment_of(tree, pip="exit 0")
    node(tree, npm="mkdir -p node_modules")
    assert_stopped(make(tree, "setup"), NOT_COMPILED, "no such catalogue")
    assert (tree / ".venv" / "packages" / "chuangwen.pth").read_text(encoding="utf-8") == f"{tree}\n"
