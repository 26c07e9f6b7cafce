"""A round of self-reports in the invented city: three filed, two under review, one released."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.services import perform
from chuangwen.core import jobs
from chuangwen.organizations.models import Person, Role, Unit
from chuangwen.organizations.services import appoint, open_account
from chuangwen.standards import rules
from chuangwen.standards.filling import filled
from chuangwen.standards.models import Criterion, Review, Round, Standard
from chuangwen.standards.reviewing import lines_of
from chuangwen.standards.scoring import outcome_of, takes_away
from chuangwen.standards.services import consulting, panels, reporting, results, reviews, rounds
from chuangwen.standards.services.consulting import Said
from chuangwen.web.demo.stage import Stage

_CLOSES, _REVIEWED = timedelta(days=30), timedelta(days=40)
# Who has come how far. Two are under review, so that each of the three reviewers has one of them to try.
_RELEASED, _UNDER_REVIEW, _FILLING = "市财政局", ("市科技局", "市商务局"), "市教育局"
_ASKED = ("市公安局", "市信访局", "市教育局")  # the last one has yet to answer
_EXPERT = ("expert", "温如是", "市政协")  # beside the two accounts that review
_SEED = "2026041期开奖号码 03 07 11 19 24 30"
_STATEMENT = "已制定制度并印发到各科室，在服务大厅、办公区公示，每季度检查一次，检查情况在机关通报。"
_QUESTION = "近十二个月内违纪违法、安全生产、信访等方面的情况"
_OBJECTION = "服务承诺已在大厅电子屏和网站同步公示，公示截图在材料第三页，请予复核。"
_LESS = "材料反映的情况不够具体，缺少检查记录。"
_FIRST = 12  # criteria that the unit that is filling has answered
_BEGUN = 8  # criteria that one reviewer of the unfinished review has marked


@dataclass(frozen=True)
class Scenes:
    """The round's scenes with those who act in them: accounts by name, and who answers for each unit."""

    accounts: Mapping[str, Person]
    speakers: Mapping[int, Person]
    campaign: Campaign

    def on(self, stage: Stage, begins: date) -> None:
        """Ask on ``begins``; the rest happens in the last days, so that the window of objections is open."""
        today = timezone.localdate()
        stage.at(begins, self.ask)
        for ago, scene in (
            (9, self.file),
            (8, self.consult),
            (7, self.draw),
            (3, self.review),
            (1, self.release),
        ):
            stage.at(today - timedelta(days=ago), scene)

    @property
    def office(self) -> Person:
        return self.accounts["office"]

    @property
    def round(self) -> Round:
        return Round.objects.get(campaign=self.campaign)

    def ask(self) -> None:
        standard = Standard.objects.get(state=Standard.State.PUBLISHED)
        _ask(self.office, standard, self.campaign)

    def file(self) -> None:
        """Three units file, with gaps; the department's account has begun."""
        for name in (_RELEASED, *_UNDER_REVIEW):
            case = _case(self.round, name)
            speaker = self.speakers[case.unit_id]
            _answer(speaker, case)
            perform(actor=speaker, move_name="file", case=case, seen=case.revision, despite=True)
        _answer(self.accounts["department"], _case(self.round, _FILLING), first=_FIRST)

    def consult(self) -> None:
        _consult(self.office, self.round, self.speakers)

    def draw(self) -> None:
        _draw(self.accounts, self.round)

    def review(self) -> None:
        _review(_case(self.round, _RELEASED))
        for name in _UNDER_REVIEW:
            _begin(_case(self.round, name), set(self.accounts.values()))

    def release(self) -> None:
        """The one result is released, and objected to."""
        case = _case(self.round, _RELEASED)
        perform(actor=self.office, move_name="release", case=case, seen=case.revision)
        _object(self.speakers, case)


def _ask(office: Person, standard: Standard, campaign: Campaign) -> None:
    today = timezone.localdate()
    rounds.open_round(
        actor=office,
        standard=standard,
        campaign=campaign,
        begins=today.replace(month=1, day=1),
        ends=today.replace(month=12, day=31),
        closes=today + _CLOSES,
    )
    jobs.work_waiting()


def _case(found: Round, name: str) -> Case:
    cases = Case.objects.filter(self_report__round=found).select_related("unit", "self_report")
    return cases.get(unit__short_name=name)


def _answer(speaker: Person, case: Case, first: int | None = None) -> None:
    """A statement to each criterion, and a link to what is public to every other one."""
    for number, line in enumerate(filled(case.self_report)[:first]):
        link = f"https://example.org/{case.unit.code}/{number + 1}" if number % 2 == 0 else ""
        asked: dict[str, Any] = {
            "statement": _STATEMENT[: line.criterion.limit],
            "shown": line.criterion.shows,
        }
        reporting.answer(actor=speaker, case=case, criterion=line.criterion, seen=0, link=link, **asked)


def _draw(accounts: Mapping[str, Person], found: Round) -> None:
    """A panel of the two accounts that review and an expert from outside; two are drawn for each."""
    username, name, unit = _EXPERT
    expert = open_account(actor=None, username=username, name=name, password=secrets.token_urlsafe(24))
    place = Unit.objects.get(short_name=unit)
    appoint(actor=None, person=expert, unit=place, role=Role.DELEGATE, title="特邀专家")
    panels.name_panel(
        actor=accounts["office"],
        round=found,
        reviewers=[accounts["delegate"], accounts["inspector"], expert],
        limit=Decimal(20),
        limit_in="percent",
        due=timezone.localdate() + _REVIEWED,
        objection_days=5,
        seed=_SEED,
    )
    panels.draw(actor=accounts["office"], round=found)
    jobs.work_waiting()


def _found(criterion: Criterion, *, strict: bool) -> Any:
    """What a reviewer finds at a criterion; a strict one finds a little less."""
    given = criterion.parameters
    if rules.RULES[criterion.rule].asks == "yes":
        return criterion.rule == "all_or_nothing"
    found = {
        "manual": str(criterion.points / 2 if strict else criterion.points),
        "per_item_deduction": "1" if strict else "0",
        "graded": given["grades"][0][0] if "grades" in given else "",
        "bands": given["bands"][0][0] if "bands" in given else "",
        "proportional": given.get("target", ""),
        "count": "6" if strict else "12",
    }
    return found.get(criterion.rule, "0")


def _nothing(criterion: Criterion) -> Any:
    """What brings no points: of the first criterion two reviewers shall differ too much."""
    if criterion.rule == "graded":
        return criterion.parameters["grades"][-1][0]
    if criterion.rule == "per_item_deduction":
        return "100"
    return False if rules.RULES[criterion.rule].asks == "yes" else "0"


def _mark(review: Review, *, strict: bool, first: int | None = None) -> None:
    person = Person.objects.get(pk=review.reviewer_id)
    for number, line in enumerate(lines_of(review)[:first]):
        found = _nothing(line.criterion) if strict and not number else _found(line.criterion, strict=strict)
        less = takes_away(line.criterion, outcome_of(line.criterion, found), found)
        given = {"criterion": line.criterion, "found": found, "reason": _LESS if less else ""}
        reviews.mark(actor=person, case=review.case, seen=0, **given)


def _submit(review: Review) -> None:
    case = Case.objects.get(pk=review.pk)
    perform(
        actor=Person.objects.get(pk=review.reviewer_id), move_name="submit", case=case, seen=case.revision
    )


def _review(case: Case) -> None:
    """One reviewer is strict, the other is not; the third is asked where they differ."""
    first, second = case.self_report.reviews.select_related("case").order_by("ordinal")
    for review, strict in ((first, True), (second, False)):
        _mark(review, strict=strict)
        _submit(review)
    for third in case.self_report.reviews.filter(ordinal=3):
        _mark(third, strict=True)
        _submit(third)


def _object(speakers: Mapping[int, Person], case: Case) -> None:
    """The unit objects to the first line that lost points; it waits for the office."""
    lines = case.self_report.score.results.select_related("criterion", "score").order_by("pk")
    lost = next((line for line in lines if line.points < line.criterion.points), None)
    if lost:
        results.object_to(actor=speakers[case.unit_id], result=lost, reason=_OBJECTION)


def _begin(case: Case, accounts: set[Person]) -> None:
    """Of the review that goes on, one reviewer has begun; an account's is left to be tried."""
    for review in case.self_report.reviews.select_related("case", "reviewer"):
        if review.reviewer not in accounts:
            _mark(review, strict=False, first=_BEGUN)


def _consult(office: Person, found: Round, speakers: Mapping[int, Person]) -> None:
    """Three bodies are asked about the two units that have filed; all but the last have answered."""
    units = [_case(found, name).unit for name in (_RELEASED, _UNDER_REVIEW[0])]
    bodies = [Unit.objects.get(short_name=name) for name in _ASKED]
    due = timezone.localdate() + _CLOSES
    asked = consulting.ask(actor=office, round=found, bodies=bodies, units=units, due=due, question=_QUESTION)
    for number, consultation in enumerate(asked[:-1]):
        speaker, case = speakers[consultation.case.unit_id], consultation.case
        facts = (
            Said(units[1].pk, "facts", "年内有信访事项一件，已按期办结。")
            if number
            else Said(units[1].pk, "none")
        )
        consulting.say(actor=speaker, case=case, said=[Said(units[0].pk, "none"), facts])
        now = Case.objects.get(pk=case.pk)
        perform(actor=speaker, move_name="send", case=now, seen=now.revision)
