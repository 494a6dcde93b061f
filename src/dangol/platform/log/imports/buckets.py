"""Which files of a bucket are new or changed? Any store that speaks S3: Amazon, Google by HMAC keys, MinIO, Naver Cloud.

    s3://KEY:SECRET@bucket/prefix?region=ap-northeast-2&endpoint=https://minio.example.com

Without a key the bucket is read as anybody may; without an endpoint it is Amazon's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from dangol.core.engine.files.paths import kind_of
from dangol.core.errors import DataError
from dangol.core.language import Said
from dangol.platform.log.imports.folders import READ

SCHEME: Final = "s3"
REGION: Final = "us-east-1"
SECONDS: Final = 30
TRIES: Final = 3
MOST_FILES: Final = 100_000


def is_bucket(address: str) -> bool:
    """Whether an address names a bucket."""
    return urlsplit(address).scheme == SCHEME


def check_bucket(address: str) -> None:
    """A DataError unless the bucket can be listed."""
    for _ in _objects(address):
        return


def marks(address: str) -> dict[str, str]:
    """Key -> size and version of every file that can be read."""
    found: dict[str, str] = {}
    for each in _objects(address):
        key = str(each["path"])
        is_hidden = any(part.startswith((".", "_", "~$")) for part in PurePosixPath(key).parts)
        if each["size"] and not is_hidden and kind_of(Path(key)) in READ:
            found[key] = f"{each['size']}:{each['e_tag'] or each['last_modified'].isoformat()}"
    return found


def changed(address: str, seen: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """The keys that are new or changed since `seen`, and what is to be remembered of all."""
    now = marks(address)
    return [key for key, mark in now.items() if seen.get(key) != mark], now


def fetch(address: str, key: str, folder: Path) -> Path:
    """Bring one file into a folder, piece by piece; its path there."""
    from obstore.exceptions import BaseError

    target = folder / key.replace("/", "_")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("wb") as file:
            for piece in _store(address).get(_whole(address, key)):
                file.write(piece)
    except (BaseError, OSError) as error:
        raise _unreachable(address, error) from error
    return target


def _objects(address: str) -> Iterator[Any]:
    from obstore.exceptions import BaseError

    prefix, count = _prefix(address), 0
    try:
        for page in _store(address).list(prefix or None):
            for each in page:
                count += 1
                if count > MOST_FILES:
                    raise _too_many(address)
                yield each | {"path": str(each["path"]).removeprefix(f"{prefix}/")}
    except (BaseError, OSError, ValueError) as error:
        raise _unreachable(address, error) from error


def _store(address: str) -> Any:
    from obstore.store import S3Store

    parts = urlsplit(address)
    told = {name: values[0] for name, values in parse_qs(parts.query).items()}
    config: dict[str, Any] = {"region": told.get("region", REGION)}
    if endpoint := told.get("endpoint"):
        config["endpoint"] = endpoint
    if parts.username and parts.password:
        config |= {"access_key_id": unquote(parts.username), "secret_access_key": unquote(parts.password)}
    else:
        config["skip_signature"] = True
    is_plain = told.get("endpoint", "").startswith("http://")
    return S3Store(
        parts.hostname or "", **config, client_options={"allow_http": is_plain, "timeout": f"{SECONDS}s"},
        retry_config={"max_retries": TRIES},
    )  # fmt: skip


def _prefix(address: str) -> str:
    return unquote(urlsplit(address).path).strip("/")


def _whole(address: str, key: str) -> str:
    return "/".join(filter(None, (_prefix(address), key)))


def _shown(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def _unreachable(address: str, error: Exception) -> DataError:
    why = " ".join(str(error).split())[:300]
    return DataError(
        Said(
            f"The bucket {_shown(address)} was to be read.",
            f"버킷 {_shown(address)}을(를) 읽으려고 했습니다.",
        ),
        Said(f"It answered: {why}", f"응답: {why}"),
        Said(
            "Check the key and its right to list and read, the region, and the endpoint.",
            "키와 목록·읽기 권한, 리전, 엔드포인트를 확인해 주십시오.",
        ),
    )


def _too_many(address: str) -> DataError:
    return DataError(
        Said(
            f"The bucket {_shown(address)} was to be read.",
            f"버킷 {_shown(address)}을(를) 읽으려고 했습니다.",
        ),
        Said(f"It holds more than {MOST_FILES:,} files.", f"파일이 {MOST_FILES:,}개를 넘습니다."),
        Said(
            "Name a prefix: s3://bucket/exports/orders.",
            "s3://bucket/exports/orders처럼 경로를 좁혀 주십시오.",
        ),
    )
