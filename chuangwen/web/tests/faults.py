"""Addresses at which things go wrong, beside the real ones."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_POST

from chuangwen.core.problems import CATALOGUE, Kind, Problem
from chuangwen.core.sessions import kept

REFUSED = Kind("test.refused", 409, "“%(what)s” is refused: %(why)s. Do something else.")
del CATALOGUE[REFUSED.code]  # it must not stand among those that are printed


def refuse(request):
    """A form that is never taken in; its page shows what it is given back."""
    if request.method == "POST":
        raise Problem(REFUSED, what="It", why="<late>")
    typed = kept(request)
    return HttpResponse(typed["words"] if typed else "empty")


def forbid(request):
    raise PermissionDenied


def break_down(request):
    if request.method == "POST":
        raise ZeroDivisionError
    typed = kept(request)
    return HttpResponse(typed["words"] if typed else "empty")


@require_POST
def take(request):
    return HttpResponse("taken")


urlpatterns = [
    path("refuse/", refuse),
    path("forbid/", forbid),
    path("break/", break_down),
    path("take/", take),
    path("", include("chuangwen.urls")),
]
handler400 = "chuangwen.web.views.bad_request"
handler403 = "chuangwen.web.views.forbidden"
handler404 = "chuangwen.web.views.not_found"
handler500 = "chuangwen.web.views.server_error"
