"""Who wants to hear by e-mail what becomes of a report: asking, confirming, ending."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from scf_report.domain.delivery import State
from scf_report.domain.issue import IssueStatus
from scf_report.domain.mail import BETWEEN_CONFIRMATIONS, MailKind, MailState
from scf_report.storage.database import Database
from scf_report.storage.mail_tables import confirmations, mails, new_mail, subscriptions
from scf_report.storage.outbox import Along, outbox
from scf_report.storage.sealing import Sealer

MOST_ADDRESSES = 5
"""Addresses that may follow one report, so that a receipt is no tool for writing to strangers."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the page of a message's key shows. ``references`` are those that its button is about."""

    key: str
    receipt: str
    confirmed: bool
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody gave this address, to hear about this report in this language.

    ``reporter``: with the report itself. Only such an address is ever told the second key, since
    whoever has a receipt can only view the report.
    """

    outbox_id: str
    address: str
    language: str
    reporter: bool


class Mailbox:
    """Subscriptions of one endpoint. The worker's side is ``mail_queue``."""

    def __init__(self, database: Database, sealer: Sealer, endpoint: str) -> None:
        self._database, self._sealer, self._endpoint = database, sealer, endpoint

    def joining(self, outbox_id: str, address: str, language: str) -> Along:
        """Make the part of a submit that asks the reporter's address whether it wants updates."""

        def write(connection: sa.Connection, now: datetime) -> None:
            self._subscribe(connection, Wish(outbox_id, address, language, reporter=True), now)

        return write

    def moving(self, outbox_id: str, address: str, language: str) -> Along:
        """Make the part of a correction that follows the reporter's address, "" for no updates.

        Another address is asked, and the one that was given before is forgotten.
        """

        def write(connection: sa.Connection, now: datetime) -> None:
            hashed = self._sealer.keyed_hash(address.lower())
            connection.execute(
                subscriptions.delete().where(
                    subscriptions.c.outbox_id == outbox_id,
                    subscriptions.c.reporter,
                    subscriptions.c.address_hash != hashed,
                )
            )
            if address:
                wish = Wish(outbox_id, address, language, reporter=True)
                self._subscribe(connection, wish, now)

        return write

    def ask(self, receipt: str, address: str, language: str) -> None:
        """Ask an address that was given at the receipt. Says nothing of what was known of it."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            query = sa.select(outbox.c.id).where(self._worth_following(receipt))
            outbox_id = connection.execute(query).scalar_one_or_none()
            if outbox_id is not None:
                wish = Wish(outbox_id, address, language, reporter=False)
                self._subscribe(connection, wish, now)

    def find(self, key: str) -> Subscription | None:
        """Return what this key is about, or None."""
        with self._database.read() as connection:
            row = self._row(connection, key)
            if row is None:
                return None
            query = (
                sa.select(outbox.c.reference)
                .join(subscriptions, subscriptions.c.outbox_id == outbox.c.id)
                .where(self._meant(row))
                .order_by(outbox.c.saved_at)
            )
            references = tuple(connection.execute(query).scalars())
        return Subscription(key, row["receipt"], row["confirmed_at"] is not None, references)

    def confirm(self, key: str) -> bool:
        """Begin the updates that this address was asked about; False if there is no such key."""
        with self._database.write() as connection:
            row = self._row(connection, key)
            if row is None:
                return False
            if row["confirmed_at"] is None:
                self._confirm(connection, row)
        return True

    def end(self, key: str) -> bool:
        """End the updates of this key, or all that the address has not confirmed, and forget it.

        False if there is no such key (any more).
        """
        with self._database.write() as connection:
            row = self._row(connection, key)
            if row is None:
                return False
            connection.execute(subscriptions.delete().where(self._meant(row)))
        return True

    def takes_addresses(self, receipt: str) -> bool:
        """Tell whether there may still be something to tell about a receipt's report."""
        query = sa.select(outbox.c.id).where(self._worth_following(receipt))
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def awaits_confirmation(self, receipt: str) -> bool:
        """Tell whether the reporter's own address has been asked and has not confirmed yet."""
        query = (
            sa.select(subscriptions.c.id)
            .join(outbox, subscriptions.c.outbox_id == outbox.c.id)
            .where(
                outbox.c.receipt == receipt,
                subscriptions.c.reporter,
                subscriptions.c.confirmed_at.is_(None),
            )
        )
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def _worth_following(self, receipt: str) -> sa.ColumnElement[bool]:
        # Once personal data is forgotten, no new address is taken: nothing would forget that one.
        over = (State.WITHDRAWN.value, State.REJECTED.value)
        return sa.and_(
            outbox.c.receipt == receipt,
            outbox.c.endpoint == self._endpoint,
            outbox.c.state.not_in(over),
            outbox.c.forgotten.is_(False),
        )

    def _confirm(self, connection: sa.Connection, row: Mapping[Any, Any]) -> None:
        """Confirm all that the address waits for: one confirmation a day covers what came meanwhile."""
        query = sa.select(subscriptions.c.id).where(self._meant(row))
        ids = list(connection.execute(query).scalars())
        now = self._database.now(connection)
        connection.execute(
            subscriptions.update().where(subscriptions.c.id.in_(ids)).values(confirmed_at=now)
        )
        connection.execute(
            mails.delete().where(
                mails.c.subscription_id.in_(ids),
                mails.c.kind == MailKind.CONFIRM.value,
                mails.c.state == MailState.QUEUED.value,
            )
        )

    def _subscribe(self, connection: sa.Connection, wish: Wish, now: datetime) -> None:
        hashed = self._sealer.keyed_hash(wish.address.lower())
        last = self._lock_confirmation(connection, hashed)
        query = sa.select(subscriptions.c.address_hash).where(
            subscriptions.c.outbox_id == wish.outbox_id
        )
        known = set(connection.execute(query).scalars())
        if hashed in known or len(known) >= MOST_ADDRESSES:
            return
        key = secrets.token_urlsafe(24)
        new = subscriptions.insert().values(
            endpoint=self._endpoint,
            outbox_id=wish.outbox_id,
            address=self._sealer.seal(wish.address),
            address_hash=hashed,
            key=self._sealer.seal(key),
            key_hash=_hash(key),
            language=wish.language,
            reporter=wish.reporter,
            created_at=now,
            told_state="",
            told_attempts=0,
            told_status=IssueStatus.OPEN.value,
        )
        made = connection.execute(new.returning(subscriptions.c.id)).scalar_one()
        if self._confirmation_waits(connection, hashed):
            return  # and will cover this one, too
        due = _next_slot(last, now)
        asked = confirmations.update().where(confirmations.c.address_hash == hashed)
        connection.execute(asked.values(at=due))
        mail = new_mail(self._endpoint, made, MailKind.CONFIRM, due)
        connection.execute(mails.insert().values(**mail))

    def _confirmation_waits(self, connection: sa.Connection, hashed: str) -> bool:
        query = (
            sa.select(mails.c.id)
            .join(subscriptions, mails.c.subscription_id == subscriptions.c.id)
            .where(
                subscriptions.c.address_hash == hashed,
                mails.c.kind == MailKind.CONFIRM.value,
                mails.c.state == MailState.QUEUED.value,
            )
        )
        return connection.execute(query).first() is not None

    def _lock_confirmation(self, connection: sa.Connection, hashed: str) -> datetime | None:
        """Let requests for one address pass one by one; returns when it was or will be asked last."""
        new = {"address_hash": hashed, "endpoint": self._endpoint, "at": None}
        self._database.insert_if_absent(connection, confirmations, new)
        query = (
            sa.select(confirmations.c.at)
            .where(confirmations.c.address_hash == hashed)
            .with_for_update()
        )
        last: datetime | None = connection.execute(query).scalar_one()
        return last

    def _row(self, connection: sa.Connection, key: str) -> Mapping[Any, Any] | None:
        query = (
            sa.select(subscriptions, outbox.c.receipt)
            .join(outbox, subscriptions.c.outbox_id == outbox.c.id)
            .where(
                subscriptions.c.key_hash == _hash(key),
                subscriptions.c.endpoint == self._endpoint,
            )
        )
        return connection.execute(query).mappings().first()

    def _meant(self, row: Mapping[Any, Any]) -> sa.ColumnElement[bool]:
        """Say which subscriptions a key is about: its own, or all that wait for this address."""
        if row["confirmed_at"] is not None:
            return sa.and_(subscriptions.c.id == row["id"])
        return sa.and_(
            subscriptions.c.endpoint == self._endpoint,
            subscriptions.c.address_hash == row["address_hash"],
            subscriptions.c.confirmed_at.is_(None),
        )


def _next_slot(last: datetime | None, now: datetime) -> datetime:
    """Say when an address may be asked (again), once a day at most."""
    if last is None:
        return now
    if last > now:
        return last  # whatever was to go then was confirmed or ended before
    return max(now, last + BETWEEN_CONFIRMATIONS)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
