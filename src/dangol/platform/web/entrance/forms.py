"""Which fields do the doors of the house have? allauth's forms in the house's words, and those of the first owner and of guests."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms

from dangol.core.language import Said
from dangol.platform.web.viewing import spoken

EMAIL = Said("E-mail", "이메일")
PASSWORD = Said("Password", "비밀번호")
NEW_PASSWORD = Said("New password", "새 비밀번호")
AGAIN = Said("The same again", "한 번 더")
CODE = Said("Code", "코드")
NAME = Said("Name", "이름")


class _InOurWords(forms.Form):
    """A form of allauth's whose labels are ours, and whose fields need no examples inside."""

    words: dict[str, Said] = {}  # noqa: RUF012 never changed
    helps: dict[str, Said] = {}  # noqa: RUF012 never changed

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = spoken(self.helps[name]) if name in self.helps else ""
            if name in self.words:
                field.label = spoken(self.words[name])


class SignIn(_InOurWords, LoginForm):
    """Address and password."""

    words = {"login": EMAIL, "password": PASSWORD}  # noqa: RUF012

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.fields.pop("remember", None)


class Reset(_InOurWords, ResetPasswordForm):
    """The address to which a link goes."""

    words = {"email": EMAIL}  # noqa: RUF012


class ResetByLink(_InOurWords, ResetPasswordKeyForm):
    """The new password, twice."""

    words = {"password1": NEW_PASSWORD, "password2": AGAIN}  # noqa: RUF012


class ChangePassword(_InOurWords, ChangePasswordForm):
    """The present password, and the new one twice."""

    words = {  # noqa: RUF012
        "oldpassword": Said("Present password", "지금 비밀번호"),
        "password1": NEW_PASSWORD,
        "password2": AGAIN,
    }


class SetPassword(_InOurWords, SetPasswordForm):
    """A first password for somebody who came by a provider."""

    words = {"password1": NEW_PASSWORD, "password2": AGAIN}  # noqa: RUF012


class ConfirmByPassword(_InOurWords, ReauthenticateForm):
    """The password once more."""

    words = {"password": PASSWORD}  # noqa: RUF012


class SecondStep(_InOurWords, AuthenticateForm):
    """A code."""

    words = {"code": CODE}  # noqa: RUF012


class ConfirmByCode(_InOurWords, ReauthenticateByCodeForm):
    """A code once more."""

    words = {"code": CODE}  # noqa: RUF012


class ActivateApp(_InOurWords, ActivateTOTPForm):
    """The first code of an authenticator app."""

    words = {"code": CODE}  # noqa: RUF012


class AddPasskey(_InOurWords, AddWebAuthnForm):
    """What a passkey is called, and whether it stands in for the password."""

    words = {  # noqa: RUF012
        "name": NAME,
        "passwordless": Said("Sign in with it alone", "이것만으로 로그인"),
    }
    helps = {  # noqa: RUF012
        "passwordless": Said(
            "The device asks for your finger, face or PIN.", "기기가 지문, 얼굴, PIN을 확인합니다."
        )
    }


class EditPasskey(_InOurWords, EditWebAuthnForm):
    """Another name for a passkey."""

    words = {"name": NAME}  # noqa: RUF012


class Newcomer(forms.Form):
    """Name and password of somebody who joins."""

    name = forms.CharField(max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"}), max_length=1000
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.fields["name"].label = spoken(NAME)
        self.fields["password"].label = spoken(PASSWORD)


class FirstOwner(Newcomer):
    """The account that owns a fresh installation."""

    field_order = ("name", "email", "password", "code")
    email = forms.EmailField(max_length=254, widget=forms.EmailInput({"autocomplete": "username"}))
    code = forms.CharField(required=False, max_length=40)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.fields["email"].label = spoken(EMAIL)
        self.fields["code"].label = spoken(Said("Set-up code", "설치 코드"))
        self.fields["code"].help_text = spoken(
            Said("On the server: dangol user setup-code", "서버에서 실행: dangol user setup-code")
        )
