"""Django settings, read from the environment only (README, "Settings").

`motcua up` fills the environment from its data folder; in production the operator does.
`MOTCUA_MODE=demonstration` is what `up` and the tests run in; without it, missing or
generated secrets refuse to start.
"""

from __future__ import annotations

from pathlib import Path

from motcua.config.environment import Environment

env = Environment.from_os()

PACKAGE = Path(__file__).resolve().parent.parent
DATA = env.data_folder
MODE = env.mode
DEMONSTRATION = env.is_demonstration

DEBUG = False
SECRET_KEY = env.secret("MOTCUA_SECRET_KEY")
ALLOWED_HOSTS = env.list("MOTCUA_HOSTS", default="127.0.0.1,localhost,[::1]")
TRUSTED_PROXIES = env.list("MOTCUA_TRUSTED_PROXIES", default="")  # whose X-Forwarded-For names the sender
PUBLIC_URL = env.text("MOTCUA_PUBLIC_URL", default="http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "motcua.foundation",
    *[f"motcua.domain.{room}" for room in env.rooms],
    "motcua.faces.portal",
    "motcua.faces.workbench",
    "motcua.faces.administration",
    "motcua.faces.api",
]

MIDDLEWARE = [
    "motcua.faces.middleware.correlation",
    "motcua.faces.middleware.source",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "motcua.faces.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "motcua.faces.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "motcua.faces.middleware.principal",
    "motcua.faces.inspection.watched",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "motcua.faces.middleware.domain_errors",
]

ROOT_URLCONF = "motcua.config.urls"
WSGI_APPLICATION = "motcua.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "faces" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "motcua.faces.context.everywhere",
            ],
            "builtins": [
                "motcua.faces.templatetags.motcua",
                "motcua.faces.templatetags.catalogue_words",
                "motcua.faces.templatetags.payment_words",
                "motcua.faces.templatetags.organisation_words",
                "motcua.faces.templatetags.defect_words",
            ],
        },
    }
]

DATABASES = {"default": env.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "organisations.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "motcua_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # the identity provider's return is a top-level GET
SESSION_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the document viewer shows our own files in the page

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "motcua_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SESSION_COOKIE_SECURE
LOCALE_PATHS = [PACKAGE / "faces" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
FORMAT_MODULE_PATH = ["motcua.config.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [PACKAGE / "faces" / "static"]
STORAGES = {
    "default": env.file_storage(),
    "staticfiles": {"BACKEND": "motcua.config.static_storage.HashedStaticFiles"},
}
WHITENOISE_USE_FINDERS = env.is_test
if env.is_test:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

CLAMAV_ADDRESS = env.text("MOTCUA_CLAMAV_ADDRESS", default="")  # /path/of/socket or host:port; empty: no scanner

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "motcua.faces.uploads.PolicyLimitUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING = env.logging()

# Outside systems: addresses and secrets of the partners this installation talks to.
VNEID_ISSUER = env.text("MOTCUA_VNEID_ISSUER", default="http://127.0.0.1:8001")
VNEID_CLIENT_ID = env.text("MOTCUA_VNEID_CLIENT_ID", default="motcua")
VNEID_CLIENT_SECRET = env.secret("MOTCUA_VNEID_CLIENT_SECRET")
BANK_GATEWAY_URL = env.text("MOTCUA_BANK_GATEWAY_URL", default="http://127.0.0.1:8002")
BANK_GATEWAY_MERCHANT = env.text("MOTCUA_BANK_GATEWAY_MERCHANT", default="motcua")
BANK_GATEWAY_SECRET = env.secret("MOTCUA_BANK_GATEWAY_SECRET")
SMS_GATEWAY_URL = env.text("MOTCUA_SMS_GATEWAY_URL", default="http://127.0.0.1:8003")
SMS_GATEWAY_USER = env.text("MOTCUA_SMS_GATEWAY_USER", default="motcua")
SMS_GATEWAY_PASSWORD = env.secret("MOTCUA_SMS_GATEWAY_PASSWORD")
SMS_GATEWAY_AGENT = env.text("MOTCUA_SMS_GATEWAY_AGENT", default="1")
SMS_GATEWAY_CONTRACT = env.text("MOTCUA_SMS_GATEWAY_CONTRACT", default="1")
SMS_GATEWAY_LABEL = env.text("MOTCUA_SMS_GATEWAY_LABEL", default="DICHVUCONG")  # brandname
POPULATION_REGISTER_URL = env.text("MOTCUA_POPULATION_REGISTER_URL", default="http://127.0.0.1:8004")
POPULATION_REGISTER_CLIENT = env.text("MOTCUA_POPULATION_REGISTER_CLIENT", default="motcua")  # MaTichHop
POPULATION_REGISTER_SECRET = env.secret("MOTCUA_POPULATION_REGISTER_SECRET")
CSRF_FAILURE_VIEW = "motcua.faces.problems.csrf_failure"

# The key results are signed with; a demonstration makes its own pair here.
SIGNING_KEY = env.text("MOTCUA_SIGNING_KEY", default=str(DATA / "secrets" / "signing-key.pem"))
SIGNING_CERTIFICATE = env.text("MOTCUA_SIGNING_CERTIFICATE", default=str(DATA / "secrets" / "signing-certificate.pem"))
