from django.urls import path

from chuangwen.organizations import views
from chuangwen.organizations.accounts import views as accounts

app_name = "organizations"
urlpatterns = [
    path("", views.unit_list, name="units"),
    path("new/", views.new_unit, name="new_unit"),
    path("<str:code>/", views.unit_page, name="unit"),
    path("<str:code>/mark/", views.set_mark, name="set_mark"),
    path("<str:code>/posts/", views.appoint, name="appoint"),
    path("<str:code>/posts/<int:pk>/end/", views.end_post, name="end_post"),
    path("<str:code>/posts/<int:pk>/account/", accounts.account, name="account"),
    path("<str:code>/posts/<int:pk>/account/factor/", accounts.reset_factor, name="reset_factor"),
    path("<str:code>/posts/<int:pk>/account/sessions/", accounts.cut_off, name="cut_off"),
]
