"""What an operator may see and do with deliveries: never what residents wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf_report.domain.delivery import State
from scf_report.storage.outbox import Outbox

SHOWN = (
    "reference",
    "endpoint",
    "state",
    "service_code",
    "saved_at",
    "due",
    "attempts",
    "look_ups",
    "last_attempt_at",
    "lease_until",
    "settled_at",
    "upstream_id",
    "notice",
    "reasons",
)
"""The columns that hold neither secrets nor personal data."""


@dataclass(frozen=True, slots=True)
class OperateOutbox:
    """The operator's view of the outbox, by public reference."""

    outbox: Outbox

    def list(self, state: State | None) -> Sequence[Mapping[str, Any]]:
        """Return deliveries, the longest waiting first."""
        return [_shown(row) for row in self.outbox.list(state)]

    def show(self, reference: str) -> Mapping[str, Any] | None:
        """Return one delivery, None if there is none with this reference."""
        row = self.outbox.find_by_reference(reference.strip().upper())
        return None if row is None else _shown(row)

    def retry(self, reference: str) -> bool:
        """Make it due now; False when it is in a state that cannot simply be retried."""
        row = self.outbox.find_by_reference(reference.strip().upper())
        return row is not None and self.outbox.retry(row["id"])


def _shown(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: row[name] for name in SHOWN}
