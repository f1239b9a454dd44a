"""Counts of what happened, one table for all processes on all machines: what ``/metrics`` shows.

Counters inside of each process would be lost with it, and a scrape would meet one of many.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from scf_report.storage.database import Database, Moment, StoreAwayError, metadata

counts = sa.Table(
    "counter",
    metadata,
    sa.Column("endpoint", sa.String(80), primary_key=True),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("labels", sa.String(120), primary_key=True),
    sa.Column("total", sa.Double, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

SETTLE_EVERY = 10.0
"""Seconds between two times at which a web process writes down what it has counted."""
ATTEMPTS, CACHE_READS = "attempts", "cache_reads"
UPSTREAM_CALLS, UPSTREAM_SECONDS = "upstream_calls", "upstream_seconds"

Labels = tuple[str, ...]
"""Label values in the order of the metric; never an id, never anything that a person typed."""


class Counts:
    """Totals that only grow.

    What is frequent and not worth a transaction is counted in memory at first, and gets into the
    table with the next transaction that counts anyway, or by :meth:`settle`. A process that is
    killed takes ten seconds of such counts with it at most.
    """

    def __init__(self, database: Database, endpoint: str) -> None:
        self._database, self.endpoint = database, endpoint
        self._waiting: Counter[tuple[str, Labels]] = Counter()
        self._lock = threading.Lock()
        self._settle_at = 0.0

    def add(self, name: str, labels: Labels, amount: float = 1) -> None:
        """Count in memory, for now."""
        with self._lock:
            self._waiting[name, labels] += amount  # type: ignore[assignment]  # seconds, too

    def add_in(self, connection: sa.Connection, name: str, *labels: str) -> None:
        """Count one, and all that waits, in a transaction that records what happened.

        The last thing that a transaction does: rows here are locked after all others.
        """
        self._write(connection, [*self._take(), ((name, labels), 1)])

    def settle(self) -> float:
        """Write down what waits, unless that was done a moment ago.

        Returns the seconds until it is worth coming back.
        """
        if self._waiting and time.monotonic() >= self._settle_at:
            self._settle_at = time.monotonic() + SETTLE_EVERY
            self.flush()
        return SETTLE_EVERY

    def flush(self) -> None:
        """Write down what waits; while the database is away it waits on."""
        taken = self._take()
        try:
            with self._database.write() as connection:
                self._write(connection, taken)
        except StoreAwayError:
            for (name, labels), amount in taken:
                self.add(name, labels, amount)

    def totals(self, connection: sa.Connection, name: str) -> Mapping[Labels, float]:
        """Return the totals that are written down, by their labels."""
        query = sa.select(counts.c.labels, counts.c.total).where(self._named(name))
        return {tuple(row.labels.split("/")): row.total for row in connection.execute(query)}

    def last_at(self, connection: sa.Connection, name: str) -> datetime | None:
        """Tell when any of these was last counted."""
        query = sa.select(sa.func.max(counts.c.at)).where(self._named(name))
        last: datetime | None = connection.execute(query).scalar_one()
        return last

    def _take(self) -> list[tuple[tuple[str, Labels], float]]:
        with self._lock:
            taken, self._waiting = self._waiting, Counter()
        return list(taken.items())

    def _write(
        self, connection: sa.Connection, amounts: Iterable[tuple[tuple[str, Labels], float]]
    ) -> None:
        now = self._database.now(connection)
        # In one order everywhere, so that two who count never wait for each other.
        for (name, labels), amount in sorted(amounts):
            row = {"endpoint": self.endpoint, "name": name, "labels": "/".join(labels)}
            self._database.insert_if_absent(connection, counts, {**row, "total": 0, "at": now})
            connection.execute(
                counts.update()
                .where(self._named(name), counts.c.labels == row["labels"])
                .values(total=counts.c.total + amount, at=now)
            )

    def _named(self, name: str) -> sa.ColumnElement[bool]:
        return sa.and_(counts.c.endpoint == self.endpoint, counts.c.name == name)
