"""The sheets and their columns, as one table: for template, explanation, import and export."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.functional import Promise, keep_lazy_text
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from chuangwen.organizations.models import Role


@dataclass(frozen=True)
class Column:
    """``name`` is what the program calls it, ``label`` its heading, ``note`` what is to be written in it."""

    name: str
    label: str | Promise
    note: str | Promise
    required: bool = False


@dataclass(frozen=True)
class Kind:
    """One sheet of the file."""

    name: str
    title: str | Promise
    columns: tuple[Column, ...]

    @property
    def labels(self) -> list[str]:
        return [str(column.label) for column in self.columns]

    def label(self, name: str) -> str:
        return next(str(column.label) for column in self.columns if column.name == name)


@keep_lazy_text
def _listed(*words: str | Promise) -> str:
    return str(_(", ")).join(map(str, words))


_YES = _("yes or no; empty is no")
TERRITORIES = Kind(
    "territories",
    _("Territories"),
    (
        Column("code", _("code"), _("GB/T 2260: 2, 4, 6, 9 or 12 digits."), required=True),
        Column("name", _("name"), _("Its full name."), required=True),
        Column("valid_from", _("valid from"), _("A day such as 2026-10-10; empty is today.")),
    ),
)
SYSTEMS = Kind(
    "systems",
    pgettext_lazy("sheet", "Systems"),
    (
        Column("code", _("code"), _("Small letters, digits and hyphens, such as education."), required=True),
        Column("name", _("name"), _("Such as the education system."), required=True),
    ),
)
PEER_GROUPS = Kind(
    "peer_groups",
    _("Peer groups"),
    (
        Column("code", _("code"), _("Small letters, digits and hyphens, such as schools."), required=True),
        Column("name", _("name"), _("Units of one group are compared with one another."), required=True),
    ),
)
UNITS = Kind(
    "units",
    pgettext_lazy("sheet", "Units"),
    (
        Column(
            "code",
            _("code"),
            _("The unified social credit code; an internal code where there is none. Rows are known by it."),
            required=True,
        ),
        Column("name", _("name"), _("Its full name."), required=True),
        Column("short_name", _("short name"), _("May be empty.")),
        Column(
            "territory", _("territory"), _("Code or name of the territory in which it stands."), required=True
        ),
        Column("peer_group", _("peer group"), _("Code or name."), required=True),
        Column("stands_in", _("Systems"), _("Codes or names, with commas between them.")),
        Column("leads", _("Leads these systems"), _("Those of its systems that it leads in its territory.")),
        Column("seat", _("seat of its territory"), _YES),
        Column(
            "four_bodies",
            _("four bodies"),
            _("party committee, people's congress, government, CPPCC, or empty"),
        ),
        Column("stationed", _("stationed"), _YES),
        Column("system_managed", _("system-managed"), _YES),
        Column("demonstration", _("demonstration unit"), _YES),
        Column("document_mark", _("document mark"), _("What the numbers of its papers begin with.")),
    ),
)
POSTS = Kind(
    "posts",
    _("Posts and people"),
    (
        Column("unit", _("Unit code"), _("Of a unit in the directory or in this file."), required=True),
        Column("department", _("department inside the unit"), _("May be empty.")),
        Column("title", _("job title"), _("Such as head of the general office."), required=True),
        Column(
            "role",
            _("role"),
            format_lazy("{}{}", _("One of: "), _listed(*(role.label for role in Role))),
            required=True,
        ),
        Column(
            "username",
            _("User name"),
            _("Of an account that exists, or a new one. Rows with the same one are the same person."),
            required=True,
        ),
        Column("name", _("Name"), _("For a new account; empty leaves the old one as it is.")),
        Column("email", _("e-mail"), _("Empty leaves the old one as it is.")),
        Column("phone", _("phone"), _("Empty leaves the old one as it is.")),
        Column("ended_on", _("ended on"), _("A day, to end the post; empty for a post that goes on.")),
    ),
)
# In the order in which they are read: each may name what stands in those before it.
KINDS = (TERRITORIES, SYSTEMS, PEER_GROUPS, UNITS, POSTS)
EXPLANATION = _("How to fill this in")


def spellings(words: str | Promise) -> set[str]:
    """``words`` in every language of the product, as ``folded``."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.add(folded(str(words)))
    return found


def folded(words: str) -> str:
    """A heading without spaces, stars and capitals."""
    return "".join(words.split()).replace("*", "").replace("＊", "").casefold()


@cache
def explanations() -> set[str]:
    return spellings(EXPLANATION)


@cache
def headings(kind: Kind) -> dict[str, Column]:
    """The headings of a sheet in every language."""
    return {heading: column for column in kind.columns for heading in spellings(column.label)}
