"""The pages of a breakdown: the liaison's, the person's own, and what others see of it."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import docx
import pytest
from django.urls import reverse
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.directives.shares import Breakdown, Share, ShareReport, Signature
from chuangwen.directives.tests.conftest import move
from chuangwen.organizations.tests.personas import PERSONAS, City

pytestmark = pytest.mark.usefixtures("one_assignment")

OWN = {"liaison", "head", "staff"}  # of the school
OVER = {"office", "county", "leader", "department", "auditor"}


@pytest.fixture
def case(city: City, assignment: Case) -> Case:
    return move(city, "liaison", assignment, "acknowledge")


def page(browser, case: Case) -> str:
    return browser.get(reverse("directives:breakdown", args=[case.number])).content.decode()


def post(browser, page: str, key, /, **typed):
    return browser.post(reverse(f"directives:{page}", args=[key]), typed)


def revision() -> int:
    return Breakdown.objects.get().revision


@pytest.fixture
def broken(city: City, case: Case, browse) -> dict[str, Share]:
    """As a liaison does it by the pages: leaders, a department, a person in it, in force."""
    liaison, people = browse("liaison"), city.people
    post(liaison, "lead", case.number, seen=0, principal=people["head"].pk, in_charge=people["head"].pk)
    add = {"seen": revision(), "level": "department", "name": "德育处", "weight": "100"}
    post(liaison, "add_share", case.number, **add)
    moral = Share.objects.get()
    address = reverse("directives:add_share", args=[case.number]) + f"?above={moral.pk}"
    typed = {"level": "person", "person": people["staff"].pk, "measure": "走访<b>家庭</b>", "weight": "100"}
    liaison.post(address, {"seen": revision(), "target": "40", "target_unit": "户", **typed})
    answer = post(liaison, "put_in_force", case.number, seen=revision())
    assert answer.url == reverse("directives:breakdown", args=[case.number])
    return {"moral": moral, "staff": Share.objects.get(level="person")}


def test_the_liaisons_way(city: City, case: Case, browse, broken):
    breakdown = Breakdown.objects.get()
    assert (breakdown.to_person, breakdown.changed) == (True, False)
    shown = page(browse("liaison"), case)
    assert "德育处" in shown
    assert "走访&lt;b&gt;家庭&lt;/b&gt;" in shown
    assert "0 / 40 户" in shown
    assert (
        reverse("directives:breakdown", args=[case.number])
        in browse("liaison").get(reverse("cases:case", args=[case.number])).content.decode()
    )


@pytest.mark.parametrize("who", PERSONAS)
def test_who_sees_the_people_and_who_only_how_far_it_goes(city: City, case: Case, browse, broken, who: str):
    answer = browse(who).get(reverse("directives:breakdown", args=[case.number]))
    if who not in OWN | OVER:
        assert answer.status_code == 404
        return
    shown = answer.content.decode()
    assert city.people["head"].name in shown  # who leads
    assert (city.people["staff"].name in shown) == ("德育处" in shown) == (who in OWN)


@pytest.mark.parametrize("who", sorted(set(PERSONAS) - OWN))
def test_no_part_is_opened_by_others(browse, broken, who: str):
    assert browse(who).get(reverse("directives:share", args=[broken["staff"].pk])).status_code == 404
    assert post(browse(who), "remove_share", broken["moral"].pk, seen=revision()).status_code == 404
    assert Share.objects.count() == 2


def test_staff_see_the_parts_and_change_none(city: City, case: Case, browse, broken):
    staff = browse("staff")
    address = reverse("directives:share", args=[broken["staff"].pk])
    assert f'href="{address}"' in page(browse("liaison"), case)
    assert f'href="{address}"' not in page(staff, case)
    typed = {"seen": revision(), "level": "department", "name": "总务处", "weight": "100"}
    answer = post(staff, "share", broken["moral"].pk, **typed)
    assert (answer.status_code, "总务处" in answer.content.decode()) == (403, True)
    assert Share.objects.get(pk=broken["moral"].pk).name == "德育处"


def test_a_refused_whole_says_why_and_stays(case: Case, browse, broken):
    typed = {"seen": revision(), "level": "department", "name": "德育处", "weight": "99.99"}
    post(browse("liaison"), "share", broken["moral"].pk, **typed)
    answer = post(browse("liaison"), "put_in_force", case.number, seen=revision())
    assert (answer.status_code, answer.context["problem"].code) == (409, "breakdown.weights")
    assert "99.99" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"level": "person"}, "person"),
        ({"level": "department", "name": ""}, "name"),
        ({"level": "department", "name": "x", "weight": "0"}, "weight"),
        ({"level": "department", "name": "x", "weight": "100.01"}, "weight"),
        ({"level": "department", "name": "x", "weight": "33.333"}, "weight"),
        ({"level": "department", "name": "x", "target": "0", "target_unit": "次"}, "target"),
        ({"level": "department", "name": "x", "target": "5"}, "target_unit"),
        ({"level": "team", "name": "x"}, "level"),
    ],
    ids=str,
)
def test_what_is_typed_wrongly_is_said_at_its_field(case: Case, browse, broken, typed, wrong: str):
    before = revision()
    answer = post(browse("liaison"), "add_share", case.number, **{"seen": before, "weight": "50"} | typed)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [wrong]
    assert (Share.objects.count(), revision()) == (2, before)


def test_a_stale_part_keeps_what_was_typed(case: Case, browse, broken):
    typed = {"seen": revision() - 1, "level": "department", "name": "后勤处", "weight": "100"}
    answer = post(browse("head"), "share", broken["moral"].pk, **typed)
    assert (answer.status_code, answer.context["problem"].code) == (409, "breakdown.stale")
    assert "后勤处" in answer.content.decode()


def test_nothing_stands_below_a_person(case: Case, browse, broken):
    address = reverse("directives:add_share", args=[case.number])
    assert browse("liaison").get(f"{address}?above={broken['staff'].pk}").status_code == 404
    assert browse("liaison").get(f"{address}?above=999999").status_code == 404


def test_a_part_is_taken_out_or_says_why_not(case: Case, browse, broken):
    post(browse("staff"), "report_share", broken["staff"].pk, **{f"{broken['staff'].pk}-achieved": "7"})
    answer = post(browse("liaison"), "remove_share", broken["moral"].pk, seen=revision())
    assert (answer.status_code, answer.context["problem"].code) == (409, "share.reported")
    ShareReport.objects.all().delete()
    assert post(browse("liaison"), "remove_share", broken["moral"].pk, seen=revision()).status_code == 302
    assert not Share.objects.exists()


def test_leaders_are_of_the_unit(city: City, case: Case, browse):
    people = city.people
    typed = {"seen": 0, "principal": people["rival"].pk, "in_charge": people["head"].pk}
    answer = post(browse("liaison"), "lead", case.number, **typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["principal"])
    answer = post(browse("staff"), "lead", case.number, **typed | {"principal": people["head"].pk})
    assert answer.status_code == 403
    assert not Breakdown.objects.exists()


def test_my_share_is_signed_and_reported_on(city: City, case: Case, browse, broken):
    staff, key = browse("staff"), broken["staff"].pk
    shown = staff.get(reverse("directives:my_share")).content.decode()
    assert "40 户" in shown
    assert reverse("directives:sign_share", args=[key]) in shown
    post(staff, "sign_share", key)
    post(staff, "report_share", key, **{f"{key}-achieved": "10.5", f"{key}-words": "已走访"})
    assert Share.objects.get(pk=key).achieved == Decimal("10.5")
    shown = staff.get(reverse("directives:my_share")).content.decode()
    assert reverse("directives:sign_share", args=[key]) not in shown
    assert "26.3%" in shown
    refused = post(staff, "report_share", key, **{f"{key}-achieved": "-1"})
    assert refused.status_code == 400
    assert ShareReport.objects.count() == Signature.objects.count() == 1


@pytest.mark.parametrize("who", ["head", "rival", "office"])
def test_my_share_is_mine_alone(browse, broken, who: str):
    assert "40 户" not in browse(who).get(reverse("directives:my_share")).content.decode()
    assert post(browse(who), "report_share", broken["staff"].pk).status_code == 404
    assert post(browse(who), "sign_share", broken["staff"].pk).status_code == 404


def test_a_measure_without_a_number_is_met_or_not(city: City, case: Case, browse, broken):
    key = broken["staff"].pk
    Share.objects.filter(pk=key).update(target=None)
    assert "not yet" in browse("staff").get(reverse("directives:my_share")).content.decode()
    assert post(browse("staff"), "report_share", key, **{f"{key}-achieved": "2"}).status_code == 400
    post(browse("staff"), "report_share", key, **{f"{key}-achieved": "1"})
    assert Share.objects.get(pk=key).achieved == 1


def test_the_city_sees_how_far_down_it_goes(city: City, case: Case, browse, broken):
    address = reverse("directives:reach", args=[case.campaign_id])
    answer = browse("office").get(address)
    assert answer.context["reaches"].total.to_person == 1
    assert [(row.code, row.to_person) for row in answer.context["systems"]][:1] == [("education", 1)]
    county = browse("office").get(address, {"place": "990101"}).content.decode()
    assert "东岭县第一中学" in county
    assert browse("office").get(address, {"place": "77"}).status_code == 404
    unit = (
        browse("office").get(reverse("directives:unit", args=[case.campaign_id, "SCHOOL"])).content.decode()
    )
    assert "down to the person" in unit
    assert city.people["staff"].name not in unit


def words_of(answer) -> str:
    document = docx.Document(BytesIO(b"".join(answer)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "".join("".join([*(paragraph.text for paragraph in document.paragraphs), *cells]).split())


def test_the_letter_says_what_was_taken_on_and_when_it_was_signed(city: City, case: Case, browse, broken):
    address = reverse("directives:letter", args=[broken["staff"].pk, "docx"])
    staff, today = browse("staff"), timezone.localdate()
    unsigned = words_of(staff.get(address))
    for part in (city.people["staff"].name, "40户", "100%", case.title, city.people["head"].name):
        assert "".join(part.split()) in unsigned
    post(staff, "sign_share", broken["staff"].pk)
    signed = words_of(staff.get(address))
    assert signed.count(f"{today:%Y}") == unsigned.count(f"{today:%Y}") + 1
    pdf = staff.get(reverse("directives:letter", args=[broken["staff"].pk, "pdf"]))
    assert b"".join(pdf).startswith(b"%PDF")


@pytest.mark.parametrize("who", sorted(set(PERSONAS) - OWN))
def test_no_letter_leaves_the_unit(browse, broken, who: str):
    address = reverse("directives:letter", args=[broken["staff"].pk, "docx"])
    assert browse(who).get(address).status_code == 404


def test_a_draft_and_a_department_have_no_letter(browse, broken):
    liaison = browse("liaison")
    department = reverse("directives:letter", args=[broken["moral"].pk, "docx"])
    assert liaison.get(department).status_code == 404
    Breakdown.objects.update(in_force_at=None)
    draft = reverse("directives:letter", args=[broken["staff"].pk, "docx"])
    assert liaison.get(draft).status_code == 404
