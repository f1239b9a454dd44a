"""Drafts: what the steps gather before a report is sent, sealed as one value."""

import dataclasses
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from scf_report.domain.draft import DRAFT_LIFE, Draft
from scf_report.domain.geography import Point
from scf_report.domain.plain import form_from_plain, form_to_plain
from scf_report.domain.report import Anonymous, Contact, Reference, Reporter, SignedIn
from scf_report.storage.database import Database, Moment, metadata
from scf_report.storage.sealing import Sealer

drafts = sa.Table(
    "draft",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("saved_at", Moment, nullable=False, index=True),
    sa.Column("content", sa.Text, nullable=False),
)

_sent = sa.table("outbox", sa.column("id"))  # its module builds upon this one
UNSENT = sa.select(drafts).where(
    drafts.c.id == sa.bindparam("id"),
    drafts.c.endpoint == sa.bindparam("endpoint"),
    ~sa.exists().where(_sent.c.id == drafts.c.id),
)
"""The draft with this ``id`` of this ``endpoint``, unless it is in the outbox."""


class Drafts:
    """Keeps drafts of one endpoint. A draft that is in the outbox is never read here again."""

    def __init__(self, database: Database, sealer: Sealer, endpoint: str) -> None:
        self._database, self._sealer, self._endpoint = database, sealer, endpoint

    def create(self) -> Draft:
        """Make an empty draft with a new id and reference, not stored before :meth:`save`."""
        now = self._database.time()
        return Draft(
            id=secrets.token_urlsafe(24),
            endpoint=self._endpoint,
            created_at=now,
            saved_at=now,
            reference=Reference.new(),
        )

    def load(self, draft_id: str) -> Draft | None:
        """Return the draft, or None if there is none, its 24 hours are over, or it was sent."""
        values = {"id": draft_id, "endpoint": self._endpoint}
        row = self._database.first(UNSENT, values)
        if row is None or row["saved_at"] < self._database.time() - DRAFT_LIFE:
            return None
        return read_draft(row, self._sealer.open(row["content"]))

    def save(self, draft: Draft) -> Draft:
        """Store the draft as it is now; its 24 hours begin again."""
        row = {
            "id": draft.id,
            "endpoint": draft.endpoint,
            "created_at": draft.created_at,
            "content": self._sealer.seal(content_of(draft)),  # before others have to wait
        }
        now = self._database.write_together(self._store, row)
        return dataclasses.replace(draft, saved_at=now)

    def _store(
        self, connection: sa.Connection, rows: Sequence[Mapping[str, Any]]
    ) -> list[datetime]:
        now = self._database.now(connection)
        saved = [{**row, "saved_at": now} for row in rows]
        self._database.insert_or_change(connection, drafts, saved, "saved_at", "content")
        return [now] * len(rows)


def purge_drafts(connection: sa.Connection, now: datetime) -> int:
    """Delete drafts, and the photos of those, that nobody saved for 24 hours. Returns how many."""
    old = drafts.c.saved_at < now - DRAFT_LIFE
    return connection.execute(drafts.delete().where(old)).rowcount


def content_of(draft: Draft) -> dict[str, Any]:
    """Write what a draft holds as plain values."""
    return {
        "reference": str(draft.reference),
        "point": draft.point and [draft.point.latitude, draft.point.longitude],
        "address": draft.address,
        "landmark": draft.landmark,
        "form": draft.form and form_to_plain(draft.form),
        "description": draft.description,
        "answers": draft.answers,
        "reporter": _reporter_to_plain(draft),
        "photo_mark": draft.photo_mark,
        "photo_name": draft.photo_name,
        "photos_seen": draft.photos_seen,
        "carried": draft.carried,
        "updates_in": draft.updates_in,
        "wanted_type": draft.wanted_type,
        "person": draft.person and dataclasses.asdict(draft.person),
        "continued_in": draft.continued_in,
    }


def _reporter_to_plain(draft: Draft) -> dict[str, Any] | None:
    match draft.reporter:
        case Contact() | SignedIn():
            return dataclasses.asdict(draft.reporter)
        case Anonymous():
            return {}
        case None:
            return None


def _reporter(plain: Mapping[str, Any] | None) -> Reporter | None:
    if plain is None:
        return None
    if not plain:
        return Anonymous()
    return SignedIn(**plain) if "person_id" in plain else Contact(**plain)


def read_draft(row: Mapping[Any, Any], content: Mapping[str, Any]) -> Draft:
    """Read a row and what :func:`content_of` has written."""
    return Draft(
        id=row["id"],
        endpoint=row["endpoint"],
        created_at=row["created_at"],
        saved_at=row["saved_at"],
        reference=Reference(content["reference"]),
        point=Point(*content["point"]) if content["point"] else None,
        address=content["address"],
        landmark=content["landmark"],
        form=form_from_plain(content["form"]) if content["form"] else None,
        description=content["description"],
        answers={
            code: tuple(answer) if isinstance(answer, list) else answer
            for code, answer in content["answers"].items()
        },
        reporter=_reporter(content["reporter"]),
        photo_mark=content["photo_mark"],
        photo_name=content["photo_name"],
        photos_seen=content["photos_seen"],
        carried=tuple((name, value) for name, value in content["carried"]),
        updates_in=content.get("updates_in", ""),  # drafts from before there were updates
        wanted_type=content["wanted_type"],
        person=SignedIn(**content["person"]) if content.get("person") else None,
        continued_in=content.get("continued_in", ""),
    )
