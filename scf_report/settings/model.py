"""Every setting, and how those that depend on one another are checked."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import click
from pydantic import (
    Field,
    FilePath,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import SettingsConfigDict

from scf_report.domain.mail_server import MailServer, read_mail_server
from scf_report.settings.oauth import OAuthSettings
from scf_report.settings.values import (
    Address,
    Base,
    CommaList,
    make_key,
    read_rate,
    split_keys,
)

PREFIX = "SCF_"
CONTACT_FIELDS = ("first_name", "last_name", "email", "phone")
DATABASES = ("sqlite:///", "postgresql+psycopg://")
REDIS = ("redis://", "rediss://")
_ORIGIN = re.compile(r"https?://(\*\.)?[\w.-]+(:\d+)?", re.ASCII)
"""A host source of CSP 3, section 2.3.1: nothing else may get into the header."""
LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")


class SettingsError(click.ClickException):
    """Some settings are wrong; the message names each with its remedy, one a line.

    Any command of ``flask`` prints it as it is.
    """


class Settings(OAuthSettings):
    """Everything an operator can set; the defaults are the demo's. README has the same table."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    upstream: Base = "sandbox"
    """``sandbox``, or the base of a SeeClickFix such as ``https://seeclickfix.com``."""
    organization_id: str | None = None
    """One city's organization; without it the place decides."""
    open311_url: Address | None = None
    """The GeoReport v2 root, if it is not the base with ``/open311/v2``."""
    open311_api_key: SecretStr | None = None
    """Sent as ``api_key`` with every report, where the endpoint wants one."""
    open311_contact: CommaList = ()
    """Contact fields that the endpoint demands: first_name, last_name, email, phone."""
    same_type_ids: bool | None = None
    """Open311 service codes are APIv2 request type ids, so that guests are told the rules of APIv2. Demo: on."""
    upstream_rate: str = "20/60"
    """Calls that the upstream allows, and in how many seconds."""
    database_url: str | None = None
    """SQLAlchemy address; without it SQLite in the data folder."""
    redis_url: str | None = None
    """Redis, which several machines may share for counts and kept answers; without it the database has them."""
    data_dir: Path = Path("var")
    """Where the demo keeps its database and its secret key."""
    secret_key: Annotated[SecretStr | None, Field(validate_default=True)] = None
    """"new,old,…": signs forms and seals personal data; the first is used, all are accepted."""
    public_url: Annotated[Address | None, Field(validate_default=True)] = None
    """The address at which people reach the app; cookies are Secure exactly when it is https."""
    trusted_proxies: int = Field(0, ge=0, le=10)
    """How many proxies in front may be believed about the sender's address."""
    metrics_token: SecretStr | None = None
    """Asked for as a bearer token by ``/metrics``, which answers this machine alone without it."""
    port: int = Field(5000, ge=1, le=65535)
    """The port of ``make run``."""
    embed_origins: CommaList = ()
    """Origins whose pages may frame the form."""
    report_limit: str = "10/3600"
    """New reports that one address may send, and in how many seconds."""
    geocoder: Literal["demo", "none"] | None = None
    """``demo``: the map data of the demo; ``none``: coordinates only. Demo on loopback, else none."""
    area: FilePath | None = None
    """A GeoJSON file with the area served; without it the geocoder's, if it has one."""
    time_zone: str = "America/Chicago"
    """The zone in which times are typed and shown."""
    brand: str = "Chicago Reports"
    """The name in the page header."""
    mail_url: SecretStr | None = None
    """``smtp://user:password@host:port?from=address``, or ``smtps``; without it there is no e-mail."""
    hold_minutes: int = Field(0, ge=0, le=1440)
    """Minutes in which a new report can still be changed or withdrawn before it is sent."""
    retention_days: int = Field(30, ge=1, le=3650)
    """Days after delivery until contact details and photos are deleted here."""

    @field_validator("upstream_rate", "report_limit")
    @classmethod
    def _is_a_rate(cls, value: str) -> str:
        read_rate(value)
        return value

    @field_validator("open311_contact")
    @classmethod
    def _are_contact_fields(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [name for name in value if name not in CONTACT_FIELDS]:
            raise ValueError(f"knows {', '.join(CONTACT_FIELDS)}, not {', '.join(unknown)}")
        return value

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("must be a time zone such as America/Chicago")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_a_known_database(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(DATABASES):
            raise ValueError(f"must begin with {' or '.join(DATABASES)}")
        return value

    @field_validator("open311_url")
    @classmethod
    def _is_no_way_into_the_sandbox(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("upstream") == "sandbox":
            raise ValueError("needs an upstream that is not the sandbox")
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: str | None) -> str | None:
        if value is not None and not (value.startswith(REDIS) and urlsplit(value).hostname):
            raise ValueError("must be an address such as redis://redis.example:6379/0")
        return value

    @field_validator("embed_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"takes origins such as https://city.example, not {origin}")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_known_to_those_who_sign_in(
        cls, value: str | None, info: ValidationInfo
    ) -> str | None:
        if value is None and info.data.get("oauth_client_id"):
            raise ValueError("must be set with SCF_OAUTH_CLIENT_ID: people are sent back to it")
        return value

    @field_validator("mail_url")
    @classmethod
    def _is_a_mail_server(
        cls, value: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        if value is None:
            return value
        read_mail_server(value.get_secret_value())
        if info.data.get("public_url", "") is None:
            raise ValueError("needs SCF_PUBLIC_URL, since messages have links in them")
        return value

    @field_validator("secret_key")
    @classmethod
    def _is_a_secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and info.data.get("upstream") != "sandbox":
            raise ValueError("must be set when the upstream is not the sandbox")
        if value is not None and not all(len(key) >= 16 for key in split_keys(value)):
            raise ValueError("each key needs 16 characters or more")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _is_hard_to_guess(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value) < 16:
            raise ValueError("needs 16 characters or more")
        return value

    @property
    def is_demo(self) -> bool:
        """The upstream is the sandbox inside this app."""
        return self.upstream == "sandbox"

    @property
    def database_address(self) -> str:
        """The database address, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'scf_report.sqlite'}"

    @property
    def site(self) -> str:
        """The address at which people, or this machine alone, reach the app."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.time_zone)

    @property
    def uses_demo_map(self) -> bool:
        """Places are looked up in the demo's map data."""
        if self.geocoder is not None:
            return self.geocoder == "demo"
        return self.is_demo or urlsplit(self.upstream).hostname in LOOPBACK

    @property
    def mail_server(self) -> MailServer | None:
        """The mail server, None without one."""
        return read_mail_server(self.mail_url.get_secret_value()) if self.mail_url else None

    def secrets(self) -> tuple[str, ...]:
        """Return the secret keys, newest first; the demo makes one and keeps it in its data folder."""
        if self.secret_key is not None:
            return split_keys(self.secret_key)
        kept = self.data_dir / "secret_key"
        if not kept.exists():
            make_key(kept)
        return (kept.read_text(encoding="ascii"),)

    @classmethod
    def from_environment(cls, values: Mapping[str, object] | None = None) -> Self:
        """Read the environment; ``values`` (by field name) come before it. Raises SettingsError."""
        try:
            return cls(**dict(values or {}))  # type: ignore[arg-type]  # checked by pydantic
        except ValidationError as error:
            lines = [_line(problem["loc"], str(problem["msg"])) for problem in error.errors()]
            raise SettingsError("Settings to put right:\n" + "\n".join(lines)) from None


def _line(location: tuple[int | str, ...], message: str) -> str:
    message = message.removeprefix("Value error, ")
    if not location:
        return f"- {message}"
    return f"- {PREFIX}{str(location[0]).upper()}: {message}"
