"""Let the owner of the second key see everything that is kept, withdraw the report, and delete the data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scf_report.domain.delivery import FINAL, State
from scf_report.domain.receipt import Receipt
from scf_report.domain.report_form import ReportForm
from scf_report.storage.corrections import Corrections
from scf_report.storage.outbox import Outbox
from scf_report.storage.photos import StoredPhoto
from scf_report.storage.retention import forget_now
from scf_report.storage.sealing import Sealer
from scf_report.usecases.track_report import TrackReport


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report in its owner's hands: the receipt, and every field that was or will be sent."""

    outbox_id: str
    kept: str
    """The sealed report, as another correction would change it."""
    receipt: Receipt
    receipt_id: str
    fields: tuple[tuple[str, str], ...]
    forgotten: bool
    """Contact details, private answers and photo are deleted here."""
    form: ReportForm | None
    """The questions that it answers; None when what was entered is not kept (any more)."""
    photo: StoredPhoto | None

    @property
    def correctable(self) -> bool:
        """It can be changed now."""
        return self.receipt.changeable and self.form is not None

    def sent(self, *names: str) -> tuple[str, ...]:
        """Return the values of the fields with these names."""
        return tuple(value for name, value in self.fields if name in names)


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """What the second key opens."""

    outbox: Outbox
    corrections: Corrections
    sealer: Sealer
    tracker: TrackReport

    def open(self, key: str) -> OwnReport | None:
        """Return the report that this key belongs to, or None."""
        row = self.outbox.find_by_change_key(key)
        return None if row is None else self._own(row)

    def questions_of(self, receipt: str) -> ReportForm | None:
        """Return what a receipt's report was asked, without its answers; None when it is not kept (any more)."""
        row = self.outbox.find_by_receipt(receipt)
        return None if row is None else self.corrections.form_of(row["id"])

    def withdraw(self, key: str) -> bool:
        """Withdraw the report; False when a worker has begun it, or it is settled."""
        row = self.outbox.find_by_change_key(key)
        return row is not None and self.outbox.withdraw(row["id"])

    def delete(self, key: str) -> bool:
        """Delete the personal data here and now; a report that nobody has begun is withdrawn first.

        False while it is needed: the city has the report or may have it, and that is not settled.
        """
        row = self.outbox.find_by_change_key(key)
        if row is None:
            return False
        if State(row["state"]) not in FINAL:
            self.outbox.withdraw(row["id"])
        return forget_now(self.tracker.database, self.sealer, row["id"])

    def _own(self, row: Mapping[str, Any]) -> OwnReport:
        payload = self.sealer.open(row["payload"])
        return OwnReport(
            outbox_id=row["id"],
            kept=row["payload"],
            receipt=self.tracker.read(row),
            receipt_id=row["receipt"],
            fields=tuple((name, value) for name, value in payload["fields"]),
            forgotten=row["forgotten"],
            form=self.corrections.form_of(row["id"]),
            photo=self.corrections.photo_of(row["id"]),
        )
