"""What nobody may learn of yet: covert inspections until their bulletin, with their visits and orders.

`visible_to` keeps them from whoever is not of the sending office or the team. Here they are counted out of
what passes no such door: the auditor's pages, and figures of the directory (docs/adr/0021-covert.md).
"""

from __future__ import annotations

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Concat

from chuangwen.cases.models import Case, Circle

_COVERT = Q(inspection__covert=True) | Q(visit__inspection__covert=True) | Q(order__withheld=True)


def withheld_cases() -> QuerySet[Case]:
    """The cases of covert inspections that no bulletin has opened, and of orders that wait for one."""
    return Case.objects.filter(_COVERT, circle=Circle.NAMED)


def withheld_subjects() -> QuerySet[Case, str]:
    """Their names in the journal and in the log of reading."""
    named = withheld_cases().annotate(name=Concat(Value("case:"), "number", output_field=CharField()))
    return named.order_by().values_list("name", flat=True)
