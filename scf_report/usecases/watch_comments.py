"""Read, rarely, what people have said about reports that somebody follows by e-mail."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from scf_report.clients.errors import (
    BlockedError,
    BudgetSpentError,
    RefusedError,
    UpstreamError,
)
from scf_report.clients.seeclickfix.gateway import SeeClickFixGateway
from scf_report.domain.conversation import Conversation
from scf_report.domain.delivery import Share
from scf_report.storage.comment_watches import CommentWatches
from scf_report.usecases.watch_status import AFTER_TROUBLE, POLL_SECONDS


@dataclass(frozen=True, slots=True)
class WatchComments:
    """The public comments on our reports. They are read as anybody, so that nothing private is."""

    watches: CommentWatches
    gateway: SeeClickFixGateway
    log: structlog.typing.FilteringBoundLogger

    def run_once(self) -> float:
        """Read one issue that is due; returns the seconds until it is worth coming back."""
        self.watches.adopt()
        issue = self.watches.claim()
        if issue is None:
            return POLL_SECONDS
        try:
            found = self._read(issue.upstream_id)
        except BudgetSpentError as error:
            self.watches.put_off(issue, timedelta(seconds=error.wait))
            return POLL_SECONDS
        except UpstreamError as error:
            self.log.warning("comments not read", error=repr(error))
            self.watches.put_off(issue, AFTER_TROUBLE)
            return POLL_SECONDS
        self.watches.record(issue, found)
        self.log.info("comments read", found=found is not None)
        return 0.0

    def _read(self, number: str) -> Conversation | None:
        """Return the issue, None where not everybody may read it."""
        try:
            found = self.gateway.issue(number, share=Share.BACKGROUND)
        except BlockedError:
            raise
        except RefusedError as error:
            if error.http_status in (401, 403):
                return None
            raise
        return None if found is None or found.private else found
