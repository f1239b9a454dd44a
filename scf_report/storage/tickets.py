"""Tickets: each shows the second key of one report once, within ten minutes of a submit.

A ticket is signed words, so that a submit stores nothing for it; its use is what is stored.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from scf_report.storage.database import Database, Moment, metadata
from scf_report.storage.outbox import outbox
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
"""Those that were used and would still be good."""


class Tickets:
    """Hands out tickets and redeems each of them once."""

    def __init__(self, database: Database, sealer: Sealer, endpoint: str) -> None:
        self._database, self._sealer, self._endpoint = database, sealer, endpoint

    def issue(self, receipt: str) -> str:
        """Make a ticket for the report with this receipt."""
        until = round((self._database.time() + TICKET_LIFE).timestamp())
        words = f"{until}.{secrets.token_urlsafe(12)}"
        return f"{words}.{self._sealer.sign(_meaning(words, receipt))}"

    def redeem(self, ticket: str, receipt: str) -> str | None:
        """Return the second key of the receipt's report, once; None if the ticket is not good for it."""
        words, _, signature = ticket.rpartition(".")
        if not self._sealer.has_signed(_meaning(words, receipt), signature):
            return None
        until = datetime.fromtimestamp(int(words.partition(".")[0]), UTC)
        with self._database.write() as connection:
            now = self._database.now(connection)
            connection.execute(tickets.delete().where(tickets.c.until <= now))
            query = sa.select(outbox.c.id, outbox.c.change_key).where(
                outbox.c.receipt == receipt
            )
            found = connection.execute(query).one_or_none()
            if found is None or until <= now:
                return None
            used = {"hash": hashlib.sha256(ticket.encode()).hexdigest(), "until": until}
            row = {**used, "endpoint": self._endpoint, "outbox_id": found.id}
            if not self._database.insert_if_absent(connection, tickets, row):
                return None
        return str(self._sealer.open(found.change_key))


def _meaning(words: str, receipt: str) -> str:
    return f"ticket\0{receipt}\0{words}"
