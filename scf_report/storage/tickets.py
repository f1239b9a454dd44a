"""Tickets: each shows the second key of one report once, within ten minutes of a submit."""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from scf_report.storage.database import Database, Moment, metadata
from scf_report.storage.outbox import Along, outbox
from scf_report.storage.sealing import Sealer

TICKET_LIFE = timedelta(minutes=10)

tickets = sa.Table(
    "ticket",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("outbox_id", sa.ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False),
    sa.Column("until", Moment, nullable=False, index=True),
)

_FORGET = tickets.delete().where(tickets.c.until <= sa.bindparam("now"))
_STORE = tickets.insert()


class Tickets:
    """Hands out tickets and redeems each of them once."""

    def __init__(self, database: Database, sealer: Sealer, endpoint: str) -> None:
        self._database, self._sealer, self._endpoint = database, sealer, endpoint

    def issue(self, draft_id: str) -> str:
        """Make a ticket for the submitted draft."""
        ticket, write = self.prepare(draft_id)
        with self._database.write() as connection:
            write(connection, self._database.now(connection))
        return ticket

    def prepare(self, draft_id: str) -> tuple[str, Along]:
        """Make a ticket, and the part of a submit that stores it."""
        ticket = secrets.token_urlsafe(24)

        def write(connection: sa.Connection, now: datetime) -> None:
            connection.execute(_FORGET, {"now": now})
            row = {"hash": _hash(ticket), "endpoint": self._endpoint, "outbox_id": draft_id}
            connection.execute(_STORE, {**row, "until": now + TICKET_LIFE})

        return ticket, write

    def redeem(self, ticket: str, receipt: str) -> str | None:
        """Return the second key of the receipt's report, once; None if the ticket is not good for it."""
        mine = sa.select(outbox.c.id).where(outbox.c.receipt == receipt).scalar_subquery()
        with self._database.write() as connection:
            now = self._database.now(connection)
            used = connection.execute(
                tickets.delete()
                .where(
                    tickets.c.hash == _hash(ticket),
                    tickets.c.until > now,
                    tickets.c.outbox_id == mine,
                )
                .returning(tickets.c.outbox_id)
            ).scalar_one_or_none()
            if used is None:
                return None
            query = sa.select(outbox.c.change_key).where(outbox.c.id == used)
            sealed = connection.execute(query).scalar_one()
        return str(self._sealer.open(sealed))


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
