"""Signing in, sessions, and acting for those who have signed in."""

from urllib.parse import urlsplit

from pydantic import SecretStr

from scf_report.clients.seeclickfix.oauth import AuthorizationServer, OAuthClient
from scf_report.clients.seeclickfix.oauth_http import OAuthHttp
from scf_report.factory.core import SANDBOX_ROOT, Core, user_agent
from scf_report.observability import log
from scf_report.settings import Settings
from scf_report.storage.grants import StoredGrants
from scf_report.storage.sessions import Sessions
from scf_report.storage.sign_ins import SignIns
from scf_report.usecases.grants import Grants
from scf_report.usecases.sign_in import SignIn
from scf_report.usecases.sign_out import SignOut
from scf_report.web.parts import Accounts

DEMO_CLIENT = "scf-report-demo"
"""What the sandbox's authorization server knows this app as."""


def make_accounts(core: Core) -> Accounts | None:
    """Make what pages need for signing in; None where nobody can."""
    client = make_oauth_client(core)
    if client is None:
        return None
    sessions = Sessions(core.database, core.sealer, core.endpoint.name)
    sign_out = SignOut(client, sessions, log())
    pending = SignIns(core.database, core.sealer, core.endpoint.name)
    return Accounts(
        sign_in=SignIn(client, pending, sessions, sign_out, log(), core.outbox.wake),
        sign_out=sign_out,
        find=sessions.find,
        implicit=client.server.implicit,
    )


def make_grants(core: Core) -> Grants | None:
    """Make what acts for people who have signed in; None where nobody can."""
    client = make_oauth_client(core)
    if client is None:
        return None
    stored = StoredGrants(core.database, core.sealer, core.endpoint.name)
    token = _secret(core.settings.api_token)
    return Grants(stored, client, core.now, log(), token)


def make_oauth_client(core: Core) -> OAuthClient | None:
    """Make the client of the authorization server, None without one."""
    server = _server(core.settings, core.endpoint.api_root)
    if server is None:
        return None
    http = OAuthHttp(user_agent(core.settings), core.http)
    counted = core.budget.covers(urlsplit(server.profile_url).hostname)
    return OAuthClient(server, http, core.now, core.budget if counted else None)


def _server(settings: Settings, api_root: str) -> AuthorizationServer | None:
    client_id = settings.oauth_client_id or (DEMO_CLIENT if settings.is_demo else None)
    if client_id is None:
        return None
    base = SANDBOX_ROOT if settings.is_demo else settings.upstream
    # The browser reaches the sandbox below our own address, whichever that is.
    seen_base = "/sandbox" if settings.is_demo else base
    revoke_url = settings.oauth_revoke_url
    if revoke_url is None and settings.oauth_token_url is None:
        revoke_url = f"{base}/oauth/revoke"
    return AuthorizationServer(
        client_id=client_id,
        client_secret=_secret(settings.oauth_client_secret),
        authorize_url=settings.oauth_authorize_url or f"{seen_base}/oauth/authorize",
        token_url=settings.oauth_token_url or f"{base}/oauth/token",
        revoke_url=revoke_url,
        profile_url=settings.oauth_profile_url or f"{api_root}/profile",
        issuer=settings.oauth_issuer,
        scope=settings.oauth_scope,
        implicit=settings.oauth_flow == "implicit",
    )


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None
