"""What the moves of an assignment ask for, and what a clerk enters about a meeting and its tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Case
from chuangwen.directives.models import REPORT_LIMIT, LaunchRecord
from chuangwen.directives.queries import LINES, subordinates
from chuangwen.organizations.models import Unit


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MoveForm(forms.Form):
    """A form of a move; it knows the case, so that it can offer only what is possible for it."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.case = case
        super().__init__(*args, **kwargs)


class ReasonForm(MoveForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The unit reads this; say what is missing and what to do."),
    )


class ReportForm(MoveForm):
    text = forms.CharField(
        label=_("Report"),
        required=False,
        max_length=REPORT_LIMIT,
        widget=forms.Textarea({"rows": 12}),
        help_text=_("At most 5,000 characters; a document is made of it."),
    )
    upload = forms.FileField(
        label=_("Or upload it"), required=False, help_text=_("docx, pdf or txt, at most 20 MB.")
    )


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files; cleans to a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:  # type: ignore[override]
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class LaunchForm(MoveForm):
    held_on = forms.DateField(label=_("Held on"), widget=DateInput())
    place = forms.CharField(label=_("Place"), max_length=100)
    chair = forms.CharField(label=_("Chair"), max_length=60)
    present = forms.IntegerField(label=_("Number present"), min_value=1, max_value=100_000)
    minutes = forms.CharField(label=_("Minutes"), max_length=REPORT_LIMIT, widget=forms.Textarea({"rows": 8}))
    photos = ManyFilesField(
        label=_("Photos"), required=False, help_text=_("One or two are enough; none is needed.")
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        record = LaunchRecord.objects.filter(pk=case.pk).first()
        if record:
            for name in ("held_on", "place", "chair", "present", "minutes"):
                self.fields[name].initial = getattr(record, name)

    def clean_held_on(self) -> Any:
        held_on = self.cleaned_data["held_on"]
        if held_on > timezone.localdate():
            raise forms.ValidationError(_("The meeting has not been held yet; record it afterwards."))
        return held_on


class RelayForm(MoveForm):
    line = forms.ChoiceField(
        label=_("Along"),
        choices=[("territory", _("territory")), ("system", _("system"))],
        widget=forms.RadioSelect,
    )
    units = forms.ModelMultipleChoiceField(
        label=_("To"), queryset=Unit.objects.none(), to_field_name="code", widget=forms.CheckboxSelectMultiple
    )
    due = forms.DateField(label=_("Due"), widget=DateInput(), help_text=_("Earlier than your own deadline."))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        by_line = {line: subordinates(case, line) for line in LINES}
        ids = Q(pk__in=by_line["territory"].values("pk")) | Q(pk__in=by_line["system"].values("pk"))
        self.fields["units"].queryset = Unit.objects.filter(ids).order_by("code")  # type: ignore[attr-defined]
        self.fields["line"].initial = "territory" if case.unit.seat else "system"
        if case.due:
            self.fields["due"].initial = max(timezone.localdate(), case.due - timedelta(days=3))
