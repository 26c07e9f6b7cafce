"""Who must have a second factor, and whether they have."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from chuangwen.organizations.models import Person
from chuangwen.organizations.powers import NEEDS_SECOND_FACTOR
from chuangwen.organizations.scope import scope_of

# In the session: the factor was there when last looked, so that not every page asks the database.
SEEN = "second_factor"


def is_compulsory(person: Person) -> bool:
    """Whether a post of theirs demands a second factor (GB/T 22239 level 3); none does in a demonstration."""
    return bool(settings.SECOND_FACTOR) and any(
        post.role in NEEDS_SECOND_FACTOR for post in scope_of(person).posts
    )


def has_factor(person: Person) -> bool:
    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists())


def is_missing(request: HttpRequest) -> bool:
    """Whether the person signed in must set up a second factor before anything else."""
    person = request.user
    if not isinstance(person, Person) or request.session.get(SEEN) or not is_compulsory(person):
        return False
    if has_factor(person):
        request.session[SEEN] = True
        return False
    return True
