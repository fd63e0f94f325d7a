"""Settings of the site, read from the environment.

PARTNERSHIP_ENV chooses the mode. "development", the default, needs no other variable. "production", which
`partnership.wsgi` chooses, refuses to start without SECRET_KEY and ALLOWED_HOSTS, never shows debug pages and
speaks HTTPS only.

Further variables, each with a working default: SITE_NAME, CONTACT_EMAIL, DATABASE_URL, CACHE_URL, CSRF_TRUSTED_ORIGINS,
SITE_URL, EMAIL_URL, BEHIND_PROXY, SECOND_FACTOR, SESSION_IDLE_MINUTES, SESSION_HOURS, PREVIEW_DAYS, REVIEW_MONTHS, UPLOAD_BYTES,
UPLOAD_UNPACKED_BYTES, UPLOAD_ROWS, UPLOAD_DAYS, CONTENT_LANGUAGE, CONTENT_LICENCE, CONTENT_LICENCE_URL, DATA_DIR,
IATI_ORGANISATION, IATI_ORGANISATION_TYPE.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from partnership.services import cache, database, mail

BASE_DIR = Path(__file__).resolve().parent.parent
# What a running site writes and no commit holds: the SQLite file, collected static files, the first login.
VAR_DIR = BASE_DIR / "var"

env = Env()

# Mode

PARTNERSHIP_ENV: str = env.str("PARTNERSHIP_ENV", "development")
if PARTNERSHIP_ENV not in {"development", "production"}:
    raise ImproperlyConfigured(
        f'PARTNERSHIP_ENV is "{PARTNERSHIP_ENV}". Set it to "development" or "production", or leave it out '
        "for development."
    )
PRODUCTION = PARTNERSHIP_ENV == "production"
DEBUG = not PRODUCTION


def required(name: str, example: str) -> str:
    """The value of a variable that production cannot do without.

    Raises ImproperlyConfigured, naming the variable and a right example, when it is missing or empty.
    """
    value = env.str(name, "").strip()
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set, and production needs it. Set it, for example: {example}"
        )
    return value


def comma_separated(value: str) -> list[str]:
    """The parts of a list written with commas; spaces and empty parts do not count."""
    return [part.strip() for part in value.split(",") if part.strip()]


if PRODUCTION:
    SECRET_KEY = required(
        "SECRET_KEY",
        "SECRET_KEY=\"$(python -c 'import secrets; print(secrets.token_urlsafe(64))')\", kept from start to start",
    )
    ALLOWED_HOSTS = comma_separated(required("ALLOWED_HOSTS", "ALLOWED_HOSTS=register.example.org"))
else:
    SECRET_KEY = "django-insecure-for-development-only-production-refuses-to-start-without-its-own"
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

# For example https://register.example.org, where a proxy in front changes the host.
CSRF_TRUSTED_ORIGINS = comma_separated(env.str("CSRF_TRUSTED_ORIGINS", ""))
# Whether a proxy stands in front that says in X-Forwarded-Proto and X-Forwarded-For how and from where a request came.
# Where there is none, anybody could claim anything in them.
BEHIND_PROXY: bool = PRODUCTION and env.bool("BEHIND_PROXY", False)

# The site

SITE_NAME: str = env.str("SITE_NAME", "Partnership")
# Where readers write to; without it the pages say that there is no address yet.
CONTACT_EMAIL: str = env.str("CONTACT_EMAIL", "").strip()
ROOT_URLCONF = "partnership.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "partnership",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_otp_webauthn",
    "axes",
]

MIDDLEWARE = [
    "partnership.middleware.ForwardedAddressMiddleware",
    # The next two stand outside everything, so that refusals and errors carry their headers too.
    "csp.middleware.CSPMiddleware",
    "partnership.middleware.BrowserLimitsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "partnership.middleware.PageCompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "partnership.middleware.AddressLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "partnership.middleware.StaffSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# An admin form with all its inline rows is one upload; a long relation passes Django's 1,000 fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Signing in

# No rule asks for characters of some sort, and none bounds the length from above (ASVS 5.0, V6.2.1 to V6.2.11).
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "partnership.sign_in.passwords.WordsOfTheSiteValidator"},
]
# The first refuses whoever guesses; it lets everybody else through to the second, which looks at the password.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]

LOGIN_REDIRECT_URL = "admin:index"

# Whether staff need a second factor beside the password. Production always asks for it: a site that ignored the wish to do
# without would surprise whoever expressed it, so it does not start.
SECOND_FACTOR: bool = env.bool("SECOND_FACTOR", PRODUCTION)
if PRODUCTION and not SECOND_FACTOR:
    raise ImproperlyConfigured(
        "SECOND_FACTOR is off, and production asks staff for a second factor. Leave it out; at the first sign-in each "
        "account is led to the page where it sets one up."
    )

# After how long a session of staff ends: without a page asked for, and in any case.
SESSION_IDLE_MINUTES: int = env.int("SESSION_IDLE_MINUTES", 60)
SESSION_HOURS: int = env.int("SESSION_HOURS", 12)
SESSION_COOKIE_AGE = SESSION_HOURS * 60 * 60

# Who fails eight times under one name from one address waits for a quarter of an hour; others are not concerned. The counts
# stand in the database, which all processes share.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Trying on while locked does not make it longer: nobody can keep somebody else out who shares the address.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "partnership.admin.signing_in.locked.locked_page"
# What the security log tells is not kept a second time.
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken"]

# Passkeys are a second factor, never the only one. They belong to the host by which the site is reached.
OTP_TOTP_ISSUER = SITE_NAME
OTP_WEBAUTHN_RP_NAME = SITE_NAME
OTP_WEBAUTHN_RP_ID_CALLABLE = "partnership.admin.signing_in.passkeys.host_of"
OTP_WEBAUTHN_HELPER_CLASS = "partnership.admin.signing_in.passkeys.Ceremony"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [
    origin for origin in CSRF_TRUSTED_ORIGINS if origin.startswith("https://")
] or ["https://localhost"]
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
# Its own log would tell what a browser sent; the security log tells that it was refused.
OTP_WEBAUTHN_EXCEPTION_LOGGER_NAME = ""

# The desk

# How long the link to a preview lasts, and after how many months a relation is due to be looked at again.
PREVIEW_DAYS: int = env.int("PREVIEW_DAYS", 7)
REVIEW_MONTHS: int = env.int("REVIEW_MONTHS", 12)

# What staff may upload: the size of a file, what it may become unpacked, and how many rows it may hold; after how many days
# a receipt, and with it the way to undo, goes.
UPLOAD_BYTES: int = env.int("UPLOAD_BYTES", 5 * 1024 * 1024)
UPLOAD_UNPACKED_BYTES: int = env.int("UPLOAD_UNPACKED_BYTES", 50 * 1024 * 1024)
UPLOAD_ROWS: int = env.int("UPLOAD_ROWS", 20_000)
UPLOAD_DAYS: int = env.int("UPLOAD_DAYS", 30)
# The first lets no more of a file in than that.
FILE_UPLOAD_HANDLERS = [
    "partnership.admin.upload_handler.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Letters

# Where the site is, for links in letters, of which no request tells.
SITE_URL: str = env.str("SITE_URL", "").strip().rstrip("/") or (
    next((f"https://{host}" for host in ALLOWED_HOSTS if host.strip("*.") == host), "")
    if PRODUCTION
    else "http://localhost:8000"
)

MAIL = mail()
EMAIL_BACKEND: str = MAIL["EMAIL_BACKEND"]
EMAIL_HOST: str = MAIL.get("EMAIL_HOST") or "localhost"
EMAIL_PORT: int = MAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER: str = MAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD: str = MAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS: bool = MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL: bool = MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = SERVER_EMAIL = CONTACT_EMAIL or "webmaster@localhost"

# Open data

# Under which the content may be used again; every file that leaves says so.
CONTENT_LICENCE: str = env.str("CONTENT_LICENCE", "CC BY 4.0")
CONTENT_LICENCE_URL: str = env.str("CONTENT_LICENCE_URL", "https://creativecommons.org/licenses/by/4.0/")
# Where the files of the data page are kept, once made; whatever is in it can be made again.
DATA_DIR = Path(env.str("DATA_DIR", "") or VAR_DIR / "data")
# Who publishes, as the IATI standard names organisations (XM-DAC-41114), and the code of what it is (40: multilateral).
# Without both there is no IATI file: the standard asks for them, and nobody else can know them.
IATI_ORGANISATION: str = env.str("IATI_ORGANISATION", "").strip()
IATI_ORGANISATION_TYPE: str = env.str("IATI_ORGANISATION_TYPE", "").strip()
if re.search(r"[\s/&|?]", IATI_ORGANISATION):
    raise ImproperlyConfigured(
        f'IATI_ORGANISATION is "{IATI_ORGANISATION}", which is no identifier of an organisation. Write it as it is '
        "registered, for example XM-DAC-41114, or leave it out."
    )

# Logs

# The security log (partnership/audit.py) is lines of JSON; whoever keeps logs takes them from there.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"bare": {"format": "%(asctime)s %(name)s %(message)s"}},
    "handlers": {"audit": {"class": "logging.StreamHandler", "formatter": "bare"}},
    "loggers": {
        "partnership.audit": {"handlers": ["audit"], "level": "INFO"},
        # It says again, less well, what the security log says.
        "axes": {"level": "ERROR"},
    },
}

# The read API: JSON and nothing else, the same for everybody. Nobody signs in, nothing is sent.
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "EXCEPTION_HANDLER": "partnership.public.api.problems.as_problem",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": f"{SITE_NAME}: read API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "DESCRIPTION": (
        "The entries of the register as its pages show them: every list with the same filters, every entry with the rows "
        "that belong to it. Dates are in EDTF, as exact as their sources; amounts are texts, as stated; null is “not stated”."
    ),
    "LICENSE": {"name": CONTENT_LICENCE, **({"url": CONTENT_LICENCE_URL} if CONTENT_LICENCE_URL else {})},
    "CONTACT": {"email": CONTACT_EMAIL} if CONTACT_EMAIL else {},
    # Parameters stand in the order of the page; codes stand where they are used.
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": [],
}

# Database and cache

DATABASES = {"default": database(VAR_DIR / "register.sqlite3")}
CACHES = {"default": cache()}

# Language and time

# The language of an address stands at its head, /fr/…; English has none, and neither have files and the API.
LANGUAGE_CODE = "en"
# Each by its own name, as readers look for it; `lang` marks it where the page is in another.
LANGUAGES = [("en", "English"), ("fr", "Français"), ("ja", "日本語")]
# In which parties, areas and words of vocabularies are named; records, relations and sources say theirs themselves.
CONTENT_LANGUAGE: str = env.str("CONTENT_LANGUAGE", "en")
LOCALE_PATHS = [BASE_DIR / "partnership" / "locale"]
FORMAT_MODULE_PATH = "partnership.formats"
TIME_ZONE = "UTC"
USE_TZ = True

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# In development the files are served from where they are written, without `collectstatic`.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# What browsers are told

OWN_FILES_ONLY = {
    "default-src": [NONE],
    "style-src": [SELF],
    "script-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": OWN_FILES_ONLY}
# For `csp_replace` on the admin site. Equal today; named apart, so that a need of staff pages never opens
# the public ones.
ADMIN_CONTENT_SECURITY_POLICY = dict(OWN_FILES_ONLY)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    # The prefix makes browsers refuse these cookies from another host or over HTTP (ASVS 5.0, V3.3.3).
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
