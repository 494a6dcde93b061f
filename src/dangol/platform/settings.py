"""How is Django set up? Everything that differs between installations comes from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dangol.platform.kernel.environment import environment
from dangol.platform.sign_in import *  # noqa: F403 the settings of signing in have a file of their own

_ENV = environment()

SECRET_KEY = _ENV.secret_key
DEBUG = False
ALLOWED_HOSTS = list(_ENV.allowed_hosts)
CSRF_TRUSTED_ORIGINS = [_ENV.base_url]
BASE_URL = _ENV.base_url

INSTALLED_APPS = [
    "dangol.platform.web",  # first: its templates stand before those of allauth
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_cotton.apps.SimpleAppConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.usersessions",
    "dangol.platform.kernel",
    "dangol.platform.kernel.access",
    "dangol.platform.log",
    "dangol.platform.people",
    "dangol.platform.insight",
    "dangol.platform.foresight",
    "dangol.platform.audiences",
    "dangol.platform.experiments",
]

MIDDLEWARE = [
    "dangol.platform.web.tracing.Tracing",
    "django.middleware.security.SecurityMiddleware",
    "dangol.platform.web.security.SecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "dangol.platform.web.entrance.middleware.Eyes",
    "dangol.platform.web.zone.ReadersZone",
    "dangol.platform.web.errors.SpokenErrors",
]

CSRF_FAILURE_VIEW = "dangol.platform.web.errors.not_allowed"
ROOT_URLCONF = "dangol.platform.web.urls"
WSGI_APPLICATION = "dangol.platform.web.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "dangol.platform.web.templatetags.dangol",
                "dangol.platform.web.templatetags.figures",
                "dangol.platform.web.templatetags.frame",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dangol.platform.web.context.everywhere",
            ],
        },
        "DIRS": [],
    }
]
COTTON_DIR = "cotton"

DATABASES = {"default": _ENV.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = None  # served from where they lie in the package
STATICFILES_DIRS = [("letters", Path(__file__).resolve().parents[1] / "core" / "report" / "fonts")]
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = _ENV.data_folder / "files"
LOGGING_CONFIG = None

FORESIGHT_APART = True
"""Models are trained, and customers scored, by a process of its own; tests do it in theirs."""

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
