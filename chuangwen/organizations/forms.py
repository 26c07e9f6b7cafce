"""What is asked for a unit, a post, and the account of whoever holds it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from chuangwen.organizations.models import Membership, PeerGroup, Role, System, Territory, Unit, within_any

OFFERED = 5  # units listed when a name fits several


class UnitFilter(forms.Form):
    """What the list of units can be narrowed to."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=60)
    territory = forms.ModelChoiceField(
        label=_("Territory"), queryset=Territory.objects.none(), required=False, empty_label=_("all")
    )
    system = forms.ModelChoiceField(
        label=_("System"), queryset=System.objects.all(), required=False, empty_label=_("all")
    )
    peer_group = forms.ModelChoiceField(
        label=_("Peer group"), queryset=PeerGroup.objects.all(), required=False, empty_label=_("all")
    )

    def __init__(self, *args: Any, territories: QuerySet[Territory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory"].queryset = territories  # type: ignore[attr-defined]


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    systems = forms.ModelMultipleChoiceField(
        label=_("Systems"),
        queryset=System.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    leads = forms.BooleanField(label=_("leads these systems in its territory"), required=False)

    class Meta:
        model = Unit
        fields = (
            "code",
            "name",
            "short_name",
            "territory",
            "peer_group",
            "seat",
            "four_bodies",
            "stationed",
            "system_managed",
            "demonstration",
        )
        help_texts: ClassVar[dict[str, Any]] = {
            "code": _("The unified social credit code, or an internal code where there is none.")
        }

    def __init__(self, *args: Any, territories: QuerySet[Territory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory"].queryset = territories  # type: ignore[attr-defined]

    def memberships(self) -> list[Membership]:
        leads = self.cleaned_data["leads"]
        return [Membership(system=system, leads=leads) for system in self.cleaned_data["systems"]]


class AppointForm(forms.Form):
    """A post for somebody who has an account, or for somebody new, who gets one with it."""

    role = forms.ChoiceField(label=_("Role"))
    title = forms.CharField(label=_("Title of the post"), max_length=60)
    department = forms.CharField(label=_("Department inside the unit"), max_length=60, required=False)
    username = forms.CharField(
        label=_("User name"), max_length=60, help_text=_("Of an account that exists, or a new one.")
    )
    name = forms.CharField(
        label=_("Name"), max_length=60, required=False, help_text=_("Only for a new account.")
    )
    password = forms.CharField(
        label=_("First password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Only for a new account; the person changes it after signing in."),
    )

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]


def named(units: QuerySet[Unit], words: str) -> Unit:
    """The one unit of ``units`` with exactly this code, name or short name.

    ValidationError if there is none, with those of a similar name, or if there are several, with their codes.
    """
    found = list(units.filter(Q(code=words.upper()) | Q(name=words) | Q(short_name=words))[:OFFERED])
    if len(found) == 1:
        return found[0]
    if found:
        said = _("Several units have this name: %(units)s. Write the code.")
    elif ended := _ended(words):
        said = _("This unit has ended. Its successor is: %(units)s.")
        found = [ended.heir]
    elif found := list(matching(units, words)[:OFFERED]):
        said = _("No unit here has this name or code. Did you mean: %(units)s?")
    else:
        said = _("No unit here has this name or code. Look it up under “Units”.")
    listed = [_("%(name)s (%(code)s)") % {"name": unit.name, "code": unit.code} for unit in found]
    raise forms.ValidationError(said, params={"units": str(_(", ")).join(listed)})


def _ended(words: str) -> Unit | None:
    """The unit of exactly this code or name that was merged or renamed."""
    called = Q(code=words.upper()) | Q(name=words) | Q(short_name=words)
    return Unit.objects.filter(called, active=False, successor__isnull=False).first()


class UnitNamedField(forms.CharField):
    """An active unit, named by its code, name or short name; cleans to the unit, or None if left empty."""

    units: QuerySet[Unit] = Unit.objects.none()

    def inside(self, *territories: str) -> None:
        """Offer the active units of these territories."""
        self.units = Unit.objects.filter(within_any(territories), active=True)

    def clean(self, value: Any) -> Unit | None:
        words = super().clean(value)
        return named(self.units, words) if words else None


class MarkForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """What the numbers of a unit's papers begin with."""

    class Meta:
        model = Unit
        fields = ("document_mark",)


class SuccessionForm(forms.Form):
    """Which unit takes the place of one that was merged or renamed."""

    successor = UnitNamedField(
        label=_("Successor (name or code of the unit)"),
        max_length=100,
        help_text=_("A unit of the directory. If the new body is not there yet, enter it first."),
    )

    def __init__(self, *args: Any, territories: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].inside(*territories)  # type: ignore[attr-defined]


def matching(units: QuerySet[Unit], words: str) -> QuerySet[Unit]:
    """The units whose name or code contains ``words``."""
    return units.filter(
        Q(name__contains=words) | Q(short_name__contains=words) | Q(code__contains=words.upper())
    )
