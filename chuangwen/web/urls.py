from django.urls import path

from chuangwen.web import desk, finding, views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("desk/", desk.desk, name="desk"),
    path("search/", finding.search, name="search"),
    path("journal/", views.journal_page, name="journal"),
    path("journal/head.json", views.journal_head, name="journal_head"),
]
