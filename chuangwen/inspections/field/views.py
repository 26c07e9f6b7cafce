"""The doors of the field app. Its shell holds nothing of anybody, so that it opens without signal."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from chuangwen.core.problems import NOT_FOUND, Problem
from chuangwen.inspections.devices import NAME, Device, may_cut_off
from chuangwen.inspections.field import collect, day, reading
from chuangwen.inspections.findings import Finding, Verdict
from chuangwen.inspections.models import Visit
from chuangwen.inspections.services import devices, findings
from chuangwen.inspections.services.arriving import arrive
from chuangwen.organizations.accounts.devices import device_of
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import scope_of

# What the app is made of; a device keeps these, and fetches them anew when one of them is another.
ASSETS = (
    "idb/index.js",
    "web/icon.svg",
    *(f"inspections/field/{name}" for name in ("app.js", "store.js", "sync.js", "field.css")),
)


@require_GET
def shell(request: HttpRequest) -> HttpResponse:
    """The empty app, the same for everybody."""
    context = {"verdicts": Verdict.choices, "longest": findings.WORDS}
    return render(request, "inspections/field/shell.html", context)


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The script that answers in place of the network; another one whenever an asset is another."""
    language = get_language() or ""
    context = {"version": f"{version()}-{language}", "assets": [static(name) for name in ASSETS]}
    answer = render(request, "inspections/field/worker.js", context, content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


@cache
def version() -> str:
    """A name for the assets as they are: part of the hash of their contents and of the shell's."""
    templates = Path(__file__).parent.parent / "templates" / "inspections" / "field"
    files = [Path(str(finders.find(name))) for name in ASSETS] + sorted(templates.iterdir())
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the app installable."""
    icon = {"src": static("web/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    content = {
        "name": _("Chuangwen in the field"),
        "short_name": _("Field"),
        "start_url": request.path.removesuffix("manifest.json"),
        "scope": request.path.removesuffix("manifest.json"),
        "display": "standalone",
        "background_color": "#f5f6f7",
        "theme_color": "#1a5a96",
        "icons": [icon],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_GET
@ensure_csrf_cookie
def way(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the device takes along, for whoever is signed in on it. Raises Problem ``device.cut_off``."""
    person = _carrier(request, key)
    content = {
        "person": str(person.pk),
        "name": person.name,
        "token": get_token(request),
        "visits": day.way_of(person),
    }
    answer = JsonResponse(content)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def send_findings(request: HttpRequest, key: UUID) -> HttpResponse:
    """Findings of one visit, ``{"visit": number, "rows": […]}``: all are kept, or none, and it says why."""
    person = _carrier(request, key)
    body = reading.body_of(request.body)
    visit = Visit.objects.visible_to(person).filter(case__number=str(body.get("visit"))[:12])
    found = visit.select_related("case__unit", "case__issuer", "inspection").first()
    if not found:
        raise Problem(NOT_FOUND)
    kept = arrive(actor=person, visit=found, rows=reading.rows_of(body))
    return JsonResponse({"kept": [str(finding.key) for finding, _new in kept]})


@require_POST
def send_photo(request: HttpRequest, key: UUID) -> HttpResponse:
    """One photo of a finding that has arrived: fields ``finding`` and ``photo`` (keys), file ``file``."""
    person = _carrier(request, key)
    finding = reading.key_of(request.POST.get("finding"))
    photo, upload = reading.key_of(request.POST.get("photo")), request.FILES.get("file")
    found = Finding.objects.visible_to(person).filter(key=finding).first()
    if not found or not upload:
        raise Problem(NOT_FOUND)
    findings.add_photo(actor=person, finding=found, key=photo, upload=upload)
    return JsonResponse({"kept": str(photo)})


def _carrier(request: HttpRequest, key: UUID) -> Person:
    """Who is signed in, on a device of theirs. Raises Problem ``device.cut_off``."""
    person: Person = request.user  # type: ignore[assignment]  # SignedInOnly lets nobody else past
    devices.welcome(actor=person, key=key, name=device_of(request.headers.get("User-Agent", "")))
    return person


@require_GET
def standing(request: HttpRequest, key: UUID) -> HttpResponse:
    """Whether the device may keep what it holds; asked without a session, told to whoever knows its key."""
    cut_off = Device.objects.filter(key=key, cut_off_at__isnull=False).exists()
    return JsonResponse({"cut_off": cut_off})


@require_GET
def device_list(request: HttpRequest) -> HttpResponse:
    """One's own devices."""
    scope = scope_of(request.user)
    context = {
        "devices": Device.objects.visible_to(request.user).select_related("cut_off_by"),
        "inspects": bool(scope.inspects or scope.judges),
        "longest": NAME,
    }
    return render(request, "inspections/field/devices.html", context)


@require_POST
def give_password(request: HttpRequest) -> HttpResponse:
    """A password for a client without pages, shown this once."""
    person: Person = request.user  # type: ignore[assignment]  # SignedInOnly lets nobody else past
    name = request.POST.get("name", "").strip() or "ODK Collect"
    device, password = devices.give_password(actor=person, name=name)
    server = request.build_absolute_uri("/openrosa/").rstrip("/")
    picture = collect.picture_of(server=server, username=person.username, password=password)
    context = {"device": device, "password": password, "server": server, "picture": picture}
    answer = render(request, "inspections/field/password.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
def devices_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The devices of somebody whose account one keeps; others are like people that there are none of."""
    owner = get_object_or_404(Person, pk=pk)
    if not may_cut_off(request.user, owner):  # type: ignore[arg-type]
        raise Problem(NOT_FOUND)
    found = Device.objects.visible_to(owner).select_related("cut_off_by")
    return render(request, "inspections/field/devices.html", {"devices": found, "owner": owner})


@require_POST
def cut_off(request: HttpRequest, key: UUID) -> HttpResponse:
    """Cut off a device of one's own, or of somebody whose account one keeps."""
    actor: Person = request.user  # type: ignore[assignment]
    device = get_object_or_404(Device.objects.select_related("person"), key=key)
    if not may_cut_off(actor, device.person):
        raise Problem(NOT_FOUND)
    devices.cut_off(actor=actor, device=device)
    messages.success(request, _("The device is cut off; it forgets what it holds when it next has signal."))
    own = device.person_id == actor.pk
    return redirect("field:devices") if own else redirect("field:devices_of", device.person_id)
