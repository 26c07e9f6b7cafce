"""What the moves of an assignment ask for, and what a clerk enters about a meeting and its tasks."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import DateInput, ManyFilesField, MoveForm, ReasonForm, WordsField
from chuangwen.cases.library.picking import Picking
from chuangwen.cases.models import Campaign, Case
from chuangwen.core.calendar import add_working_days
from chuangwen.directives.addressing import Words, decoded, encoded
from chuangwen.directives.models import REPORT_LIMIT, Complaint, LaunchRecord, Receiver, Task
from chuangwen.directives.queries import LINES, subordinates
from chuangwen.directives.recurrence import in_words
from chuangwen.organizations.forms import named
from chuangwen.organizations.models import Post, Role, Territory, Unit, within


class ReportForm(Picking, MoveForm):
    text = WordsField(
        label=_("Report"),
        required=False,
        max_length=REPORT_LIMIT,
        widget=forms.Textarea({"rows": 12}),
        help_text=_("At most 5,000 characters; a document is made of it."),
    )
    upload = forms.FileField(
        label=_("Or upload it"), required=False, help_text=_("docx, pdf or txt, at most 25 MB.")
    )
    field_order = ("text", "upload", "find", "evidence")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        attached = case.attachments.exclude(evidence=None).values_list("evidence", flat=True)
        self.offer(case.unit, without=attached, files_only=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned.pop("find", None)
        return cleaned


class LaunchForm(MoveForm):
    held_on = forms.DateField(label=_("Held on"), widget=DateInput())
    place = forms.CharField(label=_("Place"), max_length=100)
    chair = forms.CharField(label=_("Chair"), max_length=60)
    present = forms.IntegerField(label=_("Number present"), min_value=1, max_value=100_000)
    minutes = WordsField(label=_("Minutes"), max_length=REPORT_LIMIT, widget=forms.Textarea({"rows": 8}))
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


class SlipForm(MoveForm):
    """What a supervision slip asks, and until when."""

    limit = forms.DateField(label=_("To be done by"), widget=DateInput())
    demand = WordsField(
        label=_("Demand"),
        max_length=500,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Printed on the slip; say what is to be done and how it is to be reported."),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.fields["limit"].initial = add_working_days(timezone.localdate(), 3)


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
    note = WordsField(label=_("Note"), required=False, max_length=500, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.by_line = {line: units for line in LINES if (units := set(subordinates(case, line)))}
        ids = {unit.pk for units in self.by_line.values() for unit in units}
        self.fields["units"].queryset = Unit.objects.filter(pk__in=ids).order_by("code")  # type: ignore[attr-defined]
        lines = [choice for choice in self.fields["line"].choices if choice[0] in self.by_line]  # type: ignore[attr-defined]
        self.fields["line"].choices = lines  # type: ignore[attr-defined]
        self.fields["line"].initial = next(iter(self.by_line), None)
        if case.due:
            self.fields["due"].initial = max(timezone.localdate(), case.due - timedelta(days=3))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        led = self.by_line.get(cleaned.get("line", ""), set())
        others = [str(unit) for unit in cleaned.get("units", ()) if unit not in led]
        if "line" in cleaned and others:
            words = _("Not led by your unit along this line: %(units)s. Relay to them along the other.")
            self.add_error("units", words % {"units": str(_(", ")).join(others)})
        return cleaned


class MeetingForm(forms.Form):
    """A meeting to be read in: its document, uploaded or pasted, into a running campaign or a new one."""

    campaign = forms.ModelChoiceField(
        label=_("Campaign"), queryset=Campaign.objects.none(), required=False, empty_label=_("a new campaign")
    )
    new_campaign = forms.CharField(label=_("Name of the new campaign"), max_length=100, required=False)
    title = forms.CharField(label=_("Title of the meeting or document"), max_length=200)
    held_on = forms.DateField(
        label=_("Held on"),
        widget=DateInput(),
        help_text=_("Deadlines such as “within a week” count from this day."),
    )
    place = forms.CharField(label=_("Place"), max_length=100, required=False)
    upload = forms.FileField(
        label=_("Upload the document"), required=False, help_text=_("txt, docx or pdf, at most 25 MB.")
    )
    text = WordsField(
        label=_("Or paste its text"), required=False, widget=forms.Textarea({"rows": 10}), strip=False
    )

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("campaign") and not cleaned.get("new_campaign"):
            self.add_error("new_campaign", _("Choose a campaign, or name a new one."))
        if cleaned.get("campaign") and cleaned.get("new_campaign"):
            self.add_error(
                "new_campaign",
                _("A running campaign is chosen above. Choose “a new campaign”, or clear the name."),
            )
        if (
            not cleaned.get("upload")
            and not (cleaned.get("text") or "").strip()
            and "upload" not in self.errors
        ):
            self.add_error("text", _("Upload the document, or paste its text."))
        return cleaned


class CorrectMeetingForm(MoveForm):
    """What was entered about a meeting wrongly; its text and its tasks stay as they are."""

    campaign = forms.ModelChoiceField(
        label=_("Campaign"), queryset=Campaign.objects.none(), empty_label=None, required=True
    )
    title = forms.CharField(label=_("Title of the meeting or document"), max_length=200)
    held_on = forms.DateField(
        label=_("Held on"),
        widget=DateInput(),
        help_text=_("Deadlines already drafted stay as they are; check them in the plan."),
    )
    place = forms.CharField(label=_("Place"), max_length=100, required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        same_place = Campaign.objects.open().filter(territory=case.campaign.territory_id)
        self.fields["campaign"].queryset = same_place  # type: ignore[attr-defined]
        meeting = case.meeting
        given = {"campaign": case.campaign_id, "title": case.title, "held_on": meeting.held_on}
        for name, value in {**given, "place": meeting.place}.items():
            self.fields[name].initial = value


class CancelMeetingForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("It stays in the history; nobody has received anything of it.")


_RECURS = (
    "quarterly",
    *(f"weekly:{day}" for day in range(1, 8)),
    "monthly:end",
    *(f"monthly:{day}" for day in range(1, 32)),
)


class TaskForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    recurs = forms.ChoiceField(label=_("Repeats"), required=False)

    class Meta:
        model = Task
        fields = ("text", "due", "recurs", "report_to", "asks_report")
        widgets: ClassVar[dict[str, Any]] = {"text": forms.Textarea({"rows": 4}), "due": DateInput()}
        field_classes: ClassVar = {"text": WordsField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recurs"].choices = [  # type: ignore[attr-defined]
            ("", _("once")),
            *((rule, in_words(rule)) for rule in _RECURS),
        ]


class ReceiverForm(forms.Form):
    """One line of a task's address; ``unit`` names the unit where the rule is "one unit"."""

    wording = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput())
    address = forms.ChoiceField(label=_("Receivers"), required=False)
    unit = forms.CharField(label=_("Unit (name or code)"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), choices=Receiver.Role.choices, initial=Receiver.Role.EACH)
    excluded = forms.BooleanField(label=_("except these"), required=False)

    def __init__(self, *args: Any, words: Words, territory: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.territory = territory
        choices = words.choices()
        given = self.initial.get("address", "")
        if given and given not in words.offered():
            choices.append((given, words.say(*decoded(given))))
        self.fields["address"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        rule, value = decoded(cleaned.get("address", ""))
        unit = cleaned.get("unit", "")
        if unit and not cleaned.get("address"):
            rule = Receiver.Rule.UNIT  # who names a unit means it
        if rule == Receiver.Rule.UNIT:
            value = self._unit_code(unit)
        elif unit:
            self.add_error("unit", _("Others are chosen above. Choose “one unit”, or clear the name."))
        return {**cleaned, "rule": rule, "value": value}

    def _unit_code(self, words: str) -> str:
        try:
            return named(Unit.objects.filter(within(self.territory), active=True), words).code
        except forms.ValidationError as error:
            self.add_error("unit", error)
            return ""


class BaseReceivers(forms.BaseFormSet):  # type: ignore[type-arg]  # generic for the checker only
    """All lines of a task's address."""

    def lines(self) -> list[Receiver]:
        """The address as entered, without the lines that were deleted or left empty."""
        names = ("wording", "rule", "value", "role", "excluded")
        kept = [
            form.cleaned_data for form in self.forms if form not in self.deleted_forms and form.cleaned_data
        ]
        return [
            Receiver(**{name: row[name] for name in names}) for row in kept if row["wording"] or row["rule"]
        ]


ReceiverFormSet = forms.formset_factory(ReceiverForm, formset=BaseReceivers, extra=1, can_delete=True)


def receiver_formset(task: Task, data: Any = None) -> BaseReceivers:
    """The address of ``task`` as a formset, filled from ``data`` if there is any."""
    territory = task.meeting.case.campaign.territory_id
    initial = [
        {
            "wording": line.wording,
            "address": encoded(line.rule, "" if line.rule == Receiver.Rule.UNIT else line.value),
            "unit": line.value if line.rule == Receiver.Rule.UNIT else "",
            "role": line.role,
            "excluded": line.excluded,
        }
        for line in task.receivers.all()
    ]
    formset: BaseReceivers = ReceiverFormSet(  # type: ignore[assignment]  # the factory's base class
        data,
        initial=initial,
        prefix="to",
        form_kwargs={"words": Words(territory), "territory": territory},
    )
    return formset


class SplitForm(forms.Form):
    """Where to cut a task: before which of its clauses."""

    at = forms.TypedChoiceField(label=_("The new task begins with"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        starts = [match.end() for match in re.finditer(r"[，,；;。：:、]", task.text)]
        self.fields["at"].choices = [  # type: ignore[attr-defined]
            (start, task.text[start:]) for start in starts if task.text[start:].strip()
        ]


class AddTaskForm(forms.Form):
    """A task in the clerk's words; ``start`` and ``end`` are of the passage that was marked for it."""

    text = WordsField(
        label=_("Task to add"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Mark a passage of the text to fill this in, or write your own words."),
        error_messages={"required": _("Write the task first.")},
    )
    start = forms.IntegerField(required=False, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source

    def clean(self) -> dict[str, Any]:
        """Words that stand in the text are tied to their place: the marked one, or the only one."""
        cleaned = super().clean() or {}
        words = cleaned.get("text", "")
        marked = slice(cleaned.pop("start", None), cleaned.pop("end", None))
        place = None
        if marked.start is not None and marked.stop is not None and self.source[marked].strip() == words:
            place = self.source.index(words, max(marked.start, 0))
        elif words and self.source.count(words) == 1:
            place = self.source.index(words)
        span = {} if place is None else {"start": place, "end": place + len(words)}
        return {**cleaned, **span}


class DispatchForm(forms.Form):
    """The last look before a plan goes out: what was seen, and the basis of the reports asked for."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    basis = forms.CharField(
        label=_("Basis of the reports asked for"),
        max_length=100,
        help_text=_("Number of the document; without one no report is asked for."),
    )

    def __init__(self, *args: Any, reports: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not reports:
            del self.fields["basis"]


class ComplaintForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """Three fields, of which one may stay empty; the office of the place reads it."""

    class Meta:
        model = Complaint
        fields = ("territory", "about", "text")
        labels: ClassVar = {"territory": _("Where")}
        widgets: ClassVar = {"text": forms.Textarea({"rows": 5})}
        field_classes: ClassVar = {"text": WordsField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Post.objects.held().filter(role=Role.OFFICE).values("unit__territory")
        places = Territory.objects.filter(pk__in=offices)
        field = self.fields["territory"]
        field.queryset, field.initial = places, places.first()  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    answer = WordsField(
        label=_("Answer"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Whoever filed it reads this: say what is dropped or merged, or why not."),
    )
