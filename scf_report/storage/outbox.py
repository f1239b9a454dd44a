"""The outbox: the table in which a report is a promise, from "saved" to its end.

A submit writes one row in one transaction; its primary key is the draft's id, so that however
often one draft is submitted, there is one row, one receipt and one delivery.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from scf_report.domain.api_choice import Api
from scf_report.domain.delivery import CHANGEABLE, Numbering, Refusal, State
from scf_report.domain.receipt import PublicPart
from scf_report.domain.report import Reference
from scf_report.storage.database import Database, Moment, metadata
from scf_report.storage.photos import keep_photos
from scf_report.storage.sealing import Sealer
from scf_report.storage.sent_drafts import keep_entries
from scf_report.storage.submit_limit import SubmitLimit, count_submits

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("receipt", sa.String(64), nullable=False, unique=True),
    sa.Column("reference", sa.String(9), nullable=False, unique=True),
    sa.Column("change_key_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("change_key", sa.Text, nullable=False),
    sa.Column("service_code", sa.String(200), nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("due", Moment),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("look_ups", sa.Integer, nullable=False),
    sa.Column("owner", sa.String(64)),
    sa.Column("lease_until", Moment),
    sa.Column("saved_at", Moment, nullable=False),
    sa.Column("last_attempt_at", Moment),
    sa.Column("settled_at", Moment),
    sa.Column("upstream_id", sa.String(200)),
    sa.Column("service_request_token", sa.String(200)),
    sa.Column("notice", sa.Text, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("forgotten", sa.Boolean, nullable=False),
    sa.Column("api", sa.String(16), nullable=False, default=Api.OPEN311.code),
    sa.Column("person_id", sa.String(200)),
    sa.Column("renewed", sa.Boolean, nullable=False, default=False),
    sa.Index("ix_outbox_due", "endpoint", "due"),
    sa.Index("ix_outbox_state", "endpoint", "state", "saved_at"),
    sa.Index("ix_outbox_person", "endpoint", "person_id"),
)

Fields = Sequence[tuple[str, str]]
"""The very form fields of the POST, in order, without key and jurisdiction."""
Along = Callable[[sa.Connection, datetime], None]
"""Writes something within the transaction that stores a new report, at that moment."""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """What a submit puts into the outbox: the finished wire fields and what the receipt shows.

    ``person_id`` is whose report it is: it goes out over APIv2 then, else over Open311.
    """

    draft_id: str
    reference: Reference
    service_code: str
    fields: Fields
    public: PublicPart
    latitude: float
    longitude: float
    numbering: Numbering = Numbering.AT_ONCE
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Submit:
    """A new report with its row, but for the times, and what is counted and written with it."""

    new: NewDelivery
    row: Mapping[str, Any]
    address_hash: str
    along: Along | None


_KNOWN = sa.select(outbox.c.receipt).where(outbox.c.id == sa.bindparam("id"))
_COLUMNS = (outbox.c.receipt, outbox.c.change_key_hash, outbox.c.reference)
_FIND = {column: sa.select(outbox).where(column == sa.bindparam("of")) for column in _COLUMNS}


class Outbox:
    """Takes reports in and lets their owners look at and withdraw them. Workers use Claims.

    A new report is ``hold`` long kept back for corrections before it is sent (SCF_HOLD_MINUTES).
    """

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        endpoint: str,
        limit: SubmitLimit,
        hold: timedelta = timedelta(0),
    ) -> None:
        self._database, self._sealer = database, sealer
        self._endpoint, self._limit, self._hold = endpoint, limit, hold

    def receipt_of(self, draft_id: str) -> str | None:
        """Return the receipt of a draft that was submitted, else None."""
        with self._database.read() as connection:
            receipt: str | None = connection.scalar(_KNOWN, {"id": draft_id})
        return receipt

    def enqueue(self, new: NewDelivery, address: str, along: Along | None = None) -> str:
        """Store the report, once, and return its receipt. Repeats of one draft return the same.

        ``address`` is the sender's network address; only its keyed hash is kept, to count new
        reports. ``along`` is written together with a new report or not at all. Raises
        TooManyReportsError for a new report beyond the limit.
        """
        row = self._row(new)  # sealed before others have to wait
        hashed = self._sealer.keyed_hash(address)
        return self._database.write_together(self._store, _Submit(new, row, hashed, along))

    def _store(self, connection: sa.Connection, submits: Sequence[_Submit]) -> list[str]:
        """Store those that are new; returns all receipts."""
        self._take_turns(connection, submits)
        now = self._database.now(connection)
        times = {"due": now + self._hold, "saved_at": now}
        rows = [{**submit.row, **times} for submit in submits]
        stored = self._database.insert_absent(connection, outbox, rows)
        first = {submit.new.draft_id: submit for submit in reversed(submits)}
        if stored:
            self._store_with(connection, [first[draft_id] for draft_id in stored], now)
        receipts = {draft_id: str(first[draft_id].row["receipt"]) for draft_id in stored}
        for draft_id in first.keys() - stored:
            receipts[draft_id] = str(connection.scalar(_KNOWN, {"id": draft_id}))
        return [receipts[submit.new.draft_id] for submit in submits]

    def _store_with(
        self, connection: sa.Connection, new: Sequence[_Submit], now: datetime
    ) -> None:
        hashes = [submit.address_hash for submit in new]
        count_submits(connection, self._limit, self._endpoint, hashes, now)
        keep_entries(connection, [submit.new.draft_id for submit in new])
        keep_photos(connection, [each.new.draft_id for each in new if each.new.public.photos])
        for submit in new:
            if submit.along is not None:
                submit.along(connection, now)

    def _take_turns(self, connection: sa.Connection, submits: Sequence[_Submit]) -> None:
        """Let submits of one draft, and of one address, pass one by one; SQLite's writers do so anyhow.

        The order is the same everywhere, draft before address, so that two never wait for each other.
        """
        if self._database.is_sqlite:
            return
        names = [name for each in submits for name in (each.new.draft_id, each.address_hash)]
        for name in names:
            number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:7])
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))

    def _row(self, new: NewDelivery) -> dict[str, Any]:
        change_key = secrets.token_urlsafe(24)
        payload = {
            "fields": [list(field) for field in new.fields],
            "public": asdict(new.public),
            "point": [new.latitude, new.longitude],
            "numbering": new.numbering.value,
        }
        return {
            "id": new.draft_id,
            "endpoint": self._endpoint,
            "receipt": secrets.token_urlsafe(24),
            "reference": str(new.reference),
            "change_key_hash": _hash(change_key),
            "change_key": self._sealer.seal(change_key),
            "service_code": new.service_code,
            **sent_by(new.person_id),
            "payload": self._sealer.seal(payload),
            "state": (State.HELD if self._hold else State.QUEUED).value,
            "attempts": 0,
            "look_ups": 0,
            "notice": "",
            "reasons": [],
            "forgotten": False,
            "renewed": False,
        }

    def find_by_receipt(self, receipt: str) -> Mapping[str, Any] | None:
        """Return the row that this receipt shows, or None."""
        return self._find(outbox.c.receipt, receipt)

    def find_by_change_key(self, key: str) -> Mapping[str, Any] | None:
        """Return the row that this second key changes, or None."""
        return self._find(outbox.c.change_key_hash, _hash(key))

    def find_by_reference(self, reference: str) -> Mapping[str, Any] | None:
        """Return the row with this public reference, for operators, or None."""
        return self._find(outbox.c.reference, reference)

    def list(
        self,
        state: State | None = None,
        limit: int = 200,
        after: Mapping[str, Any] | None = None,
    ) -> Sequence[Mapping[str, Any]]:
        """Return rows for the operator, the longest waiting first; ``after`` is the last of those before."""
        order = sa.tuple_(outbox.c.saved_at, outbox.c.id)
        query = sa.select(outbox).where(outbox.c.endpoint == self._endpoint)
        if state is not None:
            query = query.where(outbox.c.state == state.value)
        if after is not None:
            query = query.where(order > (after["saved_at"], after["id"]))
        query = query.order_by(outbox.c.saved_at, outbox.c.id).limit(limit)
        with self._database.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def withdraw(self, draft_id: str) -> bool:
        """Withdraw a report that no worker has begun; False when it is too late."""
        return self._move(draft_id, CHANGEABLE, State.WITHDRAWN)

    def wake(self, person_id: str) -> int:
        """Queue the reports that wait for this person, who has just signed in. Returns how many.

        Those of which it is not known whether they arrived are looked up at once.
        """
        theirs = outbox.update().where(
            outbox.c.endpoint == self._endpoint, outbox.c.person_id == person_id
        )
        doubted = theirs.where(
            outbox.c.state == State.UNCERTAIN.value, outbox.c.owner.is_(None)
        )
        waiting = theirs.where(outbox.c.state == State.NEEDS_SIGN_IN.value)
        with self._database.write() as connection:
            now = self._database.now(connection)
            connection.execute(doubted.values(due=now))
            woken = waiting.values(state=State.QUEUED.value, due=now, renewed=False)
            return connection.execute(woken).rowcount

    def retry(self, draft_id: str) -> bool:
        """Make a waiting or refused report due now.

        False in any other state, and when its personal data is gone: what is left is not the report.
        """
        return self._move(draft_id, frozenset({State.QUEUED, State.REJECTED}), State.QUEUED)

    def _move(self, draft_id: str, states: frozenset[State], to: State) -> bool:
        again = to is State.QUEUED
        query = outbox.update().where(
            outbox.c.id == draft_id, outbox.c.state.in_([state.value for state in states])
        )
        if again:
            query = query.where(outbox.c.forgotten.is_(False))
        with self._database.write() as connection:
            now = self._database.now(connection)
            due, settled_at = (now, None) if again else (None, now)
            changed = connection.execute(
                query.values(state=to.value, due=due, settled_at=settled_at)
            )
        return changed.rowcount == 1

    def _find(self, column: sa.Column[str], value: str) -> Mapping[str, Any] | None:
        row = self._database.first(_FIND[column], {"of": value})
        return dict(row) if row else None


def sent_by(person_id: str | None) -> dict[str, str | None]:
    """Give the columns that say through which API a report goes out, and as whom."""
    api = Api.OPEN311 if person_id is None else Api.APIV2
    return {"api": api.code, "person_id": person_id}


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def reasons_of(row: Mapping[str, Any]) -> tuple[Refusal, ...]:
    """Read the refusals stored with a row."""
    return tuple(Refusal(**reason) for reason in row["reasons"])
