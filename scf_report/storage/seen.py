"""Which types of ours are known to show in the upstream's public list soon after being taken.

Open311 does not say whether a type is private or moderated. A report of ours that a look-up
has found shows that its type is neither, and only then does an absent one prove anything.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from scf_report.storage.database import Database, Moment, metadata

seen_types = sa.Table(
    "seen_type",
    metadata,
    sa.Column("endpoint", sa.String(80), primary_key=True),
    sa.Column("service_code", sa.String(200), primary_key=True),
    sa.Column("seen_at", Moment),
    sa.Column("misses", sa.Integer, nullable=False),
)

TRIES = 3
"""After this many reports that did not show, a type counts as private or moderated."""


class SeenTypes:
    """What look-ups of one endpoint have shown about its types."""

    def __init__(self, database: Database, endpoint: str) -> None:
        self._database, self._endpoint = database, endpoint

    def is_seen(self, connection: sa.Connection, service_code: str) -> bool:
        """Tell whether a report of this type was found in the public list."""
        row = self._row(connection, service_code)
        return row is not None and row["seen_at"] is not None

    def is_open(self, connection: sa.Connection, service_code: str) -> bool:
        """Tell whether it is still worth looking."""
        row = self._row(connection, service_code)
        return row is None or (row["seen_at"] is None and row["misses"] < TRIES)

    def note(self, connection: sa.Connection, service_code: str, *, seen: bool) -> None:
        """Write down one look: found, or missed."""
        new = {"endpoint": self._endpoint, "service_code": service_code, "misses": 0}
        self._database.insert_if_absent(connection, seen_types, new)
        now = self._database.now(connection)
        values: dict[str, Any] = (
            {"seen_at": now} if seen else {"misses": seen_types.c.misses + 1}
        )
        connection.execute(seen_types.update().where(self._this(service_code)).values(**values))

    def _row(self, connection: sa.Connection, service_code: str) -> Mapping[Any, Any] | None:
        query = sa.select(seen_types).where(self._this(service_code))
        return connection.execute(query).mappings().first()

    def _this(self, service_code: str) -> sa.ColumnElement[bool]:
        return sa.and_(
            seen_types.c.endpoint == self._endpoint, seen_types.c.service_code == service_code
        )
