"""A round of self-reports: opened by the office, sent to its units by the worker, closed by the clock."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.services import new_number, open_cases, turn
from chuangwen.core import jobs
from chuangwen.core.jobs import Run
from chuangwen.core.journal import record
from chuangwen.core.models import Job
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person, Unit, within
from chuangwen.organizations.services import journal_name
from chuangwen.standards.models import Round, SelfReport, Standard
from chuangwen.standards.problems import NO_UNITS, NOT_PUBLISHED, ROUND_OPEN, ROUND_OVER
from chuangwen.standards.services.editing import require_office

OPEN = "standard.round"  # the kind of work
AT_ONCE = 2_000  # cases written in one transaction: others wait for it half a second


def units_of(standard: Standard, campaign: Campaign) -> list[Unit]:
    """Whom a round asks: units of the standard's peer groups, in the campaign's territory, but its office."""
    groups = standard.peer_groups.all()
    units = Unit.objects.filter(within(campaign.territory_id), active=True, peer_group__in=groups)
    return list(units.exclude(pk=campaign.office_id).order_by("code"))


@transaction.atomic
def open_round(
    *, actor: Person, standard: Standard, campaign: Campaign, begins: date, ends: date, closes: date
) -> Job:
    """Ask the units of a campaign for self-reports by a published standard; the worker sends them out.

    Raises Problem ``page.not_allowed``, ``standard.not_published``, ``round.over``, ``round.open``,
    ``round.no_units``.
    """
    require_office(actor, campaign.office)
    now = Standard.objects.select_for_update(no_key=True).get(pk=standard.pk)
    if now.state != Standard.State.PUBLISHED:
        raise Problem(NOT_PUBLISHED, name=now.name, state=now.get_state_display())
    if closes < timezone.localdate():
        raise Problem(ROUND_OVER, day=closes)
    if not units_of(now, campaign):
        raise Problem(NO_UNITS)
    try:
        with transaction.atomic():
            opened = Round.objects.create(
                campaign=campaign, standard=now, begins=begins, ends=ends, closes=closes
            )
    except IntegrityError:
        raise Problem(ROUND_OPEN, name=now.name) from None
    record(
        actor=journal_name(actor),
        verb="round.open",
        subject=opened.subject,
        data={"name": now.name, "closes": closes.isoformat()},
    )
    return jobs.start(kind=OPEN, actor=journal_name(actor), arguments={"round": opened.pk, "name": now.name})


def send_out(run: Run) -> None:
    """The worker's part: a case for each unit, some at a time; begun anew, it leaves what is out as it is."""
    opened = Round.objects.select_related("standard", "campaign__office").get(pk=run.job.arguments["round"])
    units = units_of(opened.standard, opened.campaign)
    for first in range(0, len(units), AT_ONCE):
        _send_some(opened, units[first : first + AT_ONCE])
        run.progress(min(first + AT_ONCE, len(units)), len(units))
    with transaction.atomic():
        run.finish({"cases": opened.self_reports.count(), "campaign": opened.campaign_id})


@transaction.atomic
def _send_some(opened: Round, units: list[Unit]) -> None:
    keys = {f"{opened.pk}:{unit.pk}": unit for unit in units}
    out = set(SelfReport.objects.filter(key__in=keys).values_list("key", flat=True))
    left = {key: unit for key, unit in keys.items() if key not in out}
    now = timezone.now()
    cases = open_cases(
        Case(
            number=new_number(),
            kind="self_report",
            title=opened.standard.name,
            unit=unit,
            issuer=opened.campaign.office,
            campaign=opened.campaign,
            state="filling",
            due=opened.closes,
            opened_at=now,
        )
        for unit in left.values()
    )
    SelfReport.objects.bulk_create(
        (SelfReport(case=case, round=opened, key=key) for key, case in zip(left, cases, strict=True)),
        batch_size=500,
    )


def close_windows() -> int:
    """Clock: self-reports whose last day is over without filing are missed; returns their number."""
    over = Case.objects.filter(kind="self_report", state="filling", due__lt=timezone.localdate())
    missed = 0
    for case in over:
        try:
            turn(case=case, name="miss")
        except Problem:  # filed or extended at this very moment
            continue
        missed += 1
    return missed
