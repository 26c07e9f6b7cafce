from django.urls import path

from chuangwen.organizations import views
from chuangwen.organizations.accounts import views as accounts
from chuangwen.organizations.importing import views as importing

app_name = "organizations"
urlpatterns = [
    path("", views.unit_list, name="units"),
    path("import/", importing.import_page, name="import"),
    path("import/form.xlsx", importing.template_file, name="import_form"),
    path("export/", importing.export, name="export"),
    path("jobs/<uuid:key>/import/", importing.carry_out, name="carry_out"),
    path("jobs/<uuid:key>/links/", importing.links_file, name="links"),
    path("new/", views.new_unit, name="new_unit"),
    path("<str:code>/", views.unit_page, name="unit"),
    path("<str:code>/mark/", views.set_mark, name="set_mark"),
    path("<str:code>/posts/", views.appoint, name="appoint"),
    path("<str:code>/posts/<int:pk>/end/", views.end_post, name="end_post"),
    path("<str:code>/posts/<int:pk>/account/", accounts.account, name="account"),
    path("<str:code>/posts/<int:pk>/account/factor/", accounts.reset_factor, name="reset_factor"),
    path("<str:code>/posts/<int:pk>/account/sessions/", accounts.cut_off, name="cut_off"),
]
