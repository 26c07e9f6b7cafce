from django.urls import path

from chuangwen.web import desk, finding, looks, notices, outbox, succession, views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("desk/", desk.desk, name="desk"),
    path("look/", looks.switch, name="look"),
    path("search/", finding.search, name="search"),
    path("units/<str:code>/succession/", succession.succession, name="succession"),
    path("desk/notices/", notices.read_notices, name="read_notices"),
    path("desk/notifications/", notices.notifications, name="notifications"),
    path("messages/", outbox.sent_messages, name="sent_messages"),
    path("messages/decide/", outbox.decide, name="decide_messages"),
    path("journal/", views.journal_page, name="journal"),
    path("journal/head.json", views.journal_head, name="journal_head"),
]
