"""How single settings are written: lists, addresses, rates and keys."""

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode


def _comma_list(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ValueError("must be an address such as https://seeclickfix.com")
    _ = parts.port  # raises ValueError for one that is no number, or too large
    return value.rstrip("/")


CommaList = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_comma_list)]
Address = Annotated[str, AfterValidator(_address)]
"""Absolute, without a query; a slash at its end is left away."""
Base = Annotated[
    str, AfterValidator(lambda value: value if value == "sandbox" else _address(value))
]
"""An address, or the word ``sandbox``."""


def read_rate(text: str) -> tuple[int, timedelta]:
    """Read "20/60" as 20 in 60 seconds. Raises ValueError."""
    calls, slash, seconds = text.partition("/")
    if not (
        slash and calls.isdecimal() and seconds.isdecimal() and int(calls) and int(seconds)
    ):
        raise ValueError("must be a number, a slash and seconds, such as 20/60")
    return int(calls), timedelta(seconds=int(seconds))


def make_key(kept: Path) -> None:
    """Put a new key where web and worker, which start together, look for it: the first one wins."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_name(f"{kept.name}.{secrets.token_hex(8)}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(32), encoding="ascii")
    try:
        kept.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def split_keys(secret: SecretStr) -> tuple[str, ...]:
    """Read "new,old,…"; one empty key where there is none."""
    return tuple(
        key.strip() for key in secret.get_secret_value().split(",") if key.strip()
    ) or ("",)
