"""Nothing of the machine, the network or the law's protection stands in the tree."""

import re

from django.core.checks import run_checks

from tests.house.tree import ROOT, files, short

_TEXT = (
    ".py",
    ".toml",
    ".cfg",
    ".txt",
    ".in",
    ".md",
    ".html",
    ".js",
    ".css",
    ".json",
    ".sh",
    ".po",
    "Makefile",
    "run",
)
_MACHINE = re.compile(r"(?<![\w.:/-])/(?:home|root|work|Users|mnt)/\w")
_REGISTRY = re.compile(
    r"\"resolved\"|--(?:extra-)?index-url|--find-links|\.whl\b|\.tgz\b|(?:pypi|npmjs|npmmirror)\."
)
_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}")
# An eighteen-digit number of a person, with a plausible date of birth inside.
_PERSON = re.compile(
    r"(?<!\d)[1-8]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?![\dA-Z])"
)


def found(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match[0] for match in pattern.finditer(text)]


def test_the_patterns_find_what_they_seek():
    assert found(_MACHINE, "open('/home/someone/x')") == ["/home/s"]
    assert found(_MACHINE, "https://example.org/mnt/x and a/mnt/b") == []
    assert found(_REGISTRY, '"resolved": "https://example.org/a.tgz"') == ['"resolved"', ".tgz"]
    assert found(_KEY, "-----BEGIN " + "PRIVATE KEY-----") == ["-----BEGIN PRIVATE KEY"]
    assert found(_PERSON, "id 110105" + "19491231002X.") == ["11010519491231002X"]


def test_no_machine_paths_keys_or_numbers_of_people():
    texts = {short(path): path.read_text(encoding="utf-8") for path in files(*_TEXT)}
    hits = {
        name: [hit for pattern in (_MACHINE, _KEY, _PERSON) for hit in found(pattern, text)]
        for name, text in texts.items()
        if name != "tests/house/test_secrets.py"
    }
    assert {name: rows for name, rows in hits.items() if rows} == {}


def test_lock_files_name_no_registry():
    locks = [
        ROOT / "requirements" / "run.txt",
        ROOT / "requirements" / "test.txt",
        ROOT / "package-lock.json",
    ]
    assert [hit for lock in locks for hit in found(_REGISTRY, lock.read_text(encoding="utf-8"))] == []


def test_locks_pin_hashes():
    for name in ("run.txt", "test.txt"):
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8").replace("\\\n", " ")
        pins = [line for line in text.splitlines() if line and line[0] not in " #-"]
        assert pins
        assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_django_finds_nothing_wrong():
    assert [str(message) for message in run_checks(include_deployment_checks=False)] == []
