"""The messages that left or did not, for the system administrator, who decides about those that are stuck."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from chuangwen.core import outbox
from chuangwen.core.models import Delivery
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.core.typed import natural
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import scope_of
from chuangwen.organizations.services import journal_name

SHOWN = 100  # stuck messages; when these are decided on, the next ones appear


@dataclass(frozen=True)
class Line:
    """A stuck message, the words for its channel and the name of whoever it was for."""

    delivery: Delivery
    channel: str
    recipient: str


def require_administrator(request: HttpRequest) -> None:
    if not scope_of(request.user).administers:
        raise Problem(NOT_ALLOWED, reason=_("only the system administrator keeps the messages"))


@require_GET
def sent_messages(request: HttpRequest) -> HttpResponse:
    """How many messages are in each state, and those that failed or may have failed. No message's text."""
    require_administrator(request)
    context = {
        "counts": counts(),
        "stuck": lines(stuck()[:SHOWN]),
        "retried": [(channel_label(one.channel), one) for one in retried()[:SHOWN]],
        "channels": outbox.channels(),
    }
    return render(request, "web/sent_messages.html", context)


def stuck() -> QuerySet[Delivery]:
    """Those about which a person decides."""
    return Delivery.objects.filter(state__in=Delivery.STUCK).defer("body")


def retried() -> QuerySet[Delivery]:
    """Those that the worker will try again."""
    return Delivery.objects.filter(state=Delivery.State.WAITING, attempts__gt=0).defer("body")


def lines(deliveries: Iterable[Delivery]) -> list[Line]:
    found = list(deliveries)
    people = [_person(one) for one in found if one.recipient]
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))
    return [Line(one, channel_label(one.channel), _recipient(one, names)) for one in found]


def _recipient(delivery: Delivery, names: Mapping[int, str]) -> str:
    return names.get(_person(delivery), "") if delivery.recipient else _("those who chose the channel")


def counts() -> list[tuple[str, str, int]]:
    """How many messages each channel has in each state, in words."""
    labels = dict(Delivery.State.choices)
    counted = Delivery.objects.order_by().values_list("channel", "state").annotate(Count("pk"))
    return [(channel_label(channel), str(labels[state]), count) for channel, state, count in sorted(counted)]


def channel_label(name: str) -> str:
    """A channel as people read it; its own name, unless it is e-mail."""
    return _("by e-mail") if name == outbox.EMAIL else name


def _person(delivery: Delivery) -> int:
    """The id in the recipient's name."""
    return int(delivery.recipient.partition(":")[2])


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Send the chosen messages again, or leave them."""
    require_administrator(request)
    chosen = [pk for text in request.POST.getlist("chosen") if (pk := natural(text)) is not None]
    actor: Person = request.user  # type: ignore[assignment]
    again = request.POST.get("what") == "again"
    count = outbox.decide(actor=journal_name(actor), chosen=chosen, again=again) if chosen else 0
    words = (
        ngettext("%(count)d message goes out again.", "%(count)d messages go out again.", count)
        if again
        else ngettext(
            "%(count)d message is left as it is.", "%(count)d messages are left as they are.", count
        )
    )
    messages.success(request, words % {"count": count})
    return redirect("web:sent_messages")
