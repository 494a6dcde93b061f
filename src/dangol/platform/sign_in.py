"""How do people sign in? What Django and allauth are told about passwords, sessions, second factors and limits."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import unquote, urlsplit

from dangol.platform.kernel.environment import environment

_ENV: Final = environment()
_IS_SECURE: Final = _ENV.base_url.startswith("https://")

CACHES = {
    # Limits on guessing have to hold over every web process, so they are counted in the database.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "access_cache"}
}
ALLAUTH_TRUSTED_PROXY_COUNT = _ENV.proxy_count

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "dangol.platform.kernel.access.passwords.LongestValidator"},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "dangol.platform.kernel.access.passwords.OwnWordsValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600

# Behind https the cookies' names are bound to the host by the browser itself.
SESSION_COOKIE_NAME = "__Host-dangol_session" if _IS_SECURE else "dangol_session"
CSRF_COOKIE_NAME = "__Host-dangol_csrf" if _IS_SECURE else "dangol_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _IS_SECURE
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 90 * 24 * 3600  # the policy of the installation ends sessions sooner
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _IS_SECURE
SECURE_SSL_REDIRECT = _IS_SECURE
SECURE_REDIRECT_EXEMPT = [r"^api/", r"^v1/"]  # programs get an error over plain http, never a silent detour
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _IS_SECURE and _ENV.proxy_count else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

_MAIL: Final = urlsplit(_ENV.mail_url)
EMAIL_HOST = _MAIL.hostname or ""
EMAIL_PORT = _MAIL.port or (465 if _MAIL.scheme == "smtps" else 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
EMAIL_USE_SSL = _MAIL.scheme == "smtps"
EMAIL_USE_TLS = bool(_MAIL.hostname) and not EMAIL_USE_SSL and EMAIL_HOST not in ("127.0.0.1", "localhost")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _ENV.mail_from

LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"

ACCOUNT_ADAPTER = "dangol.platform.web.entrance.account.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is vouched for by the invitation that was sent to it
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # planned like a letter, so that it takes as long; sent to nobody
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _ENV.base_url.split(":", 1)[0]
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/15m/key",
    "reset_password": "10/m/ip,3/15m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}

_FORMS = "dangol.platform.web.entrance.forms"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.SignIn",
    "reset_password": f"{_FORMS}.Reset",
    "reset_password_from_key": f"{_FORMS}.ResetByLink",
    "change_password": f"{_FORMS}.ChangePassword",
    "set_password": f"{_FORMS}.SetPassword",
    "reauthenticate": f"{_FORMS}.ConfirmByPassword",
}
MFA_FORMS = {
    "authenticate": f"{_FORMS}.SecondStep",
    "reauthenticate": f"{_FORMS}.ConfirmByCode",
    "activate_totp": f"{_FORMS}.ActivateApp",
    "add_webauthn": f"{_FORMS}.AddPasskey",
    "edit_webauthn": f"{_FORMS}.EditPasskey",
}

USERSESSIONS_TRACK_ACTIVITY = False  # the platform's own middleware notes it, at most once a minute

MFA_ADAPTER = "dangol.platform.web.entrance.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Dangol"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODE_DIGITS = 12
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _IS_SECURE

SOCIALACCOUNT_ADAPTER = "dangol.platform.web.entrance.provider.ProviderAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = True

API_REQUESTS_A_MINUTE = 600
"""How many requests one key or user may make to the REST API in a minute, in each web process."""
