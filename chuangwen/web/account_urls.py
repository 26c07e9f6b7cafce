"""The addresses of accounts: those of allauth that this house uses, and no others.

There is no sign-up, no e-mail confirmation and no reset by e-mail: the office opens accounts and resets
passwords, because many units have no e-mail that could be trusted with it. Whoever came in with an import
has a link.
"""

from allauth.account import views
from allauth.socialaccount.providers.openid_connect.views import callback
from django.urls import include, path

from chuangwen.web.accounts.views import first_password, oidc_login, sign_out

# The one provider of ``settings.SOCIALACCOUNT_PROVIDERS``; without it these addresses answer 404.
PROVIDER = {"provider_id": "oidc"}

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", sign_out, name="account_logout"),
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/first/<int:pk>/<str:token>/", first_password, name="first_password"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("2fa/", include("allauth.mfa.urls")),
    path("oidc/login/", oidc_login, PROVIDER, name="openid_connect_login"),
    path("oidc/callback/", callback, PROVIDER, name="openid_connect_callback"),
]
