"""A filled-in form is received: judged as far as reading goes, and on the disk before that is said.

What it holds is entered by the worker (taking.py): fifty forms a second may arrive, and a photo alone takes
longer to be made plain than that leaves.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from chuangwen.cases.models import Case, named_on
from chuangwen.core import photos
from chuangwen.core.journal import record
from chuangwen.core.models import Blob
from chuangwen.core.problems import NOT_FOUND, Problem
from chuangwen.inspections.models import Visit
from chuangwen.inspections.openrosa import xforms
from chuangwen.inspections.openrosa.filled import Answer, Filled, UnreadableError, read
from chuangwen.inspections.problems import (
    FORM_EMPTY,
    FORM_RETIRED,
    FORM_UNREADABLE,
    KEY_USED,
    NOT_ASKED,
    WRONG_POINT,
)
from chuangwen.inspections.services.arriving import require_arrival
from chuangwen.inspections.services.findings import Noted, require_enterable
from chuangwen.inspections.submissions import State, Submission, SubmittedFile
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name

logger = logging.getLogger(__name__)


def receive(*, actor: Person, xml: bytes, files: Mapping[str, UploadedFile[Any]]) -> Submission:
    """Keep a form with those of its photos that have come along; the same again changes nothing.

    A client sends the form with each part of its photos. Raises Problem ``page.not_found``,
    ``form.unreadable``, ``form.empty``, ``form.retired``, ``finding.key_used`` (the same form with other
    content), ``case.move_refused``, what ``enter_many`` raises of findings, ``file.*`` of photos.
    """
    filled = _read(xml)
    visit = _visit_of(actor, filled)
    known = _known(actor, visit, filled, xml)
    if not known:
        _require_asked(visit, filled)
    named = {name for answer in filled.answers for name in answer.photos}
    here = dict(known.files.values_list("name", "digest")) if known else {}
    # Written outside the transaction, which others wait for.
    sent = photos.keep({name: upload for name, upload in files.items() if name in named})
    blobs = {name: blob for name, blob in sent.items() if here.get(name) != blob.digest}
    return _keep(actor, visit, filled, xml, blobs) if blobs or not known else known


def _known(actor: Person, visit: Visit, filled: Filled, xml: bytes) -> Submission | None:
    """The same form, if it came before. Raises Problem ``finding.key_used`` for another under its name."""
    known = Submission.objects.filter(instance=filled.instance).first()
    if known and (known.visit_id, known.person_id, known.digest) != (visit.pk, actor.pk, _digest(xml)):
        raise Problem(KEY_USED)
    return known


def _digest(xml: bytes) -> str:
    return sha256(xml).hexdigest()


def _read(xml: bytes) -> Filled:
    try:
        return read(xml)
    except UnreadableError as why:
        logger.warning("an unreadable form: %s", why)
        raise Problem(FORM_UNREADABLE) from None


def _visit_of(actor: Person, filled: Filled) -> Visit:
    """The visit whose form it is, of a team that the actor is in; any other is none."""
    number = filled.form_id.removeprefix(xforms.PREFIX)[:12]
    visits = Visit.objects.filter(case__in=named_on(actor), case__number=number)
    found = visits.select_related("case__unit", "case__issuer", "inspection__case").first()
    if not found or filled.form_id != xforms.form_id(found):
        raise Problem(NOT_FOUND)
    return found


def _require_asked(visit: Visit, filled: Filled) -> None:
    """What was filled in on an older version counts as long as it is still asked."""
    rows = [noted(filled, answer) for answer in answered(filled)]
    if not rows:
        raise Problem(FORM_EMPTY)
    try:
        require_enterable(visit=visit, rows=rows)
    except Problem as problem:
        if problem.kind in {NOT_ASKED, WRONG_POINT} and filled.version != xforms.form_of(visit).version:
            raise Problem(FORM_RETIRED) from problem
        raise


def answered(filled: Filled) -> list[Answer]:
    return [answer for answer in filled.answers if answer.verdict]


def noted(filled: Filled, answer: Answer) -> Noted:
    """One answer as a finding; its key is the same whenever the form arrives."""
    point = None if filled.point == xforms.UNIT else int(filled.point) if filled.point.isdecimal() else 0
    return Noted(
        key=filled.key("finding", point, answer.criterion),
        criterion=answer.criterion,
        verdict=answer.verdict,
        noted_at=filled.noted_at,
        point=point,
        words=answer.words,
        latitude=filled.latitude,
        longitude=filled.longitude,
    )


@transaction.atomic
def _keep(actor: Person, visit: Visit, filled: Filled, xml: bytes, blobs: Mapping[str, Blob]) -> Submission:
    # Held until it is written: a visit is not handed in between the question and the answer.
    Case.objects.select_for_update(no_key=True).get(pk=visit.pk)
    visit.case.refresh_from_db(fields=["state", "holder"])
    require_arrival(actor=actor, visit=visit)
    known = _known(actor, visit, filled, xml)
    submission = known or _begin(actor, visit, filled, xml, blobs)
    for file in submission.files.filter(name__in=blobs) if known else ():
        _lay_down(file, blobs[file.name])
    data = {
        "instance": str(filled.instance),
        "form": submission.digest,
        "files": {name: blob.digest for name, blob in sorted(blobs.items())},
    }
    record(actor=journal_name(actor), verb="visit.receive", subject=visit.case.subject, data=data)
    return submission


def _begin(actor: Person, visit: Visit, filled: Filled, xml: bytes, blobs: Mapping[str, Blob]) -> Submission:
    submission = Submission.objects.create(
        instance=filled.instance,
        visit=visit,
        person=actor,
        received_at=timezone.now(),
        digest=_digest(xml),
        xml=xml.decode(),
    )
    SubmittedFile.objects.bulk_create(
        SubmittedFile(
            submission=submission,
            name=name,
            finding=noted(filled, answer).key,
            blob=blobs.get(name),
            digest=blobs[name].digest if name in blobs else "",
        )
        for answer in answered(filled)
        for name in answer.photos
    )
    return submission


def _lay_down(file: SubmittedFile, blob: Blob) -> None:
    """A photo comes once; the same name with another picture is a mistake of the client."""
    if file.digest and file.digest != blob.digest:
        raise Problem(KEY_USED)
    if not file.digest:
        file.blob, file.digest = blob, blob.digest
        file.save(update_fields=["blob", "digest"])


@transaction.atomic
def try_again(*, actor: Person, submission: Submission) -> None:
    """Have the worker try once more what it could not take in; what is taken in stays so."""
    again = {"state": State.WAITING, "failure": {}}
    refused = Submission.objects.filter(pk=submission.pk, state=State.REFUSED).update(**again)
    files = submission.files.filter(state=State.REFUSED).update(**again)
    if refused or files:
        data = {"instance": str(submission.instance)}
        record(
            actor=journal_name(actor), verb="visit.retry", subject=submission.visit.case.subject, data=data
        )
