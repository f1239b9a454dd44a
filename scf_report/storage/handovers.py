"""Taking a draft on: what it holds goes into a new one, which is its taker's, and it ends."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from scf_report.domain.draft import DRAFT_LIFE, Draft
from scf_report.storage.database import Database
from scf_report.storage.drafts import UNSENT, content_of, drafts, read_draft
from scf_report.storage.photos import PHOTO_COLUMNS, draft_photos
from scf_report.storage.sealing import Sealer


class Handovers:
    """Hands drafts of one endpoint over, each once."""

    def __init__(self, database: Database, sealer: Sealer, endpoint: str) -> None:
        self._database, self._sealer, self._endpoint = database, sealer, endpoint

    def hand_over(self, draft_id: str, taken: Draft) -> Draft | None:
        """Go on in ``taken``, whose id is new, and end the old draft; its photo goes along.

        Returns the draft in which it goes on, an earlier one if it was handed over before; None
        when either is gone or was sent.
        """
        with self._database.write() as connection:
            now = self._database.now(connection)
            row = self._row(connection, draft_id)
            if row is None or row["saved_at"] < now - DRAFT_LIFE:
                return None
            content = self._sealer.open(row["content"])
            if earlier := content.get("continued_in"):
                row = self._row(connection, earlier)
                return read_draft(row, self._sealer.open(row["content"])) if row else None
            ended = self._sealer.seal({**content, "continued_in": taken.id})
            old = drafts.update().where(drafts.c.id == draft_id)
            connection.execute(old.values(content=ended, saved_at=now))
            connection.execute(
                drafts.insert().values(
                    id=taken.id,
                    endpoint=self._endpoint,
                    created_at=taken.created_at,
                    saved_at=now,
                    content=self._sealer.seal(content_of(taken)),
                )
            )
            _copy_photo(connection, draft_id, taken.id)
        return dataclasses.replace(taken, saved_at=now)

    def _row(self, connection: sa.Connection, draft_id: str) -> Mapping[Any, Any] | None:
        query = UNSENT.with_for_update(of=drafts)
        values = {"id": draft_id, "endpoint": self._endpoint}
        return connection.execute(query, values).mappings().first()


def _copy_photo(connection: sa.Connection, old_id: str, new_id: str) -> None:
    names = (*PHOTO_COLUMNS, "saved_at")
    kept = sa.select(sa.literal(new_id), *(draft_photos.c[name] for name in names))
    connection.execute(
        draft_photos.insert().from_select(
            ["draft_id", *names], kept.where(draft_photos.c.draft_id == old_id)
        )
    )
