"""The campaign after this one: what it takes over, on one page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from chuangwen.cases.forms import DateInput
from chuangwen.cases.models import Campaign, Case
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.core.sessions import kept
from chuangwen.directives.models import Task
from chuangwen.directives.services.cycle import in_year, start_from, years_later
from chuangwen.directives.views.campaigns import campaign_of
from chuangwen.organizations.scope import scope_of
from chuangwen.standards.models import Standard
from chuangwen.standards.queries import used_in


class NextCampaignForm(forms.Form):
    """What the campaign after this one takes over from it; at first everything, a year later."""

    name = forms.CharField(label=gettext_lazy("Name of the new campaign"), max_length=100)
    held_on = forms.DateField(
        label=gettext_lazy("First meeting held on"),
        widget=DateInput(),
        help_text=gettext_lazy(
            "Later meetings and all deadlines move along; each can be corrected in its plan."
        ),
    )
    meetings = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Plans to take over as drafts"),
        queryset=Case.objects.none(),
        widget=forms.CheckboxSelectMultiple(),
        required=False,
    )

    standards = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Standards whose next version is begun as a draft"),
        queryset=Standard.objects.none(),
        widget=forms.CheckboxSelectMultiple(),
        required=False,
    )

    def __init__(
        self, typed: Any, *, last: Campaign, meetings: QuerySet[Case], standards: QuerySet[Standard]
    ) -> None:
        first = min((case.meeting.held_on for case in meetings), default=last.opened_on)
        initial = {
            "name": in_year(last.name, first.year, first.year + 1),
            "held_on": years_later(first, 1),
            "meetings": meetings,
            "standards": standards,
        }
        super().__init__(typed, initial=initial)
        field: Any = self.fields["meetings"]
        field.queryset = meetings
        field.label_from_instance = _in_words
        if standards:
            self.fields["standards"].queryset = standards  # type: ignore[attr-defined]
        else:
            del self.fields["standards"]


def _in_words(case: Any) -> str:
    count = case.standing
    said = ngettext("%(title)s (%(day)s, %(count)d task)", "%(title)s (%(day)s, %(count)d tasks)", count)
    return said % {"title": case.title, "day": case.meeting.held_on.isoformat(), "count": count}


@require_http_methods(["GET", "POST"])
def start_next(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the campaign after this one; its plans come as drafts, and nothing is sent."""
    last = campaign_of(request, pk)
    if not scope_of(request.user).runs(last.territory_id):
        raise Problem(NOT_ALLOWED, reason=last)
    plans = (
        Case.objects.filter(campaign=last, kind="meeting")
        .exclude(state="cancelled")
        .visible_to(request.user)
        .select_related("meeting")
        .annotate(standing=Count("meeting__tasks", filter=~Q(meeting__tasks__state=Task.State.DROPPED)))
        .order_by("meeting__held_on", "pk")
    )
    typed = request.POST if request.method == "POST" else kept(request)
    form = NextCampaignForm(typed, last=last, meetings=plans, standards=used_in(last))
    problem = None
    if request.method == "POST" and form.is_valid():
        chosen = [case.meeting for case in form.cleaned_data.pop("meetings")]
        try:
            campaign = start_from(actor=request.user, last=last, meetings=chosen, **form.cleaned_data)  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("Begun. Check each plan beside its text, then dispatch it."))
            return redirect("directives:campaign", campaign.pk)
    context = {"campaign": last, "plans": plans, "form": form, "problem": problem}
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "directives/next.html", context, status=status)
