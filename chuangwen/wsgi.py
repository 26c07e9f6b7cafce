"""The web application for granian; the one way by which the product is served."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangwen.settings")
application = get_wsgi_application()


def _refuse_demo_accounts() -> None:
    """In production nobody is served from a database with accounts whose password everybody knows."""
    from django.conf import settings

    from chuangwen.organizations.services import has_demo_accounts

    if settings.PRODUCTION and has_demo_accounts():
        raise ImproperlyConfigured(
            "This database holds demo accounts, so production mode does not start. Use a fresh database. "
            "数据库中有演示账号，正式环境不予启动，请改用新的数据库。"
        )


_refuse_demo_accounts()
