"""How access is asked for, exchanged, renewed and revoked: Authlib's grants on this city's memory.

Each is made by the ``Server`` of one request, and reads its ``db``, ``now`` and ``switches``.
"""

from typing import cast

from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Request, TokenMixin, grants
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import request as http_request

from scf_report.sandbox.oauth import codes, tokens
from scf_report.sandbox.oauth.registry import Client
from scf_report.sandbox.people import Person, find_person

METHODS = ["client_secret_basic", "client_secret_post", "none"]
"""How a client says who it is; what is allowed to whom is the registry's."""


class S256Challenge(CodeChallenge):
    """PKCE (RFC 7636) with S256 alone, which all must use whom no switch exempts."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012 - as Authlib has it

    def validate_code_challenge(self, grant: "CodeGrant", redirect_uri: str) -> None:
        """Refuse a request without a challenge, or with a plain one."""
        super().validate_code_challenge(grant, redirect_uri)
        asked = http_request.values
        if asked.get("code_challenge"):
            # Without a method a challenge means plain (section 4.3).
            if not asked.get("code_challenge_method"):
                raise InvalidRequestError("code_challenge_method must be S256")
            return
        exempt = grant.server.switches["pkce"] == "optional" and grant.client.secret is not None
        if not exempt:
            raise InvalidRequestError("Missing 'code_challenge'")


class CodeGrant(grants.AuthorizationCodeGrant):
    """``response_type=code``, and its exchange for tokens."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        """Remember the code and what it was asked with."""
        consent = codes.Consent(
            client_id=client_of(request),
            person_id=person_of(request),
            redirect_uri=self.redirect_uri,
            challenge=http_request.values.get("code_challenge") or None,
        )
        codes.save(self.server.db, code, consent, self.server.now)

    def query_authorization_code(self, code: str, client: ClientMixin) -> codes.Code | None:
        """Find a code that can be exchanged."""
        return codes.find(self.server.db, code, client, self.server.now)

    def delete_authorization_code(self, authorization_code: codes.Code) -> None:
        """Use it up; it stays known, so that a replay is noticed."""
        codes.use_up(self.server.db, authorization_code)

    def authenticate_user(self, authorization_code: codes.Code) -> Person | None:
        """Return who allowed it."""
        return find_person(authorization_code.person_id)


class ImplicitGrant(grants.ImplicitGrant):
    """``response_type=token``, as SeeClickFix documents it (upstream.md 2.5)."""


class RefreshGrant(grants.RefreshTokenGrant):
    """Refresh tokens that rotate; one used twice ends the family (RFC 9700 section 4.14.2)."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> tokens.Token | None:  # type: ignore[override]
        """Find the token that can be refreshed."""
        found = tokens.find_refreshable(self.server.db, refresh_token)
        if found and found.refreshed and found.check_client(self.client):
            tokens.revoke_grant(self.server.db, found.grant)
            return None
        return found

    def authenticate_user(self, refresh_token: tokens.Token) -> Person | None:
        """Return who allowed it."""
        return find_person(refresh_token.person_id)

    def revoke_old_credential(self, refresh_token: TokenMixin) -> None:
        """Let the old refresh token be dead."""
        tokens.mark_refreshed(self.server.db, refresh_token)  # type: ignore[arg-type]


class Revocation(RevocationEndpoint):
    """``POST /oauth/revoke`` (RFC 7009): either token ends the whole grant."""

    CLIENT_AUTH_METHODS = METHODS

    def query_token(
        self, token_string: str, token_type_hint: str | None
    ) -> tokens.Token | None:
        """Find it, whatever kind it is."""
        del token_type_hint
        return tokens.find_token(self.server.db, token_string)

    def revoke_token(self, token: tokens.Token, request: OAuth2Request) -> None:
        """End the grant."""
        del request
        tokens.revoke_grant(self.server.db, token.grant)


Grant = CodeGrant | ImplicitGrant
"""What an app can ask a person for."""


def client_of(request: OAuth2Request) -> str:
    """Return the id of the client that asks."""
    return cast("Client", request.client).client_id


def person_of(request: OAuth2Request) -> int:
    """Return the number of the person who allows it."""
    return cast("Person", request.user).id
