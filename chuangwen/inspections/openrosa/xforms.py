"""The form of a visit for clients of OpenRosa such as ODK Collect, made by pyxform from its checks.

One form is one point looked at. Questions bear the keys of criteria and choices the keys of points, so that
what was filled in on an older version still says what it is about.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import md5, sha256
from itertools import groupby
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from chuangwen.inspections.findings import Verdict
from chuangwen.inspections.models import Check, Point, Visit
from chuangwen.inspections.queries import checks_of
from chuangwen.inspections.services.findings import WORDS
from chuangwen.standards.models import Criterion

PREFIX = "visit-"  # of the form's id, before the number of the case
UNIT = "unit"  # the choice that stands for the unit itself, and its kind of place
PHOTOS = 3  # questions for photos of one finding
PIXELS = 1600  # of the longer edge, to which clients make photos smaller before they send them
_ZH, _EN = "中文 (zh)", "English (en)"
_LANGUAGES = {_ZH: "zh-hans", _EN: "en"}
_DAY = 86_400  # seconds that a made form is kept
# A new spelling of the forms: raised so that devices fetch them anew.
_EDITION = "1"

Row = dict[str, Any]


@dataclass(frozen=True)
class XForm:
    """A form as clients take it: ``version`` changes with its content."""

    form_id: str
    version: str
    name: str
    xml: str

    @property
    def hash(self) -> str:
        """As the list of forms gives it (OpenRosa Form List API)."""
        return f"md5:{md5(self.xml.encode(), usedforsecurity=False).hexdigest()}"


def form_id(visit: Visit) -> str:
    return f"{PREFIX}{visit.case.number}"


def form_of(visit: Visit) -> XForm:
    """The form of a visit as it is now; made anew only when something in it has changed."""
    checks = list(checks_of(visit.inspection_id))
    survey, choices = _survey(checks), _choices(visit, checks)
    name = f"{visit.case.unit.name} · {visit.inspection.case.title}"
    spelled = json.dumps([_EDITION, name, survey, choices], ensure_ascii=False, sort_keys=True)
    version = sha256(spelled.encode()).hexdigest()[:12]
    kept = f"xform:{visit.pk}:{version}"
    xml = cache.get(kept)
    if xml is None:
        xml = _made(survey, choices, form_id=form_id(visit), version=version, title=_plain(name))
        cache.set(kept, xml, _DAY)
    return XForm(form_id(visit), version, name, xml)


def _made(survey: Sequence[Row], choices: Sequence[Row], **settings: str) -> str:
    from pyxform.xls2xform import convert  # its import takes longer than its work, and only forms need it

    settings["form_title"] = settings.pop("title")
    settings |= {"default_language": _ZH, "instance_name": "jr:choice-name(${point}, '${point}')"}
    made = convert({"survey": list(survey), "choices": list(choices), "settings": [settings]})
    return str(made.xform)


def _plain(words: Any) -> str:
    """Words as they stand: ``${`` would refer to a question."""
    return str(words).replace("${", "$ {")


def _said(column: str, words: Any, **names: Any) -> Row:
    """A column of labels in both languages."""
    found = {}
    for language, code in _LANGUAGES.items():
        with override(code):
            found[f"{column}::{language}"] = _plain(str(words) % names if names else words)
    return found


def _survey(checks: Sequence[Check]) -> list[Row]:
    rows: list[Row] = [
        {"type": "start", "name": "start"},
        {"type": "end", "name": "end"},
        {
            "type": "select_one place",
            "name": "point",
            "required": "yes",
            **_said("label", gettext_lazy("Where are you looking?")),
        },
        {"type": "geopoint", "name": "place", **_said("label", gettext_lazy("Position (may be left out)"))},
    ]
    for kind, asked in groupby(checks, key=lambda check: check.point_type_id or UNIT):
        rows += _group(kind, list(asked))
    return rows


def _group(kind: str, checks: Sequence[Check]) -> Iterator[Row]:
    """The questions at one kind of place, asked where such a one is looked at."""
    place = checks[0].point_type
    label = (
        {f"label::{_ZH}": _plain(place.name), f"label::{_EN}": _plain(place.name_en)}
        if place
        else _said("label", gettext_lazy("at the unit itself"))
    )
    chosen = "instance('place')/root" + "/item[name = ${point}]"
    yield {"type": "begin group", "name": f"at_{kind}", "relevant": f"{chosen}/kind = '{kind}'", **label}
    for check in checks:
        # The kind of place, too: one criterion can be asked at several.
        yield from _questions(f"{check.criterion_id}_{kind}", check.criterion)
    yield {"type": "end group"}


def _questions(of: str, criterion: Criterion) -> Iterator[Row]:
    """Verdict, words and photos; the last two where it is not met."""
    unmet = f"${{c{of}}} = '{Verdict.UNMET}'"
    yield {
        "type": f"select_one {'veto' if criterion.rule == 'veto' else 'verdict'}",
        "name": f"c{of}",
        "required": "yes",
        **_said("label", criterion.text),
        **_hint(criterion),
    }
    yield {
        "type": "text",
        "name": f"w{of}",
        "appearance": "multiline",
        "relevant": unmet,
        "required": "yes",
        "constraint": f"string-length(.) <= {WORDS}",
        **_said("constraint_message", gettext_lazy("At most %(limit)s characters."), limit=WORDS),
        **_said("label", gettext_lazy("What did you find?")),
    }
    needed = min(max(criterion.pieces, 1), PHOTOS) if Criterion.Kind.PHOTO in criterion.kinds else 0
    for number in range(1, PHOTOS + 1):
        before = f" and ${{p{of}_{number - 1}}} != ''" if number > max(needed, 1) else ""
        yield {
            "type": "image",
            "name": f"p{of}_{number}",
            "relevant": unmet + before,
            "parameters": f"max-pixels={PIXELS}",
            **({"required": "yes"} if number <= needed else {}),
            **_said("label", gettext_lazy("Photo %(number)s"), number=number),
        }


def _hint(criterion: Criterion) -> Row:
    """How it is scored, and what evidence shows it."""
    found = {}
    for language, code in _LANGUAGES.items():
        with override(code):
            parts = [criterion.rule_in_words, criterion.evidence_in_words]
            found[f"hint::{language}"] = _plain(str(_("; ")).join(map(str, filter(None, parts))))
    return found


def _choices(visit: Visit, checks: Sequence[Check]) -> list[Row]:
    """The points that are looked at, and the two lists of verdicts."""
    kinds = {check.point_type_id for check in checks}
    points = Point.objects.looked_at(visit).filter(type__in=kinds - {None})
    rows = [
        {"list_name": "place", "name": str(point.pk), "kind": point.type_id, **_said("label", _told(point))}
        for point in points.select_related("type")
    ]
    if None in kinds:
        unit = _said("label", gettext_lazy("at the unit itself"))
        rows.append({"list_name": "place", "name": UNIT, "kind": UNIT, **unit})
    usual = dict[str, Any](Verdict.choices)
    veto = {Verdict.MET: gettext_lazy("It did not occur"), Verdict.UNMET: gettext_lazy("It occurred")}
    return rows + [
        {"list_name": name, "name": str(code), **_said("label", label)}
        for name, labels in (("verdict", usual), ("veto", usual | veto))
        for code, label in labels.items()
    ]


def _told(point: Point) -> str:
    return f"{point.name} ({point.address})" if point.address else point.name
