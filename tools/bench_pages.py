"""The pages that ``tools/bench.py`` times: each with whoever opens it and its address."""

from __future__ import annotations

from django.urls import reverse

from chuangwen.cases.models import Campaign, Case

# Page → who opens it, and its address; the names in it are given by `pages`.
PAGES = {
    "limit: the journal's head (no list)": ("office", "{journal}"),
    "burden of the year, office": ("office", "{burden}"),
    "preview of a task to all, office": ("office", "{preview}"),
    "desk, liaison": ("liaison", "{desk}"),
    "desk, office": ("office", "{desk}"),
    "desk, department": ("department", "{desk}"),
    "case page, liaison": ("liaison", "{case}"),
    "case page, office": ("office", "{case}"),
    "tree, office": ("office", "{tree}"),
    "tree, county": ("county", "{tree}"),
    "tree, department": ("department", "{tree}"),
    "tree of one system, office": ("office", "{tree}?system=s3"),
    "tree of one county, office": ("office", "{county}"),
    "systems, office": ("office", "{systems}"),
    "systems, department": ("department", "{systems}"),
    "overview with matrix, leader": ("leader", "{overview}"),
    "overview, county": ("county", "{overview}"),
    "overview, department": ("department", "{overview}"),
    "timeline, leader": ("leader", "{timeline}"),
    "timeline, department": ("department", "{timeline}"),
    "down to the person, office": ("office", "{persons}"),
    "down to the person in one county": ("office", "{persons}?place=990101"),
    "down to the person, department": ("department", "{persons}"),
    "late cases, leader": ("leader", "{late}"),
    "late cases of one county and system": ("leader", "{late}?territory=990101&system=s3"),
    "ledger, office": ("office", "{ledger}"),
    "ledger, county": ("county", "{ledger}"),
    "ledger, department": ("department", "{ledger}"),
    "ledger, liaison": ("liaison", "{ledger}"),
    "ledger, last pages": ("office", "{ledger}?after={deep}"),
    "ledger by unit, backwards": ("office", "{ledger}?sort=-unit"),
    "ledger by territory": ("office", "{ledger}?sort=territory"),
    "ledger by state": ("office", "{ledger}?sort=state"),
    "ledger, late": ("office", "{ledger}?urgency=late"),
    "ledger, closed, newest first": ("office", "{ledger}?urgency=closed&sort=-closed"),
    "ledger of one territory": ("office", "{ledger}?territory=990103"),
    "ledger of one system, late": ("office", "{ledger}?system=s3&urgency=late"),
    "ledger, a word of the title": ("office", "{ledger}?q=礼仪"),
    "ledger, a word found nowhere": ("office", "{ledger}?q=鼓楼"),
    "search, frequent 窗口, office": ("office", "{search}?q=窗口"),
    "search, rare 鼓楼, office": ("office", "{search}?q=鼓楼"),
    "search, frequent 礼仪, liaison": ("liaison", "{search}?q=礼仪"),
    "search, frequent 示例, county": ("county", "{search}?q=示例"),
    "search, frequent 窗口, department": ("department", "{search}?q=窗口"),
}


def pages(campaign: Campaign) -> dict[str, tuple[str, str]]:
    """Page → who opens it, and its address."""
    own = Case.objects.filter(kind="assignment", unit__code="U7").latest("pk")
    deep = Case.objects.filter(kind="assignment").order_by("-due", "-pk")[100]
    draft = Case.objects.get(kind="meeting", state="draft")
    tree = reverse("directives:campaign", args=[campaign.pk])
    known = {
        "journal": reverse("web:journal"),
        "burden": reverse("directives:burden"),
        "preview": reverse("directives:preview", args=[draft.number]),
        "desk": reverse("web:desk"),
        "search": reverse("web:search"),
        "ledger": reverse("cases:ledger"),
        "case": reverse("cases:case", args=[own.number]),
        "deep": f"{deep.due:%Y-%m-%d},{deep.pk}",
        "tree": tree,
        "county": f"{tree}territory/990101/",
        "systems": f"{tree}systems/",
        "overview": f"{tree}overview/",
        "timeline": f"{tree}overview/timeline/",
        "persons": f"{tree}persons/",
        "late": f"{tree}late/",
    }
    return {name: (who, address.format(**known)) for name, (who, address) in PAGES.items()}
