"""A campaign under way: the people of the invented city do with it what real ones would, verb by verb.

Everything is counted from today, so that some is done, some is due and some is late whenever one looks.
Whoever has no account acts here too; the accounts keep enough on their desks to be tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.utils import timezone

from chuangwen.cases.library.services import take_fingerprints
from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.services import open_campaign, perform
from chuangwen.core import files, jobs
from chuangwen.directives.models import Meeting, Receiver, Task
from chuangwen.directives.queries import subordinates
from chuangwen.directives.services import planning
from chuangwen.directives.services.complaints import answer_complaint, file_complaint
from chuangwen.organizations.models import Person, Post, Role, Unit
from chuangwen.organizations.services import journal_name
from chuangwen.standards.importing.work import READ
from chuangwen.web.demo.drawing import Draws
from chuangwen.web.demo.evidence import fill_library
from chuangwen.web.demo.inspecting import Inspections
from chuangwen.web.demo.persons import break_down, break_down_school
from chuangwen.web.demo.rectifying import Rectification
from chuangwen.web.demo.reviewing import Scenes
from chuangwen.web.demo.stage import Stage, clock, moment
from chuangwen.web.demo.standards import publish_standard

_HERE = Path(__file__).parent
_DAY = timedelta(days=1)
_AGO = 20 * _DAY  # since the meeting
FOUNDED = 30 * _DAY  # since the directory was set up
LASTS = 45 * _DAY  # no deadline is later
DAY = re.compile(r"\{\+(\d+)\}")

# How the clerk decides what the directory cannot resolve; whatever else stays open goes to nobody.
DECISIONS = {"各级医疗机构": (Receiver.Rule.PEER_GROUP, "hospitals")}

# Of ten units how many take part, by county in the order of the codes; the city's own are eager.
_PACES = (9, 9, 8, 7, 6, 8, 5, 7, 4, 6, 3, 1)
_CITY_PACE = 9
# How far ahead of the last that take part a unit must be to have held its meeting, to have finished.
_MEETS, _FINISHES = 2, 4
# Of a task that goes to everybody, only the first have begun.
_FIRST = 40
# How far written reports may be, and who makes which of the moves: the unit, or whoever asked.
_STAGES: tuple[tuple[str, ...], ...] = (
    (),
    ("acknowledge",),
    ("acknowledge", "file_report"),
    ("acknowledge", "file_report", "accept"),
    ("acknowledge", "file_report", "send_back"),
)
_DECISIVE = {"accept", "send_back", "dispatch"}
# What the forms of the moves are filled in with.
_ASKED = {
    "file_report": {
        "text": "接到部署后，我单位立即组织学习，成立由主要负责人任组长的创建工作小组，"
        "制定创建方案并分解到科室和个人。\n"
        "目前已召开动员会，开设宣传栏两处，设立志愿服务岗一个，公开服务承诺和监督电话。\n"
        "存在的不足是个别窗口服务还不够规范。下一步将对照标准逐项整改，按时完成各项任务。"
    },
    "send_back": {
        "reason": "报告只写了部署，没有写落实情况和数据。"
        "请补充参会人数、任务分解表和下一步时间安排后重新上报。"
    },
    "record_launch": {
        "place": "机关会议室",
        "chair": "主要负责人",
        "minutes": "传达全市部署会精神，宣读本单位创建方案，明确责任分工和完成时间，班子成员逐一作了表态。",
    },
    "relay": {"note": "请按时上报。"},
}
# What units of the accounts have done: a word of the task, the account, the moves.
_DONE = (
    ("动员会", "department", ("acknowledge", "finish")),
    ("动员会", "rival", ("acknowledge", "finish")),
    ("动员会", "county", ("acknowledge",)),
    ("动员会", "liaison", ("acknowledge",)),
    ("创建方案", "rival", ("acknowledge",)),
    ("责任清单", "liaison", ("acknowledge",)),
    ("责任清单", "rival", ("acknowledge",)),
    ("创建专题", "editor", ("acknowledge",)),
)

# What people find too much, and what the office answers to the first.
_COMPLAINTS = (
    ("专题报送", "专题每周要报一次文字稿，又要在工作群里再发一遍截图，内容完全一样。"),
    ("创建方案", "方案已经随动员会报告上报，镇里又要求另报一份纸质盖章的。"),
)
_ANSWERED = "已通知取消工作群截图，专题只在本系统报送一次。"


def tell() -> None:
    """Read a speech in, dispatch its plan, let the city act; leave a second text on the clerk's table."""
    held_on = timezone.localdate() - _AGO
    cast = Cast(Stage())
    office = cast.accounts["office"]
    with clock(moment(held_on)):
        campaign = open_campaign(
            actor=office,
            name=f"{held_on.year}年文明单位创建",
            office=Unit.objects.get(short_name="市文明办"),
        )
        meeting = cast.read(campaign, "speech.txt", held_on=held_on, place="市会议中心")
    with clock(moment(held_on, 1)):
        cast.dispatch(meeting)
    plan = Plan(meeting)
    _launch(cast, cast.others(plan.cases("动员会")), held_on=held_on)
    _report(cast, plan.cases("书面报告"), begins=held_on + _DAY)
    for task in plan.others("动员会", "书面报告"):
        _begin(cast, task, plan.cases_of(task), begins=held_on + _DAY)
    _try_out(cast, plan, begins=held_on + _DAY)
    cast.stage.at(held_on + 9 * _DAY, partial(_to_persons, cast, plan))
    _at_the_office(cast, campaign, held_on)
    for name, days, width in (("rival", 4, 1200), ("liaison", 6, 900)):
        day = held_on + days * _DAY
        scene = partial(fill_library, cast.accounts[name], day, width=width, rules=name == "liaison")
        cast.stage.at(day, scene, number=7)
    cast.stage.play()
    take_fingerprints()


def _to_persons(cast: Cast, plan: Plan) -> None:
    """Who has acknowledged the task of the lists of duties breaks it down inside."""
    cases = plan.cases("责任清单")
    break_down(cast.others(cases))
    school = next(case for case in cases if case.unit_id == cast.homes["liaison"])
    break_down_school(school, cast.accounts)


def _at_the_office(cast: Cast, campaign: Campaign, held_on: date) -> None:
    """What the clerk does besides, and what people say against it."""
    office, yesterday = cast.accounts["office"], timezone.localdate() - _DAY
    cast.stage.at(held_on + 2 * _DAY, partial(publish_standard, office, campaign.office))
    Scenes(cast.accounts, cast.speakers, campaign).on(cast.stage, held_on + 3 * _DAY)
    for told in (Rectification, Inspections, Draws):
        told(cast.accounts, campaign).on(cast.stage)
    _complain(cast, campaign)
    cast.stage.at(yesterday, partial(cast.read, campaign, "notice.txt", held_on=held_on), number=5)
    cast.stage.at(yesterday, partial(_check_a_table, office), number=11)


def _complain(cast: Cast, campaign: Campaign) -> None:
    """Two complaints about burden: one that the office has answered, one that waits for it."""
    today = timezone.localdate()

    def first() -> None:
        said = file_complaint(territory=campaign.territory, about=_COMPLAINTS[0][0], text=_COMPLAINTS[0][1])
        answer = partial(answer_complaint, actor=cast.accounts["office"], complaint=said, answer=_ANSWERED)
        cast.stage.at(today - 6 * _DAY, answer)

    def second() -> None:
        file_complaint(territory=campaign.territory, about=_COMPLAINTS[1][0], text=_COMPLAINTS[1][1])

    cast.stage.at(today - 8 * _DAY, first)
    cast.stage.at(today - 3 * _DAY, second)


class Plan:
    """The dispatched tasks, found by a word of theirs."""

    def __init__(self, meeting: Meeting) -> None:
        self.tasks = list(meeting.tasks.standing())

    def cases(self, word: str) -> list[Case]:
        task = next(task for task in self.tasks if word in task.text)
        return self.cases_of(task)

    def cases_of(self, task: Task) -> list[Case]:
        cases = Case.objects.filter(assignment__task=task).select_related("unit")
        return list(cases.order_by("unit__code"))

    def others(self, *words: str) -> list[Task]:
        return [task for task in self.tasks if not any(word in task.text for word in words)]


class Cast:
    """Who acts: the accounts by name, and for each unit one of those who answer for it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        answering = (Role.HEAD, Role.OFFICE, Role.LIAISON)
        posts = Post.objects.held().filter(role__in=answering).select_related("person", "unit")
        held = sorted(posts, key=lambda post: answering.index(Role(post.role)))
        self.speakers = {post.unit_id: post.person for post in held if post.person}
        self.accounts = {person.username: person for person in Person.objects.filter(demo=True)}
        self.homes = {post.person.username: post.unit_id for post in held if post.person and post.person.demo}

    def act(self, case: Case, *moves: str, by: Person | None = None, **asked: Any) -> Case:
        """Make ``moves`` one after the other; ``by`` makes the decisive ones, the case's unit the others."""
        for move in moves:
            actor = by if by and move in _DECISIVE else self.speakers[case.unit_id]
            known = {**_ASKED.get(move, {}), **asked}
            case = perform(actor=actor, move_name=move, case=case, seen=case.revision, **known)
        return case

    def later(self, day: date, case: Case, *moves: str, gap: int = 2, **asked: Any) -> None:
        """Make ``moves`` on ``day`` and ever ``gap`` days after, at the case's own time of the day."""

        def make(move: str) -> None:
            self.act(Case.objects.select_related("unit").get(pk=case.pk), move, **asked)

        for place, move in enumerate(moves):
            self.stage.at(day + place * gap * _DAY, partial(make, move), case.pk)

    def others(self, cases: Iterable[Case]) -> list[Case]:
        """Without those of the accounts' units: what these do is said one by one."""
        return [case for case in cases if case.unit_id not in self.homes.values()]

    def read(self, campaign: Campaign, name: str, *, held_on: date, place: str = "") -> Meeting:
        title, text = fill(name, held_on)
        return planning.read_meeting(
            actor=self.accounts["office"],
            campaign=campaign,
            title=title,
            held_on=held_on,
            place=place,
            text=text,
        )

    def dispatch(self, meeting: Meeting) -> None:
        """Drop what has no doer, decide every open line of address, then press the button."""
        office = self.accounts["office"]
        for task in meeting.tasks.standing().prefetch_related("receivers"):
            lines = list(task.receivers.all())
            if not lines:
                planning.drop_task(actor=office, task=task, seen=task.revision)
            elif any(not line.rule for line in lines):
                planning.edit_task(actor=office, task=task, seen=task.revision, receivers=_decided(lines))
        basis = f"云文明办〔{timezone.localdate().year}〕1号"
        self.act(Case.objects.get(pk=meeting.pk), "dispatch", by=office, basis=basis)
        jobs.work_waiting()


def _check_a_table(office: Person) -> None:
    """A table of assessment with the mistakes that such tables have, read and waiting for the clerk."""
    table = files.store_bytes((_HERE / "table.tsv").read_bytes(), files.TEXT)
    arguments = {"file": table.digest, "name": "文明单位考核细则.tsv"}
    jobs.start(kind=READ, actor=journal_name(office), arguments=arguments)
    jobs.work_waiting()


def fill(name: str, held_on: date) -> tuple[str, str]:
    """Title and text of a file, with each ``{+7}`` as the day so long after the meeting.

    Years are said only where the campaign runs into the next one, as a speaker would.
    """
    last_day = date(held_on.year, 12, 31)
    in_one_year = held_on + LASTS <= last_day

    def say(match: re.Match[str]) -> str:
        day = held_on + timedelta(days=int(match[1]))
        year = "" if in_one_year and day != held_on else f"{day.year}年"
        return f"{year}{day.month}月{day.day}日"

    text = DAY.sub(say, (_HERE / name).read_text(encoding="utf-8"))
    return text.split("\n", 1)[0], text


def _decided(lines: list[Receiver]) -> list[Receiver]:
    for line in lines:
        if not line.rule:
            line.rule, line.value = DECISIONS.get(line.wording, (Receiver.Rule.NOBODY, ""))
    return lines


def _ahead(unit: Unit, number: int) -> int:
    """How far ahead a unit is of those that have not even signed: less than one, and it is one of them."""
    county = unit.territory_id[4:6]
    pace = _PACES[int(county) - 1] if county else _CITY_PACE
    return pace - number * 7 % 10


def _launch(cast: Cast, cases: Iterable[Case], *, held_on: date) -> None:
    """The launch meetings: the slower a county, the fewer have signed, met and finished."""
    for number, case in enumerate(cases):
        ahead = _ahead(case.unit, number)
        if ahead < 1:
            continue
        met_on = held_on + (2 + number % 12) * _DAY
        meets = ahead > _MEETS
        cast.later(held_on + (1 + number % 12 // 3 if meets else 5 + number % 11) * _DAY, case, "acknowledge")
        if meets:
            cast.later(met_on, case, "record_launch", held_on=met_on, present=12 + number % 70)
        if ahead > _FINISHES:
            cast.later(met_on + (1 + number % 3) * _DAY, case, "finish")


def _report(cast: Cast, cases: list[Case], *, begins: date) -> None:
    """The written report: some wait for the office, some are accepted or sent back; two lines relay it."""
    for number, case in enumerate(cast.others(cases)):
        day = begins + number % 7 * _DAY
        cast.later(day, case, *_STAGES[number % len(_STAGES)], gap=4, by=cast.accounts["office"])
    own = {case.unit_id: case for case in cases}
    for line, account, days in (("territory", "county", 4), ("system", "department", 3)):
        case = own[cast.homes[account]]
        cast.later(begins, case, "acknowledge")
        relay = partial(_relay, cast, case, line=line, days=days, by=cast.accounts[account])
        cast.stage.at(begins + 2 * _DAY, relay, case.pk)


def _relay(cast: Cast, case: Case, *, line: str, days: int, by: Person) -> None:
    """Pass ``case`` down, due ``days`` earlier; the subordinates begin."""
    case = Case.objects.select_related("unit").get(pk=case.pk)
    units = subordinates(case, line)
    units = units.filter(seat=True) if line == "territory" else units
    due = (case.due or timezone.localdate()) - days * _DAY
    cast.act(case, "relay", line=line, units=list(units), due=due)
    children = list(case.children.select_related("unit").order_by("unit__code"))
    begins = timezone.localdate() + _DAY
    stages = _STAGES if line == "territory" else _STAGES[:3]
    for number, child in enumerate(cast.others(children)):
        cast.later(begins + number % 5 * _DAY, child, *stages[number % len(stages)], gap=3, by=by)
    stages_of = {cast.homes["liaison"]: _STAGES[4], cast.homes["rival"]: _STAGES[2]}
    for child in children:
        cast.later(begins, child, *stages_of.get(child.unit_id, ()), gap=3, by=by)


def _begin(cast: Cast, task: Task, cases: list[Case], *, begins: date) -> None:
    """Any other task: its first units have begun, and some are done."""
    for number, case in enumerate(cast.others(cases)[:_FIRST], start=task.position):
        ahead = _ahead(case.unit, number)
        done = "file_report" if task.asks_report else "finish"
        if ahead > 0:
            day = begins + number * 5 % 8 * _DAY
            cast.later(day, case, "acknowledge", *([done] if ahead > _FINISHES else []), gap=7)


def _try_out(cast: Cast, plan: Plan, *, begins: date) -> None:
    """What the accounts have done already; the rest is left for whoever tries them."""
    for word, username, moves in _DONE:
        case = next(case for case in plan.cases(word) if case.unit_id == cast.homes[username])
        cast.later(begins, case, *moves)
