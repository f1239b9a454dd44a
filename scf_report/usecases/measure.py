"""Measure how the application fares, for the metrics page: figures without ids or personal data."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from scf_report.clients.timing import Call
from scf_report.domain.delivery import State
from scf_report.storage.backlog import depths
from scf_report.storage.budget import Standing, UpstreamBudget
from scf_report.storage.counts import (
    ATTEMPTS,
    CACHE_READS,
    UPSTREAM_CALLS,
    UPSTREAM_SECONDS,
    Counts,
    Labels,
)
from scf_report.storage.database import Database
from scf_report.usecases.readiness import Readiness, ReadinessCheck

BOUNDS = ("0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "+Inf")
"""Upper bounds of the latency buckets in seconds, as they are written; the last is without bound."""
_LIMITS = [float(bound) for bound in BOUNDS]


@dataclass(slots=True)
class UpstreamWatch:
    """Counts upstream calls by how long they took, and remembers what the last answer's clock said."""

    counts: Counts
    clock_ahead: timedelta | None = None

    def tell(self, call: Call) -> None:
        """Take note of one exchange."""
        status = call.http_status
        answer = "none" if status is None else f"{status // 100}xx"
        bound = BOUNDS[bisect_left(_LIMITS, call.seconds)]
        self.counts.add(UPSTREAM_CALLS, (call.method, answer, bound))
        self.counts.add(UPSTREAM_SECONDS, (call.method, answer), call.seconds)
        self.clock_ahead = call.clock_ahead


@dataclass(frozen=True, slots=True)
class Latency:
    """How many calls took at most so long, for each of ``BOUNDS``, and all their seconds together."""

    cumulative: Sequence[float]
    seconds: float


@dataclass(frozen=True, slots=True)
class Measures:
    """What is true at one moment, and the totals since the installation began."""

    queue: Mapping[State, tuple[int, float]]
    """How many deliveries, and the age of the oldest in seconds (0 when there is none)."""
    readiness: Readiness
    budget: Standing
    paused_seconds: float
    attempts: Mapping[Labels, float]
    cache_reads: Mapping[Labels, float]
    upstream: Mapping[Labels, Latency]
    """By method and class of the answer."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Takes the measures from the database, which all processes on all machines share."""

    database: Database
    budget: UpstreamBudget
    counts: Counts
    readiness: ReadinessCheck

    def settle(self) -> None:
        """Write down what this process has counted, now and then."""
        self.counts.settle()

    def take(self) -> Measures:
        """Take them all. Raises StoreAwayError."""
        self.counts.flush()
        readiness = self.readiness.check()
        with self.database.read() as connection:
            now = self.database.now(connection)
            queue = {
                state: (depth.number, _seconds(now - (depth.oldest_saved_at or now)))
                for state, depth in depths(connection, self.counts.endpoint).items()
            }
            standing = self.budget.standing(connection)
            return Measures(
                queue=queue,
                readiness=readiness,
                budget=standing,
                paused_seconds=_seconds((standing.paused_until or now) - now),
                attempts=self.counts.totals(connection, ATTEMPTS),
                cache_reads=self.counts.totals(connection, CACHE_READS),
                upstream=_latencies(
                    self.counts.totals(connection, UPSTREAM_CALLS),
                    self.counts.totals(connection, UPSTREAM_SECONDS),
                ),
            )


def _seconds(span: timedelta) -> float:
    return max(0.0, span.total_seconds())


def _latencies(
    calls: Mapping[Labels, float], seconds: Mapping[Labels, float]
) -> Mapping[Labels, Latency]:
    """Add the buckets up from the fastest on, as Prometheus wants them."""
    found = {}
    for labels, total in seconds.items():
        amounts = [calls.get((*labels, bound), 0.0) for bound in BOUNDS]
        cumulative = [sum(amounts[: index + 1]) for index in range(len(amounts))]
        found[labels] = Latency(cumulative, total)
    return found
