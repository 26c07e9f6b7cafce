from django.urls import path

from chuangwen.rectification.views import bulletins, orders

app_name = "rectification"
urlpatterns = [
    path("bulletins/", bulletins.bulletin_list, name="bulletins"),
    path("bulletins/new/", bulletins.new, name="new_bulletin"),
    path("bulletins/<str:number>/", bulletins.bulletin_page, name="bulletin"),
    path("orders/new/", orders.new, name="new"),
    path("orders/<str:number>/proof/", orders.proof, name="proof"),
]
