"""Who exists: territories (块), systems (条), units, people and the posts that join them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from functools import reduce
from operator import or_
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Territory(models.Model):
    """A territory of GB/T 2260; the code of a territory is a prefix of the codes of all inside it.

    Digits of the code: province 2, city 4, county 6, township 9, village 12.
    """

    LEVELS: ClassVar[dict[int, str]] = {2: "province", 4: "city", 6: "county", 9: "township", 12: "village"}

    code = models.CharField(
        _("code"),
        max_length=12,
        primary_key=True,
        validators=[RegexValidator(r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$")],
    )
    name = models.CharField(_("name"), max_length=60)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("territory")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @property
    def level(self) -> str:
        return self.LEVELS[len(self.code)]


def within(code: str, field: str = "territory_id") -> Q:
    """The rows whose ``field`` lies in the subtree of ``code``, itself included.

    A range, not LIKE: both databases answer it from the plain index of the column.
    """
    # ":" is the character after "9", so the range ends behind the last code that begins with `code`.
    return Q(**{f"{field}__gte": code, f"{field}__lt": code + ":"})


def next_below(place: str, code: str, known: Container[str]) -> str:
    """The territory next below ``place`` in which ``code`` lies, one of ``known``; ``place`` for its own."""
    deeper = (n for n in Territory.LEVELS if n > len(place) and code[:n] in known)
    return code[: next(deeper)] if len(code) > len(place) else place


def within_any(codes: Iterable[str], field: str = "territory_id") -> Q:
    """The rows whose ``field`` lies in the subtree of one of ``codes``; none where there are none."""
    return reduce(or_, (within(code, field) for code in codes), Q(pk__in=()))


class System(models.Model):
    """A line of business (条, 系统) such as education or health, from the city down to its last unit."""

    code = models.SlugField(_("code"), primary_key=True, max_length=30)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("system")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class PeerGroup(models.Model):
    """Units that may be compared with one another: scores are ranked inside a peer group only."""

    code = models.SlugField(_("code"), primary_key=True, max_length=30)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("peer group")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class FourBodies(models.TextChoices):
    """The four bodies (四大家) of a territory."""

    NONE = "", _("none of the four bodies")
    PARTY = "party", _("party committee")
    CONGRESS = "congress", _("people's congress")
    GOVERNMENT = "government", _("government")
    CPPCC = "cppcc", _("CPPCC")


class Unit(models.Model):
    """A body that is scored: it stands in one territory and in any number of systems, led by both lines."""

    code = models.CharField(_("code"), max_length=18, unique=True)
    name = models.CharField(_("name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    territory = models.ForeignKey(
        Territory, models.PROTECT, related_name="units", verbose_name=_("territory")
    )
    peer_group = models.ForeignKey(
        PeerGroup, models.PROTECT, related_name="units", verbose_name=_("peer group")
    )
    systems = models.ManyToManyField(System, through="Membership", related_name="units")
    seat = models.BooleanField(
        _("seat of its territory"),
        default=False,
        help_text=_("Receives what is assigned to the territory as such."),
    )
    four_bodies = models.CharField(
        _("four bodies"), max_length=10, choices=FourBodies.choices, default=FourBodies.NONE, blank=True
    )
    stationed = models.BooleanField(
        _("stationed"), default=False, help_text=_("Of the province or the centre.")
    )
    system_managed = models.BooleanField(_("system-managed"), default=False)
    demonstration = models.BooleanField(_("demonstration unit"), default=False)
    document_mark = models.CharField(
        _("document mark"),
        max_length=20,
        blank=True,
        help_text=_("What the numbers of its papers begin with."),
        validators=[RegexValidator(r"^[^\W\d_]+$")],
    )
    active = models.BooleanField(_("active"), default=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="predecessors",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("successor"),
    )
    succeeded_on = models.DateField(_("succeeded on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("unit")
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(
                fields=["territory"], condition=Q(seat=True, active=True), name="one_seat_a_territory"
            ),
            models.UniqueConstraint(
                fields=["document_mark"],
                condition=Q(active=True) & ~Q(document_mark=""),
                name="one_unit_a_mark",
            ),
            models.CheckConstraint(condition=~Q(successor=models.F("pk")), name="no_unit_succeeds_itself"),
        )

    def __str__(self) -> str:
        return self.name

    def heirs(self) -> Iterator[Unit]:
        """The successor, the successor's successor and so on; a query each. `succeed` lets no cycle in."""
        unit = self.successor
        while unit:
            yield unit
            unit = unit.successor

    @property
    def heir(self) -> Unit:
        """Whoever stands for the unit today: itself, or the last of its successors."""
        return [self, *self.heirs()][-1]


class Membership(models.Model):
    """A unit's place in a system; ``leads`` makes it lead the system's other units in its own territory."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="memberships")
    system = models.ForeignKey(System, models.PROTECT, related_name="memberships")
    leads = models.BooleanField(_("leads"), default=False)

    class Meta:
        verbose_name = _("membership")
        constraints = (models.UniqueConstraint(fields=["unit", "system"], name="once_in_a_system"),)

    def __str__(self) -> str:
        return f"{self.unit} – {self.system}"


class PersonManager(BaseUserManager["Person"]):
    pass


class Person(AbstractBaseUser):
    """A person of the directory, who may have an account. What they may do comes from their posts alone."""

    username = models.CharField(
        _("user name"), max_length=60, unique=True, validators=[RegexValidator(r"^[\w.@+-]+$")]
    )
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    demo = models.BooleanField(_("demo account"), default=False, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = PersonManager()

    class Meta:
        verbose_name = _("person")

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    get_short_name = get_full_name


class Role(models.TextChoices):
    """What a post is for. ``powers.py`` says what each may do and grant."""

    HEAD = "head", _("head of unit")
    DEPUTY = "deputy", _("leader in charge")
    LIAISON = "liaison", _("liaison")
    STAFF = "staff", _("staff")
    OFFICE = "office", _("civility office")
    INSPECTOR = "inspector", _("inspector")
    DELEGATE = "delegate", _("delegate")
    EDITOR = "editor", _("media editor")
    OPERATOR = "operator", _("operator's contact")
    AUDITOR = "auditor", _("auditor")
    ADMIN = "admin", _("system administrator")
    SECURITY = "security", _("security administrator")


class PostQuerySet(models.QuerySet["Post"]):
    def held(self) -> Self:
        return self.filter(person__isnull=False, ended_on__isnull=True, unit__active=True)


class Post(models.Model):
    """A place in a unit (and in a department inside it) with a role; one person holds it, or nobody yet."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="posts", verbose_name=_("unit"))
    department = models.CharField(_("department inside the unit"), max_length=60, blank=True)
    title = models.CharField(_("job title"), max_length=60)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="posts", null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        ordering = ("unit", "id")

    def __str__(self) -> str:
        return f"{self.unit} {self.title}"


class SignIn(models.Model):
    """A session that a person has begun, as told to them: on what device and since when, never from where.

    One that somebody ended stays, with the reason, until its browser comes back and has been told.
    """

    class Ended(models.TextChoices):
        """Why a session was ended by another hand than its own."""

        ONESELF = "oneself", _("This device was signed out from the list of your sign-ins.")
        ELSEWHERE = (
            "elsewhere",
            _("You were signed out here because your account signed in elsewhere; one sign-in is allowed."),
        )
        PASSWORD = "password", _("You were signed out here because the password of your account was changed.")
        SECURITY = "security", _("A security administrator ended your session. Sign in again.")
        FACTOR = (
            "factor",
            _("You were signed out because your second factor was reset. Sign in and set it up again."),
        )

    person = models.ForeignKey(Person, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=40)
    since = models.DateTimeField()
    ended = models.CharField(max_length=10, choices=Ended.choices, blank=True)

    class Meta:
        verbose_name = _("sign-in")
        ordering = ("-since", "-id")

    def __str__(self) -> str:
        return f"{self.person} {self.device}"
