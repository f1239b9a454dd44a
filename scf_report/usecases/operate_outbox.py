"""What an operator may see and do with deliveries: what residents wrote only if asked for by name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf_report.domain.delivery import State
from scf_report.storage.decisions import Decisions
from scf_report.storage.outbox import Outbox
from scf_report.storage.sealing import SealBrokenError, Sealer

PLAIN = (
    "reference",
    "endpoint",
    "state",
    "api",
    "service_code",
    "saved_at",
    "due",
    "attempts",
    "look_ups",
    "last_attempt_at",
    "lease_until",
    "settled_at",
    "upstream_id",
)
"""The columns that hold neither secrets nor words of anybody."""
SHOWN = (*PLAIN, "notice", "reasons")
"""Those and the city's words, which may quote what a resident wrote."""


@dataclass(frozen=True, slots=True)
class OperateOutbox:
    """The operator's view of the outbox, by public reference."""

    outbox: Outbox
    decisions: Decisions
    sealer: Sealer

    def list(self, state: State | None) -> Sequence[Mapping[str, Any]]:
        """Return deliveries, the longest waiting first."""
        return [_pick(row, SHOWN) for row in self.outbox.list(state)]

    def show(self, reference: str) -> Mapping[str, Any] | None:
        """Return one delivery with the decisions about it, None if there is none with this reference."""
        row = self.outbox.find_by_reference(reference.strip().upper())
        if row is None:
            return None
        decisions = self.decisions.of([row["id"]]).get(row["id"], ())
        return {**_pick(row, SHOWN), "decisions": decisions}

    def retry(self, reference: str) -> bool:
        """Make it due now; False when it is in a state that cannot simply be retried."""
        row = self.outbox.find_by_reference(reference.strip().upper())
        return row is not None and self.outbox.retry(row["id"])

    def export(self, state: State | None, *, personal: bool) -> Iterator[Mapping[str, Any]]:
        """Give all deliveries, the longest waiting first.

        Without ``personal`` there is nothing that anybody wrote and nobody's name. With it there
        are the city's words, who decided, and ``report``: the fields that are sent, the public
        part and the point; None where the key that it is sealed with is not configured.
        """
        page = self.outbox.list(state)
        while page:
            decisions = self.decisions.of([row["id"] for row in page])
            for row in page:
                about = decisions.get(row["id"], ())
                if personal:
                    yield {
                        **_pick(row, SHOWN),
                        "decisions": about,
                        "report": self._opened(row["payload"]),
                    }
                else:
                    nameless = [_pick(each, ("at", "upstream_id")) for each in about]
                    yield {**_pick(row, PLAIN), "decisions": nameless}
            page = self.outbox.list(state, after=page[-1])

    def _opened(self, payload: str) -> Any:  # noqa: ANN401  # JSON
        try:
            return self.sealer.open(payload)
        except SealBrokenError:
            return None


def _pick(row: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
    return {name: row[name] for name in names}
