"""What is asked for the reading of a table, and for a draft of what was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from chuangwen.core import files
from chuangwen.core.models import Blob
from chuangwen.core.problems import FILE_WRONG_TYPE, Problem
from chuangwen.organizations.models import Unit
from chuangwen.standards.importing.opening import ACCEPTED, TYPES


class TableForm(forms.Form):
    file = forms.FileField(
        label=_("File (xlsx, docx, tsv or csv)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.docx,.tsv,.csv,.txt"}),
        help_text=_("It is only read; nothing is entered or changed."),
    )


def stored_table(upload: UploadedFile[Any]) -> Blob:
    """Keep an upload that can hold a table. Raises the Problems of ``files.store``."""
    try:
        return files.store(upload, accept=TYPES)
    except Problem as problem:
        if problem.kind is FILE_WRONG_TYPE:
            raise Problem(FILE_WRONG_TYPE, accepted=ACCEPTED) from problem
        raise


class DraftForm(forms.Form):
    """What a draft made of a table is called, whose it is, and whose lines it takes."""

    name = forms.CharField(label=_("Name of the standard"), max_length=100)
    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Letters and digits; all versions of the standard share it."),
    )
    office = forms.ModelChoiceField(
        label=_("Office that keeps it"), queryset=Unit.objects.none(), empty_label=None
    )
    scope = forms.ChoiceField(
        label=_("Whose lines"),
        required=False,
        help_text=_(
            "Lines that are everybody's are always taken. Make a draft for each group that has its own."
        ),
    )

    def __init__(self, *args: Any, offices: QuerySet[Unit], scopes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        if scopes:
            choices = [("", _("All lines of the table")), *((scope, scope) for scope in scopes)]
            self.fields["scope"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["scope"]
