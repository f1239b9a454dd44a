"""Whose comments are read for those who follow a report by e-mail, when, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from scf_report.domain.api_choice import Api
from scf_report.domain.conversation import Conversation
from scf_report.domain.delivery import State
from scf_report.domain.watching import newest_comment, next_look
from scf_report.storage.database import Database
from scf_report.storage.mail_tables import subscriptions
from scf_report.storage.outbox import outbox
from scf_report.storage.sealing import SealBrokenError, Sealer
from scf_report.storage.watches import LEASE, watches

TOGETHER = 50
"""Reports that begin to be watched at a time."""


@dataclass(frozen=True, slots=True)
class Followed:
    """One issue to read. ``person_id`` is who reported it as themselves, None for nobody."""

    outbox_id: str
    upstream_id: str
    person_id: str | None
    looks: int
    accepted_at: datetime
    commented_at: datetime | None


class CommentWatches:
    """The issues of one endpoint that are read over APIv2.

    ``same_ids``: Open311's numbers are APIv2's, too. Then the look at a report's status, which
    finds public ones only, says when comments are read. Else only reports that went out over
    APIv2 have a number there; nobody asks about those over Open311, so the same schedule is kept
    here, and what the issue says of its status is kept, too.
    """

    def __init__(
        self, database: Database, sealer: Sealer, endpoint: str, *, same_ids: bool
    ) -> None:
        self._database, self._sealer = database, sealer
        self._endpoint, self._same_ids = endpoint, same_ids

    def adopt(self) -> None:
        """Begin to watch what confirmed addresses follow and no look at statuses would find."""
        if self._same_ids:
            return
        query = (
            sa.select(outbox.c.id, outbox.c.settled_at, outbox.c.payload)
            .outerjoin(watches, watches.c.outbox_id == outbox.c.id)
            .where(
                outbox.c.endpoint == self._endpoint,
                outbox.c.state == State.ACCEPTED.value,
                outbox.c.upstream_id.is_not(None),
                outbox.c.api == Api.APIV2.code,
                _followed(outbox.c.id),
                watches.c.outbox_id.is_(None),
            )
            .limit(TOGETHER)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        if rows:
            with self._database.write() as connection:
                for row in rows:
                    public = self._is_public(row.payload)
                    self._watch(connection, row.id, row.settled_at, public=public)

    def claim(self) -> Followed | None:
        """Take the issue that has waited longest to be read, None if none is due."""
        with self._database.read() as connection:
            due = self._due(self._database.now(connection))
            one = sa.select(watches.c.outbox_id).where(due).limit(1)
            if connection.execute(one).first() is None:
                return None
        with self._database.write() as connection:
            now = self._database.now(connection)
            query = (
                sa.select(
                    watches.c.outbox_id,
                    outbox.c.upstream_id,
                    outbox.c.person_id,
                    watches.c.looks,
                    outbox.c.settled_at.label("accepted_at"),
                    watches.c.commented_at,
                )
                .join(outbox, watches.c.outbox_id == outbox.c.id)
                .where(self._due(now))
                .order_by(watches.c.comments_due)
                .limit(1)
                .with_for_update(of=watches, skip_locked=True)
            )
            row = connection.execute(query).mappings().first()
            if row is None:
                return None
            taken = watches.update().where(watches.c.outbox_id == row["outbox_id"])
            connection.execute(taken.values(comments_due=now + LEASE))
            return Followed(**row)

    def record(self, issue: Followed, found: Conversation | None) -> None:
        """Write down what was said; None, where nobody in particular may read it, ends the reading."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            values: Mapping[str, Any] = {"comments_due": None}
            if found is not None:
                values = self._heard(issue, found, now)
            this = watches.c.outbox_id == issue.outbox_id
            connection.execute(watches.update().where(this).values(**values))

    def put_off(self, issue: Followed, wait: timedelta) -> None:
        """Read it after this time; nothing was learned."""
        with self._database.write() as connection:
            due = self._database.now(connection) + wait
            this = watches.c.outbox_id == issue.outbox_id
            connection.execute(watches.update().where(this).values(comments_due=due))

    def _heard(self, issue: Followed, found: Conversation, now: datetime) -> dict[str, Any]:
        # A comment that was taken back since does not make the one before it new again.
        times = (issue.commented_at, newest_comment(found, issue.person_id))
        values: dict[str, Any] = {
            "comments_due": None,
            "commented_at": max((each for each in times if each), default=None),
        }
        if not self._same_ids:
            status, looks = found.issue.status, issue.looks + 1
            values |= {
                "status": status.value,
                "words": found.issue.raw_status[:200],
                "as_of": now,
                "looks": looks,
                "comments_due": next_look(looks, issue.accepted_at, now, status),
            }
        return values

    def _due(self, now: datetime) -> sa.ColumnElement[bool]:
        return sa.and_(
            watches.c.endpoint == self._endpoint,
            watches.c.comments_due <= now,
            _followed(watches.c.outbox_id),
        )

    def _is_public(self, payload: str) -> bool:
        try:
            return not self._sealer.open(payload)["public"].get("private")
        except SealBrokenError:
            return False  # as far as anybody can tell

    def _watch(
        self, connection: sa.Connection, outbox_id: str, accepted_at: datetime, *, public: bool
    ) -> None:
        now = self._database.now(connection)
        new = {
            "outbox_id": outbox_id,
            "endpoint": self._endpoint,
            "status": "",
            "words": "",
            "looks": 0,
            "comments_due": next_look(0, accepted_at, now, None) if public else None,
        }
        self._database.insert_if_absent(connection, watches, new)


def _followed(outbox_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        subscriptions.c.outbox_id == outbox_id, subscriptions.c.confirmed_at.is_not(None)
    )
