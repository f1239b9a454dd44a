"""Settings of signing in (OAuth 2.0, RFC 6749) and of the API for people who are signed in."""

from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from scf_report.settings.values import Address


class OAuthSettings(BaseSettings):
    """What an operator can set about signing in; without a client id nobody can, save in the demo."""

    api_url: Address | None = None
    """The APIv2 root, if it is not the base with `/api/v2`."""
    api_token: SecretStr | None = None
    """Personal access token of a single service user, for calls that are made for no person."""
    oauth_client_id: str | None = None
    """The id under which the upstream knows this app; without it nobody can sign in. The demo has its own."""
    oauth_client_secret: SecretStr | None = None
    """The secret that belongs to it; without one the client is public and PKCE alone protects it."""
    oauth_flow: Literal["code", "implicit"] = "code"
    """`code`, or `implicit` where the upstream grants nothing else; that one needs JavaScript."""
    oauth_authorize_url: Address | None = None
    """Where people are sent to sign in, if it is not the base with `/oauth/authorize`."""
    oauth_token_url: Address | None = None
    """Where codes become tokens, if it is not the base with `/oauth/token`."""
    oauth_revoke_url: Address | None = None
    """Where tokens are revoked; the base with `/oauth/revoke` unless `SCF_OAUTH_TOKEN_URL` is set."""
    oauth_issuer: str | None = None
    """What `iss` has to be where the upstream sends it (RFC 9207); not checked without."""
    oauth_scope: str = ""
    """Scopes to ask for, separated by spaces."""
    oauth_profile_url: Address | None = None
    """Who a token stands for, `id` or `sub` in JSON, if it is not the APIv2 root with `/profile`."""
