from django.urls import path

from chuangwen.directives.views import burden, campaigns, meetings, overview, papers, tables, tasks

app_name = "directives"
urlpatterns = [
    path("campaigns/", campaigns.campaign_list, name="campaigns"),
    path("campaigns/<int:pk>/", campaigns.campaign_page, name="campaign"),
    path("overview/", overview.newest, name="newest"),
    path("campaigns/<int:pk>/overview/", overview.overview_page, name="overview"),
    path("campaigns/<int:pk>/overview/<slug:name>/", overview.figure_page, name="figure"),
    path("campaigns/<int:pk>/overview/<slug:name>.xlsx", overview.figure_file, name="figure_table"),
    path("campaigns/<int:pk>/late/", overview.late_page, name="late"),
    path("campaigns/<int:pk>/late.xlsx", tables.late, name="late_table"),
    path("campaigns/<int:pk>/systems.xlsx", tables.systems, name="systems_table"),
    path("campaigns/<int:pk>/territory/<str:territory>.xlsx", tables.progress, name="progress_table"),
    path("campaigns/<int:pk>/units/<str:code>.xlsx", tables.unit, name="unit_table"),
    path("campaigns/<int:pk>/systems/", campaigns.by_system, name="systems"),
    path("campaigns/<int:pk>/territory/<str:territory>/", campaigns.branch, name="branch"),
    path("campaigns/<int:pk>/units/<str:code>/", campaigns.unit_page, name="unit"),
    path("meetings/new/", meetings.new_meeting, name="new_meeting"),
    path("meetings/<str:number>/plan/", meetings.plan_page, name="plan"),
    path("meetings/<str:number>/preview/", meetings.preview_page, name="preview"),
    path("meetings/<str:number>/tasks/", tasks.add, name="add_task"),
    path("burden/", burden.burden_page, name="burden"),
    path("burden/<slug:name>.xlsx", tables.asked, name="burden_table"),
    path("burden/<str:code>/answer/", burden.answer, name="answer_complaint"),
    path("complaint/", burden.complain, name="complain"),
    path("complaint/<str:code>/", burden.complaint_page, name="complaint"),
    path("tasks/<int:pk>/", tasks.edit, name="task"),
    path("meetings/<str:number>/plan.<slug:form>", papers.plan, name="plan_paper"),
    path("meetings/<str:number>/notice.<slug:form>", papers.notice_draft, name="notice_draft"),
    path("campaigns/<int:pk>/summary.<slug:form>", papers.campaign_summary, name="campaign_summary"),
    path("tasks/<int:pk>/summary.<slug:form>", papers.task_summary, name="task_summary"),
    path("tasks/<int:pk>/split/", tasks.split, name="split"),
    path("tasks/<int:pk>/merge/", tasks.merge, name="merge"),
    path("tasks/<int:pk>/drop/", tasks.drop, name="drop"),
    path("tasks/<int:pk>/restore/", tasks.restore, name="restore"),
]
