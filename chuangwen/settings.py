"""Settings: one file, read from the environment, with defaults for the embedded installation.

Variables may also stand in ``var/env`` (one ``NAME=value`` a line), which ``chuangwen init`` writes with
fresh secrets and which the environment overrides. See docs/configuration.md.
"""

from __future__ import annotations

import os
import re
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("CHUANGWEN_DATA", BASE_DIR / "var"))


def _read_environment(path: Path) -> dict[str, str]:
    """The variables of ``path``, if it exists, under those of the process."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return kept | dict(os.environ)


ENVIRONMENT = _read_environment(DATA_DIR / "env")
# "production" is the default so that nobody serves the public from a forgotten development setting.
MODE = ENVIRONMENT.get("CHUANGWEN_MODE", "production")
# "tool" is for commands that touch neither database nor secrets, such as `chuangwen plan`.
if MODE not in {"production", "demo", "test", "tool"}:
    raise ImproperlyConfigured(f"CHUANGWEN_MODE is {MODE!r}; it must be production, demo, test or tool")
PRODUCTION = MODE == "production"
DEBUG = False


def _secret(name: str) -> str:
    """A secret of the environment; only tests and tools may do without."""
    if name in ENVIRONMENT:
        return ENVIRONMENT[name]
    if MODE in {"test", "tool"}:
        return "0" * 64
    raise ImproperlyConfigured(
        f"未设置 {name}，请先执行 chuangwen init，它会写入 {DATA_DIR / 'env'}。\n"
        f"{name} is not set; run `chuangwen init` first, which writes it to {DATA_DIR / 'env'}."
    )


def _channels() -> dict[str, str]:
    """Addresses of channels by the names that people choose among: name=url, parted by spaces."""
    found = dict[str, str]()
    for pair in ENVIRONMENT.get("CHUANGWEN_CHANNELS", "").split():
        name, _equals, url = pair.partition("=")
        if not name or not url or name in {*found, "email"}:  # e-mail is always called so
            raise ImproperlyConfigured(
                f"CHUANGWEN_CHANNELS：“{name}”应为“名称=地址”，名称不得重复。\n"
                f"CHUANGWEN_CHANNELS: {name!r} must be name=url, each name once and none of them email."
            )
        found[name] = url
    return found


def _required(name: str) -> str:
    """A variable that another one makes necessary."""
    if name in ENVIRONMENT:
        return ENVIRONMENT[name]
    raise ImproperlyConfigured(f"{name} is not set, and CHUANGWEN_OIDC_ISSUER needs it")


SECRET_KEY = _secret("CHUANGWEN_SECRET_KEY")
# 64 hexadecimal digits; seeds the signature of tree heads and the seals of events.
JOURNAL_KEY = _secret("CHUANGWEN_JOURNAL_KEY")
JOURNAL_HASH = ENVIRONMENT.get("CHUANGWEN_JOURNAL_HASH", "sha256")  # or sm3
# A copy of every tree head outside the database, for `chuangwen verify`.
HEADS_FILE = DATA_DIR / "heads.jsonl"
# Yearly tables of holidays newer than those built in; written by `chuangwen calendar import`.
CALENDAR_FILE = DATA_DIR / "calendar.csv"

ALLOWED_HOSTS = ENVIRONMENT.get("CHUANGWEN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in ENVIRONMENT.get("CHUANGWEN_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "chuangwen.web",
    "chuangwen.inspections",
    "chuangwen.rectification",
    "chuangwen.directives",
    "chuangwen.standards",
    "chuangwen.cases",
    "chuangwen.organizations",
    "chuangwen.core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chuangwen.core.sessions.IdleTimeout",
    "chuangwen.organizations.accounts.middleware.EndedSession",
    "chuangwen.web.middleware.SignedInOnly",
    "chuangwen.web.middleware.Problems",
    "chuangwen.web.traces.Traces",
]

ROOT_URLCONF = "chuangwen.urls"
WSGI_APPLICATION = "chuangwen.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chuangwen.web.context.house",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "chuangwen.core.templatetags.house",
                "chuangwen.cases.templatetags.slips",
            ],
        },
    }
]
FORM_RENDERER = "chuangwen.web.renderers.HouseRenderer"

DATABASES = {
    "default": dj_database_url.parse(ENVIRONMENT.get("DATABASE_URL", f"sqlite:///{DATA_DIR}/chuangwen.db"))
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: a writer waits for its turn at BEGIN instead of failing when it upgrades a read lock.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Each connection keeps its own cache, in KiB; the machine keeps the file in its memory once for all.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4000;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In the database, so that lock-out counts are shared by all processes and survive a restart.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}}

AUTH_USER_MODEL = "organizations.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "chuangwen.organizations.passwords.ThreeKindsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "chuangwen.organizations.accounts.adapters.ClosedAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
# A whole office leaves by one address: sign-ins from it are many, wrong passwords are few.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "5/5m/key,50/5m/ip", "complain": "10/h/ip"}
# Compulsory for the posts of organizations.powers.NEEDS_SECOND_FACTOR; a demonstration is tried without one.
SECOND_FACTOR = PRODUCTION
# Encrypts the secrets of second factors; whoever changes it resets them all.
FACTOR_KEY = ENVIRONMENT.get("CHUANGWEN_FACTOR_KEY", SECRET_KEY)
MFA_ADAPTER = "chuangwen.organizations.accounts.adapters.SecretAdapter"
MFA_FORMS = {
    "activate_totp": "chuangwen.organizations.accounts.forms.SetUpForm",
    "authenticate": "chuangwen.organizations.accounts.forms.SignInForm",
    "reauthenticate": "chuangwen.organizations.accounts.forms.OnceMoreForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Chuangwen 创文"
# Signing in by a provider of OpenID Connect, asked only when somebody presses its button.
OIDC_ISSUER = ENVIRONMENT.get("CHUANGWEN_OIDC_ISSUER", "")
OIDC_NAME = ENVIRONMENT.get("CHUANGWEN_OIDC_NAME", "OpenID Connect")
OIDC_CLAIM = ENVIRONMENT.get("CHUANGWEN_OIDC_CLAIM", "preferred_username")
if OIDC_ISSUER and not OIDC_ISSUER.startswith("https://"):
    raise ImproperlyConfigured("CHUANGWEN_OIDC_ISSUER must begin with https://")
SOCIALACCOUNT_ADAPTER = "chuangwen.organizations.accounts.adapters.KnownPeopleAdapter"
# A link, not a form: the policy of our pages lets no form lead to another site.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": _required("CHUANGWEN_OIDC_CLIENT_ID"),
                "secret": _required("CHUANGWEN_OIDC_SECRET"),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}
# Proxies in front of the product: whose word on the address of a visitor is taken, for the lock-out.
ALLAUTH_TRUSTED_PROXY_COUNT = int(ENVIRONMENT.get("CHUANGWEN_PROXIES", "0"))
ONE_SESSION = ENVIRONMENT.get("CHUANGWEN_ONE_SESSION", "0") == "1"
IDLE_MINUTES = int(ENVIRONMENT.get("CHUANGWEN_IDLE_MINUTES", "30"))
# How long a link for a first password works, in seconds.
PASSWORD_RESET_TIMEOUT = 7 * 86_400
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

HTTPS = ENVIRONMENT.get("CHUANGWEN_HTTPS", "1" if PRODUCTION else "0") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "chuangwen.web.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FIRST_DAY_OF_WEEK = 1

STATIC_URL = "static/"
# Collected for production only; the other modes serve each file from where it lies.
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    ("tabler", _MODULES / "@tabler" / "core" / "dist" / "css"),
    ("htmx", _MODULES / "htmx.org" / "dist"),
    ("idb", _MODULES / "idb" / "build"),
    ("echarts", _MODULES / "echarts" / "dist"),
    ("leaflet", _MODULES / "leaflet" / "dist"),
]
ICONS_DIR = _MODULES / "@tabler" / "icons" / "icons" / "outline"
WHITENOISE_USE_FINDERS = not PRODUCTION
MEDIA_ROOT = DATA_DIR / "files"
# The virus scanner that uploads pass, ClamAV's daemon: path of its socket, or host:port; none without it.
CLAMD = ENVIRONMENT.get("CHUANGWEN_CLAMD", "")
if CLAMD and not re.fullmatch(r"/.+|.+:\d{1,5}", CLAMD):
    raise ImproperlyConfigured("CHUANGWEN_CLAMD must be the path of a socket, or host:port")
UPLOAD_LIMIT = 25 * 1024 * 1024  # bytes a file
FILE_UPLOAD_PERMISSIONS = 0o640
# Longer than the longest speech with its fields; a body over it is refused before it is parsed.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Messages leave by e-mail, where a server is named, and by the channels of https://github.com/caronc/apprise
# that are named here (name=url, parted by spaces). Their addresses hold secrets and are shown nowhere.
_MAIL = urlsplit(ENVIRONMENT.get("CHUANGWEN_SMTP", ""))
EMAIL_HOST = _MAIL.hostname or ""
EMAIL_PORT = _MAIL.port or {"smtps": 465, "smtp+tls": 587}.get(_MAIL.scheme, 25)
EMAIL_USE_SSL, EMAIL_USE_TLS = _MAIL.scheme == "smtps", _MAIL.scheme == "smtp+tls"
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
DEFAULT_FROM_EMAIL = ENVIRONMENT.get("CHUANGWEN_MAIL_FROM", "chuangwen@localhost")
CHANNELS = _channels()
# The address under which people reach the product, for the links in messages; none without it.
ADDRESS = ENVIRONMENT.get("CHUANGWEN_ADDRESS", "").rstrip("/")

# Slips of supervision: the working days left at which one is issued (chuangwen/cases/urgency.py).
SLIPS = {
    # near due
    "blue": int(ENVIRONMENT.get("CHUANGWEN_BLUE_DAYS", "3")),
    # not acknowledged, or sent back and not filed again
    "yellow": int(ENVIRONMENT.get("CHUANGWEN_YELLOW_DAYS", "1")),
}

# Calendar days in which a closed order to rectify can be reopened; afterwards a new one is drawn up.
REOPEN_DAYS = int(ENVIRONMENT.get("CHUANGWEN_REOPEN_DAYS", "30"))

# When no message leaves, besides days off; and when the digest of a working day does.
QUIET_FROM, QUIET_TO = map(time.fromisoformat, ENVIRONMENT.get("CHUANGWEN_QUIET", "20:00-08:00").split("-"))
DIGEST_AT = time.fromisoformat(ENVIRONMENT.get("CHUANGWEN_DIGEST", "08:30"))

# The map of points: where its tiles come from, and as which datum they are drawn. No map without it.
MAP_TILES = ENVIRONMENT.get("CHUANGWEN_MAP_TILES", "")
if MAP_TILES and not re.fullmatch(
    r"https?://[\w.:\[\]-]+/(?=.*\{z\})(?=.*\{x\})(?=.*\{y\})[^\s;,]*", MAP_TILES
):
    raise ImproperlyConfigured(
        "CHUANGWEN_MAP_TILES must be one http address with {z}, {x} and {y}, and no {s}"
    )
MAP_ATTRIBUTION = ENVIRONMENT.get("CHUANGWEN_MAP_ATTRIBUTION", "")
MAP_DATUM = ENVIRONMENT.get("CHUANGWEN_MAP_DATUM", "wgs84")
if MAP_DATUM not in {"wgs84", "gcj02"}:
    raise ImproperlyConfigured("CHUANGWEN_MAP_DATUM must be wgs84 or gcj02")

# How long it is kept who read which file; GB/T 22239 level 3 asks for six months.
ACCESS_LOG_DAYS = 200

# What the worker does, and how often in seconds.
CLOCK = {
    "chuangwen.core.journal.sequence": 2,
    "chuangwen.core.search.follow": 2,
    "chuangwen.core.jobs.forget": 86_400,
    "chuangwen.core.access.purge": 86_400,
    "chuangwen.core.retention.erase_unreferenced": 86_400,
    "chuangwen.directives.services.tallying.fold": 5,
    "chuangwen.directives.services.tallying.check": 86_400,
    "chuangwen.directives.services.rounds.open_next_rounds": 300,
    "chuangwen.standards.services.rounds.close_windows": 300,
    "chuangwen.inspections.services.inspecting.announce_due": 300,
    "chuangwen.inspections.services.opening.open_published": 5,
    "chuangwen.inspections.openrosa.services.taking.take_in_when_quiet": 1,
    "chuangwen.cases.reminders.remind": 300,
    "chuangwen.cases.digests.compose": 60,
    "chuangwen.cases.library.services.take_fingerprints": 5,
    "chuangwen.core.outbox.send_due": 5,
    "chuangwen.core.outbox.forget": 86_400,
}

# What it does beside that, and how often in seconds: the long work that people have asked for.
WORK = {"chuangwen.core.jobs.work_waiting": 1}

# Estimates for the burden meter, the same for every unit; an office that has measured its own puts them here.
BURDEN_MINUTES = {"read and acknowledge": 4, "write a report": 60}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
