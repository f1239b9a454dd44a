"""How many new reports one network address may send.

They are counted in the transaction that stores them, since repeats of one report must not count
(docs/adr/0004).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from scf_report.storage.database import Moment, metadata

submits = sa.Table(
    "submit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("address_hash", sa.String(64), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_submit_address_hash", "address_hash", "at"),
)

_FORGET = submits.delete().where(submits.c.at <= sa.bindparam("since"))
_NTH = (
    sa.select(submits.c.at)
    .where(submits.c.address_hash == sa.bindparam("hashed"))
    .order_by(submits.c.at.desc())
    .offset(sa.bindparam("earlier", type_=sa.Integer))
    .limit(1)
)
_NEW = sa.select(
    sa.bindparam("endpoint", type_=sa.String),
    sa.bindparam("hashed", type_=sa.String),
    sa.bindparam("now", type_=Moment),
).where(~_NTH.exists())
_NOTE = (
    submits.insert()
    .from_select(["endpoint", "address_hash", "at"], _NEW)
    .execution_options(preserve_rowcount=True)
)


@dataclass(frozen=True, slots=True)
class SubmitLimit:
    """At most ``reports`` new reports from one address in ``window`` (SCF_REPORT_LIMIT)."""

    reports: int
    window: timedelta


class TooManyReportsError(Exception):
    """This address has sent its number of new reports; ``retry_at`` is when the next may come."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__(f"too many new reports until {retry_at.isoformat()}")
        self.retry_at = retry_at


def count_submit(
    connection: sa.Connection, limit: SubmitLimit, endpoint: str, hashed: str, now: datetime
) -> None:
    """Count one of the address with this keyed hash. Raises TooManyReportsError beyond the limit."""
    connection.execute(_FORGET, {"since": now - limit.window})
    nth = {"hashed": hashed, "earlier": limit.reports - 1}
    noted = connection.execute(_NOTE, {**nth, "endpoint": endpoint, "now": now})
    if noted.rowcount == 0:
        oldest = connection.execute(_NTH, nth).scalar_one()
        raise TooManyReportsError(oldest + limit.window)
