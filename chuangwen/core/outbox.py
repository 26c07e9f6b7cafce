"""The outbox: messages are rows, written in the transaction of whatever they tell of, and sent by the worker.

What is promised for each channel stands in docs/adr/0010-outbox.md: e-mail at least once, every repetition
under the same Message-ID; other channels at most once, and whoever keeps the system sees each doubtful one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Thread
from typing import Any, TypeAlias

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chuangwen.core.journal import record
from chuangwen.core.models import Delivery

EMAIL = "email"
PATIENCE = 20  # seconds that one message may take
ROUND = 5  # seconds after which no further message is begun, so that the clock's other jobs get their turn
# A worker that has not marked its message by then is taken for dead; longer than its patience.
LEASE = timedelta(minutes=5)
# Minutes until the next attempt, after the first, the second … one that failed; then it is given up.
BACK_OFF = (1, 5, 15, 60, 180, 360, 720)
KEPT = timedelta(days=90)  # sent messages are erased after this

State: TypeAlias = Delivery.State
Trouble: TypeAlias = Delivery.Trouble
logger = logging.getLogger(__name__)


def enqueue(deliveries: Iterable[Delivery]) -> None:
    """Put messages into the outbox, in the caller's transaction; those whose keys are there are left out."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "a message is written in the transaction of what it tells"
        )
    Delivery.objects.bulk_create(deliveries, batch_size=500, ignore_conflicts=True)


def channels() -> list[str]:
    """The names of the channels that are configured here, e-mail first."""
    return [*([EMAIL] if settings.EMAIL_HOST else []), *settings.CHANNELS]


def send_due(at: datetime | None = None, *, patience: float = PATIENCE) -> int:
    """Clock: send what is due at the moment ``at``, now by default; returns the number sent.

    The channels send side by side, each one message at a time. A channel that hangs is left after
    ``patience`` seconds, and its other messages wait.
    """
    at = at or timezone.now()
    _settle_interrupted(at)
    end, sent, closed = time.monotonic() + ROUND, 0, set[str]()
    while time.monotonic() < end and (claimed := _claim(at, closed)):
        attempts = [_Attempt(delivery) for delivery in claimed]
        limit = time.monotonic() + patience
        for attempt in attempts:
            attempt.join(max(0, limit - time.monotonic()))
            if not _mark(attempt, at):
                closed.add(attempt.delivery.channel)
        sent += sum(attempt.delivery.state == State.SENT for attempt in attempts)
    return sent


def _settle_interrupted(at: datetime) -> None:
    """Decide about the messages of workers that died: whether they went out cannot be known."""
    left = Delivery.objects.filter(state=State.SENDING, next_at__lte=at)
    if not left.exists():  # most of the time; a write would make others wait
        return
    left.filter(channel=EMAIL).update(state=State.WAITING, trouble=Trouble.INTERRUPTED)
    left.exclude(channel=EMAIL).update(state=State.UNCERTAIN, trouble=Trouble.INTERRUPTED)


def _claim(at: datetime, closed: set[str]) -> list[Delivery]:
    """The next message of each channel that is not closed, taken so that no other worker takes it."""
    due = Delivery.objects.filter(state=State.WAITING, next_at__lte=at).exclude(channel__in=closed)
    lanes = due.order_by().values_list("channel", flat=True).distinct()
    heads = [due.filter(channel=channel).order_by("next_at", "id").first() for channel in lanes]
    return [delivery for delivery in heads if delivery and _take(delivery, at)]


def _take(delivery: Delivery, at: datetime) -> bool:
    """Compare and swap: whoever comes second gets nothing."""
    same = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING, attempts=delivery.attempts)
    lease = at + LEASE
    taken = same.update(state=State.SENDING, attempts=F("attempts") + 1, next_at=lease)
    delivery.attempts += 1
    return bool(taken)


class _Attempt(Thread):
    """One message under way; a thread that hangs is left behind, and ends with the process at the latest."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(daemon=True)
        self.delivery = delivery
        self.trouble: Trouble | None = Trouble.TIMEOUT  # until it ends
        self.detail = ""
        self.start()

    def run(self) -> None:
        try:
            self.trouble = transmit(self.delivery)
        except Exception as fault:  # whatever a server may answer is told to whoever keeps the system
            self.detail = f"{type(fault).__name__}: {fault}"
            self.trouble = Trouble.REFUSED


def transmit(delivery: Delivery) -> Trouble | None:
    """Send one message; the trouble that came of it. Raises what the mail server's refusal raises."""
    if delivery.channel == EMAIL:
        return _mail(delivery)
    url = settings.CHANNELS.get(delivery.channel)
    return _notify(url, delivery) if url else Trouble.UNKNOWN_CHANNEL


def _mail(delivery: Delivery) -> Trouble | None:
    if not settings.EMAIL_HOST:
        return Trouble.UNKNOWN_CHANNEL
    EmailMessage(
        subject=delivery.subject,
        body=delivery.body,
        to=[delivery.address],
        headers={"Message-ID": message_id(delivery)},
        connection=get_connection(timeout=PATIENCE),
    ).send()
    return None


def message_id(delivery: Delivery) -> str:
    """The same for every attempt at the same message, so that a repetition is known for one."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return f"<{sha256(delivery.key.encode()).hexdigest()[:32]}@{domain}>"


def _notify(url: str, delivery: Delivery) -> Trouble | None:
    import apprise

    service = apprise.Apprise.instantiate(url)
    if service is None:
        return Trouble.UNKNOWN_CHANNEL
    # An answer that does not come is ours to judge (TIMEOUT); what apprise reports then is a refusal.
    service.socket_read_timeout = PATIENCE * 2
    return None if service.notify(title=delivery.subject, body=delivery.body) else Trouble.REFUSED


def _mark(attempt: _Attempt, at: datetime) -> bool:
    """Write down what became of an attempt; whether its channel may go on.

    Only the holder of the lease writes: a row that was taken over meanwhile is left alone.
    """
    delivery, trouble = attempt.delivery, attempt.trouble
    delivery.state, delivery.next_at = _outcome(delivery, trouble, at)
    held = Delivery.objects.filter(pk=delivery.pk, state=State.SENDING, attempts=delivery.attempts)
    held.update(
        state=delivery.state,
        next_at=delivery.next_at,
        sent_at=timezone.now() if trouble is None else None,
        trouble=trouble or "",
        detail=attempt.detail[:200],
    )
    if trouble is None:
        return True
    logger.warning("delivery %s by %s: %s %s", delivery.pk, delivery.channel, trouble, attempt.detail)
    # What ails one message by this channel ails the next one too, most of the time: let them wait a little.
    rest = Delivery.objects.filter(channel=delivery.channel, state=State.WAITING, next_at__lte=at)
    if trouble == Trouble.TIMEOUT:
        rest.update(next_at=at + timedelta(minutes=BACK_OFF[0]))
    return trouble != Trouble.TIMEOUT


def _outcome(delivery: Delivery, trouble: Trouble | None, at: datetime) -> tuple[State, datetime]:
    """The state after an attempt, and when it is looked at again."""
    if trouble is None:
        return State.SENT, at
    if trouble == Trouble.TIMEOUT and delivery.channel != EMAIL:
        return State.UNCERTAIN, at
    if delivery.attempts > len(BACK_OFF):
        return State.FAILED, at
    return State.WAITING, at + timedelta(minutes=BACK_OFF[delivery.attempts - 1])


@transaction.atomic
def decide(*, actor: str, chosen: Collection[int], again: bool) -> int:
    """Whoever keeps the system decides about failed or doubtful messages: send them again, or leave them.

    ``actor`` is the person's name in the journal. Those decided on meanwhile stay as they are; returns the
    number of the others.
    """
    stuck = Delivery.objects.filter(pk__in=chosen, state__in=Delivery.STUCK)
    fresh: Mapping[str, Any] = {"state": State.WAITING, "attempts": 0, "next_at": timezone.now()}
    count = stuck.update(**(fresh if again else {"state": State.LEFT}))
    verb = "outbox.again" if again else "outbox.leave"
    record(actor=actor, verb=verb, subject="outbox", data={"messages": sorted(chosen), "changed": count})
    return count


def forget(at: datetime | None = None) -> int:
    """Clock: erase messages that were sent or left long ago; returns their number."""
    before = (at or timezone.now()) - KEPT
    old = Delivery.objects.filter(state__in=(State.SENT, State.LEFT), created_at__lt=before)
    return old.delete()[0]
