"""Tell what has become of a report, to whoever has its receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scf_report.domain.api_choice import Api
from scf_report.domain.delivery import State
from scf_report.domain.receipt import PublicPart, Receipt
from scf_report.domain.report import Reference
from scf_report.storage.budget import UpstreamBudget
from scf_report.storage.database import Database
from scf_report.storage.outbox import reasons_of
from scf_report.storage.sealing import Sealer
from scf_report.storage.tickets import Tickets
from scf_report.storage.watches import Watches, status_in


@dataclass(frozen=True, slots=True)
class TrackReport:
    """Reads receipts; changes nothing but the ticket that it redeems, and who reads what."""

    database: Database
    sealer: Sealer
    watches: Watches
    budget: UpstreamBudget
    tickets: Tickets

    def track(self, receipt: str) -> Receipt | None:
        """Return the receipt's present state, or None if there is no such receipt."""
        row = self.watches.find(receipt)
        return None if row is None else self.read(row)

    def show(self, receipt: str) -> Receipt | None:
        """Do the same for somebody who reads it now: what the city says of it is kept fresh then."""
        row = self.watches.find(receipt)
        if row is None:
            return None
        self.watches.note_reader(row)
        return self.read(row)

    def change_key(self, receipt: str, ticket: str) -> str | None:
        """Return the second key, once for each ticket and within its ten minutes; else None."""
        return self.tickets.redeem(ticket, receipt)

    def read(self, row: Mapping[str, Any]) -> Receipt:
        """Make a receipt of an outbox row."""
        state = State(row["state"])
        return Receipt(
            reference=Reference(row["reference"]),
            state=state,
            public=PublicPart(**self.sealer.open(row["payload"])["public"]),
            saved_at=row["saved_at"],
            attempts=row["attempts"],
            last_attempt_at=row["last_attempt_at"],
            next_try_at=self._next_try(state, row),
            settled_at=row["settled_at"],
            upstream_id=row["upstream_id"],
            notice=row["notice"],
            reasons=reasons_of(row) if state is State.REJECTED else (),
            api=Api.of(row["api"]),
            city=status_in(row),
        )

    def _next_try(self, state: State, row: Mapping[str, Any]) -> datetime | None:
        """When the next try is planned, if one is: later than this moment, or None."""
        if state not in (State.QUEUED, State.UNCERTAIN, State.HELD) or row["due"] is None:
            return None
        with self.database.read() as connection:
            now = self.database.now(connection)
            away_until = self.budget.away_until(connection) if state is State.QUEUED else None
        latest: datetime = max(row["due"], away_until or row["due"])
        return latest if latest > now else None
