"""Workers killed in the middle of sending, by SIGKILL: nothing is lost, and no channel posts twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from random import Random
from urllib.parse import quote

import pytest
from django.conf import settings as configured
from django.db import connection, transaction

from chuangwen.core.models import Delivery
from chuangwen.core.outbox import LEASE, enqueue, message_id
from chuangwen.core.tests.servers import MailServer, Webhook

pytestmark = pytest.mark.django_db(transaction=True)
EACH = 12  # messages by e-mail, and as many by the channel
LONG = 60  # seconds that anything here may take; what is waited for ends much earlier

WORKER = """
import sys, django
django.setup()
from datetime import timedelta
from django.utils import timezone
from chuangwen.core.outbox import send_due
at = timezone.now() + timedelta(minutes=float(sys.argv[1]))
while send_due(at):
    pass
"""

# The same worker, which kills itself at one stage of its first message: before or after one of its steps.
KILLED = """
import os, signal, sys, django
django.setup()
from chuangwen.core import outbox
name, when = sys.argv[1].split()
step = getattr(outbox, name)
def killed(*args):
    if when == "after":
        step(*args)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(outbox, name, killed)
outbox.send_due()
"""
# Stage → whether a message may have left before the worker died.
STAGES = {
    "_settle_interrupted after": False,
    "_claim before": False,
    "_take before": False,
    "_take after": False,
    "_claim after": False,
    "transmit before": False,
    "transmit after": True,
    "_mark before": True,
    "_mark after": True,
}


def database_url() -> str:
    """The test's own database, for another process."""
    name = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{name['NAME']}"
    who = f"{quote(name['USER'])}:{quote(name['PASSWORD'] or '')}"
    return f"postgresql://{who}@{name['HOST']}:{name['PORT']}/{name['NAME']}"


@pytest.fixture
def servers() -> Iterator[tuple[MailServer, Webhook]]:
    mail, hook = MailServer(), Webhook()
    yield mail, hook
    mail.end()
    hook.end()


def start(mail: MailServer, hook: Webhook, *, later: float = 0, stage: str = "") -> subprocess.Popen[bytes]:
    """A worker of its own process, whose clock is ``later`` minutes ahead, or which dies at ``stage``."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "chuangwen.settings",
        "CHUANGWEN_MODE": "test",
        "DATABASE_URL": database_url(),
        "CHUANGWEN_SMTP": f"smtp://127.0.0.1:{mail.port}",
        "CHUANGWEN_CHANNELS": f"group=json://127.0.0.1:{hook.port}/",
    }
    command = [sys.executable, "-c", *((KILLED, stage) if stage else (WORKER, str(later)))]
    return subprocess.Popen(  # noqa: S603
        command, env=environment, cwd=configured.BASE_DIR, stderr=subprocess.DEVNULL
    )


def fill(each: int) -> None:
    with transaction.atomic():
        enqueue(
            Delivery(
                key=f"{channel}:{number}",
                recipient="person:1",
                channel=channel,
                address="liaison@example.org" if channel == "email" else "",
                subject=f"{channel} {number}",
                body="示例",
            )
            for channel in ("email", "group")
            for number in range(each)
        )


def lease_over() -> float:
    return LEASE.total_seconds() / 60 + 1


def test_killed_between_the_providers_acceptance_and_our_mark(servers):
    """The one moment that nobody can tell from the one before the message left."""
    mail, hook = servers
    fill(1)
    mail.hangs = hook.hangs = True
    worker = start(mail, hook)
    assert mail.took_one.wait(LONG)
    assert hook.took_one.wait(LONG)
    worker.kill()
    worker.wait(LONG)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sending"}

    mail.hangs = hook.hangs = False
    assert start(mail, hook).wait(LONG) == 0  # the lease is not over: another may still be sending
    assert (len(mail.received), len(hook.received)) == (1, 1)
    assert start(mail, hook, later=lease_over()).wait(LONG) == 0
    posted = Delivery.objects.get(channel="group")
    mailed = Delivery.objects.get(channel="email")
    assert (mailed.state, mailed.attempts) == ("sent", 2)
    assert [message["Message-ID"] for message in mail.received] == [message_id(mailed)] * 2
    assert (posted.state, posted.trouble) == ("uncertain", "interrupted")
    assert len(hook.received) == 1


@pytest.mark.parametrize("stage", STAGES)
def test_killed_at_any_stage_nothing_is_lost_and_nothing_posted_twice(servers, stage):
    mail, hook = servers
    fill(1)
    assert start(mail, hook, stage=stage).wait(LONG) == -signal.SIGKILL
    left = len(mail.received) + len(hook.received)
    assert STAGES[stage] is bool(left)
    assert start(mail, hook, later=lease_over()).wait(LONG) == 0
    posted = Delivery.objects.get(channel="group")
    mailed = Delivery.objects.get(channel="email")
    assert mailed.state == "sent"
    assert len(mail.received) in ({1, 2} if STAGES[stage] else {1})
    assert {message["Message-ID"] for message in mail.received} == {message_id(mailed)}
    # What was taken and not marked may have left: a person decides. Never is it posted again.
    assert (posted.state, len(hook.received)) in {("sent", 1), ("uncertain", 0), ("uncertain", 1)}


def test_workers_killed_again_and_again_lose_nothing_and_post_nothing_twice(servers):
    mail, hook = servers
    fill(EACH)
    chance = Random(20261231)  # noqa: S311
    kills = 0
    for later in range(0, 10 * int(lease_over()), int(lease_over())):
        mail.took_one.clear()
        worker = start(mail, hook, later=later)
        while not mail.took_one.wait(0.05) and worker.poll() is None:
            pass
        if worker.poll() is not None:
            break  # nothing was left to send
        # Killed at any point of the messages that follow the first.
        for _message in range(chance.randrange(3)):
            mail.took_one.clear()
            mail.took_one.wait(0.2)
        worker.kill()
        worker.wait(LONG)
        kills += 1
    assert kills >= 3
    assert start(mail, hook, later=1000).wait(LONG) == 0

    mailed = Counter(message["Subject"] for message in mail.received)
    assert set(mailed) == {f"email {number}" for number in range(EACH)}
    assert sum(mailed.values()) <= EACH + kills  # at most the one under way is repeated
    assert set(Delivery.objects.filter(channel="email").values_list("state", flat=True)) == {"sent"}
    posted = Counter(body["title"] for body in hook.received)
    assert max(posted.values()) == 1
    for delivery in Delivery.objects.filter(channel="group"):
        assert delivery.state in {"sent", "uncertain"}
        assert delivery.state == "uncertain" or posted[delivery.subject] == 1
    assert Delivery.objects.filter(state="uncertain").count() <= kills
