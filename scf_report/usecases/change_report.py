"""Let the owner of the second key see everything that is kept, and withdraw what nobody has begun."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scf_report.domain.receipt import Receipt
from scf_report.storage.outbox import Outbox
from scf_report.storage.sealing import Sealer
from scf_report.usecases.track_report import TrackReport


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report in its owner's hands: the receipt, and every field that was or will be sent."""

    receipt: Receipt
    receipt_id: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """What the second key opens."""

    outbox: Outbox
    sealer: Sealer
    tracker: TrackReport

    def open(self, key: str) -> OwnReport | None:
        """Return the report that this key belongs to, or None."""
        row = self.outbox.find_by_change_key(key)
        return None if row is None else self._own(row)

    def withdraw(self, key: str) -> bool:
        """Withdraw the report; False when a worker has begun it, or it is settled."""
        row = self.outbox.find_by_change_key(key)
        return row is not None and self.outbox.withdraw(row["id"])

    def _own(self, row: Mapping[str, Any]) -> OwnReport:
        payload = self.sealer.open(row["payload"])
        fields = tuple((name, value) for name, value in payload["fields"])
        return OwnReport(self.tracker.read(row), row["receipt"], fields)
