"""The web application for granian; the one way by which the product is served."""

import os

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from chuangwen.core.chunked import measured


def refuse_demo_accounts() -> None:
    """In production nobody is served from a database with accounts whose password everybody knows."""
    from django.conf import settings

    from chuangwen.organizations.services import has_demo_accounts

    if settings.PRODUCTION and has_demo_accounts():
        raise ImproperlyConfigured(
            "数据库中有演示账号，正式环境不予启动，请改用新的数据库。\n"
            "This database holds demo accounts, so production mode does not start. Use a fresh database."
        )


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangwen.settings")
django.setup()
refuse_demo_accounts()
application = measured(get_wsgi_application())
