"""One budget of upstream calls for all processes, and what is known of the upstream's health.

How many may start is counted by a window, in the database or in Redis; a pause and the health
are in the upstream's row. The lock order everywhere is outbox row, then this row, and it is
never held during a call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from scf_report.domain.delivery import Share, retry_delay
from scf_report.storage.database import Database
from scf_report.storage.redis_link import RedisLink
from scf_report.storage.upstream_row import UpstreamRow
from scf_report.storage.window import DatabaseWindow, Window
from scf_report.storage.window_redis import RedisWindow

FRESH = timedelta(seconds=90)
"""An answer this recent shows that the upstream is up; otherwise a read goes before the next POST.

Longer than the window of calls: a backlog that leaves in bursts would ask before each of them.
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``calls`` starts in any ``window`` (SCF_UPSTREAM_RATE, ``20/60``)."""

    calls: int
    window: timedelta

    def allowance(self, share: Share) -> int:
        """How many of the window's calls this kind may use: its part of twenty, at least one."""
        return max(1, self.calls * share // Share.DELIVERY)


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with one upstream now, for operators.

    ``left`` of ``calls`` may start at once, were there no pause; None while Redis, where they are
    counted, does not answer, and none may start. ``paused_until`` and
    ``retry_at`` may be over; ``failures`` in a row were not answered sensibly.
    """

    calls: int
    left: int | None
    paused_until: datetime | None
    retry_at: datetime | None
    failures: int


class UpstreamBudget:
    """The budget of one upstream, kept under its first host. Its window is a second longer than the upstream's.

    Calls to all its ``hosts`` count together, which is on the safe side. With ``redis`` the starts
    are counted there, by the same rules.
    """

    def __init__(
        self,
        database: Database,
        *,
        hosts: Sequence[str],
        endpoint: str,
        rate: Rate,
        redis: RedisLink | None = None,
    ) -> None:
        self._database, self._rate = database, rate
        self._hosts = frozenset(hosts)
        self._row = UpstreamRow(database, hosts[0], endpoint)
        span = rate.window + timedelta(seconds=1)
        self._window: Window = DatabaseWindow(self._row, span)
        if redis is not None:
            self._window = RedisWindow(self._row, span, redis)

    def covers(self, host: str | None) -> bool:
        """Tell whether calls to this host count here."""
        return host in self._hosts

    def take(self, host: str, share: Share) -> float:
        """Use one call now: 0.0 when taken, else the seconds until one is free."""
        self._cover(host)
        with self._database.write() as connection:
            return self.take_in(connection, share)

    def take_in(self, connection: sa.Connection, share: Share) -> float:
        """Use one call within a transaction that may still be rolled back."""
        return self._paused(connection) or self._window.take(
            connection, self._rate.allowance(share)
        )

    def wait_in(self, connection: sa.Connection, share: Share, calls: int) -> float:
        """Seconds until so many calls are free together, 0.0 when they are; uses none."""
        return self._paused(connection) or self._window.room(
            connection, self._rate.allowance(share), calls
        )

    def pause(self, host: str, seconds: float) -> None:
        """Stop every call to the host for a while, as a 429 asks; never shortens a pause."""
        self._cover(host)
        with self._database.write() as connection:
            row = self._row.lock(connection)
            until = self._database.now(connection) + timedelta(seconds=seconds)
            if row["paused_until"] is None or row["paused_until"] < until:
                self._row.change(connection, paused_until=until)

    def answered(self, connection: sa.Connection) -> None:
        """Note that the upstream answered sensibly just now."""
        now = self._database.now(connection)
        self._row.lock(connection)
        self._row.change(connection, answered_at=now, failures=0, retry_at=None)

    def failed(self, connection: sa.Connection, jitter: float) -> None:
        """Note that the upstream did not answer a delivery sensibly: none starts for a while."""
        row, now = self._row.lock(connection), self._database.now(connection)
        failures = int(row["failures"]) + 1
        retry_at = now + retry_delay(failures, jitter)
        self._row.change(connection, failures=failures, retry_at=retry_at, answered_at=None)

    def doubt(self, connection: sa.Connection) -> None:
        """Ask the upstream before the next delivery: something else was not answered sensibly."""
        self._row.lock(connection)
        self._row.change(connection, answered_at=None)

    def hold_off(self, connection: sa.Connection, span: timedelta) -> None:
        """Keep other workers from delivering while one asks whether the upstream is up."""
        now = self._database.now(connection)
        self._row.lock(connection)
        self._row.change(connection, retry_at=now + span)

    def is_fresh(self, connection: sa.Connection) -> bool:
        """Tell whether the upstream has answered lately."""
        row, now = self._row.read(connection), self._database.now(connection)
        answered_at = row["answered_at"] if row else None
        return answered_at is not None and answered_at > now - FRESH

    def not_before(self, connection: sa.Connection) -> datetime | None:
        """When the next delivery may start, if that is not now."""
        row, now = self._row.read(connection), self._database.now(connection)
        return _latest(now, row["retry_at"], row["paused_until"]) if row else None

    def away_until(self, connection: sa.Connection) -> datetime | None:
        """When it is tried again, if the upstream is known to be away or has paused us."""
        row, now = self._row.read(connection), self._database.now(connection)
        if row is None:
            return None
        # While one worker asks whether the upstream is up, nothing is known to be wrong.
        return _latest(now, row["retry_at"] if row["failures"] else None, row["paused_until"])

    def standing(self, connection: sa.Connection) -> Standing:
        """Tell how things stand, without a lock."""
        row, used = self._row.read(connection), self._window.used(connection)
        calls = self._rate.calls
        left = None if used is None else max(0, calls - used)
        if row is None:
            return Standing(calls, left, None, None, 0)
        return Standing(calls, left, row["paused_until"], row["retry_at"], row["failures"])

    def _cover(self, host: str) -> None:
        if not self.covers(host):
            raise ValueError(f"the budget of {', '.join(self._hosts)} does not cover {host}")

    def _paused(self, connection: sa.Connection) -> float:
        """Seconds that are left of a pause, 0.0 without one."""
        row, now = self._row.read(connection), self._database.now(connection)
        until = _latest(now, row["paused_until"]) if row else None
        return (until - now).total_seconds() if until else 0.0


def _latest(now: datetime, *times: datetime | None) -> datetime | None:
    return max((time for time in times if time is not None and time > now), default=None)
