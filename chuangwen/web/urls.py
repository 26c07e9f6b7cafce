from django.urls import path

from chuangwen.web import calendar, desk, finding, looks, notices, outbox, succession, tables, views, work
from chuangwen.web.accounts import views as accounts
from chuangwen.web.audit import views as audit

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("desk/", desk.desk, name="desk"),
    path("desk/<slug:name>.xlsx", tables.desk, name="desk_table"),
    path("look/", looks.switch, name="look"),
    path("search/", finding.search, name="search"),
    path("search.xlsx", tables.search, name="search_table"),
    path("units/<str:code>/succession/", succession.succession, name="succession"),
    path("desk/notices/", notices.read_notices, name="read_notices"),
    path("desk/notifications/", notices.notifications, name="notifications"),
    path("calendar/", calendar.calendar_page, name="calendar"),
    path("calendar/<int:year>.csv", calendar.year_file, name="calendar_file"),
    path("messages/", outbox.sent_messages, name="sent_messages"),
    path("messages/<slug:name>.xlsx", tables.messages, name="messages_table"),
    path("messages/decide/", outbox.decide, name="decide_messages"),
    path("work/", work.job_list, name="jobs"),
    path("work/<uuid:key>/", work.job_page, name="job"),
    path("work/<uuid:key>/file/", work.job_file, name="job_file"),
    path("journal/", views.journal_page, name="journal"),
    path("journal/events/", audit.events, name="events"),
    path("journal/events/export/", audit.export_events, name="export_events"),
    path("journal/reads/", audit.reads, name="reads"),
    path("journal/reads/export/", audit.export_reads, name="export_reads"),
    path("accounts/sessions/", accounts.sessions, name="sessions"),
    path("accounts/sessions/others/end/", accounts.end_others, name="end_others"),
    path("accounts/sessions/<int:pk>/end/", accounts.end_session, name="end_session"),
    path("journal/head.json", views.journal_head, name="journal_head"),
]
