from django.urls import path

from chuangwen.inspections import draw_views as draws
from chuangwen.inspections.points import views as points
from chuangwen.inspections.views import findings, planning, visiting

app_name = "inspections"
urlpatterns = [
    path("", planning.inspections_page, name="inspections"),
    path("findings/", findings.findings_page, name="findings"),
    path("findings/trend/", findings.trend_page, name="trend"),
    path("findings/trend/table/", findings.trend_table, name="trend_table"),
    path("findings/table/", findings.findings_table, name="findings_table"),
    path("plans/new/", planning.new_plan, name="new_plan"),
    path("plans/<int:pk>/", planning.plan_page, name="plan"),
    path("plans/<int:pk>/file/", planning.file_plan, name="file_plan"),
    path("plans/<int:pk>/drop/", planning.drop_line, name="drop_line"),
    path("plans/<int:pk>/open/", planning.open_inspection, name="open"),
    path("draws/", draws.draws, name="draws"),
    path("draws/<str:number>/", draws.draw, name="draw"),
    path("draws/<str:number>/fix/", draws.fix_draw, name="fix_draw"),
    path("draws/<str:number>/value/", draws.type_value, name="type_value"),
    path("draws/<str:number>/visits/", draws.send_draw, name="send_draw"),
    path("draws/<str:number>/<slug:name>.txt", draws.draw_file, name="draw_file"),
    path("points/", points.all_points, name="all_points"),
    path("points/table/", points.points_table, name="points_table"),
    path("points/map/", points.points_map, name="map"),
    path("points/import/", points.import_points, name="import_points"),
    path("points/import/form.xlsx", points.points_form, name="points_form"),
    path("points/jobs/<uuid:key>/import/", points.carry_in, name="carry_in_points"),
    path("points/<str:code>/", planning.points_page, name="points"),
    path("photos/<uuid:key>/", visiting.photo, name="photo"),
    path("visits/<str:number>/", visiting.checklist, name="checklist"),
    path("visits/<str:number>/received/", visiting.take_again, name="take_again"),
    path("visits/<str:number>/review/", visiting.review, name="review"),
    path("visits/<str:number>/<int:criterion>/", visiting.enter, name="enter"),
    path("<str:number>/checks/", planning.checks, name="checks"),
    path("<str:number>/visits/", planning.plan_visit, name="plan_visit"),
]
