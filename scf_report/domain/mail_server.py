"""The mail server as configured (SCF_MAIL_URL)."""

from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qs, unquote, urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"smtp": 25, "smtps": 465}


class Tls(Enum):
    """How the connection is encrypted."""

    AT_ONCE = "at once"
    """Before the first word (RFC 8314 section 3.3)."""
    STARTTLS = "starttls"
    """After the greeting (RFC 3207), or nothing is sent at all."""
    NONE = "none"
    """The server is on this machine."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where messages are handed in, and from whom they are."""

    host: str
    port: int
    tls: Tls
    sender: str
    """The address in From and in the envelope."""
    user: str = ""
    password: str = ""


def read_mail_server(url: str) -> MailServer:
    """Read ``smtp://user:pass@host:port?from=address`` or the same with ``smtps``. Raises ValueError."""
    parts = urlsplit(url)
    senders = parse_qs(parts.query).get("from", [])
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(
            "must be an address such as smtp://mail.example?from=report@city.example"
        )
    if len(senders) != 1 or not _is_address(senders[0]):
        raise ValueError("needs ?from= with the address that messages come from")
    host = parts.hostname
    tls = Tls.AT_ONCE if parts.scheme == "smtps" else Tls.STARTTLS
    return MailServer(
        host=host,
        port=parts.port or _PORTS[parts.scheme],
        tls=Tls.NONE if tls is Tls.STARTTLS and host in LOOPBACK else tls,
        sender=senders[0],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _is_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return (
        bool(at and local and domain)
        and text.isascii()
        and text.isprintable()
        and " " not in text
    )
