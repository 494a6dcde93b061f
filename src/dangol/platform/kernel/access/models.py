"""Who works here? Users, the units they belong to, their roles, invitations and keys."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from dangol.platform.kernel.access.roles import Role


class UserManager(BaseUserManager["User"]):
    """How users are made."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user with a hashed password, or none that can be used."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who works with the console."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, default="", blank=True)
    language = models.CharField(max_length=2, default="", blank=True)
    time_zone = models.CharField(max_length=64, default="", blank=True)
    theme = models.CharField(max_length=5, default="auto")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        """In the order of their addresses."""

        ordering = ("email",)


class Unit(models.Model):
    """A team, store or region; people may belong to one."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=60, unique=True)


class Membership(models.Model):
    """A user's role in the whole business (`unit` null) or in one unit."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, blank=True)
    role = models.CharField(max_length=10, choices=Role)

    class Meta:
        """One role a user and unit."""

        constraints = (
            models.UniqueConstraint(fields=["user", "unit"], name="one_role_a_unit", nulls_distinct=False),
        )


class Invitation(models.Model):
    """A role that waits for somebody; the link's token is kept only as its hash."""

    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class ApiKey(models.Model):
    """A key for programs: kept as its hash, with a scope, a role's rights and an end."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    role = models.CharField(max_length=10, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class SecurityPolicy(models.Model):
    """The one row that says how strictly people sign in here."""

    class SecondFactor(models.TextChoices):
        """Of whom a second factor (an authenticator app or a passkey) is demanded."""

        NOBODY = "nobody"
        ADMINISTRATORS = "administrators"
        EVERYONE = "everyone"

    second_factor = models.CharField(max_length=14, choices=SecondFactor, default=SecondFactor.NOBODY)
    idle_minutes = models.PositiveIntegerField(default=12 * 60)
    longest_hours = models.PositiveIntegerField(default=7 * 24)


class SignOn(models.Model):
    """An identity provider (OpenID Connect or SAML) whose people may sign in; its settings are sealed."""

    class Kind(models.TextChoices):
        """Which protocol it speaks."""

        OIDC = "oidc"
        SAML = "saml"

    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=4, choices=Kind)
    name = models.CharField(max_length=120)
    sealed_settings = models.TextField()
    domains = models.JSONField(default=list)
    role = models.CharField(max_length=10, choices=Role, default=Role.VIEWER)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, blank=True)
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
