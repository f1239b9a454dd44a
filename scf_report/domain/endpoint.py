"""One upstream as configured: who is asked, where, and with what habits."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one Open311 server differs from the standard (upstream.md section 4.1).

    The defaults are SeeClickFix's own ways.
    """

    format: str = "json"
    """``json`` or ``xml``: the suffix that is asked for."""
    jurisdiction_id: str | None = None
    """Sent with every call where the server serves several places."""
    required_contact: frozenset[str] = frozenset()
    """Which of ``first_name``, ``last_name``, ``email``, ``phone`` the server refuses to miss."""
    accepts_media: bool = True
    """Takes the photo as multipart part ``media`` in the same POST."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One upstream: name, roots, organization, dialect and brand; every stored row carries its name."""

    name: str
    open311_root: str
    """Absolute base of GeoReport v2 without a trailing slash, organization included if there is one."""
    api_root: str
    """Absolute base of APIv2 without a trailing slash."""
    public_root: str = ""
    """The Open311 base as people's browsers reach it; for the embedded sandbox it is another."""
    issues_root: str = ""
    """Where people read the pages of issues, by their APIv2 number, without a trailing slash."""
    organization_id: str | None = None
    brand: str = "Street reports"
    """The name in the page header."""
    dialect: Dialect = field(default_factory=Dialect)
    same_type_ids: bool = False
    """Open311 service codes are the same as APIv2 request type ids."""
    demo: bool = False
    """The upstream is the sandbox; pages say "demo"."""
