"""Look whether the database is fit to keep reports: for the operator's check-up."""

from enum import Enum
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from scf_report.domain.delivery import WORKED_ON
from scf_report.storage.backlog import UNFINISHED
from scf_report.storage.counts import Counts
from scf_report.storage.database import Database, StoreAwayError
from scf_report.storage.outbox import outbox
from scf_report.storage.sealing import SealBrokenError, Sealer

SAMPLE = 100
"""Deliveries whose seal is tried, the longest waiting first."""


class Fitness(Enum):
    """What the database can do."""

    AWAY = "away"
    OUTDATED = "outdated"
    READ_ONLY = "read only"
    FIT = "fit"


def fitness(database: Database, counts: Counts) -> Fitness:
    """Read, compare the tables' version with the code's, and write one row for good."""
    try:
        with database.read() as connection:
            present = MigrationContext.configure(connection).get_current_heads()
    except StoreAwayError:
        return Fitness.AWAY
    scripts = ScriptDirectory(str(Path(__file__).parent / "migrations"))
    if set(present) != set(scripts.get_heads()):
        return Fitness.OUTDATED
    try:
        with database.write() as connection:
            counts.add_in(connection, "checkups")
    except StoreAwayError:
        return Fitness.READ_ONLY
    return Fitness.FIT


def unreadable(database: Database, sealer: Sealer, endpoint: str) -> int:
    """Count deliveries under way that no configured key opens. Raises StoreAwayError."""
    query = (
        sa.select(outbox.c.payload)
        .where(
            outbox.c.endpoint == endpoint,
            outbox.c.state.in_([state.value for state in UNFINISHED]),
        )
        .order_by(outbox.c.saved_at)
        .limit(SAMPLE)
    )
    with database.read() as connection:
        payloads = connection.execute(query).scalars().all()
    return sum(not _opens(sealer, payload) for payload in payloads)


def foreign(database: Database, endpoint: str) -> int:
    """Count what waits here for workers of another upstream. Raises StoreAwayError."""
    query = sa.select(sa.func.count()).where(
        outbox.c.endpoint != endpoint,
        outbox.c.state.in_([state.value for state in WORKED_ON]),
    )
    with database.read() as connection:
        number: int = connection.execute(query).scalar_one()
    return number


def _opens(sealer: Sealer, payload: str) -> bool:
    try:
        sealer.open(payload)
    except SealBrokenError:
        return False
    return True
