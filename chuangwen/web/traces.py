"""What is seen leaves a trace beside the journal: pages of cases, files taken away, words searched for.

GB/T 22239 asks for who saw what as well as for who did what. The auditor reads it under “Who read what”.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse

from chuangwen.core.access import note_read
from chuangwen.organizations.services import journal_name

PAGE, FILE, SEARCH = "page:", "file:", "search:"
CASE_PAGES = frozenset({"cases:case", "cases:move"})
# Under the name that the file has in the case or in the library.
NOTED_BY_THEMSELVES = frozenset(
    {"cases:attachment", "cases:concealed", "cases:evidence_file", "standards:proof_file"}
)
_SUBJECT, _ITEM = 128, 64  # characters that `Access` keeps of either


class Traces:
    """Notes what a signed-in person was shown: once a day, and nothing of what was refused or not found."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        seen = _seen(request, response)
        if seen and request.user.is_authenticated:
            subject, item = seen
            note_read(actor=journal_name(request.user), subject=subject[:_SUBJECT], item=item[:_ITEM])
        return response


def _seen(request: HttpRequest, response: HttpResponse) -> tuple[str, str] | None:
    """The subject and the item of what ``response`` shows; None where it leaves no trace."""
    match = request.resolver_match
    if request.method != "GET" or response.status_code != 200 or match is None:  # noqa: PLR2004
        return None
    number = match.kwargs.get("number", "")
    address = unquote(request.get_full_path())
    if response.get("Content-Disposition", "").startswith("attachment"):
        if match.view_name in NOTED_BY_THEMSELVES:
            return None
        return f"case:{number}" if number else address, f"{FILE}{_short(address)}:{_name_of(response)}"
    if match.view_name in CASE_PAGES:
        return f"case:{number}", f"{PAGE}{number}"
    if match.view_name == "web:search" and (words := request.GET.get("q", "").strip()):
        return f"{SEARCH}{words}", f"{SEARCH}{_short(words)}"
    return None


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def _name_of(response: HttpResponse) -> str:
    """The file's name, out of either form of the header."""
    name = response["Content-Disposition"].rpartition("=")[2].strip('"')
    return unquote(name.removeprefix("utf-8''"))
