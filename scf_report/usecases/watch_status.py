"""Ask the city, rarely and many at a time, what has become of reports that it has accepted."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from scf_report.clients.errors import BudgetSpentError, UpstreamError
from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.storage.watches import Watches

POLL_SECONDS = 10.0
AFTER_TROUBLE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class WatchStatus:
    """The city's records of our reports, kept as they were last read."""

    watches: Watches
    gateway: Open311Gateway
    log: structlog.typing.FilteringBoundLogger

    def run_once(self) -> float:
        """Ask about what is due in one call; returns the seconds until it is worth coming back."""
        self.watches.adopt()
        watched = self.watches.claim()
        if not watched:
            return POLL_SECONDS
        numbers = [each.upstream_id for each in watched]
        try:
            issues = self.gateway.issues(numbers)
        except BudgetSpentError as error:
            self.watches.put_off(watched, timedelta(seconds=error.wait))
            return POLL_SECONDS
        except UpstreamError as error:
            self.log.warning("status not read", error=repr(error), numbers=len(numbers))
            self.watches.put_off(watched, AFTER_TROUBLE)
            return POLL_SECONDS
        found = {issue.upstream_id: issue for issue in issues if issue.upstream_id}
        self.watches.record(watched, found)
        self.log.info("status read", asked=len(numbers), found=len(found))
        return 0.0
