"""Sign somebody out: here at once, and at the authorization server if it answers."""

from dataclasses import dataclass

import structlog

from scf_report.clients.errors import UpstreamError
from scf_report.clients.seeclickfix.oauth import OAuthClient
from scf_report.storage.sessions import Sessions


@dataclass(frozen=True, slots=True)
class SignOut:
    """Ends sessions."""

    server: OAuthClient
    sessions: Sessions
    log: structlog.typing.FilteringBoundLogger

    def run(self, session_id: str) -> None:
        """End the session, if there is one; what it was granted is over even where nobody hears of it."""
        grant = self.sessions.end(session_id)
        if grant is None:
            return
        try:
            self.server.revoke(grant)
        except UpstreamError as error:
            self.log.warning(
                "token not revoked", url=error.evidence.url, http=error.evidence.http_status
            )
