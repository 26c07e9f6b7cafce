"""The pages of standards: the list, one of them, its versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.cases.views import seen_again, seen_of
from chuangwen.core.downloads import limited, table
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.core.sessions import kept
from chuangwen.standards import queries
from chuangwen.standards.checking import doubts_of, tree
from chuangwen.standards.comparing import differences
from chuangwen.standards.forms import NewStandardForm, PublishForm, StandardForm
from chuangwen.standards.importing.telling import doubt_words
from chuangwen.standards.models import Standard
from chuangwen.standards.services import editing, keeping, publishing

_ = gettext


def standard_of(request: HttpRequest, pk: int) -> Standard:
    standards = Standard.objects.visible_to(request.user).select_related("office__territory")
    return get_object_or_404(standards.prefetch_related("peer_groups"), pk=pk)


def _listed(request: HttpRequest) -> Any:
    return Standard.objects.visible_to(request.user).select_related("office").prefetch_related("peer_groups")


@require_GET
def standards_page(request: HttpRequest) -> HttpResponse:
    """All standards that one may see, by code, the newest version first."""
    context = {"standards": _listed(request), "keeps": queries.offices_of(request.user)}
    return render(request, "standards/standards.html", context)


@require_GET
def standards_table(request: HttpRequest) -> HttpResponse:
    rows = (
        (
            s.name,
            s.version,
            s.get_level_display(),
            s.get_state_display(),
            _groups(s),
            s.valid_from,
            s.valid_to,
        )
        for s in limited(_listed(request))
    )
    headings = (
        _("Standard"),
        _("Version"),
        _("Level"),
        _("State"),
        _("Peer groups"),
        _("Valid from"),
        _("Valid to"),
    )
    return table("standards", _("Standards"), headings, rows)


def _groups(standard: Standard) -> str:
    return _(", ").join(group.name for group in standard.peer_groups.all())


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The particulars of a new standard. Raises Problem ``page.not_allowed`` for whoever keeps none."""
    offices = queries.offices_of(request.user)
    if not (office := offices.first()):
        raise Problem(NOT_ALLOWED, reason=_("only for the civility office"))
    typed = request.POST if request.method == "POST" else kept(request)
    form = NewStandardForm(typed, offices=offices, initial={"office": office})
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            standard = keeping.draft(actor=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
        else:
            return redirect("standards:standard", standard.pk)
    return _form_page(request, form, problem, title=_("New standard"))


def _form_page(request: HttpRequest, form: Any, problem: Problem | None, **more: Any) -> HttpResponse:
    context = {"form": form, "problem": problem, **more}
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "standards/form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands over the whole standard."""
    standard = standard_of(request, pk)
    editing.require_office(request.user, standard.office)  # type: ignore[arg-type]
    typed = request.POST if request.method == "POST" else kept(request)
    form = StandardForm(typed, instance=standard_of(request, pk))
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            editing.amend(actor=request.user, standard=standard, seen=seen_of(request), **form.cleaned_data)  # type: ignore[arg-type]
        except Problem as raised:
            problem, standard = raised, standard_of(request, pk)
        else:
            messages.success(request, _("Saved."))
            return redirect("standards:standard", pk)
    seen = seen_again(request, typed, standard.revision)
    return _form_page(request, form, problem, title=_("Particulars"), standard=standard, seen=seen)


@require_GET
def standard_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A standard as it is; for its office, what it lacks and what can be done."""
    return _standard(request, standard_of(request, pk), PublishForm(), None)


def _standard(
    request: HttpRequest, standard: Standard, form: PublishForm, problem: Problem | None
) -> HttpResponse:
    dimensions = tree(standard)
    may_keep = queries.keeps(request.user, standard)
    found = doubts_of(standard, dimensions) if standard.is_draft and may_keep else []
    context = {
        "standard": standard,
        "dimensions": dimensions,
        "count": sum(len(i.criteria.all()) for d in dimensions for i in d.indicators.all()),
        "rounds": queries.rounds_of(request.user, standard),
        "keeps": may_keep,
        "may_edit": may_keep and standard.is_draft,
        "doubts": found,
        "missing": any(not doubt.is_sum for doubt in found),
        "read_doubts": [{**doubt, "words": doubt_words(doubt)} for doubt in standard.doubts if may_keep],
        "others": queries.other_versions(request.user, standard),
        "form": form,
        "problem": problem,
    }
    return render(request, "standards/standard.html", context, status=problem.status if problem else 200)


@require_GET
def standard_table(request: HttpRequest, pk: int) -> HttpResponse:
    standard = standard_of(request, pk)
    headings = (
        _("Dimension"),
        _("Part"),
        _("Only for"),
        _("Indicator"),
        _("Criterion"),
        _("Method"),
        _("Points"),
        _("Rule"),
        _("Evidence"),
        _("Scored by"),
    )
    name = f"{standard.code}-{standard.version}"
    return table(name, standard.name, headings, queries.lines(tree(standard)))


@require_GET
def differences_page(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """What is different in one version from another."""
    after, before = standard_of(request, pk), standard_of(request, other)
    if (before.office_id, before.code) != (after.office_id, after.code):
        raise Http404
    context = {"before": before, "after": after, "rows": differences(before, after)}
    return render(request, "standards/differences.html", context)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the draft; refused, the page says why and keeps the reason that was typed."""
    standard = standard_of(request, pk)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _standard(request, standard, form, None)
    try:
        publishing.publish(actor=request.user, standard=standard, seen=seen_of(request), **form.cleaned_data)  # type: ignore[arg-type]
    except Problem as raised:
        return _standard(request, standard, form, raised)
    messages.success(request, _("Published. From now on it is kept as it is."))
    return redirect("standards:standard", pk)


@require_POST
def install(request: HttpRequest) -> HttpResponse:
    """The standard that ships, as a draft of one's office, in the language of the page."""
    office = queries.offices_of(request.user).first()
    if not office:
        raise Problem(NOT_ALLOWED, reason=_("only for the civility office"))
    language = get_language() or "zh-hans"
    standard = keeping.install_shipped(actor=request.user, office=office, language=language)  # type: ignore[arg-type]
    messages.success(
        request, _("Here it is, as a draft. Choose its peer groups, change what you like, and publish it.")
    )
    return redirect("standards:standard", standard.pk)


# What else is done to a whole standard: its verb, and what is said when it is done.
_VERBS: dict[str, tuple[Callable[..., Standard | None], Any]] = {
    "retire": (publishing.retire, gettext_lazy("Retired. What was measured by it stands.")),
    "version": (
        keeping.new_version,
        gettext_lazy("This is the new version, as a draft; the old one stays in force."),
    ),
    "discard": (keeping.discard, gettext_lazy("The draft is gone.")),
}


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Retire a standard, begin a new version of it, or throw a draft away."""
    if verb not in _VERBS:
        raise Http404
    standard = standard_of(request, pk)
    do, said = _VERBS[verb]
    result = do(actor=request.user, standard=standard)
    messages.success(request, said)
    return redirect("standards:standard", result.pk) if result else redirect("standards:standards")
