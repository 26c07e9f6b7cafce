"""Drafts come about, are corrected, published, followed by new versions and retired."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db.models import ProtectedError

from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import PeerGroup
from chuangwen.standards import shipped
from chuangwen.standards.checking import doubts_of, tree
from chuangwen.standards.comparing import differences
from chuangwen.standards.models import Criterion, Dimension, Indicator, Standard
from chuangwen.standards.services import editing, keeping, publishing
from chuangwen.standards.services.keeping import Row
from chuangwen.standards.tests.conftest import ROWS, draft_of, publish


def fresh(standard):
    return Standard.objects.get(pk=standard.pk)


def code_of(refused):
    return refused.value.code


def test_rows_become_a_draft_whose_sums_agree(draft):
    draft = fresh(draft)
    assert [(d.name, d.part, d.points) for d in tree(draft)] == [
        ("共同部分", "inside", 100),
        ("附加", "bonus", 10),
        ("负面清单", "deduction", 0),
    ]
    assert (draft.state, draft.bonus, draft.doubts) == ("draft", 10, [])
    assert doubts_of(draft, tree(draft)) == []
    assert Event.objects.last().data == {
        "name": "示例测评体系",
        "version": 1,
        "source": "rows",
        "doubts": 0,
    }


def test_a_rule_that_cannot_be_used_is_a_doubt_and_nothing_is_changed_silently(city):
    draft = draft_of(city, Row("无规则", Decimal(100), "部分", rule="bands"))
    assert [(d["kind"], d["row"], d["stated"]) for d in draft.doubts] == [("unread_rule", 1, "无规则")]
    assert Criterion.objects.get().rule == "manual"


def test_the_code_of_another_standard_is_taken(city, draft):
    with pytest.raises(Problem) as refused:
        draft_of(city)
    assert code_of(refused) == "standard.taken"
    office = city.person("office")
    with pytest.raises(Problem) as refused:
        keeping.draft(
            actor=office, office=city.units["OFFICE"], code="small", name="又", valid_from="2026-01-01"
        )
    assert code_of(refused) == "standard.taken"


@pytest.mark.parametrize("who", ["liaison", "county", "auditor", "stranger"])
def test_only_the_office_over_it_keeps_a_standard(city, draft, who):
    actor, draft = city.person(who), fresh(draft)
    for verb, asked in (
        (publishing.publish, {"seen": draft.revision}),
        (publishing.retire, {}),
        (keeping.new_version, {}),
        (keeping.discard, {}),
        (editing.amend, {"seen": 0, "peer_groups": ()}),
    ):
        with pytest.raises(Problem) as refused:
            verb(actor=actor, standard=draft, **asked)
        assert code_of(refused) == "page.not_allowed"
    with pytest.raises(Problem) as refused:
        keeping.draft(actor=actor, office=city.units["OFFICE"], code="x", name="x", valid_from="2026-01-01")
    assert code_of(refused) == "page.not_allowed"


def test_a_draft_is_seen_by_its_office_and_auditors_a_published_one_by_its_city(city, draft):
    def seen_by():
        return [
            who
            for who in ("office", "auditor", "county", "liaison", "stranger")
            if Standard.objects.visible_to(city.person(who)).exists()
        ]

    assert seen_by() == ["office", "auditor"]
    publish(city, draft)
    assert seen_by() == ["office", "auditor", "county", "liaison"]


def test_points_that_do_not_sum_bar_publishing_until_the_office_says_why(city):
    draft = draft_of(city, replace(ROWS[0], points=Decimal("39.99")), *ROWS[1:])
    with pytest.raises(Problem) as refused:
        publish(city, draft)
    assert (code_of(refused), refused.value.details["count"]) == ("standard.sums", 1)
    assert fresh(draft).state == "draft"
    assert publish(city, draft, despite="省里的原表如此").despite == "省里的原表如此"
    assert Event.objects.last().data["despite"] == "省里的原表如此"


def test_a_reason_without_need_is_not_kept(city, draft):
    assert publish(city, draft, despite="无须").despite == ""


def test_forty_common_and_sixty_by_type_of_unit(city):
    common = Row("共同", Decimal(40), "共同部分")
    own = [Row(f"专用{g}", Decimal(60), f"专用{g}", group=g) for g in ("schools", "clinics")]
    outside = Row(
        "通报", Decimal(10), "百分之外", part="deduction", rule="deduct_per_case", parameters={"step": "2"}
    )
    draft = draft_of(city, common, *own, outside, groups=("schools", "clinics"))
    assert publish(city, draft).state == "published"
    lacking = draft_of(city, common, own[0], groups=("schools", "clinics"), code="lacking")
    assert [doubt.sentence for doubt in doubts_of(lacking, tree(lacking))] == [
        "“适用于clinics的测评体系”标明100分，各部分合计40分。"
    ]
    stray = draft_of(city, common, *own, groups=("schools",), code="stray")
    assert [doubt.is_sum for doubt in doubts_of(stray, tree(stray))] == [False]


def test_what_is_missing_bars_publishing_whatever_the_office_says(city):
    office = city.person("office")
    draft = keeping.draft(
        actor=office, office=city.units["OFFICE"], code="empty", name="空", valid_from="2026-01-01"
    )

    def first():
        with pytest.raises(Problem) as refused:
            publish(city, draft, despite="硬要")
        assert code_of(refused) == "standard.not_ready"
        return [d.sentence for d in doubts_of(fresh(draft), tree(fresh(draft))) if not d.is_sum]

    assert first() == ["请选择本测评体系适用的同类组。", "还没有测评项目。"]
    dimension = editing.save_part(
        actor=office, part=Dimension(standard=draft, name="一", points=100), seen=fresh(draft).revision
    )
    indicator = editing.save_part(
        actor=office, part=Indicator(dimension=dimension, name="二", points=100), seen=fresh(draft).revision
    )
    assert first()[1:] == ["测评指标“二”下没有测评内容。"]
    dimension2 = editing.save_part(
        actor=office, part=Dimension(standard=draft, name="空项", points=0), seen=fresh(draft).revision
    )
    assert "测评项目“空项”下没有测评指标。" in first()
    editing.drop_part(actor=office, part=dimension2, seen=fresh(draft).revision)
    for fields in ({"points": 0}, {"points": 5, "rule": "count"}, {"points": 0, "rule": "veto"}):
        part = Criterion(indicator=indicator, text="三", **fields)
        editing.save_part(actor=office, part=part, seen=fresh(draft).revision)
    assert len(first()) == 4
    assert [c.position for c in Criterion.objects.all()] == [1, 2, 3]


def test_a_published_standard_is_changed_by_no_verb(city, published):
    office, published = city.person("office"), fresh(published)
    criterion = Criterion.objects.first()
    for verb, asked in (
        (publishing.publish, {"standard": published, "seen": published.revision}),
        (editing.amend, {"standard": published, "seen": published.revision, "peer_groups": ()}),
        (editing.save_part, {"part": criterion, "seen": published.revision}),
        (editing.drop_part, {"part": criterion, "seen": published.revision}),
        (keeping.discard, {"standard": published}),
    ):
        with pytest.raises(Problem) as refused:
            verb(actor=office, **asked)
        assert code_of(refused) == "standard.published"
    assert Criterion.objects.count() == 4


def test_who_comes_second_has_changed_nothing(city, draft):
    office, seen = city.person("office"), fresh(draft).revision
    criterion = Criterion.objects.first()
    criterion.text = "先改"
    editing.save_part(actor=office, part=criterion, seen=seen)
    criterion.text = "后改"
    with pytest.raises(Problem) as refused:
        editing.save_part(actor=office, part=criterion, seen=seen)
    assert code_of(refused) == "standard.stale"
    assert Criterion.objects.first().text == "先改"


def test_particulars_are_amended_and_a_code_may_not_be_taken(city, draft):
    office, other = city.person("office"), draft_of(city, code="other")
    groups = PeerGroup.objects.filter(code="clinics")
    amended = editing.amend(
        actor=office, standard=fresh(draft), seen=fresh(draft).revision, peer_groups=groups, name="改名"
    )
    assert (amended.name, list(amended.peer_groups.values_list("code", flat=True))) == ("改名", ["clinics"])
    with pytest.raises(Problem) as refused:
        editing.amend(
            actor=office, standard=other, seen=fresh(other).revision, peer_groups=groups, code="small"
        )
    assert code_of(refused) == "standard.taken"
    assert fresh(other).code == "other"


def test_a_new_version_is_a_copy_and_what_is_dropped_there_stays_in_the_old_one(city, published):
    office = city.person("office")
    newer = keeping.new_version(actor=office, standard=published)
    assert (newer.version, newer.state, newer.bonus) == (2, "draft", 10)
    assert [g.code for g in newer.peer_groups.all()] == ["schools"]
    assert differences(published, newer) == []
    gone, kept = Criterion.objects.filter(indicator__dimension__standard=newer)[:2]
    editing.drop_part(actor=office, part=gone, seen=newer.revision)
    kept.points = Decimal(70)
    editing.save_part(actor=office, part=kept, seen=fresh(newer).revision)
    indicator = Indicator.objects.get(dimension__standard=newer, name="用语")
    editing.save_part(
        actor=office,
        part=Criterion(indicator=indicator, text="主动让座", points=30),
        seen=fresh(newer).revision,
    )
    editing.save_part(
        actor=office, part=Criterion(indicator=indicator, text="新增", points=1), seen=fresh(newer).revision
    )
    found = differences(published, fresh(newer))
    assert [(d.before and d.before.text, d.after and d.after.text, d.gained) for d in found] == [
        ("主动问候", None, -40),
        (None, "主动让座", 30),
        (None, "新增", 1),
        ("制度上墙", "制度上墙", 10),
    ]
    assert Criterion.objects.filter(indicator__dimension__standard=published).count() == 4


def test_a_reworded_criterion_is_the_same_one(city, published):
    office = city.person("office")
    newer = keeping.new_version(actor=office, standard=published)
    criterion = Criterion.objects.get(indicator__dimension__standard=newer, text="主动问候")
    criterion.text = "主动问候、礼貌送别"
    editing.save_part(actor=office, part=criterion, seen=newer.revision)
    assert [(d.before.text, d.after.text) for d in differences(published, newer)] == [
        ("主动问候", "主动问候、礼貌送别")
    ]


def test_a_draft_has_no_new_version_and_cannot_be_retired(city, draft):
    office = city.person("office")
    for verb in (keeping.new_version, publishing.retire):
        with pytest.raises(Problem) as refused:
            verb(actor=office, standard=draft)
        assert code_of(refused) == "standard.not_published"


def test_a_standard_is_retired_once(city, published):
    office = city.person("office")
    retired = publishing.retire(actor=office, standard=published)
    assert (retired.state, retired.retired_at is not None) == ("retired", True)
    with pytest.raises(Problem) as refused:
        publishing.retire(actor=office, standard=published)
    assert code_of(refused) == "standard.not_published"


def test_a_draft_is_discarded_whole(city, draft):
    keeping.discard(actor=city.person("office"), standard=draft)
    assert (Standard.objects.count(), Criterion.objects.count()) == (0, 0)
    assert Event.objects.last().verb == "standard.discard"


def test_a_part_that_something_refers_to_is_kept(city, draft, monkeypatch):
    def protected(part):
        raise ProtectedError("kept", {part})

    monkeypatch.setattr(Criterion, "delete", protected)
    with pytest.raises(Problem) as refused:
        editing.drop_part(
            actor=city.person("office"), part=Criterion.objects.first(), seen=fresh(draft).revision
        )
    assert code_of(refused) == "standard.in_use"


@pytest.mark.parametrize(("language", "first"), [("zh-hans", "文明用语"), ("en", "Civil words")])
def test_the_standard_that_ships_is_whole(city, language, first):
    draft = keeping.install_shipped(
        actor=city.person("office"),
        office=city.units["OFFICE"],
        language=language,
        peer_groups=PeerGroup.objects.filter(code="schools"),
    )
    assert [(d.name, d.points) for d in tree(draft)][:1] == [(first, 30)]
    assert Criterion.objects.count() == 35
    assert (doubts_of(draft, tree(draft)), draft.doubts, draft.bonus) == ([], [], 10)
    assert publish(city, draft).state == "published"


def test_both_languages_say_the_same(db):
    (_zh, chinese), (_en, english) = shipped.read("zh-hans"), shipped.read("en")
    assert [row["points"] for row in chinese] == [row["points"] for row in english]
    assert all(row["text"] for row in chinese + english)
