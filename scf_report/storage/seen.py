"""Which types of ours are known to show in the upstream's public list soon after being taken.

Open311 does not say whether a type is private or moderated. A report of ours that a look-up
has found shows that its type is neither, and only then does an absent one prove anything. What
one API shows says nothing about another's lists, so they are kept apart.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from scf_report.domain.api_choice import Api
from scf_report.storage.database import Database, Moment, metadata

seen_types = sa.Table(
    "seen_type",
    metadata,
    sa.Column("endpoint", sa.String(80), primary_key=True),
    sa.Column("api", sa.String(16), primary_key=True, default=Api.OPEN311.code),
    sa.Column("service_code", sa.String(200), primary_key=True),
    sa.Column("seen_at", Moment),
    sa.Column("misses", sa.Integer, nullable=False),
    sa.Column("moderated", sa.Boolean, nullable=False, default=False),
)

TRIES = 3
"""After this many reports that did not show, a type counts as private or moderated."""


class SeenTypes:
    """What look-ups of one endpoint have shown about the types of one of its APIs."""

    def __init__(self, database: Database, endpoint: str, api: Api = Api.OPEN311) -> None:
        self._database, self._endpoint, self._api = database, endpoint, api.code

    def is_seen(self, connection: sa.Connection, service_code: str) -> bool:
        """Tell whether reports of this type are known to show: one was found, none was held back."""
        row = self._row(connection, service_code)
        return row is not None and row["seen_at"] is not None and not row["moderated"]

    def is_open(self, connection: sa.Connection, service_code: str) -> bool:
        """Tell whether it is still worth looking."""
        row = self._row(connection, service_code)
        if row is None:
            return True
        return row["seen_at"] is None and row["misses"] < TRIES and not row["moderated"]

    def note(self, connection: sa.Connection, service_code: str, *, seen: bool) -> None:
        """Write down one look: found, or missed."""
        now = self._database.now(connection)
        self._set(
            connection,
            service_code,
            {"seen_at": now} if seen else {"misses": seen_types.c.misses + 1},
        )

    def note_moderated(self, connection: sa.Connection, service_code: str) -> None:
        """Write down that a report was held for review: from now on an absent one proves nothing."""
        self._set(connection, service_code, {"moderated": True})

    def _set(
        self, connection: sa.Connection, service_code: str, values: Mapping[str, Any]
    ) -> None:
        new = {
            "endpoint": self._endpoint,
            "api": self._api,
            "service_code": service_code,
            "misses": 0,
            "moderated": False,
        }
        self._database.insert_if_absent(connection, seen_types, new)
        connection.execute(seen_types.update().where(self._this(service_code)).values(**values))

    def _row(self, connection: sa.Connection, service_code: str) -> Mapping[Any, Any] | None:
        query = sa.select(seen_types).where(self._this(service_code))
        return connection.execute(query).mappings().first()

    def _this(self, service_code: str) -> sa.ColumnElement[bool]:
        return sa.and_(
            seen_types.c.endpoint == self._endpoint,
            seen_types.c.api == self._api,
            seen_types.c.service_code == service_code,
        )
