"""The contracts of ``.importlinter`` hold, and would not hold for a house built otherwise."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, short


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def shell(tmp_path):
    """The house with every module empty: it breaks nothing until a test writes something into it."""
    for path in files(".py"):
        if path.is_relative_to(ROOT / "chuangwen"):
            copy = tmp_path / short(path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.touch()
    shutil.copy(ROOT / ".importlinter", tmp_path)
    assert lint(tmp_path).returncode == 0
    return tmp_path


def test_the_house_keeps_its_contracts():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "source", "contract"),
    [
        ("core/upward.py", "import chuangwen.organizations", "Imports go down only"),
        ("cases/upward.py", "import chuangwen.directives", "Imports go down only"),
        ("unnamed/__init__.py", "", "Imports go down only"),
        ("core/settled.py", "import chuangwen.settings", "Nobody looks up at the composition root"),
        ("directives/extraction/tables.py", "import django.db", "The reader of speeches knows no database"),
        ("core/problems.py", "import chuangwen.core.apps", "No app has two modules that need each other"),
    ],
)
def test_a_contract_breaks(shell, module, source, contract):
    path = shell / "chuangwen" / module
    path.parent.mkdir(exist_ok=True)
    path.write_text(source)
    (shell / "chuangwen/core/apps.py").write_text("import chuangwen.core.problems")
    result = lint(shell)
    assert result.returncode == 1
    assert f"{contract} BROKEN" in " ".join(result.stdout.split())
