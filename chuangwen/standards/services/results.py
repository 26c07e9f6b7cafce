"""Results are released, objected to line by line, and corrected with a reason beside the original."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from chuangwen.cases.models import Attachment, Case
from chuangwen.cases.services import attach, new_number, open_cases, perform
from chuangwen.core import files, jobs
from chuangwen.core.calendar import add_working_days
from chuangwen.core.jobs import Run
from chuangwen.core.journal import record
from chuangwen.core.models import Job
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.organizations.models import Person
from chuangwen.organizations.queries import who_asked
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.organizations.services import journal_name
from chuangwen.standards.models import Objection, Panel, Result, Round, Score, SelfReport
from chuangwen.standards.problems import (
    MARK_IMPOSSIBLE,
    NO_PANEL,
    NOTHING_TO_RELEASE,
    OBJECTED,
    OBJECTION_OVER,
)
from chuangwen.standards.rules import RuleError, plain
from chuangwen.standards.scoring import outcome_of, rounded
from chuangwen.standards.services.editing import require_office
from chuangwen.standards.verdicts import verdicts

RELEASE = "standard.release"  # the kind of work
_TITLE = 200  # characters of a case's title
_ACCEPTED = files.DOCUMENTS | files.PHOTOS | {files.XLSX}


def release(*, actor: Person, case: Case) -> Mapping[str, Any]:
    """Effect of the move of that name: the unit sees each line from now on, and may object for some days."""
    report = SelfReport.objects.select_related("case__unit", "round__standard", "round__panel").get(
        pk=case.pk
    )
    lines = verdicts(report.round.panel, report) or ()  # the move is refused while there are none
    now = timezone.now()
    until = add_working_days(timezone.localdate(now), report.round.panel.objection_days)
    score = Score.objects.create(self_report=report, released_at=now, objections_until=until)
    Result.objects.bulk_create(
        (
            Result(score=score, criterion=line.criterion, points=line.line.points, occurs=line.line.occurs)
            for line in lines
        ),
        batch_size=500,
    )
    points = {str(line.criterion.pk): plain(line.line.points) for line in lines}
    return {"points": points, "until": until.isoformat()}


def release_round(*, actor: Person, round: Round) -> Job:  # noqa: A002 - the word of the trade
    """Have the worker release every self-report whose reviews are all in (``release_all``).

    Raises Problem ``page.not_allowed``, ``panel.missing``, ``result.nothing``.
    """
    require_office(actor, round.campaign.office)
    if not Panel.objects.filter(pk=round.pk).exists():
        raise Problem(NO_PANEL)
    if not _unreleased(round).exists():
        raise Problem(NOTHING_TO_RELEASE)
    arguments = {"round": round.pk, "name": str(round)}
    return jobs.start(kind=RELEASE, actor=journal_name(actor), arguments=arguments)


def _unreleased(round: Round) -> Any:  # noqa: A002
    """The self-reports with submitted reviews that are not released."""
    return round.self_reports.filter(score=None, reviews__case__state="submitted").distinct()


def release_all(run: Run) -> None:
    """The worker's part: one after the other; begun anew, those that are out stay as they are."""
    actor = who_asked(run.job)
    found = Round.objects.get(pk=run.job.arguments["round"])
    waiting = list(_unreleased(found).select_related("case").order_by("case__unit__code"))
    left = 0
    for done, report in enumerate(waiting, start=1):
        try:
            perform(actor=actor, move_name="release", case=report.case, seen=report.case.revision)
        except Problem:  # its reviews are not all in, or somebody else released it
            left += 1
        run.progress(done, len(waiting))
    with transaction.atomic():
        out = Score.objects.filter(self_report__round=found).count()
        run.finish({"released": out, "left": left, "round": found.pk})


@transaction.atomic
def object_to(
    *, actor: Person, result: Result, reason: str, uploads: Iterable[UploadedFile[Any]] = ()
) -> Objection:
    """A unit objects to one line, with its reason and evidence; it lies on the office's desk then.

    Raises Problem ``page.not_allowed``, ``objection.over``, ``objection.twice``, ``file.*``.
    """
    report = SelfReport.objects.select_related(
        "case__unit", "case__issuer", "case__campaign", "round__panel"
    ).get(pk=result.score_id)
    case = report.case
    if Relation.ANSWERS_FOR not in scope_of(actor).relations(case.unit):
        raise Problem(NOT_ALLOWED, reason=case.unit)
    today = timezone.localdate()
    if today > result.score.objections_until:
        raise Problem(OBJECTION_OVER, day=result.score.objections_until)
    opened = _open(report, result)
    try:
        with transaction.atomic():
            objection = Objection.objects.create(case=opened, result=result, reason=reason)
    except IntegrityError:
        raise Problem(OBJECTED) from None
    for upload in uploads:
        attach(
            actor=actor,
            case=opened,
            blob=files.store(upload, accept=_ACCEPTED),
            name=upload.name or "",
            purpose=Attachment.Purpose.SOURCE,
        )
    data = {"criterion": result.criterion_id, "report": case.number, "reason": reason}
    record(actor=journal_name(actor), verb="objection.raise", subject=opened.subject, data=data)
    return objection


def _open(report: SelfReport, result: Result) -> Case:
    """The objection as a case of the unit on the office's desk."""
    case, days = report.case, report.round.panel.objection_days
    return open_cases(
        [
            Case(
                number=new_number(),
                kind="objection",
                title=f"{case.unit} · {result.criterion.text}"[:_TITLE],
                unit=case.issuer,
                issuer=case.unit,
                campaign=case.campaign,
                state="raised",
                due=add_working_days(timezone.localdate(), days),
                opened_at=timezone.now(),
            )
        ]
    )[0]


def correct(*, actor: Person, case: Case, found: Any, reason: str) -> Mapping[str, Any]:
    """Effect: the line's points are corrected by its rule; the original stands beside them.

    Raises Problem ``mark.impossible``.
    """
    objection = Objection.objects.select_related("result__criterion").get(pk=case.pk)
    result = objection.result
    try:
        outcome = outcome_of(result.criterion, found)
    except RuleError as error:
        raise Problem(MARK_IMPOSSIBLE, what=error) from None
    result.corrected = rounded(outcome.points)
    result.corrected_occurs = result.criterion.rule == "veto" and found is True
    result.save(update_fields=["corrected", "corrected_occurs"])
    objection.found, objection.answer = found, reason
    objection.save(update_fields=["found", "answer"])
    before, after = plain(result.points), plain(result.corrected)
    return {"found": found, "before": before, "after": after, "reason": reason}


def keep(*, actor: Person, case: Case, reason: str) -> Mapping[str, Any]:
    """Effect: the points stand; the unit reads why."""
    Objection.objects.filter(pk=case.pk).update(answer=reason)
    return {"reason": reason}
