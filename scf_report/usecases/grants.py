"""Act for a person: a token of theirs that still works, renewed once whoever asks for it how often."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from scf_report.clients.errors import UpstreamError
from scf_report.clients.seeclickfix.oauth import OAuthClient
from scf_report.clients.seeclickfix.oauth_http import OAuthRefusedError
from scf_report.domain.person import Grant
from scf_report.storage.grants import StoredGrant, StoredGrants
from scf_report.usecases.errors import SignInNeededError

BETWEEN_LOOKS = 0.05
"""Seconds between looks whether somebody else's renewal is done."""


@dataclass(frozen=True, slots=True)
class Grants:
    """Hands out access tokens. Among all processes one alone renews a grant; the others wait for it."""

    stored: StoredGrants
    server: OAuthClient
    now: Callable[[], datetime]
    log: structlog.typing.FilteringBoundLogger
    service_token: str | None = field(default=None, repr=False)
    """The personal access token of the service user, for calls that are made for no person."""
    pause: Callable[[float], None] = time.sleep

    def access_token(self, person_id: str) -> str:
        """Return a token that has not ended. Raises SignInNeededError, or UpstreamError for now."""
        return self._usable(person_id, lambda grant: grant.is_over(self.now()))

    def renew(self, person_id: str, refused_token: str) -> str:
        """Return another token than the one that was answered with 401. Raises the same errors."""
        return self._usable(
            person_id,
            lambda grant: grant.access_token == refused_token or grant.is_over(self.now()),
        )

    def _usable(self, person_id: str, is_bad: Callable[[Grant], bool]) -> str:
        while (found := self.stored.newest(person_id)) is not None:
            if not is_bad(found.grant):
                return found.grant.access_token
            if fresh := self._refresh(found):
                return fresh.access_token
        raise SignInNeededError

    def _refresh(self, found: StoredGrant) -> Grant | None:
        """Renew the grant; None where it is over, or where somebody else is about to."""
        if found.grant.refresh_token is None:
            self.stored.drop(found)
            return None
        if not self.stored.begin_refresh(found):
            self.pause(BETWEEN_LOOKS)
            return None
        try:
            fresh = self.server.refresh(found.grant)
        except UpstreamError as error:
            if isinstance(error, OAuthRefusedError) and error.code == "invalid_grant":
                self.stored.drop(found)
                return None
            self.stored.give_back(found)
            self.log.warning(
                "token not renewed", url=error.evidence.url, http=error.evidence.http_status
            )
            raise
        self.stored.replace(found, fresh)
        return fresh
