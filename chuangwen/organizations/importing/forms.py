"""What is asked for an import: the file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from chuangwen.core import files
from chuangwen.core.models import Blob
from chuangwen.core.problems import FILE_WRONG_TYPE, Problem
from chuangwen.organizations.problems import SHEET_TYPE


class SheetForm(forms.Form):
    file = forms.FileField(
        label=_("File (xlsx or csv)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("It is checked first; nothing is changed until you say so."),
    )


def stored_sheet(upload: UploadedFile[Any]) -> Blob:
    """Keep an upload that holds sheets. Raises Problem ``sheet.type`` and those of ``files.store``."""
    try:
        return files.store(upload, accept=frozenset({files.XLSX, files.TEXT}))
    except Problem as problem:
        if problem.kind is FILE_WRONG_TYPE:
            raise Problem(SHEET_TYPE) from problem
        raise
