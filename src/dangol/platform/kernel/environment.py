"""What did the operator set? Every environment variable the platform reads, typed, with its meaning."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import dj_database_url

from dangol.core.errors import RequestError
from dangol.core.language import Said

BUSY_SECONDS: Final = 60
"""How long a writer on SQLite waits for its turn."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: name, what it means, and what holds without it."""

    name: str
    means: Said
    default: str


VARIABLES: Final = (
    Variable("DANGOL_DATA", Said("Folder of the database, the lake and uploaded files", "데이터베이스, 레이크, 올린 파일이 있는 폴더"), "./data"),
    Variable("DATABASE_URL", Said("PostgreSQL instead of SQLite: postgresql://user:password@host/name", "SQLite 대신 쓸 PostgreSQL 주소"), ""),
    Variable("DANGOL_SECRET_KEY", Said("Secret of sessions and signatures; made and kept in the data folder when empty", "세션과 서명의 비밀 값. 비우면 데이터 폴더에 만들어 둡니다"), ""),
    Variable("DANGOL_URL", Said("Address at which browsers reach the console", "브라우저로 콘솔에 접속하는 주소"), "http://127.0.0.1:8000"),
    Variable("DANGOL_HOSTS", Said("Further host names, separated by commas", "추가 호스트 이름(쉼표로 구분)"), ""),
    Variable("DANGOL_PROXIES", Said("How many proxies of yours stand in front and add to X-Forwarded-For", "앞에 두어 X-Forwarded-For를 덧붙이는 프록시의 수"), "0"),
    Variable("DANGOL_SMTP", Said("Mail server for invitations and resets: smtp://user:password@host:587, or smtps://", "초대와 재설정에 쓰는 메일 서버: smtp://user:password@host:587 또는 smtps://"), ""),
    Variable("DANGOL_MAIL_FROM", Said("Address from which the platform writes", "보내는 메일 주소"), "dangol@localhost"),
    Variable("DANGOL_OIDC_ISSUER", Said("Address of an OpenID Connect provider whose people may sign in", "로그인을 맡길 OpenID Connect 제공자의 주소"), ""),
    Variable("DANGOL_OIDC_CLIENT_ID", Said("The platform's client id there", "제공자에 등록한 클라이언트 ID"), ""),
    Variable("DANGOL_OIDC_CLIENT_SECRET", Said("The platform's client secret there", "제공자에 등록한 클라이언트 비밀 값"), ""),
    Variable("DANGOL_OIDC_DOMAINS", Said("Mail domains whose people it may let in, separated by commas", "로그인을 허용할 이메일 도메인(쉼표로 구분)"), ""),
    Variable("DANGOL_LOG", Said("Least level that is logged: debug, info, warning or error", "기록할 최소 수준"), "info"),
    Variable("DANGOL_LOG_FORMAT", Said("console for people, json for programs that collect logs", "사람이 읽으려면 console, 로그 수집 프로그램에는 json"), "console"),
    Variable("DANGOL_UPLOAD_MB", Said("Longest file, in megabytes, that may be uploaded", "올릴 수 있는 가장 큰 파일(메가바이트)"), "2048"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings of one installation."""

    data_folder: Path
    database_url: str
    secret_key: str
    base_url: str
    allowed_hosts: tuple[str, ...]
    log_level: str
    proxy_count: int = 0
    mail_url: str = ""
    mail_from: str = ""
    oidc: Mapping[str, str] | None = None
    """`issuer`, `client_id`, `client_secret` and `domains` of a provider told by the environment."""
    log_format: str = "console"
    most_upload: int = 2048 * 1024 * 1024

    @property
    def lake_folder(self) -> Path:
        """Where the columnar files lie."""
        return self.data_folder / "lake"

    @property
    def is_postgresql(self) -> bool:
        """Whether the operational database is a PostgreSQL server."""
        return bool(self.database_url)

    def database(self) -> dict[str, Any]:
        """The operational database as Django wants it told."""
        if self.database_url:
            return dict(dj_database_url.parse(self.database_url, conn_max_age=600, conn_health_checks=True))
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": self.data_folder / "dangol.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": BUSY_SECONDS,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4000;",
            },
        }


def read_environment(values: Mapping[str, str]) -> Environment:
    """The environment told by these variables; a RequestError names the one that cannot be right."""
    told = {each.name: values.get(each.name, "").strip() or each.default for each in VARIABLES}
    folder = Path(told["DANGOL_DATA"]).expanduser().resolve()
    url = told["DANGOL_URL"].rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise RequestError(
            Said(f"DANGOL_URL was set to {url!r}.", f"DANGOL_URL이 {url!r}(으)로 설정되어 있습니다."),
            Said("It is not a web address.", "웹 주소가 아닙니다."),
            Said("Write for example https://dangol.example.com.", "예: https://dangol.example.com"),
        )
    host = url.split("//", 1)[1].split("/", 1)[0].rsplit(":", 1)[0]
    further = [each.strip() for each in told["DANGOL_HOSTS"].split(",") if each.strip()]
    return Environment(
        data_folder=folder,
        database_url=told["DATABASE_URL"],
        secret_key=told["DANGOL_SECRET_KEY"] or kept_secret(folder),
        base_url=url,
        allowed_hosts=tuple(dict.fromkeys([host, "127.0.0.1", "localhost", *further])),
        log_level=told["DANGOL_LOG"].lower(),
        proxy_count=int(told["DANGOL_PROXIES"]) if told["DANGOL_PROXIES"].isdigit() else 0,
        mail_url=told["DANGOL_SMTP"],
        mail_from=told["DANGOL_MAIL_FROM"],
        oidc=_provider(told),
        log_format="json" if told["DANGOL_LOG_FORMAT"].lower() == "json" else "console",
        most_upload=1024
        * 1024
        * (int(told["DANGOL_UPLOAD_MB"]) if told["DANGOL_UPLOAD_MB"].isdigit() else 2048),
    )


def _provider(told: Mapping[str, str]) -> dict[str, str] | None:
    """The sign-in provider that the environment tells of, when it tells all of it."""
    keys = ("issuer", "client_id", "client_secret", "domains")
    found = {key: told[f"DANGOL_OIDC_{key.upper()}"] for key in keys}
    return found if all(found.values()) else None


def kept_secret(folder: Path) -> str:
    """The installation's own secret, made once and readable by its owner only."""
    path = folder / "secret.key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:  # another process was first
        pass
    return path.read_text(encoding="ascii").strip()


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The environment of this process, read once."""
    return read_environment(os.environ)
