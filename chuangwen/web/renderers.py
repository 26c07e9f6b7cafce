"""How forms look: every `{{ form }}` comes out with labels, help and errors tied to their fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField, widgets
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Backend
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, ngettext_lazy

# The class of a field's input; the first kind that fits counts.
_CLASSES: tuple[tuple[type[widgets.Widget], str], ...] = (
    (widgets.RadioSelect, "form-check-input"),
    (widgets.CheckboxSelectMultiple, "form-check-input"),
    (widgets.CheckboxInput, "form-check-input"),
    (widgets.Select, "form-select"),
    (widgets.Widget, "form-control"),
)

# Django's own sentences that the catalogue of this floor says as the forms of an office do.
REWORDED = (
    gettext_lazy("This field is required."),
    gettext_lazy("Enter a valid date."),
    gettext_lazy("Enter a whole number."),
    gettext_lazy("Enter a number."),
    gettext_lazy("Select a valid choice. That choice is not one of the available choices."),
    gettext_lazy("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_lazy("Ensure this value is greater than or equal to %(limit_value)s."),
    gettext_lazy("Ensure this value is less than or equal to %(limit_value)s."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
)


class HouseField(BoundField):
    """A field that knows its looks."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: widgets.Widget | None = None
    ) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        used = widget or self.field.widget
        if used.is_hidden:
            return attrs
        looks = next(looks for kind, looks in _CLASSES if isinstance(used, kind))
        given = used.attrs.get("class", "")
        wrong = "is-invalid" if self.errors else ""
        return {**attrs, "class": " ".join(filter(None, (given, looks, wrong)))}

    @property
    def is_one_box(self) -> bool:
        """Whether it is a single box to tick, whose label stands behind it."""
        return isinstance(self.field.widget, widgets.CheckboxInput)


class HouseRenderer(DjangoTemplates):
    """Django's form renderer with the templates of ``web/templates/forms``."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = HouseField

    @cached_property
    def engine(self) -> Backend:
        widgets_of_django = Path(forms.__file__).parent / "templates"
        options = {"builtins": settings.TEMPLATES[0]["OPTIONS"]["builtins"]}
        return Backend({"APP_DIRS": True, "DIRS": [widgets_of_django], "NAME": "forms", "OPTIONS": options})
