"""Stored files that nothing refers to any more are erased: the row, and the content on disk.

An upload holds names, and what refers to it is forgotten in time. Whoever stores a file refers to it within
moments; the days of grace are for an administrator who has started a wrong database beside the files. How
no file is lost that is stored again at the same moment: docs/adr/0014-erasing-files.md.
"""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from datetime import timedelta
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from chuangwen.core import files
from chuangwen.core.models import Blob, Job

GRACE = timedelta(days=7)

logger = logging.getLogger(__name__)


def erase_unreferenced() -> int:
    """Clock: erase what was stored before the days of grace and nothing refers to; returns how many files."""
    _drop_drafts()
    _enter_strays()
    return sum(_erase(digest) for digest in list(_erasable().values_list("pk", flat=True)))


def relations() -> list[Any]:
    """Every relation to a stored file, of whatever app: found among the models, so that none is forgotten."""
    found = Blob._meta.get_fields(include_hidden=True)  # noqa: SLF001 - documented by Django
    return [relation for relation in found if relation.one_to_many or relation.one_to_one]


def _erasable() -> QuerySet[Blob]:
    """What is old enough and in no relation; a job may still name it among its arguments."""
    related = (
        Exists(relation.related_model.objects.filter(**{relation.field.name: OuterRef("pk")}))
        for relation in relations()
    )
    return Blob.objects.filter(~reduce(or_, related, Q()), stored_at__lt=timezone.now() - GRACE)


def _named_by_a_job(digest: str) -> bool:
    return Job.objects.annotate(text=Cast("arguments", TextField())).filter(text__contains=digest).exists()


def _erase(digest: str) -> bool:
    """Erase one file if nothing refers to it now; whether it was erased.

    The row is held until its content is gone. Nobody can refer to it meanwhile, and whoever stores the same
    content again waits, and then puts both back.
    """
    blob = Blob(digest=digest)
    try:
        with transaction.atomic():
            # Whoever holds it is about to refer to it, or erases it already.
            held = Blob.objects.select_for_update(skip_locked=True).filter(pk=digest)
            if not held.exists() or not _erasable().filter(pk=digest).exists() or _named_by_a_job(digest):
                return False
            held.delete()
            files.path(blob).unlink(missing_ok=True)
    except OSError:  # the row is there again; the others shall not wait for this one
        logger.exception("the file %s could not be erased", digest)
        return False
    return True


def _enter_strays() -> None:
    """Give a row to content on disk that has none: what was stored by a move that then was refused.

    Its days of grace begin now, not when it was written: the database, not the file, may be the wrong one.
    """
    for folder in Path(settings.MEDIA_ROOT).glob("[0-9a-f][0-9a-f]"):
        # The files first: a file lies there after its row, so that only what is left over has none.
        on_disk = {folder.name + file.name: file for file in folder.iterdir()}
        rows = Blob.objects.filter(digest__gte=folder.name, digest__lt=f"{folder.name}g")
        for digest in on_disk.keys() - set(rows.values_list("pk", flat=True)):
            with suppress(FileNotFoundError):  # another worker was here first
                if re.fullmatch("[0-9a-f]{64}", digest):
                    stray = Blob(digest=digest, size=on_disk[digest].stat().st_size, media_type=files.OTHER)
                    Blob.objects.bulk_create([stray], ignore_conflicts=True)


def _drop_drafts() -> None:
    """Uploads that a killed process has left half written; nothing else lies beside the folders."""
    before = (timezone.now() - GRACE).timestamp()
    for draft in Path(settings.MEDIA_ROOT).glob("*"):
        with suppress(FileNotFoundError):
            if draft.is_file() and draft.stat().st_mtime < before:
                draft.unlink()
