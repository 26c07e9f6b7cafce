"""What is asked for the reading of a table: the file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from chuangwen.core import files
from chuangwen.core.models import Blob
from chuangwen.core.problems import FILE_WRONG_TYPE, Problem
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
