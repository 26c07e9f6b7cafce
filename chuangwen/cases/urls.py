from django.urls import path

from chuangwen.cases import ledger_views, views
from chuangwen.cases.library import concealing_views as concealing
from chuangwen.cases.library import views as library

app_name = "cases"
urlpatterns = [
    path("library/", library.library_page, name="library"),
    path("library/table/", library.library_table, name="library_table"),
    path("library/add/", library.add, name="add_evidence"),
    path("library/<int:pk>/", library.piece_page, name="evidence"),
    path("library/<int:pk>/file/", library.file, name="evidence_file"),
    path("library/<int:pk>/conceal/", concealing.conceal, name="conceal"),
    path("library/<int:pk>/concealed/", concealing.copy, name="concealed"),
    path("library/<int:pk>/edit/", library.edit, name="edit_evidence"),
    path("library/<int:pk>/withdraw/", library.withdraw, name="withdraw_evidence"),
    path("cases/", ledger_views.ledger_page, name="ledger"),
    path("cases/export/", ledger_views.export, name="export"),
    path("cases/moves/", ledger_views.move_many, name="move_many"),
    path("cases/<str:number>/", views.case_page, name="case"),
    path("cases/<str:number>/files/<int:pk>/", views.attachment, name="attachment"),
    path("cases/<str:number>/<slug:move_name>/", views.move_page, name="move"),
]
