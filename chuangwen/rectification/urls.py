from django.urls import path

from chuangwen.rectification.views import orders

app_name = "rectification"
urlpatterns = [
    path("orders/new/", orders.new, name="new"),
    path("orders/<str:number>/proof/", orders.proof, name="proof"),
]
