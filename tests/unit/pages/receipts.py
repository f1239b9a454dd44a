"""Receipts in every state that a report may be in."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from scf_report.domain.delivery import Refusal, State
from scf_report.domain.receipt import PublicPart, Receipt
from scf_report.domain.report import Reference

NOW = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)


def receipt(state: State, **changes: Any) -> Receipt:  # any field
    """Build a receipt as far as a state determines it."""
    made = Receipt(
        reference=Reference("R7F3-K2QX"),
        state=state,
        public=PublicPart(
            "Near <1200> W Madison St",
            "Pothole",
            "Streets & Sanitation",
            "[R7F3-K2QX] Deep\nhole",
            1,
        ),
        saved_at=NOW,
        attempts=1,
        last_attempt_at=NOW,
        next_try_at=None,
        settled_at=None,
        upstream_id="14203771" if state is State.ACCEPTED else None,
        notice="",
        reasons=(Refusal("Name the <nearest> cross street."),)
        if state is State.REJECTED
        else (),
    )
    return replace(made, **changes)
