"""How many deliveries are not at their end, how old they are, and since when they are due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from scf_report.domain.delivery import FINAL, WORKED_ON, State
from scf_report.storage.outbox import outbox

UNFINISHED = tuple(state for state in State if state not in FINAL)


@dataclass(frozen=True, slots=True)
class Depth:
    """The deliveries in one state: how many, and when the oldest was saved."""

    number: int = 0
    oldest_saved_at: datetime | None = None


def depths(connection: sa.Connection, endpoint: str) -> Mapping[State, Depth]:
    """Count the deliveries in each state that is not an end."""
    query = (
        sa.select(outbox.c.state, sa.func.count(), sa.func.min(outbox.c.saved_at))
        .where(
            outbox.c.endpoint == endpoint,
            outbox.c.state.in_([state.value for state in UNFINISHED]),
        )
        .group_by(outbox.c.state)
    )
    found = {
        State(state): Depth(number, oldest)
        for state, number, oldest in connection.execute(query)
    }
    return {state: found.get(state, Depth()) for state in UNFINISHED}


def longest_due(
    connection: sa.Connection, endpoint: str, now: datetime
) -> Mapping[State, datetime]:
    """Tell since when the longest due delivery of each state waits for a worker."""
    query = (
        sa.select(outbox.c.state, sa.func.min(outbox.c.due))
        .where(
            outbox.c.endpoint == endpoint,
            outbox.c.due <= now,
            outbox.c.state.in_([state.value for state in WORKED_ON]),
        )
        .group_by(outbox.c.state)
    )
    return {State(state): due for state, due in connection.execute(query)}
