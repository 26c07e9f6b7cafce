from django.urls import path

from chuangwen.cases import ledger_views, views

app_name = "cases"
urlpatterns = [
    path("", ledger_views.ledger_page, name="ledger"),
    path("export/", ledger_views.export, name="export"),
    path("moves/", ledger_views.move_many, name="move_many"),
    path("<str:number>/", views.case_page, name="case"),
    path("<str:number>/files/<int:pk>/", views.attachment, name="attachment"),
    path("<str:number>/<slug:move_name>/", views.move_page, name="move"),
]
