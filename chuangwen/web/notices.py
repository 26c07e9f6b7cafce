"""Reminders for the person: those on the desk are marked as read, and how else one is reminded is chosen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from chuangwen.cases import reminders
from chuangwen.cases.digests import choose
from chuangwen.cases.models import Preference
from chuangwen.core import outbox
from chuangwen.core.sessions import kept
from chuangwen.core.typed import natural
from chuangwen.organizations.models import Person
from chuangwen.web.outbox import channel_label


class ReminderForm(forms.Form):
    """By which of the channels that are configured here; e-mail needs an address."""

    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Remind me elsewhere too"), required=False, widget=forms.CheckboxSelectMultiple
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        help_text=gettext_lazy("One that only you read: the message names your cases."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channels"].choices = [  # type: ignore[attr-defined]
            (name, channel_label(name)) for name in outbox.channels()
        ]

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        if (
            outbox.EMAIL in asked.get("channels", ())
            and not asked.get("email")
            and "email" not in self.errors
        ):
            self.add_error("email", _("Enter the address to which the e-mail shall go."))
        return asked


@require_http_methods(["GET", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """How the person wants to be reminded besides on their desk."""
    person: Person = request.user  # type: ignore[assignment]
    typed = request.POST if request.method == "POST" else kept(request)
    preference = Preference.objects.filter(person=person).first()
    now = {"channels": preference.channels if preference else [], "email": person.email}
    form = ReminderForm(typed, initial=now)
    if request.method == "POST" and form.is_valid():
        choose(actor=person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("web:notifications")
    context = {
        "form": form,
        "possible": outbox.channels(),
        "digest_at": settings.DIGEST_AT,
        "quiet_from": settings.QUIET_FROM,
        "quiet_to": settings.QUIET_TO,
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "web/notifications.html", context, status=status)


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark the reminders on the desk as read, up to the newest that the page showed."""
    upto = natural(request.POST.get("upto", ""))
    if upto is not None:
        reminders.read(actor=request.user, upto=upto)  # type: ignore[arg-type]
    return redirect("web:desk")
