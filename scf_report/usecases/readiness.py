"""Tell whether reports can be taken and are being delivered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from scf_report.domain.delivery import State
from scf_report.storage.backlog import longest_due
from scf_report.storage.budget import Standing, UpstreamBudget
from scf_report.storage.counts import ATTEMPTS, Counts
from scf_report.storage.database import Database

PATIENCE = timedelta(minutes=5)
"""How long something may be due and nothing be done before the workers count as gone."""


class Upstream(Enum):
    """What is known of the upstream; none of it keeps reports from being taken."""

    UP = "up"
    AWAY = "away"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Readiness:
    """``left_for``: how long something has been due while no worker did anything; zero if nothing is due."""

    left_for: timedelta
    upstream: Upstream
    budget_known: bool
    """What counts the upstream calls answers; without it no worker may call."""

    @property
    def ready(self) -> bool:
        """Workers are at work, or have nothing to do."""
        return self.left_for < PATIENCE


@dataclass(frozen=True, slots=True)
class ReadinessCheck:
    """Judges by what is due and when a worker last finished anything, on the outbox's clock."""

    database: Database
    budget: UpstreamBudget
    counts: Counts

    def check(self) -> Readiness:
        """Judge now. Raises StoreAwayError."""
        with self.database.read() as connection:
            now = self.database.now(connection)
            standing = self.budget.standing(connection)
            due = longest_due(connection, self.counts.endpoint, now)
            worked_at = self.counts.last_at(connection, ATTEMPTS)
        possible = [_possible_since(state, at, standing) for state, at in due.items()]
        left_for = timedelta()
        if possible:
            since = min(possible)
            left_for = max(timedelta(), now - max(since, worked_at or since))
        return Readiness(left_for, _upstream(standing, now), standing.left is not None)


def _possible_since(state: State, due: datetime, standing: Standing) -> datetime:
    """Since when a worker could have taken it: not in a pause, and no new one from an upstream away."""
    times = [due, standing.paused_until]
    if state in (State.QUEUED, State.HELD):
        times.append(standing.retry_at)
    return max(time for time in times if time is not None)


def _upstream(standing: Standing, now: datetime) -> Upstream:
    if standing.paused_until is not None and standing.paused_until > now:
        return Upstream.PAUSED
    return Upstream.AWAY if standing.failures else Upstream.UP
