"""Corrections: what was sent is kept as entries, too, so that its owner can change them.

A submit keeps the draft's content with its report. A correction works on a copy of it among the
drafts, and takes its place in one conditional update, which no worker can come between.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from scf_report.domain.delivery import CHANGEABLE, Numbering, State
from scf_report.domain.draft import DRAFT_LIFE
from scf_report.domain.geography import Point
from scf_report.domain.plain import form_from_plain
from scf_report.domain.receipt import PublicPart
from scf_report.domain.report_form import ReportForm
from scf_report.storage.claim import photo_of
from scf_report.storage.database import Database, Moment
from scf_report.storage.drafts import drafts
from scf_report.storage.outbox import Along, Fields, outbox, sent_by
from scf_report.storage.photos import PHOTO_COLUMNS, StoredPhoto, draft_photos, outbox_photos
from scf_report.storage.sealing import Sealer
from scf_report.storage.sent_drafts import sent_drafts


@dataclass(frozen=True, slots=True)
class Corrected:
    """What takes the place of what is kept: the wire fields and what the receipt shows.

    ``kept`` is the sealed payload that it takes the place of, and ``attempts`` are those that had
    been made: an update finds both as they were, or changes nothing.
    """

    outbox_id: str
    kept: str
    attempts: int
    service_code: str
    fields: Fields
    public: PublicPart
    point: Point
    numbering: Numbering
    person_id: str | None = None


def copy_id(outbox_id: str) -> str:
    """Name the draft that holds a report's correction; no address of a draft can have this form."""
    return f"{outbox_id}~"


class Corrections:
    """Begins corrections of one endpoint's reports, and puts them in place."""

    def __init__(self, database: Database, sealer: Sealer, endpoint: str) -> None:
        self._database, self._sealer, self._endpoint = database, sealer, endpoint

    def form_of(self, outbox_id: str) -> ReportForm | None:
        """Return the questions that this report answers; None when its entries are not kept (any more)."""
        query = sa.select(sent_drafts.c.content).where(sent_drafts.c.outbox_id == outbox_id)
        with self._database.read() as connection:
            content = connection.execute(query).scalar_one_or_none()
        return None if content is None else form_from_plain(self._sealer.open(content)["form"])

    def photo_of(self, outbox_id: str) -> StoredPhoto | None:
        """Return the photo that is or will be sent, None if there is none."""
        with self._database.read() as connection:
            return photo_of(connection, outbox_id)

    def begin(self, outbox_id: str) -> bool:
        """Copy the entries of a report among the drafts, unless they are there already.

        False when the report cannot be changed now, or its entries are not kept.
        """
        mine = copy_id(outbox_id)
        with self._database.write() as connection:
            now = self._database.now(connection)
            old = drafts.c.saved_at < now - DRAFT_LIFE
            connection.execute(drafts.delete().where(drafts.c.id == mine, old))
            known = sa.select(drafts.c.id).where(drafts.c.id == mine)
            if connection.execute(known).first() is not None:
                return True
            query = sa.select(sent_drafts.c.content).where(
                sent_drafts.c.outbox_id == outbox_id,
                sa.exists().where(outbox.c.id == outbox_id, _changeable()),
            )
            content = connection.execute(query).scalar_one_or_none()
            if content is None:
                return False
            copy = {"id": mine, "endpoint": self._endpoint, "content": content}
            times = {"created_at": now, "saved_at": now}
            self._database.insert_if_absent(connection, drafts, {**copy, **times})
            kept = sa.select(outbox_photos).where(outbox_photos.c.outbox_id == outbox_id)
            if photo := connection.execute(kept).mappings().first():
                values = {name: photo[name] for name in PHOTO_COLUMNS}
                self._database.insert_if_absent(
                    connection, draft_photos, {**values, "draft_id": mine, "saved_at": now}
                )
        return True

    def save(self, corrected: Corrected, along: Along | None = None) -> bool:
        """Put the correction in place of what is kept; a refused report is sent again, then.

        ``along`` is written together with it or not at all.

        False, and nothing is changed, when a worker has begun or tried it since, when it is settled
        in another way, or when another correction came first.
        """
        with self._database.write() as connection:
            now = self._database.now(connection)
            changed = connection.execute(
                outbox.update()
                .where(
                    outbox.c.id == corrected.outbox_id,
                    outbox.c.payload == corrected.kept,
                    outbox.c.attempts == corrected.attempts,
                    outbox.c.owner.is_(None),
                    _changeable(),
                )
                .values(
                    payload=self._sealer.seal(_payload(corrected)),
                    service_code=corrected.service_code,
                    **sent_by(corrected.person_id),
                    **_as_due(now, without_account=corrected.person_id is None),
                )
            )
            if changed.rowcount == 1:
                _replace_entries(connection, corrected.outbox_id)
                if along is not None:
                    along(connection, now)
        return changed.rowcount == 1


def _payload(corrected: Corrected) -> dict[str, Any]:
    return {
        "fields": [list(field) for field in corrected.fields],
        "public": asdict(corrected.public),
        "point": [corrected.point.latitude, corrected.point.longitude],
        "numbering": corrected.numbering.value,
    }


def _as_due(now: datetime, *, without_account: bool) -> dict[str, Any]:
    """Let a refused report be sent again at once; any other goes when it was to go.

    One that waits for its person to sign in need not any more, if it now goes without an account.
    """
    stopped = [State.REJECTED, *([State.NEEDS_SIGN_IN] if without_account else [])]
    again = outbox.c.state.in_([state.value for state in stopped])
    return {
        "state": sa.case((again, State.QUEUED.value), else_=outbox.c.state),
        "due": sa.case((again, sa.literal(now, Moment)), else_=outbox.c.due),
        "settled_at": None,
        "reasons": [],
    }


def _replace_entries(connection: sa.Connection, outbox_id: str) -> None:
    mine = copy_id(outbox_id)
    content = sa.select(drafts.c.content).where(drafts.c.id == mine).scalar_subquery()
    kept = sent_drafts.update().where(sent_drafts.c.outbox_id == outbox_id)
    connection.execute(kept.values(content=content))
    connection.execute(outbox_photos.delete().where(outbox_photos.c.outbox_id == outbox_id))
    photo = [sa.literal(outbox_id), *(draft_photos.c[name] for name in PHOTO_COLUMNS)]
    connection.execute(
        outbox_photos.insert().from_select(
            ["outbox_id", *PHOTO_COLUMNS],
            sa.select(*photo).where(draft_photos.c.draft_id == mine),
        )
    )
    connection.execute(drafts.delete().where(drafts.c.id == mine))


def _changeable() -> sa.ColumnElement[bool]:
    states = [state.value for state in CHANGEABLE]
    return sa.and_(outbox.c.state.in_(states), outbox.c.forgotten.is_(False))
