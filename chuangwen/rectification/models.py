"""Orders to rectify: what was found, what the unit did about it, and who looked again."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Attachment, Case, visible_case
from chuangwen.core.models import IssuedNumber
from chuangwen.organizations.models import Person
from chuangwen.rectification.bulletin import Bulletin
from chuangwen.rectification.limits import FaultKind, due_of, kinds
from chuangwen.rectification.rungs import LadderRung, rungs

# Tables of the app that stand elsewhere.
__all__ = ["Bulletin"]


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """The orders whose cases the actor may see."""
        return self.filter(visible_case(actor, "case"))

    def issued(self) -> Self:
        return self.exclude(issued_at=None)


class Order(models.Model):
    """An order to put faults right (整改通知书), about one unit.

    ``kind`` is a code of ``limits.kinds``; ``source`` the subject of the case that it came from, "" where an
    office drew it up by itself. ``found_by`` found the faults, and never look again. A ``withheld`` one is
    of a covert inspection: only a bulletin issues it. ``number`` stays when the order passes to another unit
    or is reopened; ``reopened`` counts how often it was. ``wanted_due`` is offered when it is issued, instead
    of the limit of its kind. ``prepared_on`` is the day of a paper that waits for the bulletin to issue it.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="order")
    kind = models.CharField(_("kind of fault"), max_length=20)
    source = models.CharField(max_length=60, blank=True)
    withheld = models.BooleanField(default=False)
    found_by = models.ManyToManyField(Person, related_name="+", verbose_name=_("found by"))
    demand = models.CharField(_("what is demanded"), max_length=500, blank=True)
    number = models.ForeignKey(IssuedNumber, models.PROTECT, related_name="+", null=True, blank=True)
    issued_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, blank=True)
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(_("reopened"), default=0)
    wanted_due = models.DateField(_("deadline set beforehand"), null=True, blank=True)
    prepared_on = models.DateField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order to rectify")
        indexes = (models.Index(fields=["source"], name="order_source"),)

    def __str__(self) -> str:
        return str(self.number or self.case)

    @property
    def fault_kind(self) -> FaultKind | str:
        """The kind as it is called today; its code where it is no more."""
        return kinds().get(self.kind, self.kind)

    def due_from(self, day: date) -> date:
        """The deadline if it is issued on that day. Raises Problem ``order.kind_unknown``."""
        set_before = self.wanted_due
        return set_before if set_before and set_before >= day else due_of(self.kind, day)


class OrderItem(models.Model):
    """One fault: the clause it breaks, what was seen, and where."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=1)
    clause = models.CharField(_("clause"), max_length=200, blank=True)
    words = models.CharField(_("fault found"), max_length=500)
    place = models.CharField(_("place"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("fault")
        ordering = ("order", "position")
        constraints = (models.UniqueConstraint(fields=["order", "position"], name="one_fault_a_position"),)

    def __str__(self) -> str:
        return self.words


class Proof(models.Model):
    """What a unit filed once, about every fault of its order; after a failed re-check it files anew."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="proofs")
    filed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("filed by"))
    filed_at = models.DateTimeField(_("filed at"))

    class Meta:
        verbose_name = _("proof")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.order_id} {self.pk}"


class Remedy(models.Model):
    """What was done about one fault."""

    proof = models.ForeignKey(Proof, models.CASCADE, related_name="remedies")
    item = models.ForeignKey(OrderItem, models.PROTECT, related_name="remedies")
    words = models.CharField(_("remedy taken"), max_length=500)

    class Meta:
        verbose_name = _("remedy")
        ordering = ("proof", "item__position")
        constraints = (models.UniqueConstraint(fields=["proof", "item"], name="one_remedy_a_fault"),)

    def __str__(self) -> str:
        return self.words


class Photo(models.Model):
    """A photo of a fault: as it was found, or, with a ``remedy``, as it is now."""

    item = models.ForeignKey(OrderItem, models.CASCADE, related_name="photos")
    remedy = models.ForeignKey(Remedy, models.CASCADE, related_name="photos", null=True, blank=True)
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("photo of a fault")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.attachment.name


class Recheck(models.Model):
    """Somebody who had not found the faults has looked again at what a proof says.

    ``stands`` falls when the order is reopened: what closed it once does not close it again.
    """

    proof = models.OneToOneField(Proof, models.PROTECT, related_name="recheck")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("looked by"))
    at = models.DateTimeField(_("looked"))
    passed = models.BooleanField(_("passed"))
    words = models.CharField(_("what the re-check saw"), max_length=500)
    stands = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("re-check")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(passed=True) | Q(stands=True), name="only_what_passed_is_overturned"
            ),
        )

    def __str__(self) -> str:
        return self.words


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """The rungs of the orders that the actor may see."""
        return self.filter(visible_case(actor, "order__case"))

    def counting(self) -> Self:
        """Those whose points count against the unit.

        An order that was withdrawn, upon an appeal or as the duty is another's, holds nothing against it.
        """
        return self.exclude(order__case__state="withdrawn")


class Escalation(models.Model):
    """A rung of the ladder that the office climbed with an order (督办升级); a reopened order keeps them.

    The one row of penalty points: whoever assesses a unit adds up ``points``, as they were on that day, of
    what is ``counting``, by the unit of the order's case and by ``at``. ``rung`` is a code of
    ``rungs.rungs``; ``brings`` what went with it then, ``number`` that of its paper, ``meets_at`` and
    ``place`` when and where the unit is called to an interview.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="escalations")
    rung = models.CharField(_("rung"), max_length=20)
    points = models.DecimalField(_("penalty points"), max_digits=6, decimal_places=2)
    at = models.DateTimeField(_("escalated at"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("escalated by"))
    reason = models.CharField(_("reason"), max_length=500)
    brings = models.CharField(max_length=20, blank=True)
    number = models.ForeignKey(IssuedNumber, models.PROTECT, related_name="+", null=True, blank=True)
    meets_at = models.DateTimeField(_("interview at"), null=True, blank=True)
    place = models.CharField(_("place of the interview"), max_length=200, blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["order", "rung"], name="one_climb_a_rung"),
            models.CheckConstraint(condition=Q(points__gte=0), name="penalty_not_below_zero"),
        )

    def __str__(self) -> str:
        return str(self.named)

    @property
    def named(self) -> LadderRung | str:
        """The rung as it is called today; its code where it is no more."""
        return rungs().get(self.rung, self.rung)
