"""What a move can ask for, whatever the kind of case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Case
from chuangwen.core.calendar import add_working_days, is_working_day
from chuangwen.core.typed import words
from chuangwen.organizations.forms import UnitNamedField


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class LongSelect(forms.Select):
    """A select of hundreds of choices: its options are written in one go, not by a template for each."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = set(self.format_value(value))
        options = (
            (format_html(_CHOSEN if str(key) in chosen else _CHOICE, key, label),)
            for key, label in self.choices
        )
        looks = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html(
            '<select name="{}"{}>{}</select>', name, looks, format_html_join("", "{}", options)
        )


_CHOICE = '<option value="{}">{}</option>'
_CHOSEN = '<option value="{}" selected>{}</option>'


class WordsField(forms.CharField):
    """Text of several lines; a browser sends two characters for a line's end, here it counts as one."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        return super().to_python(words(value) if isinstance(value, str) else value)


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files; cleans to a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class MoveForm(forms.Form):
    """A form of a move; it knows the case, so that it can offer only what is possible for it."""

    do_not_call_in_templates = (
        True  # a row of a lifecycle names the class; a template asks only whether it does
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.case = case
        super().__init__(*args, **kwargs)


class ReasonForm(MoveForm):
    reason = WordsField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The unit reads this; say what is missing and what to do."),
    )


class DeadlineForm(MoveForm):
    """A new deadline. A day off is asked about once: the box to confirm it appears only then."""

    due = forms.DateField(label=_("New deadline"), widget=DateInput())
    day_off = forms.BooleanField(label=_("It shall be this day all the same"), required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        if not self.is_bound:
            del self.fields["day_off"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        meant, due = cleaned.pop("day_off", False), cleaned.get("due")
        if not due or is_working_day(due):
            del self.fields["day_off"]
        elif not meant:
            words = _("%(due)s is a day off. Choose the next working day, %(next)s, or tick the box below.")
            self.add_error("due", words % {"due": due, "next": add_working_days(due, 1)})
        return cleaned


class AskExtensionForm(DeadlineForm):
    reason = WordsField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "What keeps you, and what will be done by then. The present deadline stands until it is granted."
        ),
    )
    field_order = ("due", "day_off", "reason")


class ExtendForm(DeadlineForm):
    reason = WordsField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The unit reads this, and it stays in the history."),
    )
    field_order = ("due", "day_off", "reason")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        if case.waiting_request:
            self.fields["due"].initial = case.waiting_request.wanted_due


class AskNotOursForm(MoveForm):
    reason = WordsField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Whose duty it is, and by which document. The deadline stands until it is decided."),
    )
    unit = UnitNamedField(label=_("Whose duty it is (name or code of the unit)"), required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.fields["unit"].inside(case.campaign.territory_id)  # type: ignore[attr-defined]


class AskAppealForm(MoveForm):
    reason = WordsField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("What is not so, and what shows it. The deadline stands until it is decided."),
    )


class ReassignForm(MoveForm):
    unit = UnitNamedField(label=_("Give it to (name or code of the unit)"))
    reason = WordsField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Both units read this."),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.fields["unit"].inside(case.campaign.territory_id)  # type: ignore[attr-defined]
        request = case.waiting_request
        if request and request.proposed_unit:
            self.fields["unit"].initial = request.proposed_unit.name


class RefuseForm(MoveForm):
    reason = WordsField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The unit reads this; its deadline stands."),
    )
