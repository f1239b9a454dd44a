"""What the city's record of a delivered report says, asked rarely and only while somebody wants to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from scf_report.domain.api_choice import Api
from scf_report.domain.delivery import State
from scf_report.domain.issue import Issue, IssueStatus
from scf_report.domain.watching import (
    LOOKED_AT_LATELY,
    NOTE_SEEN_AGAIN,
    CityStatus,
    next_look,
)
from scf_report.storage.database import Database, Moment, Row, metadata
from scf_report.storage.mail_tables import subscriptions
from scf_report.storage.outbox import outbox

watches = sa.Table(
    "watch",
    metadata,
    sa.Column("outbox_id", sa.ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("words", sa.String(200), nullable=False),
    sa.Column("as_of", Moment),
    sa.Column("due", Moment),
    sa.Column("looks", sa.Integer, nullable=False),
    sa.Column("receipt_seen_at", Moment),
    sa.Column("comments_due", Moment),
    sa.Column("commented_at", Moment),
    sa.Index("ix_watch_due", "endpoint", "due"),
    sa.Index("ix_watch_comments", "endpoint", "comments_due"),
)

TOGETHER = 50
"""Numbers in one call; longer lists make addresses that servers refuse."""
LEASE = timedelta(minutes=2)
"""How long nobody else asks about the same numbers."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One number to ask about."""

    outbox_id: str
    upstream_id: str
    looks: int
    accepted_at: datetime


class Watches:
    """The records of one endpoint that are watched, over Open311.

    ``same_ids``: APIv2's numbers are Open311's, too. Else a report that went out over APIv2 is
    not watched here, since another record may have its number.
    """

    def __init__(self, database: Database, endpoint: str, *, same_ids: bool = False) -> None:
        self._database, self._endpoint, self._same_ids = database, endpoint, same_ids
        apis = (Api.OPEN311, Api.APIV2) if same_ids else (Api.OPEN311,)
        self._apis = [api.code for api in apis]

    def find(self, receipt: str) -> Row | None:
        """Return the outbox row that this receipt shows, with what is known of its record, or None."""
        return self._database.first(_BY_RECEIPT, {"of": receipt})

    def note_reader(self, row: Row) -> None:
        """Note that somebody reads the receipt of this row now: its record is worth asking about."""
        sent = row["state"] == State.ACCEPTED.value and row["upstream_id"]
        if not sent or row["api"] not in self._apis or row["endpoint"] != self._endpoint:
            return
        now, seen_at = self._database.time(), row["receipt_seen_at"]
        if seen_at and seen_at > now - NOTE_SEEN_AGAIN:
            return
        with self._database.write() as connection:
            self._watch(connection, row["id"], row["settled_at"])
            this = watches.c.outbox_id == row["id"]
            connection.execute(watches.update().where(this).values(receipt_seen_at=now))

    def adopt(self) -> None:
        """Begin to watch the records that confirmed addresses follow."""
        query = (
            sa.select(outbox.c.id, outbox.c.settled_at)
            .join(subscriptions, subscriptions.c.outbox_id == outbox.c.id)
            .outerjoin(watches, watches.c.outbox_id == outbox.c.id)
            .where(
                outbox.c.endpoint == self._endpoint,
                outbox.c.state == State.ACCEPTED.value,
                outbox.c.upstream_id.is_not(None),
                outbox.c.api.in_(self._apis),
                subscriptions.c.confirmed_at.is_not(None),
                watches.c.outbox_id.is_(None),
            )
            .distinct()
            .limit(TOGETHER)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        if rows:
            with self._database.write() as connection:
                for row in rows:
                    self._watch(connection, row.id, row.settled_at)

    def claim(self) -> tuple[Watched, ...]:
        """Take the numbers that are to be asked about now, the longest waiting first."""
        with self._database.read() as connection:
            due = self._due(self._database.now(connection))
            if (
                connection.execute(sa.select(watches.c.outbox_id).where(due).limit(1)).first()
                is None
            ):
                return ()
        with self._database.write() as connection:
            now = self._database.now(connection)
            query = (
                sa.select(watches, outbox.c.upstream_id, outbox.c.settled_at)
                .join(outbox, watches.c.outbox_id == outbox.c.id)
                .where(self._due(now))
                .order_by(watches.c.due)
                .limit(TOGETHER)
                .with_for_update(of=watches, skip_locked=True)
            )
            rows = connection.execute(query).mappings().all()
            ids = [row["outbox_id"] for row in rows]
            taken = watches.update().where(watches.c.outbox_id.in_(ids))
            connection.execute(taken.values(due=now + LEASE))
        return tuple(
            Watched(row["outbox_id"], row["upstream_id"], row["looks"], row["settled_at"])
            for row in rows
        )

    def record(self, watched: Sequence[Watched], issues: Mapping[str, Issue]) -> None:
        """Write down what the city's list said; a number that it does not show keeps what was known."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            for each in watched:
                issue = issues.get(each.upstream_id)
                status = issue.status if issue else None
                due = next_look(each.looks + 1, each.accepted_at, now, status)
                values: dict[str, Any] = {"due": due, "looks": each.looks + 1}
                if issue is not None:
                    values |= {
                        "status": issue.status.value,
                        "words": issue.raw_status[:200],
                        "as_of": now,
                    }
                    if self._same_ids:
                        # It is public, and worth reading what was said about it.
                        waiting = watches.c.comments_due
                        values["comments_due"] = sa.func.coalesce(
                            waiting, sa.literal(now, Moment)
                        )
                this = watches.c.outbox_id == each.outbox_id
                connection.execute(watches.update().where(this).values(**values))

    def put_off(self, watched: Sequence[Watched], wait: timedelta) -> None:
        """Ask again after this time; nothing was learned."""
        ids = [each.outbox_id for each in watched]
        with self._database.write() as connection:
            due = self._database.now(connection) + wait
            these = watches.c.outbox_id.in_(ids)
            connection.execute(watches.update().where(these).values(due=due))

    def _due(self, now: datetime) -> sa.ColumnElement[bool]:
        followed = sa.exists().where(
            subscriptions.c.outbox_id == watches.c.outbox_id,
            subscriptions.c.confirmed_at.is_not(None),
        )
        seen = watches.c.receipt_seen_at > now - LOOKED_AT_LATELY
        return sa.and_(
            watches.c.endpoint == self._endpoint, watches.c.due <= now, sa.or_(seen, followed)
        )

    def _watch(self, connection: sa.Connection, outbox_id: str, accepted_at: datetime) -> None:
        now = self._database.now(connection)
        new = {
            "outbox_id": outbox_id,
            "endpoint": self._endpoint,
            "status": "",
            "words": "",
            "due": next_look(0, accepted_at, now, None),
            "looks": 0,
        }
        self._database.insert_if_absent(connection, watches, new)


_BY_RECEIPT = (
    sa.select(
        outbox, watches.c.status, watches.c.words, watches.c.as_of, watches.c.receipt_seen_at
    )
    .outerjoin(watches, watches.c.outbox_id == outbox.c.id)
    .where(outbox.c.receipt == sa.bindparam("of"))
)


def status_in(row: Row) -> CityStatus | None:
    """Return what a row of :meth:`Watches.find` says of the record; None if nothing is known."""
    if not row.get("as_of") or not row["status"]:
        return None
    return CityStatus(IssueStatus(row["status"]), row["words"], row["as_of"])
