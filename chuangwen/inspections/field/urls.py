from django.urls import path

from chuangwen.inspections.field import views

app_name = "field"
urlpatterns = [
    path("", views.shell, name="shell"),
    path("worker.js", views.worker, name="worker"),
    path("manifest.json", views.manifest, name="manifest"),
    path("devices/", views.device_list, name="devices"),
    path("people/<int:pk>/devices/", views.devices_of, name="devices_of"),
    path("devices/password/", views.give_password, name="give_password"),
    path("devices/<uuid:key>/way.json", views.way, name="way"),
    path("devices/<uuid:key>/standing.json", views.standing, name="standing"),
    path("devices/<uuid:key>/findings/", views.send_findings, name="send_findings"),
    path("devices/<uuid:key>/photos/", views.send_photo, name="send_photo"),
    path("devices/<uuid:key>/cut-off/", views.cut_off, name="cut_off"),
]
