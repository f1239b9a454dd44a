"""The worker's side of the outbox: claim one row, do its work, record how it ended.

Any number of workers may run on any number of machines. A row is claimed in one transaction
(PostgreSQL skips rows that another one has locked), "sending" is committed before the POST,
and an outcome is recorded only by the owner of that very attempt.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from scf_report.domain.api_choice import Api
from scf_report.domain.delivery import (
    FINAL,
    LEASE,
    LONGEST_RETRY,
    TOTAL_DEADLINE,
    WORKED_ON,
    Next,
    Share,
    State,
)
from scf_report.domain.report import Reference
from scf_report.storage.budget import UpstreamBudget
from scf_report.storage.claim import (
    WORK_BY_STATE,
    Claim,
    Idle,
    Payload,
    Probe,
    Unreadable,
    Work,
    make_claim,
    photo_of,
    read_payload,
)
from scf_report.storage.counts import ATTEMPTS, Counts
from scf_report.storage.database import Database, Row
from scf_report.storage.outbox import outbox
from scf_report.storage.sealing import SealBrokenError, Sealer
from scf_report.storage.seen import TRIES, SeenTypes

POLL_SECONDS = 0.3
PROBE_LEASE = timedelta(seconds=15)
LEARN_AFTER = timedelta(seconds=30)
"""How long after an acceptance the public list is read to learn whether this type shows there."""
LOOK_UP_CALLS = int(Share.DELIVERY - Share.SIGNED_IN)
"""A look-up reads two pages at least. Begun with less room in the budget than it needs, it would
spend every call that comes free on its first page, for ever. What no other kind of call may use is
enough, so that none of them can keep it waiting."""


class Claims:
    """Hands out work to one worker, whose name must be unique."""

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        budget: UpstreamBudget,
        counts: Counts,
        owner: str,
    ) -> None:
        self._database, self._sealer, self._counts = database, sealer, counts
        self._endpoint, self._budget, self._owner = counts.endpoint, budget, owner
        self._seen = {api: SeenTypes(database, counts.endpoint, api) for api in Api}

    def claim(self) -> Claim | Probe | Unreadable | Idle:
        """Take the row that has waited longest, and the budget's token when it is to be sent."""
        if not self._anything_due():
            return Idle(POLL_SECONDS)
        with self._database.write() as connection:
            now = self._database.now(connection)
            self._expire_leases(connection, now)
            row = self._next_row(connection, now)
            return Idle(POLL_SECONDS) if row is None else self._offer(connection, row, now)

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
            self._counts.add_in(connection, ATTEMPTS, claim.work.value, "given back")

    def record(
        self, claim: Claim, result: Next, *, answered: bool | None, jitter: float
    ) -> bool:
        """Write down what an attempt or look-up led to; False if the row has a new owner by now.

        ``answered`` tells whether the upstream answered sensibly, whatever it said; None: it was
        not asked.
        """
        with self._database.write() as connection:
            now = self._database.now(connection)
            values = self._values(connection, claim, result, now)
            kept = connection.execute(self._mine(claim).values(**values)).rowcount == 1
            found = kept and claim.work is Work.LOOK_UP and result.state is State.ACCEPTED
            if found and claim.is_soon(now):
                self._seen[claim.api].note(connection, claim.service_code, seen=True)
            if kept and result.state is State.MODERATED:
                self._seen[claim.api].note_moderated(connection, claim.service_code)
            self._note_health(connection, claim.work, answered=answered, jitter=jitter)
            led_to = result.state.value if kept else "overtaken"
            self._counts.add_in(connection, ATTEMPTS, claim.work.value, led_to)
        return kept

    def record_probe(self, *, answered: bool, jitter: float) -> None:
        """Write down whether the upstream is up."""
        with self._database.write() as connection:
            self._note_health(connection, Work.SEND, answered=answered, jitter=jitter)
            result = "answered" if answered else "unanswered"
            self._counts.add_in(connection, ATTEMPTS, "ask", result)

    def record_learning(
        self, claim: Claim, *, seen: bool | None, answered: bool | None, jitter: float
    ) -> None:
        """Write down whether an accepted report shows in the public list; None: it could not be read.

        Then it is read again later, a few times in all. One that was seen later than an absence
        would be believed teaches nothing. ``answered`` as in :meth:`record`.
        """
        with self._database.write() as connection:
            now = self._database.now(connection)
            again = seen is None and claim.look_ups < TRIES
            due = now + LEARN_AFTER if again else None
            connection.execute(self._mine(claim).values(due=due, owner=None))
            if seen is not None and (not seen or claim.is_soon(now)):
                self._seen[claim.api].note(connection, claim.service_code, seen=seen)
            self._note_health(connection, claim.work, answered=answered, jitter=jitter)
            result = "unread" if seen is None else "seen" if seen else "unseen"
            self._counts.add_in(connection, ATTEMPTS, claim.work.value, result)

    def _anything_due(self) -> bool:
        """Look without writing, so that an idle worker never disturbs those who save."""
        with self._database.read() as connection:
            due = self._due(connection, self._database.now(connection))
            query = sa.select(outbox.c.id).where(due).limit(1)
            return connection.execute(query).first() is not None

    def _due(self, connection: sa.Connection, now: datetime) -> sa.ColumnElement[bool]:
        states = WORKED_ON | {State.ACCEPTED}
        if self._budget.not_before(connection) is not None:
            states = states - {State.QUEUED, State.HELD}
        return sa.and_(
            outbox.c.endpoint == self._endpoint,
            outbox.c.due <= now,
            outbox.c.state.in_([state.value for state in states]),
        )

    def _expire_leases(self, connection: sa.Connection, now: datetime) -> None:
        """Doubt what a worker that did not come back has begun: it may have been sent."""
        over = (
            sa.select(outbox.c.id)
            .where(
                outbox.c.endpoint == self._endpoint,
                outbox.c.state == State.SENDING.value,
                outbox.c.due <= now,
            )
            .with_for_update(skip_locked=True)
        )
        connection.execute(
            outbox.update()
            .where(outbox.c.id.in_(over))
            .values(state=State.UNCERTAIN.value, due=now, owner=None)
        )

    def _next_row(self, connection: sa.Connection, now: datetime) -> Row | None:
        query = (
            sa.select(outbox)
            # A lease that another worker is just giving up is that worker's to settle.
            .where(self._due(connection, now), outbox.c.state != State.SENDING.value)
            .order_by(outbox.c.due)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return connection.execute(query).mappings().first()

    def _offer(
        self, connection: sa.Connection, row: Row, now: datetime
    ) -> Claim | Probe | Unreadable | Idle:
        """Hand the locked row out if it can be read and there is room in the budget."""
        try:
            payload = read_payload(self._sealer.open(row["payload"]))
        except (SealBrokenError, LookupError, TypeError, ValueError):
            _set(connection, row, due=now + LONGEST_RETRY)
            return Unreadable(Reference(row["reference"]))
        work = WORK_BY_STATE[State(row["state"])]
        seen = self._seen[Api.of(row["api"])]
        if work is Work.LEARN and not seen.is_open(connection, row["service_code"]):
            # Learned meanwhile from another report of the same rush: no call is spent on it again.
            _set(connection, row, due=None)
            return Idle(0.0)
        if work is Work.SEND and not self._budget.is_fresh(connection):
            return self._probe(connection, payload)
        wait = self._take_calls(connection, work)
        return (
            Idle(min(wait, 1.0))
            if wait > 0
            else self._claim(connection, row, payload, work, now)
        )

    def _probe(self, connection: sa.Connection, payload: Payload) -> Probe | Idle:
        wait = self._budget.wait_in(connection, Share.DELIVERY, 1)
        if wait > 0:
            return Idle(min(wait, 1.0))
        self._budget.hold_off(connection, PROBE_LEASE)
        return Probe(payload.point)

    def _take_calls(self, connection: sa.Connection, work: Work) -> float:
        """Take the call of a POST, or see that there is room for reading; 0.0 or seconds to wait."""
        if work is Work.SEND:
            return self._budget.take_in(connection, Share.DELIVERY)
        calls = 1 if work is Work.POLL else LOOK_UP_CALLS
        return self._budget.wait_in(connection, Share.DELIVERY, calls)

    def _claim(
        self,
        connection: sa.Connection,
        row: Row,
        payload: Payload,
        work: Work,
        now: datetime,
    ) -> Claim:
        taken: dict[str, Any] = {"owner": self._owner, "due": now + LEASE}
        if work is Work.SEND:
            taken |= {
                "state": State.SENDING.value,
                "attempts": row["attempts"] + 1,
                "look_ups": 0,
                "lease_until": now + LEASE,
                "last_attempt_at": now,
                # Those of an earlier refusal say nothing about this attempt.
                "reasons": [],
            }
        else:
            taken["look_ups"] = row["look_ups"] + 1
        _set(connection, row, **taken)
        photo = photo_of(connection, row["id"]) if work is Work.SEND else None
        seen = self._seen[Api.of(row["api"])].is_seen(connection, row["service_code"])
        return make_claim({**row, **taken}, payload, work, photo, type_is_seen=seen)

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
        values: dict[str, Any] = {
            "state": result.state.value,
            "due": result.due,
            "owner": None,
            "reasons": [asdict(reason) for reason in result.reasons],
            "settled_at": now if result.state in FINAL else None,
            "renewed": result.renewed,
        }
        for name in ("upstream_id", "service_request_token", "notice"):
            if getattr(result, name):
                values[name] = getattr(result, name)
        if result.state is State.ACCEPTED:
            values["look_ups"] = 0
            if claim.teaches and self._seen[claim.api].is_open(connection, claim.service_code):
                values["due"] = now + LEARN_AFTER
        return values

    def _note_health(
        self, connection: sa.Connection, work: Work, *, answered: bool | None, jitter: float
    ) -> None:
        if answered is None:
            return
        if answered:
            self._budget.answered(connection)
        elif work is Work.SEND:
            self._budget.failed(connection, jitter)
        else:
            # A list that cannot be read must not hold back deliveries that would pass.
            self._budget.doubt(connection)


def _set(connection: sa.Connection, row: Row, **values: object) -> None:
    connection.execute(outbox.update().where(outbox.c.id == row["id"]).values(**values))
