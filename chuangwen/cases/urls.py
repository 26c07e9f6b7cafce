from django.urls import path

from chuangwen.cases import views

app_name = "cases"
urlpatterns = [
    path("<str:number>/", views.case_page, name="case"),
    path("<str:number>/files/<int:pk>/", views.attachment, name="attachment"),
    path("<str:number>/<slug:move_name>/", views.move_page, name="move"),
]
