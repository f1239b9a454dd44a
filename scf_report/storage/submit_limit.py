"""How many new reports one network address may send.

They are counted in the transaction that stores them, since repeats of one report must not count
(docs/adr/0004).
"""

from collections import Counter
from collections.abc import Sequence
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
    sa.Column("at", Moment, nullable=False, index=True),
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
_NOTE = submits.insert().returning(submits.c.id)
"""With RETURNING, many rows are one statement, which hands the interpreter on once."""


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


def count_submits(
    connection: sa.Connection,
    limit: SubmitLimit,
    endpoint: str,
    hashes: Sequence[str],
    now: datetime,
) -> None:
    """Count one new report for each keyed hash of an address, which may be there several times.

    Raises TooManyReportsError if any of them goes beyond the limit.
    """
    connection.execute(_FORGET, {"since": now - limit.window})
    for hashed, times in Counter(hashes).items():
        if times > limit.reports:
            raise TooManyReportsError(now + limit.window)
        nth = {"hashed": hashed, "earlier": limit.reports - times}
        if oldest := connection.execute(_NTH, nth).scalar_one_or_none():
            raise TooManyReportsError(oldest + limit.window)
    new = {"endpoint": endpoint, "at": now}
    connection.execute(_NOTE, [{**new, "address_hash": each} for each in hashes])
