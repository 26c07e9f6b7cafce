"""The pages of standards: what their office can do, what others see, and what a refusal keeps."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from chuangwen.organizations.models import PeerGroup
from chuangwen.standards.models import Criterion, Dimension, Indicator, Standard
from chuangwen.standards.services import keeping
from chuangwen.standards.tests.conftest import ROWS, draft_of, publish

CRITERION = {
    "text": "三",
    "method": "site",
    "points": "5",
    "rule": "graded",
    "bands": "A 5\nB：3",
    "pieces": "0",
    "words": "0",
    "limit": "500",
}


def fresh(standard):
    return Standard.objects.get(pk=standard.pk)


def text(answer):
    return answer.content.decode()


def rows_of(answer):
    return list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))


def test_a_standard_from_nothing_to_published(browse, city):
    client = browse("office")
    fields = {
        "name": "新体系",
        "code": "new",
        "level": "city",
        "valid_from": "2026-01-01",
        "full": "5",
        "bonus": "0",
        "office": city.units["OFFICE"].pk,
        "peer_groups": ["schools"],
    }
    refused = client.post(reverse("standards:new"), fields | {"valid_to": "2025-01-01"})
    assert (refused.status_code, "It cannot end before it begins." in text(refused)) == (400, True)
    client.post(reverse("standards:new"), fields)
    standard = Standard.objects.get()
    steps = (
        ("dimension", standard.pk, {"name": "一", "part": "inside", "points": "5"}),
        ("indicator", None, {"name": "二", "points": "5"}),
        (
            "criterion",
            None,
            CRITERION,
        ),
    )
    parents = {"indicator": Dimension, "criterion": Indicator}
    for name, parent, asked in steps:
        pk = parent or parents[name].objects.get().pk
        seen = {"seen": fresh(standard).revision}
        answer = client.post(reverse("standards:new_part", args=[standard.pk, name, pk]), asked | seen)
        assert answer.status_code == 302
    assert Criterion.objects.get().parameters == {"grades": [["A", "5"], ["B", "3"]]}
    page = text(client.get(reverse("standards:standard", args=[standard.pk])))
    assert "Nothing is missing and all points agree." in page
    client.post(reverse("standards:publish", args=[standard.pk]), {"seen": fresh(standard).revision})
    assert fresh(standard).state == "published"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"rule": "graded", "bands": "A"}, "is not two words"),
        ({"rule": "count"}, "This rule also needs: Points for each"),
        ({"words": "501", "rule": "manual"}, "It cannot be more than the most that is allowed."),
        ({"limit": "501", "rule": "manual"}, "less than or equal to 500"),
    ],
)
def test_a_criterion_that_cannot_be_meant_comes_back_as_typed(browse, draft, asked, words):
    criterion = Criterion.objects.first()
    fields = {"text": "改了", "method": "site", "points": "40", "pieces": "0", "words": "0", "limit": "500"}
    answer = browse("office").post(
        reverse("standards:part", args=["criterion", criterion.pk]),
        fields | {"seen": fresh(draft).revision} | asked,
    )
    assert (answer.status_code, words in text(answer), "改了" in text(answer)) == (400, True, True)
    assert Criterion.objects.first().text == "主动问候"


def test_a_part_is_changed_and_taken_out(browse, draft):
    client, criterion = browse("office"), Criterion.objects.first()
    page = reverse("standards:part", args=["criterion", criterion.pk])
    assert 'value="0.5"' in text(client.get(page))
    fields = {
        "text": "改了",
        "method": "site",
        "points": "40",
        "rule": "manual",
        "pieces": "0",
        "words": "0",
        "limit": "500",
        "seen": fresh(draft).revision,
    }
    answer = client.post(page, fields)
    assert answer.url.endswith(f"#criterion-{criterion.pk}")
    stale = client.post(page, fields | {"text": "又改"})
    assert (stale.status_code, "又改" in text(stale)) == (409, True)
    drop = reverse("standards:drop_part", args=["criterion", criterion.pk])
    client.post(drop, {"seen": fresh(draft).revision})
    assert Criterion.objects.count() == 3


def test_a_published_standard_is_refused_through_every_door(browse, published):
    client, criterion = browse("office"), Criterion.objects.first()
    seen = {"seen": fresh(published).revision}
    fields = {
        "text": "偷改",
        "method": "site",
        "points": "40",
        "rule": "manual",
        "pieces": "0",
        "words": "0",
        "limit": "500",
    }
    for name, args, asked in (
        ("part", ["criterion", criterion.pk], fields),
        ("drop_part", ["criterion", criterion.pk], {}),
        (
            "edit",
            [published.pk],
            {
                "name": "x",
                "code": "x",
                "level": "city",
                "valid_from": "2026-01-01",
                "full": "1",
                "bonus": "0",
            },
        ),
        ("publish", [published.pk], {}),
        ("act", [published.pk, "discard"], {}),
    ):
        answer = client.post(reverse(f"standards:{name}", args=args), asked | seen)
        assert answer.status_code == 409
        assert "standard.published" in text(answer)
    assert Criterion.objects.first().text == "主动问候"


def test_points_that_do_not_sum_are_named_and_the_reason_typed_is_kept(browse, city):
    from dataclasses import replace
    from decimal import Decimal

    draft = draft_of(city, replace(ROWS[0], points=Decimal(47)), *ROWS[1:])
    client = browse("office")
    page = text(client.get(reverse("standards:standard", args=[draft.pk])))
    assert "“the standard for schools” states 100 points, its parts make 107." in page
    publish_it = reverse("standards:publish", args=[draft.pk])
    refused = client.post(publish_it, {"seen": draft.revision})
    assert (refused.status_code, "standard.sums" in text(refused)) == (409, True)
    too_long = client.post(publish_it, {"seen": draft.revision, "despite": "长" * 501})
    assert (too_long.status_code, fresh(draft).state) == (200, "draft")
    client.post(publish_it, {"seen": draft.revision, "despite": "原表如此"})
    assert "原表如此" in text(client.get(reverse("standards:standard", args=[draft.pk])))


def test_versions_are_compared_on_a_page(browse, city, published):
    client = browse("office")
    answer = client.post(reverse("standards:act", args=[published.pk, "version"]))
    newer = Standard.objects.get(version=2)
    assert answer.url == reverse("standards:standard", args=[newer.pk])
    page = reverse("standards:differences", args=[newer.pk, published.pk])
    assert "Nothing is different" in text(client.get(page))
    Criterion.objects.filter(indicator__dimension__standard=newer, text="主动问候").update(points=35)
    assert "-5" in text(client.get(page))
    other = draft_of(city, code="other")
    assert client.get(reverse("standards:differences", args=[newer.pk, other.pk])).status_code == 404
    client.post(reverse("standards:act", args=[newer.pk, "discard"]))
    client.post(reverse("standards:act", args=[published.pk, "retire"]))
    assert list(Standard.objects.values_list("code", "state")) == [("other", "draft"), ("small", "retired")]


def test_what_is_not_there_is_not_found(browse, draft):
    client = browse("office")
    assert client.post(reverse("standards:act", args=[draft.pk, "burn"])).status_code == 404
    assert client.get(reverse("standards:part", args=["sentence", 1])).status_code == 404
    missing = reverse("standards:new_part", args=[draft.pk, "criterion", 0])
    assert client.get(missing).status_code == 404


def test_the_standard_that_ships_is_installed_once(browse):
    client = browse("office")
    client.post(reverse("standards:install"))
    assert Standard.objects.get().name == "Civil words, civil service and a civil bearing in public bodies"
    assert client.post(reverse("standards:install")).status_code == 409


@pytest.mark.parametrize("who", ["liaison", "auditor", "stranger"])
def test_others_read_what_is_published_and_change_nothing(browse, draft, city, who):
    client = browse(who)
    assert client.get(reverse("standards:new")).status_code == 403
    assert client.post(reverse("standards:install")).status_code == 403
    page = reverse("standards:standard", args=[draft.pk])
    assert client.get(page).status_code == (200 if who == "auditor" else 404)
    publish(city, draft)
    shown = client.get(page)
    assert shown.status_code == (404 if who == "stranger" else 200)
    assert "Begin a new version" not in text(shown)
    assert client.get(reverse("standards:edit", args=[draft.pk])).status_code == (
        404 if who == "stranger" else 403
    )


def test_a_standard_and_the_list_leave_as_tables(browse, published):
    client = browse("liaison")
    rows = rows_of(client.get(reverse("standards:standard_table", args=[published.pk])))
    assert [(row[0], row[4], row[6]) for row in rows] == [
        ("Dimension", "Criterion", "Points"),
        ("共同部分", "主动问候", 40),
        ("共同部分", "制度上墙", 60),
        ("附加", "受到表彰", 10),
        ("负面清单", "弄虚作假", 0),
    ]
    assert len(rows_of(client.get(reverse("standards:standards_table")))) == 2


def test_a_page_asks_no_more_for_many_criteria(browse, city, draft, django_assert_num_queries):
    office = city.person("office")
    shipped = keeping.install_shipped(
        actor=office, office=city.units["OFFICE"], language="en", peer_groups=PeerGroup.objects.all()
    )
    client = browse("office")
    client.get(reverse("standards:standards"))
    for standard in (draft, shipped):
        with django_assert_num_queries(12):
            client.get(reverse("standards:standard", args=[standard.pk]))
