"""Sign somebody in: send the browser to the authorization server, and take in what it brings back."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import structlog

from scf_report.clients.errors import RefusedError, UpstreamError
from scf_report.clients.seeclickfix.oauth import (
    CallbackRefusedError,
    OAuthClient,
    read_answer,
)
from scf_report.domain.person import Grant, Person
from scf_report.storage.sessions import Sessions
from scf_report.storage.sign_ins import Intent, PendingSignIn, SignIns
from scf_report.usecases.errors import UpstreamAwayError, UseCaseError
from scf_report.usecases.sign_out import SignOut

__all__ = ["Begun", "Done", "Failure", "Intent", "SignIn", "SignInFailedError"]


class Failure(Enum):
    """Why nobody was signed in."""

    CANCELLED = "cancelled"
    """The person said no."""
    OVER = "over"
    """Used before, too late, or begun by another browser."""
    REFUSED = "refused"
    """The server did not grant it, or what it granted is no use."""
    AWAY = "away"
    """The server did not answer."""


class SignInFailedError(UseCaseError):
    """Nobody was signed in. ``intent`` is None where it is not known, or is not this browser's."""

    def __init__(self, failure: Failure, intent: Intent | None = None) -> None:
        super().__init__(failure.value)
        self.failure, self.intent = failure, intent


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and the key that it has to bring back in a cookie."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Done:
    """The new session's id, and the local path to go on with."""

    session_id: str
    next: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """Begins and finishes sign-ins. ``site`` is our own address, without a slash at its end."""

    server: OAuthClient
    pending: SignIns
    sessions: Sessions
    sign_out: SignOut
    log: structlog.typing.FilteringBoundLogger
    wake: Callable[[str], object]
    """Lets the reports go out that wait for the person with this id."""

    def begin(self, intent: Intent, site: str) -> Begun:
        """Keep what the sign-in is for."""
        state, verifier, browser = self.pending.begin(intent)
        return Begun(self.server.authorization_address(site, state, verifier), browser)

    def finish(self, answer: str, site: str, browser: str, old_session: str) -> Done:
        """Take the server's answer, a query or a fragment. Raises SignInFailedError.

        A session that the browser had is over: its id never becomes that of another person.
        Raises UpstreamAwayError where asking who it is has to wait; the same answer works then.
        """
        state = read_answer(answer).get("state", "")
        pending = self.pending.find(state, browser)
        if pending is None:
            raise SignInFailedError(Failure.OVER)
        if not pending.is_open:
            raise SignInFailedError(Failure.OVER, pending.intent)
        if wait := self.server.wait():
            raise UpstreamAwayError(wait, busy=True)
        if not self.pending.use(state):
            raise SignInFailedError(Failure.OVER, pending.intent)
        person, grant = self._ask(answer, pending, site)
        self.sign_out.run(old_session)
        session_id = self.sessions.begin(person, grant)
        self.wake(person.id)
        return Done(session_id, pending.intent.next)

    def _ask(self, answer: str, pending: PendingSignIn, site: str) -> tuple[Person, Grant]:
        failure, intent = Failure.REFUSED, pending.intent
        try:
            grant = self.server.finish(answer, pending.verifier, site)
            person = self.server.person(grant.access_token)
        except CallbackRefusedError as error:
            if error.code == "access_denied":
                failure = Failure.CANCELLED
            else:
                self.log.warning("sign-in refused", code=error.code[:40])
            raise SignInFailedError(failure, intent) from error
        except UpstreamError as error:
            if not isinstance(error, RefusedError):
                failure = Failure.AWAY
            self.log.warning(
                "sign-in failed", url=error.evidence.url, http=error.evidence.http_status
            )
            raise SignInFailedError(failure, intent) from error
        if person is None:
            self.log.warning("sign-in refused", code="nobody")
            raise SignInFailedError(failure, intent)
        return person, grant
