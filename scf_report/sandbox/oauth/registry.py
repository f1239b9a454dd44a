"""The apps that may ask people for access, registered in code."""

import hmac
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import ClientMixin

CALLBACK = "/oauth/callback"
PUBLIC_CLIENT = "scf-report-demo"
CONFIDENTIAL_CLIENT = "scf-report-confidential"
DEMO_SECRET = "everybody-may-read-this-demo-secret"  # noqa: S105 - it protects nothing but demo people
SCOPE = "public"
"""The one scope there is, Doorkeeper's first one; which scopes SeeClickFix has is unknown."""
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|\[::1\]|localhost)(:[0-9]{1,5})?" + CALLBACK)


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):
    """One app, as Authlib asks about it."""

    client_id: str
    name: str
    secret: str | None
    """None marks a public client, which can keep none."""
    callback: str | None
    """Its redirect address besides those on loopback."""
    refreshes: bool
    """It gets refresh tokens."""

    def get_client_id(self) -> str:
        """Return the id."""
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        """Return none: each request has to name its redirect address."""
        return ""

    def get_allowed_scope(self, scope: object) -> str:
        """Return the scope that is granted for the one asked; None refuses it."""
        asked = set(str(scope or "").split())
        return SCOPE if asked <= {SCOPE} else None  # type: ignore[return-value]

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Compare exactly, except for the port on loopback (RFC 8252 section 7.3)."""
        return redirect_uri == self.callback or bool(_LOOPBACK.fullmatch(redirect_uri))

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare in constant time; a public client has no right secret."""
        known = (self.secret or "").encode()
        return self.secret is not None and hmac.compare_digest(known, client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Let a confidential client always show its secret, and a public one never."""
        del endpoint
        return (method == "none") is (self.secret is None)

    def check_response_type(self, response_type: str) -> bool:
        """Codes for all, tokens in the fragment for public clients."""
        return response_type == "code" or (response_type == "token" and self.secret is None)

    def check_grant_type(self, grant_type: str) -> bool:
        """Refresh tokens can be switched off."""
        return grant_type != "refresh_token" or self.refreshes


def find_client(client_id: str, callback: str | None, *, refreshes: bool) -> Client | None:
    """Return the app with this id; ``callback`` as callback_below() gives it."""
    if client_id == PUBLIC_CLIENT:
        return Client(client_id, "Report a problem (demo)", None, callback, refreshes)
    if client_id == CONFIDENTIAL_CLIENT:
        return Client(client_id, "A city’s own server (demo)", DEMO_SECRET, callback, refreshes)
    return None


def callback_below(public_root: str | None) -> str | None:
    """Return the redirect address of the app in which the sandbox is mounted, if it has https."""
    parts = urlsplit(public_root or "")
    return f"https://{parts.netloc}{CALLBACK}" if parts.scheme == "https" else None
