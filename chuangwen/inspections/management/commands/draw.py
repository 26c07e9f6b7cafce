"""`chuangwen draw verify NUMBER`: make a draw again, and say whether it comes out the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangwen.inspections import pools
from chuangwen.inspections.drawing import Drawn, ImpossibleError, run, seed_of
from chuangwen.inspections.draws import Draw
from chuangwen.inspections.verifying import TROUBLES, verify


class Command(BaseCommand):
    help = "Make the draw of an inspection again, from the database or from the files of its public page."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verifying = verbs.add_parser("verify", help="hold a draw against the journal and make it again")
        verifying.add_argument("plan", metavar="NUMBER", help="the number of the inspection")
        repeating = verbs.add_parser("repeat", help="print what a downloaded pool gives; needs no database")
        repeating.add_argument("pool", type=Path, help="the file of the pool")
        repeating.add_argument("secret", help="the secret, as published after the draw")
        repeating.add_argument("value", help="the public value, as typed")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "repeat":
            self.stdout.write(_repeated(options["pool"], options["secret"], options["value"]), ending="")
        else:
            self._verify(options["plan"])

    def _verify(self, number: str) -> None:
        found = Draw.objects.select_related("pool", "inspection__case").filter(
            inspection__case__number=number
        )
        draw = found.first()
        if draw is None or not draw.drawn_at:
            raise CommandError(f"{number}: no draw has been made for an inspection of this number")
        verification = verify(draw)
        self.stdout.write(f"pool {draw.pool_id}\nvalue {draw.value}\nseed {draw.seed}")
        if verification.same:
            self.stdout.write(f"made again: the same, {len(draw.drawn)} units")
            return
        told = [TROUBLES[name] for name in verification.troubles]
        if verification.difference:
            line, kept, again = verification.difference
            told.append(f"line {line}: kept {_told(kept)}, made again {_told(again)}")
        raise CommandError(f"{number} does not come out the same: {'; '.join(told)}")


def _repeated(path: Path, secret: str, value: str) -> str:
    try:
        return pools.result_text(run(pools.read(path.read_bytes()), seed_of(secret, value))).decode()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except (pools.PoolError, ImpossibleError) as error:
        raise CommandError(f"{path}: {error}") from error


def _told(drawn: Drawn | None) -> str:
    return f"{drawn.unit} by {', '.join(drawn.team)}" if drawn else "nothing"
