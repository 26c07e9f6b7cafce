from django.urls import path

from chuangwen.rectification.views import bulletins, orders, register

app_name = "rectification"
urlpatterns = [
    path("bulletins/", bulletins.bulletin_list, name="bulletins"),
    path("bulletins/new/", bulletins.new, name="new_bulletin"),
    path("bulletins/<str:number>/", bulletins.bulletin_page, name="bulletin"),
    path("orders/", register.orders, name="orders"),
    path("orders/board/", register.board, name="board"),
    path("orders/gallery/", register.gallery, name="gallery"),
    path("orders/table/", register.orders_table, name="orders_table"),
    path("orders/new/", orders.new, name="new"),
    path("orders/<str:number>/proof/", orders.proof, name="proof"),
]
