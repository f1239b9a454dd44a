"""Photos: kept with the draft, copied to the outbox by the submit that takes them along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from scf_report.storage.database import Database, Moment, metadata
from scf_report.storage.drafts import drafts

draft_photos = sa.Table(
    "draft_photo",
    metadata,
    sa.Column("draft_id", sa.ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("content_type", sa.String(40), nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
)

outbox_photos = sa.Table(
    "outbox_photo",
    metadata,
    sa.Column("outbox_id", sa.ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("content_type", sa.String(40), nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

PHOTO_COLUMNS = ("endpoint", "name", "content_type", "data")
"""What goes along when a photo is copied to the outbox or from it."""

_COPY = outbox_photos.insert().from_select(
    ["outbox_id", *PHOTO_COLUMNS],
    sa.select(draft_photos.c.draft_id, *(draft_photos.c[name] for name in PHOTO_COLUMNS)).where(
        draft_photos.c.draft_id.in_(sa.bindparam("ids", expanding=True))
    ),
)


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """One cleaned photo as it will be sent."""

    name: str
    content_type: str
    data: bytes


class DraftPhotos:
    """The one photo of a draft."""

    def __init__(self, database: Database, endpoint: str) -> None:
        self._database, self._endpoint = database, endpoint

    def put(self, draft_id: str, photo: StoredPhoto) -> None:
        """Keep this photo in place of an earlier one, of two at once the one that comes last."""
        with self._database.write() as connection:
            turn = sa.select(drafts.c.id).where(drafts.c.id == draft_id).with_for_update()
            connection.execute(turn)
            connection.execute(draft_photos.delete().where(draft_photos.c.draft_id == draft_id))
            connection.execute(
                draft_photos.insert().values(
                    draft_id=draft_id,
                    endpoint=self._endpoint,
                    name=photo.name,
                    content_type=photo.content_type,
                    data=photo.data,
                    saved_at=self._database.now(connection),
                )
            )

    def get(self, draft_id: str) -> StoredPhoto | None:
        """Return the photo, or None."""
        query = sa.select(draft_photos).where(
            draft_photos.c.draft_id == draft_id, draft_photos.c.endpoint == self._endpoint
        )
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        return stored_photo(row)

    def remove(self, draft_id: str) -> None:
        """Forget the photo; nothing happens if there is none."""
        with self._database.write() as connection:
            connection.execute(draft_photos.delete().where(draft_photos.c.draft_id == draft_id))


def stored_photo(row: Mapping[Any, Any] | None) -> StoredPhoto | None:
    """Read a row of either photo table."""
    return None if row is None else StoredPhoto(row["name"], row["content_type"], row["data"])


def keep_photos(connection: sa.Connection, draft_ids: Sequence[str]) -> None:
    """Copy the photos of drafts that are being submitted to the outbox."""
    if draft_ids:
        connection.execute(_COPY, {"ids": draft_ids})
