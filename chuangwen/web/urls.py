from django.urls import path

from chuangwen.web import desk, finding, looks, succession, views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("desk/", desk.desk, name="desk"),
    path("look/", looks.switch, name="look"),
    path("search/", finding.search, name="search"),
    path("units/<str:code>/succession/", succession.succession, name="succession"),
    path("journal/", views.journal_page, name="journal"),
    path("journal/head.json", views.journal_head, name="journal_head"),
]
