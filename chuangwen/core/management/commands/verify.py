"""``chuangwen verify``: prove that no event of the journal was changed, removed or put in between."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from chuangwen.core.verification import Bad, Verdict, verify


class Command(BaseCommand):
    help = "Prove that no event of the journal was changed, removed or put in between (exit 1 if one was)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
        parser.add_argument(
            "--witness",
            type=Path,
            help="a copy of the tree heads, one JSON a line; by default heads.jsonl in the data directory",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        witness: Path | None = options["witness"]
        if witness is None and settings.HEADS_FILE.exists():
            witness = settings.HEADS_FILE
        try:
            verdict = verify(witness=witness)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=2) from error
        self.stdout.write(_json(verdict) if options["json"] else _sentences(verdict, witness))
        if not verdict.ok:
            sys.exit(1)


def _json(verdict: Verdict) -> str:
    return json.dumps({"ok": verdict.ok, **asdict(verdict)}, indent=1)


def _sentences(verdict: Verdict, witness: Path | None) -> str:
    if verdict.first_bad:
        return _("The journal is not whole: %(row)s %(reason)s.") % {
            "row": _name(verdict.first_bad),
            "reason": verdict.first_bad.reason.label,
        }
    whole = _(
        "The journal is whole: %(events)d events, of them %(sequenced)d under %(heads)d signed heads"
        " and %(pending)d waiting for the next. Root: %(root)s"
    ) % asdict(verdict)
    if witness:
        return whole
    return f"{whole}\n" + _(
        "There was no copy of the heads to compare with: a cut-off end would not be noticed."
    )


def _name(bad: Bad) -> str:
    """What the first bad row is called in a sentence."""
    if bad.table == "witness":
        name = _("head %(id)s in the copy of the heads")
    elif bad.table == "core_treehead":
        name = _("tree head %(id)s")
    elif bad.position is None:
        name = _("the waiting event %(id)s")
    elif bad.id is None:
        name = _("the event in place %(position)s")
    else:
        name = _("event %(id)s in place %(position)s")
    return name % {"id": bad.id, "position": bad.position}
