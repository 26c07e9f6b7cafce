"""The addresses of the product, floor by floor."""

from django.urls import include, path

urlpatterns = [
    path("", include("chuangwen.web.urls")),
    path("accounts/", include("chuangwen.web.account_urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("units/", include("chuangwen.organizations.urls")),
    path("", include("chuangwen.cases.urls")),
    path("field/", include("chuangwen.inspections.field.urls")),
    path("openrosa/", include("chuangwen.inspections.openrosa.urls")),
    path("standards/", include("chuangwen.standards.urls")),
    path("inspections/", include("chuangwen.inspections.urls")),
    path("", include("chuangwen.directives.urls")),
    path("", include("chuangwen.rectification.urls")),
]

handler400 = "chuangwen.web.views.bad_request"
handler403 = "chuangwen.web.views.forbidden"
handler404 = "chuangwen.web.views.not_found"
handler429 = "chuangwen.web.views.too_many"
handler500 = "chuangwen.web.views.server_error"
