"""What tests of reviews begin with: a round whose schools have filed, and reviewers who are free for them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.services import open_campaign, perform
from chuangwen.core import jobs
from chuangwen.organizations.models import Person, Post, Role
from chuangwen.organizations.tests.personas import PASSWORD, City
from chuangwen.standards.models import Criterion, Mark, Opinion, Panel, Review, Round, SelfReport, Standard
from chuangwen.standards.reviewing import lines_of
from chuangwen.standards.services import consulting, panels, reporting, reviews, rounds

SEED = "彩票 03 17 22"
LATER = timedelta(days=14)


def campaign_of(city: City) -> Campaign:
    return open_campaign(actor=city.person("office"), name="示例年度创建", office=city.units["OFFICE"])


def expert(city: City, name: str, unit: str = "PARTY", role: Role = Role.DELEGATE) -> Person:
    """A reviewer with their seat in ``unit``."""
    person, created = Person.objects.get_or_create(username=name, defaults={"name": f"示例{name}"})
    person.set_password(PASSWORD)
    person.save()
    Post.objects.create(unit=city.units[unit], person=person, role=role, title=role.label)
    if created:
        city.people[name] = person
    return person


def filed_round(city: City, standard: Standard, codes: tuple[str, ...] = ("SCHOOL",)) -> Round:
    """A round in which these units have filed, with gaps."""
    rounds.open_round(
        actor=city.person("office"),
        standard=standard,
        campaign=campaign_of(city),
        begins=date(2026, 1, 1),
        ends=date(2026, 12, 31),
        closes=timezone.localdate() + timedelta(days=7),
    )
    assert jobs.work_waiting()
    for code in codes:
        file(city, Case.objects.get(kind="self_report", unit__code=code))
    return Round.objects.get()


def speaker_of(city: City, code: str) -> Person:
    """Who answers for a school; one is found where nobody does."""
    held = Post.objects.held().filter(unit__code=code, role=Role.LIAISON).select_related("person").first()
    return (
        held.person if held and held.person else expert(city, f"{code.lower()}-speaker", code, Role.LIAISON)
    )


def file(city: City, case: Case) -> None:
    """What a school says and shows to one criterion, filed with the gaps that are left."""
    who = speaker_of(city, case.unit.code)
    standard = case.self_report.round.standard_id
    criterion = Criterion.objects.get(text="制度上墙", indicator__dimension__standard=standard)
    reporting.answer(
        actor=who, case=case, criterion=criterion, seen=0, statement="已公开上墙。", link="https://example.org/a"
    )  # fmt: skip
    perform(actor=who, move_name="file", case=case, seen=case.revision, despite=True)


def panel_for(city: City, found: Round, *people: Person, **more: Any) -> Panel:
    asked: dict[str, Any] = {
        "limit": Decimal(10),
        "limit_in": "percent",
        "due": timezone.localdate() + LATER,
        "objection_days": 5,
        "seed": SEED,
    }
    return panels.name_panel(actor=city.person("office"), round=found, reviewers=people, **(asked | more))


def drawn(city: City, found: Round) -> list[Review]:
    """The reviews of a round once the worker has drawn."""
    panels.draw(actor=city.person("office"), round=found)
    assert jobs.work_waiting()
    return list(Review.objects.order_by("pk"))


def reviewed(city: City, standard: Standard, **more: Any) -> list[Review]:
    """The school's two reviews, of a panel of three."""
    found = filed_round(city, standard)
    people = [expert(city, name) for name in ("expert1", "expert2", "expert3")]
    panel_for(city, found, *people, **more)
    return drawn(city, found)


def reviews_of(city: City, case: Case) -> list[Review]:
    """The two reviews of a school's self-report, which is filed for it."""
    file(city, case)
    people = [expert(city, name) for name in ("expert1", "expert2")]
    panel_for(city, case.self_report.round, *people)
    return drawn(city, case.self_report.round)


def released(city: City, case: Case) -> SelfReport:
    """The self-report of a school, filed, reviewed with everything met, and released."""
    reviews_of(city, case)
    for review in case.self_report.reviews.all():
        give_all(review)
        submit(review)
    now = Case.objects.get(pk=case.pk)
    perform(actor=city.person("office"), move_name="release", case=now, seen=now.revision)
    return SelfReport.objects.get(pk=case.pk)


def opinion_of(city: City, found: Round) -> Opinion:
    """What the bureau says of one school, with a file; it has not sent it yet."""
    asked = consulting.ask(
        actor=city.person("office"),
        round=found,
        bodies=[city.units["EDU"]],
        units=[city.units[code] for code in ("SCHOOL", "RIVAL")],
        due=timezone.localdate() + LATER,
        question="近十二个月内的安全事故和信访情况",
    )
    case = asked[0].case
    file = SimpleUploadedFile("通报.pdf", b"%PDF-1.4\n%%EOF\n")
    said = consulting.Said(city.units["RIVAL"].pk, "facts", "信访积案一件", date(2026, 3, 17), file)
    consulting.say(actor=city.person("department"), case=case, said=[said])
    return Opinion.objects.select_related("consultation__case").get(verdict="facts")


def give(review: Review, text: str, found: Any, reason: str = "", seen: int = 0) -> Mark:
    """A mark by the reviewer at the criterion of that text."""
    criterion = next(line.criterion for line in lines_of(review) if line.criterion.text == text)
    actor = Person.objects.get(pk=review.reviewer_id)
    return reviews.mark(
        actor=actor, case=review.case, criterion=criterion, seen=seen, found=found, reason=reason
    )


def submit(review: Review) -> Case:
    case = Case.objects.get(pk=review.pk)
    actor = Person.objects.get(pk=review.reviewer_id)
    return perform(actor=actor, move_name="submit", case=case, seen=case.revision)


def give_all(review: Review, *, met: bool = True, count: str = "1", veto: bool = False) -> None:
    """Everything of the small standard: the one criterion of 60, the bonus in pieces, the veto."""
    asked = {line.criterion.text for line in lines_of(review)}
    given = {"制度上墙": met, "受到表彰": count, "弄虚作假": veto}
    for text, found in given.items():
        if text in asked:
            give(
                review,
                text,
                found,
                "未见上墙照片" if (text == "制度上墙" and not met) or found is True else "",
            )


def third_of(first: Review) -> Review | None:
    return Review.objects.filter(self_report=first.self_report_id, ordinal=3).first()
