"""The standard that ships: civil words, civil service, a civil bearing in public bodies, in two languages."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

CODE = "civil-bodies"
_FILE = Path(__file__).parent / "civil_bodies.toml"
_PLAIN = ("rule", "method", "kinds", "pieces", "shows", "words")


def read(language: str) -> tuple[str, list[dict[str, Any]]]:
    """Its name and its rows, as ``services.keeping.Row`` has them; English for whatever is not Chinese."""
    tongue = "zh" if language.startswith("zh") else "en"
    # Points stay exact: a float never comes into being.
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)
    rows = []
    for dimension in data["dimensions"]:
        for indicator in dimension["indicators"]:
            place = {
                "dimension": dimension[tongue],
                "indicator": indicator[tongue],
                "part": dimension.get("part", "inside"),
            }
            rows += [place | _row(criterion, tongue) for criterion in indicator["criteria"]]
    return data[tongue], rows


def _row(criterion: dict[str, Any], tongue: str) -> dict[str, Any]:
    parameters = dict(criterion.get("parameters", {}))
    if "unit" in parameters:
        parameters["unit"] = parameters["unit"][tongue]
    row = {
        "text": criterion[tongue],
        "points": Decimal(criterion["points"]),
        "parameters": parameters,
        "scorer": criterion.get("scorer", {}).get(tongue, ""),
    }
    return row | {name: criterion[name] for name in _PLAIN if name in criterion}
