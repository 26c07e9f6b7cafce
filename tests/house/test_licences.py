"""What the product runs on may be passed on with it, and runs on the oldest Python we promise."""

import json
import re
from importlib.metadata import Distribution, PackagePath, distribution

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.house.tree import ROOT

OLDEST_PYTHON = "3.11.0"
# Libraries under the LGPL: used unchanged as separate packages that anybody may exchange, which it allows.
LGPL: dict[str, str] = {
    "pi-heif": "reads the pictures of phones; imported, never changed, replaceable by the operator",
    "psycopg": "PostgreSQL driver; imported, never changed, replaceable by the operator",
    "psycopg-binary": "the compiled half of psycopg",
    "python-stdnum": "check digits of GB 32100; imported, never changed",
}
_FREE = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|PSF|Python Software Foundation|ISC|MPL|Mozilla|HPND|Unlicense|CC0|Zlib|OFL)\b"
)
# What a licence's text begins with, where a package says no more of it.
_TEXTS = {
    "BSD": "Redistribution and use in source and binary forms, with or without modification, are permitted",
    "MIT": "Permission is hereby granted, free of charge, to any person obtaining a copy",
}


def locked() -> list[str]:
    """Names in the run-time lock that this machine needs."""
    text = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line.split(" --hash")[0].strip() for line in text.splitlines() if line and line[0] not in " #-")
    wanted = (Requirement(line) for line in lines)
    return [need.name for need in wanted if need.marker is None or need.marker.evaluate()]


def licence(found: Distribution) -> str:
    """What the package says of its licence, in the words it uses."""
    data = found.metadata
    classifiers = [value for value in data.get_all("Classifier", []) if value.startswith("License ::")]
    stated = (data.get("License-Expression") or data.get("License") or "").strip().split("\n")[0]
    return " ".join([stated, *classifiers]).strip() or _by_its_text(found)


def _by_its_text(found: Distribution) -> str:
    """The licence of a package whose metadata name none, told by the text that it comes with."""
    files = [file for name in found.metadata.get_all("License-File", []) for file in _files(found, name)]
    text = " ".join(" ".join(file.read_text().split()) for file in files)
    return next((name for name, words in _TEXTS.items() if words in text), "")


def _files(found: Distribution, name: str) -> list[PackagePath]:
    return [file for file in found.files or () if file.match(f"*.dist-info/licenses/{name}")]


@pytest.mark.parametrize("name", locked())
def test_licence_and_python_of_a_library(name):
    found = distribution(name)
    words = licence(found)
    if re.search(r"\bLGPL|Lesser", words):
        assert name in LGPL
    else:
        assert not re.search(r"\bA?GPL|General Public", words), words
        assert _FREE.search(words), f"{name}: unknown licence {words!r}"
        assert name not in LGPL
    assert SpecifierSet(found.metadata.get("Requires-Python") or "").contains(OLDEST_PYTHON)


def test_licences_of_the_front_end():
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    manifests = (
        json.loads((ROOT / "node_modules" / name / "package.json").read_text("utf-8")) for name in wanted
    )
    licences = {manifest["name"]: manifest["license"] for manifest in manifests}
    assert licences.keys() == wanted.keys()
    assert [name for name, words in licences.items() if not _FREE.search(words)] == []
