"""One budget of upstream calls for all processes, and what is known of the upstream's health.

A sliding window over the starts of calls, one row an upstream host. The lock order everywhere
is outbox row, then this row, and it is never held during a call.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from scf_report.domain.delivery import Share, retry_delay
from scf_report.storage.database import Database, Moment, metadata

upstreams = sa.Table(
    "upstream",
    metadata,
    sa.Column("host", sa.String(255), primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("starts", sa.Text, nullable=False),
    sa.Column("paused_until", Moment),
    sa.Column("answered_at", Moment),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("retry_at", Moment),
)

FRESH = timedelta(seconds=60)
"""An answer this recent shows that the upstream is up; otherwise a read goes before the next POST."""


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

    ``left`` of ``calls`` may start at once, were there no pause. ``paused_until`` and
    ``retry_at`` may be over; ``failures`` in a row were not answered sensibly.
    """

    calls: int
    left: int
    paused_until: datetime | None
    retry_at: datetime | None
    failures: int


class UpstreamBudget:
    """The budget row of one upstream host. Its window is a second longer than the upstream's."""

    def __init__(self, database: Database, *, host: str, endpoint: str, rate: Rate) -> None:
        self._database, self._host, self._endpoint = database, host, endpoint
        self._rate = rate
        self._window = rate.window + timedelta(seconds=1)

    def take(self, host: str, share: Share) -> float:
        """Use one call now: 0.0 when taken, else the seconds until one is free."""
        if host != self._host:
            raise ValueError(f"the budget of {self._host} does not cover {host}")
        with self._database.write() as connection:
            return self.take_in(connection, share)

    def take_in(self, connection: sa.Connection, share: Share) -> float:
        """Use one call within a transaction that may still be rolled back."""
        row, now = self._lock(connection), self._database.now(connection)
        wait = self._wait(row, now, share, 1)
        if wait == 0.0:
            starts = [*self._recent(row, now), now.timestamp()]
            self._set(connection, {"starts": json.dumps(starts)})
        return wait

    def wait_in(self, connection: sa.Connection, share: Share, calls: int) -> float:
        """Seconds until so many calls are free together, 0.0 when they are; uses none."""
        row, now = self._lock(connection), self._database.now(connection)
        return self._wait(row, now, share, calls)

    def pause(self, host: str, seconds: float) -> None:
        """Stop every call to the host for a while, as a 429 asks; never shortens a pause."""
        if host != self._host:
            raise ValueError(f"the budget of {self._host} does not cover {host}")
        with self._database.write() as connection:
            row = self._lock(connection)
            until = self._database.now(connection) + timedelta(seconds=seconds)
            if row["paused_until"] is None or row["paused_until"] < until:
                self._set(connection, {"paused_until": until})

    def answered(self, connection: sa.Connection) -> None:
        """Note that the upstream answered sensibly just now."""
        now = self._database.now(connection)
        self._lock(connection)
        self._set(connection, {"answered_at": now, "failures": 0, "retry_at": None})

    def failed(self, connection: sa.Connection, jitter: float) -> None:
        """Note that the upstream did not answer a delivery sensibly: none starts for a while."""
        row, now = self._lock(connection), self._database.now(connection)
        failures = int(row["failures"]) + 1
        retry_at = now + retry_delay(failures, jitter)
        self._set(connection, {"failures": failures, "retry_at": retry_at, "answered_at": None})

    def doubt(self, connection: sa.Connection) -> None:
        """Ask the upstream before the next delivery: something else was not answered sensibly."""
        self._lock(connection)
        self._set(connection, {"answered_at": None})

    def hold_off(self, connection: sa.Connection, span: timedelta) -> None:
        """Keep other workers from delivering while one asks whether the upstream is up."""
        now = self._database.now(connection)
        self._lock(connection)
        self._set(connection, {"retry_at": now + span})

    def is_fresh(self, connection: sa.Connection) -> bool:
        """Tell whether the upstream has answered within the last minute."""
        row, now = self._read(connection), self._database.now(connection)
        answered_at = row["answered_at"] if row else None
        return answered_at is not None and answered_at > now - FRESH

    def not_before(self, connection: sa.Connection) -> datetime | None:
        """When the next delivery may start, if that is not now."""
        row, now = self._read(connection), self._database.now(connection)
        return _latest(now, row["retry_at"], row["paused_until"]) if row else None

    def away_until(self, connection: sa.Connection) -> datetime | None:
        """When it is tried again, if the upstream is known to be away or has paused us."""
        row, now = self._read(connection), self._database.now(connection)
        if row is None:
            return None
        # While one worker asks whether the upstream is up, nothing is known to be wrong.
        return _latest(now, row["retry_at"] if row["failures"] else None, row["paused_until"])

    def standing(self, connection: sa.Connection) -> Standing:
        """Tell how things stand, without a lock."""
        row, now = self._read(connection), self._database.now(connection)
        if row is None:
            return Standing(self._rate.calls, self._rate.calls, None, None, 0)
        left = max(0, self._rate.calls - len(self._recent(row, now)))
        return Standing(
            self._rate.calls, left, row["paused_until"], row["retry_at"], row["failures"]
        )

    def _wait(self, row: Mapping[Any, Any], now: datetime, share: Share, calls: int) -> float:
        if row["paused_until"] is not None and row["paused_until"] > now:
            return float((row["paused_until"] - now).total_seconds())
        recent, allowed = self._recent(row, now), self._rate.allowance(share)
        too_many = len(recent) + min(calls, allowed) - allowed
        if too_many <= 0:
            return 0.0
        edge = now.timestamp() - self._window.total_seconds()
        return max(0.05, sorted(recent)[too_many - 1] - edge)

    def _recent(self, row: Mapping[Any, Any], now: datetime) -> list[float]:
        edge = now.timestamp() - self._window.total_seconds()
        return [start for start in json.loads(row["starts"]) if start > edge]

    def _read(self, connection: sa.Connection) -> Mapping[Any, Any] | None:
        query = sa.select(upstreams).where(upstreams.c.host == self._host)
        return connection.execute(query).mappings().first()

    def _lock(self, connection: sa.Connection) -> Mapping[Any, Any]:
        query = sa.select(upstreams).where(upstreams.c.host == self._host).with_for_update()
        row = connection.execute(query).mappings().first()
        if row is None:
            new = {
                "host": self._host,
                "endpoint": self._endpoint,
                "starts": "[]",
                "failures": 0,
            }
            self._database.insert_if_absent(connection, upstreams, new)
            row = connection.execute(query).mappings().one()
        return row

    def _set(self, connection: sa.Connection, values: Mapping[str, Any]) -> None:
        connection.execute(
            upstreams.update().where(upstreams.c.host == self._host).values(**values)
        )


def _latest(now: datetime, *times: datetime | None) -> datetime | None:
    return max((time for time in times if time is not None and time > now), default=None)
