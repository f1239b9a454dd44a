"""Show somebody who is signed in what they have reported: at the upstream, and through us."""

from dataclasses import dataclass

from scf_report.clients.errors import UpstreamError
from scf_report.clients.seeclickfix.gateway import SeeClickFixGateway
from scf_report.domain.conversation import Conversation
from scf_report.domain.receipt import Receipt
from scf_report.storage.own_reports import OwnReports
from scf_report.usecases.access import with_access
from scf_report.usecases.errors import SignInNeededError
from scf_report.usecases.grants import Grants
from scf_report.usecases.track_report import TrackReport


@dataclass(frozen=True, slots=True)
class OwnIssues:
    """One page of the person's issues at the upstream; ``next_page`` is None at the end."""

    issues: tuple[Conversation, ...]
    next_page: int | None


@dataclass(frozen=True, slots=True)
class OwnReceipt:
    """What has become of one report that was sent through us, and the id of its receipt."""

    receipt_id: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class MyReports:
    """Reads both; private issues are among them, so that nothing of it is kept."""

    gateway: SeeClickFixGateway
    grants: Grants | None
    own: OwnReports
    track: TrackReport

    def issues(self, person_id: str, page: int) -> OwnIssues | None:
        """Return a page of their issues; None while the upstream cannot be asked.

        Raises SignInNeededError.
        """
        if self.grants is None:
            raise SignInNeededError
        try:
            found = with_access(
                self.grants, person_id, lambda token: self.gateway.own_issues(token, page)
            )
        except UpstreamError:
            return None
        return OwnIssues(found.issues, found.next_page)

    def receipts(self, person_id: str) -> tuple[OwnReceipt, ...]:
        """Return what was sent through us in their name, newest first."""
        return tuple(
            OwnReceipt(row["receipt"], self.track.read(row)) for row in self.own.of(person_id)
        )
