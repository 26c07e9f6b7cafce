from django.urls import path

from chuangwen.standards.importing import views as importing

app_name = "standards"
urlpatterns = [
    path("import/", importing.read_page, name="import"),
]
