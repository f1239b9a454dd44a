"""The sliding window over the starts of calls: at most so many in any span, for all processes."""

import json
from datetime import timedelta
from typing import Protocol

import sqlalchemy as sa

from scf_report.storage.database import Row
from scf_report.storage.upstream_row import UpstreamRow

SHORTEST_WAIT = 0.05
"""Seconds; sooner than that, nobody need come back."""


class Window(Protocol):
    """Counts starts. ``allowed`` is how many of them there may be, which differs by kind of call."""

    def take(self, connection: sa.Connection, allowed: int) -> float:
        """Count one start now: 0.0 when counted, else the seconds until there is room for it."""
        ...

    def room(self, connection: sa.Connection, allowed: int, calls: int) -> float:
        """Seconds until so many may start together, 0.0 when they may; counts none."""
        ...

    def used(self, connection: sa.Connection) -> int | None:
        """How many starts are in the window now; None when that cannot be told."""
        ...


class DatabaseWindow:
    """The window in the upstream's row. Taken in a transaction, a call is given back with its rollback."""

    def __init__(self, row: UpstreamRow, span: timedelta) -> None:
        self._row, self._span = row, span.total_seconds()

    def take(self, connection: sa.Connection, allowed: int) -> float:
        """Lock the row and count one start."""
        starts, now = self._locked(connection)
        wait = self._wait(starts, now, allowed, 1)
        if wait == 0.0:
            self._row.change(connection, starts=json.dumps([*starts, now]))
        return wait

    def room(self, connection: sa.Connection, allowed: int, calls: int) -> float:
        """Look with the row locked, so that two who look do not both see the last room."""
        starts, now = self._locked(connection)
        return self._wait(starts, now, allowed, calls)

    def used(self, connection: sa.Connection) -> int:
        """Count without a lock."""
        row = self._row.read(connection)
        return len(self._recent(row, self._now(connection))) if row else 0

    def _locked(self, connection: sa.Connection) -> tuple[list[float], float]:
        row, now = self._row.lock(connection), self._now(connection)
        return self._recent(row, now), now

    def _now(self, connection: sa.Connection) -> float:
        return self._row.database.now(connection).timestamp()

    def _recent(self, row: Row, now: float) -> list[float]:
        return [start for start in json.loads(row["starts"]) if start > now - self._span]

    def _wait(self, starts: list[float], now: float, allowed: int, calls: int) -> float:
        too_many = len(starts) + min(calls, allowed) - allowed
        if too_many <= 0:
            return 0.0
        return max(SHORTEST_WAIT, sorted(starts)[too_many - 1] - (now - self._span))
