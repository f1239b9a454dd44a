"""The worker's side of updates by e-mail: see what there is to tell, claim a message, record its end.

Nothing tells this table that a report has changed: the states themselves are compared with what
each subscription was told last, so that no message is lost, whoever dies when.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from scf_report.domain.delivery import State
from scf_report.domain.issue import IssueStatus
from scf_report.domain.mail import (
    Letter,
    MailKind,
    MailOutcome,
    MailState,
    after_mail,
    kind_for,
)
from scf_report.domain.receipt import PublicPart
from scf_report.domain.report import Reference
from scf_report.storage.claim import Unreadable
from scf_report.storage.database import Database, Row
from scf_report.storage.mail_tables import mails, new_mail, subscriptions
from scf_report.storage.outbox import outbox, reasons_of
from scf_report.storage.sealing import SealBrokenError, Sealer
from scf_report.storage.watches import watches

LEASE = timedelta(minutes=3)
"""How long a worker owns a message that it has claimed: more than envelope and text may take."""
TEXT_TIME = timedelta(seconds=90)
"""What has to be left of the lease when the text is begun."""
UNREADABLE_AGAIN = timedelta(minutes=30)
AT_ONCE = 50
_OF_SUBSCRIPTION = ("address", "key", "language", "reporter", "confirmed_at")
_OF_OUTBOX = (
    "reference",
    "receipt",
    "state",
    "payload",
    "change_key",
    "upstream_id",
    "notice",
    "reasons",
)
_SETTLED = (State.ACCEPTED, State.MODERATED, State.REJECTED)
_NEWS = tuple(
    status.value for status in (IssueStatus.OPEN, IssueStatus.ACKNOWLEDGED, IssueStatus.CLOSED)
)
"""Statuses that are written about; an archived issue is a closed one that nobody has touched since."""
_status = sa.case(
    (watches.c.status == IssueStatus.ARCHIVED.value, IssueStatus.CLOSED.value),
    else_=sa.func.coalesce(watches.c.status, ""),
)


@dataclass(frozen=True, slots=True)
class MailJob:
    """One message in one worker's hands; ``first_due`` is when it could first have gone."""

    id: int
    attempt: int
    first_due: datetime
    address: str
    letter: Letter


class MailQueue:
    """Hands out messages to one worker, whose name must be unique."""

    def __init__(self, database: Database, sealer: Sealer, endpoint: str, owner: str) -> None:
        self._database, self._sealer = database, sealer
        self._endpoint, self._owner = endpoint, owner

    def gather(self) -> int:
        """Queue messages for whatever confirmed addresses were not told yet; returns how many."""
        if not self._anything_new():
            return 0
        with self._database.write() as connection:
            now = self._database.now(connection)
            query = (
                self._news().limit(AT_ONCE).with_for_update(of=subscriptions, skip_locked=True)
            )
            rows = connection.execute(query).mappings().all()
            for row in rows:
                self._tell(connection, row, now)
        return len(rows)

    def claim(self) -> MailJob | Unreadable | None:
        """Take the message that has waited longest, None if none is due."""
        if not self._anything_due():
            return None
        with self._database.write() as connection:
            now = self._database.now(connection)
            self._give_up_lost(connection, now)
            while (row := self._next_row(connection, now)) is not None:
                job = self._claim(connection, row, now)
                if job is not None:
                    return job
        return None

    def begin(self, job: MailJob) -> bool:
        """Commit that the text is begun; False if the message is not ours (any more) or time is short."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            query = self._mine(job).where(
                mails.c.state == MailState.QUEUED.value, mails.c.due >= now + TEXT_TIME
            )
            changed = connection.execute(query.values(state=MailState.SENDING.value))
            return changed.rowcount == 1

    def record(self, job: MailJob, outcome: MailOutcome, jitter: float) -> MailState:
        """Write down how an attempt ended; returns what that makes of the message."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            state, due = after_mail(
                outcome,
                attempts=job.attempt,
                age=now - job.first_due,
                now=now,
                jitter=jitter,
            )
            settled_at = None if state is MailState.QUEUED else now
            values = {"state": state.value, "due": due, "settled_at": settled_at, "owner": None}
            connection.execute(self._mine(job).values(**values))
        return state

    def _anything_new(self) -> bool:
        with self._database.read() as connection:
            return connection.execute(self._news().limit(1)).first() is not None

    def _news(self) -> sa.Select[Any]:
        """Select confirmed subscriptions that know less than we do, with what there is to know."""
        state, told = outbox.c.state, subscriptions.c.told_state
        first = sa.and_(told == "", state != State.WITHDRAWN.value)
        moved = sa.or_(told != state, subscriptions.c.told_attempts != outbox.c.attempts)
        settled = sa.and_(state.in_([each.value for each in _SETTLED]), moved)
        status = sa.and_(
            told == State.ACCEPTED.value,
            _status.in_(_NEWS),
            _status != subscriptions.c.told_status,
        )
        # What was said before somebody followed is no news to them.
        since = sa.func.coalesce(subscriptions.c.told_comment_at, subscriptions.c.confirmed_at)
        comment = sa.and_(told == State.ACCEPTED.value, watches.c.commented_at > since)
        return (
            sa.select(
                subscriptions,
                state,
                outbox.c.attempts,
                _status.label("status"),
                watches.c.commented_at,
            )
            .join(outbox, subscriptions.c.outbox_id == outbox.c.id)
            .outerjoin(watches, watches.c.outbox_id == outbox.c.id)
            .where(
                subscriptions.c.endpoint == self._endpoint,
                subscriptions.c.confirmed_at.is_not(None),
                sa.or_(first, settled, status, comment),
            )
        )

    def _tell(self, connection: sa.Connection, row: Row, now: datetime) -> None:
        kind = _what_is_new(row)
        if kind is not None and not self._waits(connection, row["id"], kind):
            mail = new_mail(self._endpoint, row["id"], kind, now, status=row["status"])
            connection.execute(mails.insert().values(**mail))
        told = {
            "told_state": row["state"],
            "told_attempts": row["attempts"],
            "told_status": row["status"] if row["status"] in _NEWS else row["told_status"],
        }
        if kind is MailKind.COMMENT:
            told["told_comment_at"] = row["commented_at"]
        this = subscriptions.c.id == row["id"]
        connection.execute(subscriptions.update().where(this).values(**told))

    def _waits(self, connection: sa.Connection, subscription_id: int, kind: MailKind) -> bool:
        """Tell whether a message about comments, which says it of all, has not gone yet."""
        if kind is not MailKind.COMMENT:
            return False
        query = sa.select(mails.c.id).where(
            mails.c.subscription_id == subscription_id,
            mails.c.kind == kind.value,
            mails.c.state == MailState.QUEUED.value,
        )
        return connection.execute(query).first() is not None

    def _anything_due(self) -> bool:
        with self._database.read() as connection:
            due = self._due(self._database.now(connection))
            return (
                connection.execute(sa.select(mails.c.id).where(due).limit(1)).first()
                is not None
            )

    def _due(self, now: datetime) -> sa.ColumnElement[bool]:
        states = (MailState.QUEUED.value, MailState.SENDING.value)
        return sa.and_(
            mails.c.endpoint == self._endpoint, mails.c.due <= now, mails.c.state.in_(states)
        )

    def _give_up_lost(self, connection: sa.Connection, now: datetime) -> None:
        """Settle what a worker that did not come back has begun: it may have been taken."""
        lost = mails.update().where(self._due(now), mails.c.state == MailState.SENDING.value)
        connection.execute(
            lost.values(state=MailState.GIVEN_UP.value, due=None, owner=None, settled_at=now)
        )

    def _next_row(self, connection: sa.Connection, now: datetime) -> Row | None:
        query = (
            sa.select(
                mails,
                *(subscriptions.c[name] for name in _OF_SUBSCRIPTION),
                *(outbox.c[name].label(f"outbox_{name}") for name in _OF_OUTBOX),
                _status.label("status_now"),
            )
            .join(subscriptions, mails.c.subscription_id == subscriptions.c.id)
            .join(outbox, subscriptions.c.outbox_id == outbox.c.id)
            .outerjoin(watches, watches.c.outbox_id == outbox.c.id)
            .where(self._due(now), mails.c.state == MailState.QUEUED.value)
            .order_by(mails.c.due)
            .limit(1)
            .with_for_update(of=mails, skip_locked=True)
        )
        return connection.execute(query).mappings().first()

    def _claim(
        self, connection: sa.Connection, row: Row, now: datetime
    ) -> MailJob | Unreadable | None:
        this = mails.c.id == row["id"]
        if not _still_true(row):
            connection.execute(mails.delete().where(this))
            return None
        try:
            address, letter = self._sealer.open(row["address"]), self._letter(row)
        except SealBrokenError:
            later = now + UNREADABLE_AGAIN
            connection.execute(mails.update().where(this).values(due=later))
            return Unreadable(Reference(row["outbox_reference"]))
        attempt = row["attempts"] + 1
        taken = {"owner": self._owner, "attempts": attempt, "due": now + LEASE}
        connection.execute(mails.update().where(this).values(**taken))
        return MailJob(row["id"], attempt, row["first_due"], address, letter)

    def _letter(self, row: Row) -> Letter:
        kind, key = MailKind(row["kind"]), self._sealer.open(row["key"])
        letter = Letter(kind, row["language"], key, Reference(row["outbox_reference"]))
        if kind is MailKind.CONFIRM:
            return letter
        payload = self._sealer.open(row["outbox_payload"])
        change_key = self._sealer.open(row["outbox_change_key"]) if row["reporter"] else None
        return replace(
            letter,
            receipt=row["outbox_receipt"],
            change_key=change_key,
            public=PublicPart(**payload["public"]),
            upstream_id=row["outbox_upstream_id"],
            notice=row["outbox_notice"],
            reasons=reasons_of({"reasons": row["outbox_reasons"]}),
            status=IssueStatus(row["status"] or IssueStatus.UNKNOWN.value),
        )

    def _mine(self, job: MailJob) -> sa.Update:
        return mails.update().where(
            mails.c.id == job.id,
            mails.c.owner == self._owner,
            mails.c.attempts == job.attempt,
        )


def _what_is_new(row: Row) -> MailKind | None:
    """Say what a subscription is to be told first."""
    if (row["told_state"], row["told_attempts"]) != (row["state"], row["attempts"]):
        return kind_for(State(row["state"]))
    changed = row["status"] in _NEWS and row["status"] != row["told_status"]
    return MailKind.STATUS if changed else MailKind.COMMENT


def _still_true(row: Row) -> bool:
    """Tell whether a message still says what is so; otherwise a later one does or will."""
    match MailKind(row["kind"]):
        case MailKind.CONFIRM:
            return row["confirmed_at"] is None
        case MailKind.STATUS:
            return bool(row["status"] == row["status_now"])
        case MailKind.COMMENT:
            return State(row["outbox_state"]) is State.ACCEPTED
        case kind:
            return kind is kind_for(State(row["outbox_state"]))
