from django.urls import path

from chuangwen.inspections.openrosa import views

app_name = "openrosa"
# The names of the addresses are the standard's: clients add them to the address of the server.
urlpatterns = [
    path("formList", views.form_list, name="form_list"),
    path("forms/<str:number>.xml", views.form, name="form"),
    path("submission", views.submission, name="submission"),
]
