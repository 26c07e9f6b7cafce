"""Links by which people who came in without a password give themselves their first one; each works once.

The token is Django's for password resets, a keyed hash over the present state of the account: nothing is
stored, and a link is void once there is a password, or after some days.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db.models import Prefetch, QuerySet

from chuangwen.organizations.models import Person, Post, Role
from chuangwen.organizations.scope import may_grant


class _Tokens(PasswordResetTokenGenerator):
    key_salt = "chuangwen.organizations.accounts.invitations"


_tokens = _Tokens()


def token_of(person: Person) -> str:
    return _tokens.make_token(person)


def invited(pk: int, token: str) -> Person | None:
    """Whoever the link is for; None if it was used, is too old, or was never given."""
    person = _without_password().filter(pk=pk, is_active=True).first()
    return person if person and _tokens.check_token(person, token) else None


def waiting(actor: Person, usernames: Iterable[str]) -> list[Person]:
    """Those of ``usernames`` who have no password yet and hold only posts that ``actor`` may give.

    Each has their posts, with the units, as ``held``.
    """
    held = Prefetch("posts", Post.objects.held().select_related("unit"), to_attr="held")
    asked = set(usernames)
    people = [person for person in _without_password().prefetch_related(held) if person.username in asked]
    return [person for person in people if _is_theirs(actor, person.held)]


def _is_theirs(actor: Person, posts: list[Post]) -> bool:
    return bool(posts) and all(may_grant(actor, Role(post.role), post.unit) for post in posts)


def _without_password() -> QuerySet[Person]:
    return Person.objects.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("username")
