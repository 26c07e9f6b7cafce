"""The table of bulletins; what is done with them stands in ``services.bulletins``."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Case, visible_case
from chuangwen.core.models import IssuedNumber
from chuangwen.organizations.models import Person, Territory
from chuangwen.organizations.scope import scope_of

WORDS = 1500  # characters of each part: the rules ask for papers of at most 4,000 to 5,000 in all


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """Drafts for the office that writes them; published ones for every post inside its territory, and
        those for the public for everybody."""
        codes = {post.unit.territory_id for post in scope_of(actor).posts}
        above = {code[:n] for code in codes for n in Territory.LEVELS if n <= len(code)}
        told = Q(public=True) | Q(case__issuer__territory__in=above)
        return self.filter(visible_case(actor, "case") | Q(told, published_at__isnull=False))


class Bulletin(models.Model):
    """What was found, at whom, and how far it is put right (DOMAIN section 4).

    ``orders`` are those that it takes in; ``since`` and ``until`` the period over which units of a peer group
    are compared. ``league`` is that comparison as it was published: rows of ``bulletins.Row``. Nobody of its
    ``writers`` approves it.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="bulletin")
    basis = models.CharField(_("basis of the bulletin"), max_length=300)
    since = models.DateField(_("period from"))
    until = models.DateField(_("period to"))
    scope = models.TextField(_("scope and counts"), max_length=WORDS)
    demands = models.TextField(_("demands"), max_length=WORDS)
    public = models.BooleanField(_("for the public too"), default=False)
    orders = models.ManyToManyField("rectification.Order", related_name="bulletins", blank=True)
    league = models.JSONField(default=list)
    writers = models.ManyToManyField(Person, related_name="+")
    number = models.ForeignKey(IssuedNumber, models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField(_("published"), null=True)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulletin")
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="bulletin_period"),
        )

    def __str__(self) -> str:
        return str(self.number or self.case)
