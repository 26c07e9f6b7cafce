"""The draw of an inspection: what was fixed, committed to, typed in and drawn (docs/adr/0022-draw.md)."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chuangwen.core.models import Blob
from chuangwen.inspections.drawing import Drawn, commitment_of, seed_of
from chuangwen.inspections.pools import result_of
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import scope_of

VALUE = 200  # characters of the public value
_DIGEST = 64


class DrawQuerySet(models.QuerySet["Draw"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """All of the sending office's; for everybody else, signed in or not, those that are no secret."""
        public = Q(inspection__covert=False) | Q(inspection__opened_at__isnull=False)
        return self.filter(public | Q(inspection__case__issuer__in=scope_of(actor).belongs))

    def revealed(self) -> Self:
        """Those whose secret and pool may be known to everybody: nothing in them is kept from anybody.

        A covert inspection has been opened, an open one has announced all its visits; and so has whatever
        visit before it bars somebody in the pool.
        """
        told = Q(inspection__covert=False) | Q(inspection__opened_at__isnull=False)
        over = Q(sent_at__isnull=False) | Q(inspection__case__closed_at__isnull=False)
        kept = {"inspection__covert": True, "inspection__opened_at__isnull": True}
        leaning = Draw.leans_on.through.objects.filter(draw=OuterRef("pk"), **kept)
        done = self.filter(told, over, ~Exists(leaning), drawn_at__isnull=False)
        return done.exclude(inspection__visits__case__state="planned")


class Draw(models.Model):
    """One draw of one inspection; everything is written once, but for a pool fixed anew before its day.

    ``secret`` is 64 hexadecimal digits, made here; ``source`` says where the public value will be read, and
    it is typed from ``value_on`` on, a later day than that of the fixing. ``names`` tells who the inspectors
    of the pool are: its name of them → [key of the person, capacity]. ``leans_on`` are the inspections whose
    visits bar somebody in the pool.
    """

    inspection = models.OneToOneField(
        "inspections.Inspection", models.PROTECT, primary_key=True, related_name="draw"
    )
    pool = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    secret = models.CharField(max_length=_DIGEST)
    names: Any = models.JSONField(default=dict)
    leans_on: Any = models.ManyToManyField("inspections.Inspection", related_name="+")
    source = models.CharField(_("what the public value will be"), max_length=VALUE)
    value_on = models.DateField(_("known from"))
    fixed_at = models.DateTimeField(_("pool fixed"))
    fixed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    typed = models.CharField(max_length=VALUE, blank=True)
    typed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, blank=True)
    value = models.CharField(_("public value"), max_length=VALUE, blank=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, blank=True)
    drawn_at = models.DateTimeField(_("drawn"), null=True, blank=True)
    result = models.TextField(blank=True)
    sent_at = models.DateTimeField(_("visits planned"), null=True, blank=True)

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("draw")
        ordering = ("-fixed_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True, value="") | Q(drawn_at__isnull=False) & ~Q(value=""),
                name="drawn_with_its_value",
            ),
            models.CheckConstraint(
                condition=~Q(typed_by=models.F("confirmed_by")), name="value_typed_by_two"
            ),
        )

    def __str__(self) -> str:
        return str(self.inspection)

    @property
    def commitment(self) -> str:
        return commitment_of(self.secret)

    @property
    def seed(self) -> str:
        """Empty as long as there is no public value."""
        return seed_of(self.secret, self.value) if self.value else ""

    @property
    def value_may_be_known(self) -> bool:
        return timezone.localdate() >= self.value_on

    @cached_property
    def drawn(self) -> list[Drawn]:
        return result_of(self.result.encode())
