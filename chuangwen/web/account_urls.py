"""The addresses of accounts: those of allauth that this house uses, and no others.

There is no sign-up, no e-mail confirmation and no reset by e-mail: the office opens accounts and resets
passwords, because many units have no e-mail that could be trusted with it.
"""

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
]
