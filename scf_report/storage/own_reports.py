"""Which reports somebody has sent while signed in."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from scf_report.storage.database import Database
from scf_report.storage.outbox import outbox

MOST = 50
"""The newest ones; the upstream has them all."""


class OwnReports:
    """Reads the outbox of one endpoint by person."""

    def __init__(self, database: Database, endpoint: str) -> None:
        self._database, self._endpoint = database, endpoint

    def of(self, person_id: str) -> Sequence[Mapping[str, Any]]:
        """Return the person's rows, newest first."""
        query = (
            sa.select(outbox)
            .where(outbox.c.endpoint == self._endpoint, outbox.c.person_id == person_id)
            .order_by(outbox.c.saved_at.desc(), outbox.c.id)
            .limit(MOST)
        )
        with self._database.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]
