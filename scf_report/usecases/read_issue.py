"""Show one issue with what people say about it: to everybody, or to somebody who is signed in."""

from dataclasses import dataclass
from datetime import timedelta

from pydantic import TypeAdapter

from scf_report.clients.errors import BudgetSpentError, UpstreamError
from scf_report.clients.seeclickfix.gateway import SeeClickFixGateway
from scf_report.domain.conversation import Conversation
from scf_report.geo.request_types import Staleness
from scf_report.storage.cache import JSON, NotLoadedError, ReadCache
from scf_report.usecases.access import with_access
from scf_report.usecases.errors import UpstreamAwayError
from scf_report.usecases.grants import Grants

FRESH = timedelta(minutes=2)
"""For so long everybody is shown the same answer."""
STALE = timedelta(days=1)
"""An issue as it was yesterday beats none while the upstream is down."""

_PLAIN = TypeAdapter(Conversation | None)


@dataclass(frozen=True, slots=True)
class ShownIssue:
    """An issue as it is shown. ``staleness`` is None while it is new."""

    conversation: Conversation
    staleness: Staleness | None = None


@dataclass(frozen=True, slots=True)
class ReadIssue:
    """Reads issues. What is kept for everybody was read as nobody, and holds nothing private."""

    gateway: SeeClickFixGateway
    cache: ReadCache
    grants: Grants | None

    def for_anyone(self, number: str) -> ShownIssue | None:
        """Return a public issue; None where there is none. Raises UpstreamAwayError."""
        try:
            kept = self.cache.get(
                f"issue:{number}",
                lambda _: self._load(number),
                fresh_for=FRESH.total_seconds(),
                stale_for=STALE.total_seconds(),
            )
        except NotLoadedError as error:
            busy = isinstance(error.__cause__, BudgetSpentError)
            raise UpstreamAwayError(error.retry_seconds, busy=busy) from error
        except UpstreamError as error:
            raise UpstreamAwayError from error
        found = _PLAIN.validate_python(kept.value)
        if found is None:
            return None
        age = timedelta(seconds=round(kept.age_seconds))
        return ShownIssue(found, Staleness(age, kept.failing) if kept.stale else None)

    def for_person(self, number: str, person_id: str) -> ShownIssue | None:
        """Return an issue as this person may see it, their own private ones too; it is not kept.

        While the upstream cannot be asked they are shown what everybody is. Raises
        SignInNeededError and UpstreamAwayError.
        """
        if self.grants is None:
            return self.for_anyone(number)
        try:
            found = with_access(
                self.grants, person_id, lambda token: self.gateway.issue(number, token)
            )
        except UpstreamError:
            return self.for_anyone(number)
        return ShownIssue(found) if found else None

    def _load(self, number: str) -> JSON:
        try:
            found = self.gateway.issue(number)
        except BudgetSpentError as error:
            raise NotLoadedError(error.wait) from error
        public = None if found is None or found.private else found
        plain: JSON = _PLAIN.dump_python(public, mode="json")
        return plain
