"""What is asked to begin a bulletin, and to edit one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import DateInput, MoveForm, WordsField
from chuangwen.cases.models import Campaign, Case
from chuangwen.rectification.bulletin import WORDS
from chuangwen.rectification.bulletins import at_hand
from chuangwen.rectification.models import Order


class NewForm(forms.Form):
    """For whom and what; the rest is drafted from the data."""

    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none(), empty_label=None)
    title = WordsField(label=_("Heading of the bulletin"), max_length=100, widget=forms.TextInput())
    basis = WordsField(
        label=_("Basis of the bulletin"),
        max_length=300,
        widget=forms.TextInput(),
        help_text=_("The plan or document that asks for it."),
    )
    since = forms.DateField(label=_("Period from"), widget=DateInput())
    until = forms.DateField(label=_("Period to"), widget=DateInput())

    waiting = forms.BooleanField(
        label=_("Take in what is drawn up and not issued yet"),
        required=False,
        help_text=_("Its publication issues it, and makes covert inspections known that it comes of."),
    )

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["campaign"]
        field.queryset = campaigns


class _OrderChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    def label_from_instance(self, obj: Any) -> str:
        order: Order = obj
        if order.issued_at:
            called = _(" (called for by the ladder)") if getattr(order, "called", False) else ""
            return f"{order.number} {order.case.title}{called}"
        kind = _("covert, not issued") if order.withheld else _("not issued")
        return f"{order.case.title}（{kind}）"


class EditForm(MoveForm):
    title = WordsField(label=_("Heading of the bulletin"), max_length=100, widget=forms.TextInput())
    basis = WordsField(label=_("Basis of the bulletin"), max_length=300, widget=forms.TextInput())
    scope = WordsField(label=_("Scope and counts"), max_length=WORDS, widget=forms.Textarea({"rows": 4}))
    orders = _OrderChoice(
        label=_("Orders that it takes in"),
        queryset=Order.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=_("Those that are drawn up and not issued yet are issued when it is published."),
    )
    demands = WordsField(label=_("Demands"), max_length=WORDS, widget=forms.Textarea({"rows": 4}))
    public = forms.BooleanField(
        label=_("For the public too"),
        required=False,
        help_text=_("Anybody with its address can read it without signing in."),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        bulletin = case.bulletin
        orders: Any = self.fields["orders"]
        orders.queryset = at_hand(case.campaign, case.issuer, bulletin.since, bulletin.until)
        words = {name: getattr(bulletin, name) for name in ("basis", "scope", "demands", "public")}
        taken = [order.pk for order in bulletin.orders.all()]
        self.initial = {**self.initial, **words, "title": case.title, "orders": taken}
