"""The worker's side of the outbox: claim one row, do its work, record how it ended.

Any number of workers may run on any number of machines. A row is claimed in one transaction
(PostgreSQL skips rows that another one has locked), "sending" is committed before the POST,
and an outcome is recorded only by the owner of that very attempt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import sqlalchemy as sa

from scf_report.domain.delivery import (
    FINAL,
    LEASE,
    SETTLE_TIME,
    TOTAL_DEADLINE,
    WORKED_ON,
    Next,
    Refusal,
    Share,
    State,
)
from scf_report.domain.geography import Point
from scf_report.domain.reconciliation import Doubt
from scf_report.domain.report import Reference
from scf_report.storage.budget import UpstreamBudget
from scf_report.storage.database import Database
from scf_report.storage.outbox import outbox, outbox_photos, reasons_of
from scf_report.storage.photos import StoredPhoto, stored_photo
from scf_report.storage.sealing import Sealer
from scf_report.storage.seen import SeenTypes

PROBE_LEASE = timedelta(seconds=15)
LEARN_AFTER = timedelta(seconds=30)
"""How long after an acceptance the public list is read to learn whether this type shows there."""


class Work(Enum):
    """What a claimed row needs."""

    SEND = "send"
    LOOK_UP = "look up"
    POLL = "poll"
    LEARN = "learn"
    """Already accepted; read the list once, so that a later lost answer can be settled."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One row in one worker's hands. ``fields`` and ``photo`` are what was saved, byte for byte."""

    id: str
    work: Work
    attempt: int
    look_ups: int
    reference: Reference
    service_code: str
    point: Point
    fields: tuple[tuple[str, str], ...]
    photo: StoredPhoto | None
    saved_at: datetime
    last_attempt_at: datetime
    lease_until: datetime
    service_request_token: str
    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Probe:
    """A report waits, but nothing was heard from the upstream lately: ask it first, then deliver."""

    point: Point


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing can be done for this many seconds."""

    seconds: float


POLL_SECONDS = 0.3


class Claims:
    """Hands out work to one worker, whose name must be unique."""

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        endpoint: str,
        budget: UpstreamBudget,
        owner: str,
    ) -> None:
        self._database, self._sealer = database, sealer
        self._endpoint, self._budget, self._owner = endpoint, budget, owner
        self._seen = SeenTypes(database, endpoint)

    def claim(self) -> Claim | Probe | Idle:
        """Take the row that has waited longest, and the budget's token when it is to be sent."""
        if not self._anything_due():
            return Idle(POLL_SECONDS)
        with self._database.write() as connection:
            now = self._database.now(connection)
            self._expire_leases(connection, now)
            row = self._next_row(connection, now)
            if row is None:
                return Idle(POLL_SECONDS)
            if State(row["state"]) not in (State.QUEUED, State.HELD):
                return self._claim_reading(connection, row, now)
            if not self._budget.is_fresh(connection):
                self._budget.hold_off(connection, PROBE_LEASE.total_seconds())
                return Probe(self._point(row))
            wait = self._budget.take_in(connection, Share.DELIVERY)
            if wait > 0:
                return Idle(min(wait, 1.0))
            return self._claim_sending(connection, row, now)

    def has_time(self, claim: Claim) -> bool:
        """Re-read the clock: is a whole deadline left of the lease? Asked right before the first byte."""
        with self._database.read() as connection:
            return self._database.now(connection) <= claim.lease_until - TOTAL_DEADLINE

    def give_back(self, claim: Claim) -> None:
        """Return a row unsent; the attempt does not count."""
        values = {"state": State.QUEUED.value, "attempts": claim.attempt - 1, "owner": None}
        with self._database.write() as connection:
            now = self._database.now(connection)
            connection.execute(self._mine(claim).values(**values, due=now))

    def postpone(self, claim: Claim, seconds: float) -> None:
        """Leave a look-up for later because the budget is spent; it does not count as one."""
        with self._database.write() as connection:
            due = self._database.now(connection) + timedelta(seconds=seconds)
            connection.execute(self._mine(claim).values(due=due, look_ups=claim.look_ups - 1))

    def record(self, claim: Claim, result: Next, *, answered: bool, jitter: float) -> bool:
        """Write down what an attempt or look-up led to; False if the row has a new owner by now.

        ``answered`` tells whether the upstream answered sensibly, whatever it said.
        """
        with self._database.write() as connection:
            now = self._database.now(connection)
            values = self._values(connection, claim, result, now)
            changed = connection.execute(self._mine(claim).values(**values)).rowcount
            self._note_health(connection, answered=answered, jitter=jitter)
        return changed == 1

    def record_probe(self, *, answered: bool, jitter: float) -> None:
        """Write down whether the upstream is up."""
        with self._database.write() as connection:
            self._note_health(connection, answered=answered, jitter=jitter)

    def record_learning(self, claim: Claim, *, seen: bool) -> None:
        """Write down whether a report of this type showed in the public list soon after it was taken."""
        with self._database.write() as connection:
            self._seen.note(connection, claim.service_code, seen=seen)
            connection.execute(self._mine(claim).values(due=None, owner=None))

    def _anything_due(self) -> bool:
        """Look without writing, so that an idle worker never disturbs those who save."""
        with self._database.read() as connection:
            now = self._database.now(connection)
            query = sa.select(outbox.c.id).where(self._due(now)).limit(1)
            return connection.execute(query).first() is not None

    def _due(self, now: datetime) -> sa.ColumnElement[bool]:
        return sa.and_(outbox.c.endpoint == self._endpoint, outbox.c.due <= now)

    def _expire_leases(self, connection: sa.Connection, now: datetime) -> None:
        """Doubt what a worker that did not come back has begun: it may have been sent."""
        connection.execute(
            outbox.update()
            .where(
                outbox.c.endpoint == self._endpoint,
                outbox.c.state == State.SENDING.value,
                outbox.c.lease_until <= now,
            )
            .values(state=State.UNCERTAIN.value, due=now, owner=None)
        )

    def _next_row(self, connection: sa.Connection, now: datetime) -> Mapping[Any, Any] | None:
        states = WORKED_ON | {State.ACCEPTED}
        if self._budget.not_before(connection) is not None:
            states = states - {State.QUEUED, State.HELD}
        query = (
            sa.select(outbox)
            .where(self._due(now), outbox.c.state.in_([state.value for state in states]))
            .order_by(outbox.c.due)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return connection.execute(query).mappings().first()

    def _claim_sending(
        self, connection: sa.Connection, row: Mapping[Any, Any], now: datetime
    ) -> Claim:
        taken = {
            "state": State.SENDING.value,
            "attempts": row["attempts"] + 1,
            "look_ups": 0,
            "owner": self._owner,
            "lease_until": now + LEASE,
            "due": now + LEASE,
            "last_attempt_at": now,
        }
        connection.execute(outbox.update().where(outbox.c.id == row["id"]).values(**taken))
        return self._make_claim(connection, {**row, **taken}, Work.SEND)

    def _claim_reading(
        self, connection: sa.Connection, row: Mapping[Any, Any], now: datetime
    ) -> Claim:
        taken = {"owner": self._owner, "due": now + LEASE, "look_ups": row["look_ups"] + 1}
        connection.execute(outbox.update().where(outbox.c.id == row["id"]).values(**taken))
        work = {State.ACCEPTED: Work.LEARN, State.AWAITING_ID: Work.POLL}
        return self._make_claim(
            connection, {**row, **taken}, work.get(State(row["state"]), Work.LOOK_UP)
        )

    def _make_claim(
        self, connection: sa.Connection, row: Mapping[Any, Any], work: Work
    ) -> Claim:
        payload = self._sealer.open(row["payload"])
        return Claim(
            id=row["id"],
            work=work,
            attempt=row["attempts"],
            look_ups=row["look_ups"],
            reference=Reference(row["reference"]),
            service_code=row["service_code"],
            point=Point(*payload["point"]),
            fields=tuple((name, value) for name, value in payload["fields"]),
            photo=_photo(connection, row["id"]) if work is Work.SEND else None,
            saved_at=row["saved_at"],
            last_attempt_at=row["last_attempt_at"],
            lease_until=row["lease_until"],
            service_request_token=row["service_request_token"] or "",
            doubt=Doubt(
                lease_ended_at=row["lease_until"],
                type_is_seen=self._seen.is_seen(connection, row["service_code"]),
                look_ups=row["look_ups"],
                reasons=reasons_of(row),
            ),
        )

    def _point(self, row: Mapping[Any, Any]) -> Point:
        return Point(*self._sealer.open(row["payload"])["point"])

    def _mine(self, claim: Claim) -> sa.Update:
        return outbox.update().where(
            outbox.c.id == claim.id,
            outbox.c.owner == self._owner,
            outbox.c.attempts == claim.attempt,
            outbox.c.look_ups == claim.look_ups,
        )

    def _values(
        self, connection: sa.Connection, claim: Claim, result: Next, now: datetime
    ) -> dict[str, Any]:
        due = result.due
        if result.state is State.ACCEPTED:
            soon = now <= claim.last_attempt_at + LEASE + SETTLE_TIME
            if claim.work is Work.LOOK_UP and soon:
                self._seen.note(connection, claim.service_code, seen=True)
            elif self._seen.is_open(connection, claim.service_code):
                due = now + LEARN_AFTER
        values = {
            "state": result.state.value,
            "due": due,
            "owner": None,
            "reasons": [_plain(reason) for reason in result.reasons],
            "settled_at": now if result.state in FINAL else None,
        }
        for name in ("upstream_id", "service_request_token", "notice"):
            if getattr(result, name):
                values[name] = getattr(result, name)
        return values

    def _note_health(self, connection: sa.Connection, *, answered: bool, jitter: float) -> None:
        if answered:
            self._budget.answered(connection)
        else:
            self._budget.failed(connection, jitter)


def _photo(connection: sa.Connection, outbox_id: str) -> StoredPhoto | None:
    query = sa.select(outbox_photos).where(outbox_photos.c.outbox_id == outbox_id)
    row = connection.execute(query).mappings().first()
    return stored_photo(row)


def _plain(reason: Refusal) -> dict[str, str | None]:
    return {"message": reason.message, "field": reason.field}
