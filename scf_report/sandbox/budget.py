"""How often one caller may ask (upstream.md 2.1: 20 requests a minute, 429 with Retry-After)."""

import math

from scf_report.sandbox.store import Store

WINDOW = 60.0
"""Seconds over which calls are counted, sliding."""


def count_call(store: Store, caller: str, *, limit: int, now: float) -> int:
    """Count a call of this caller; return 0, or the seconds to wait when there were too many.

    A refused call is not counted.
    """
    with store.writing() as db:
        db.execute("DELETE FROM calls WHERE at <= ?", (now - WINDOW,))
        times: list[float] = [
            row["at"]
            for row in db.execute(
                "SELECT at FROM calls WHERE caller = ? ORDER BY at", (caller,)
            )
        ]
        if len(times) < limit:
            db.execute("INSERT INTO calls VALUES (?, ?)", (caller, now))
            return 0
        return max(1, math.ceil(times[len(times) - limit] + WINDOW - now))
