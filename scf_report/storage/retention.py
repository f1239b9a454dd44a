"""Personal data goes some days after a report is settled; the receipt itself stays readable."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from scf_report.domain.delivery import FINAL
from scf_report.storage.corrections import copy_id
from scf_report.storage.database import Database, Moment, metadata
from scf_report.storage.drafts import drafts
from scf_report.storage.mail_tables import subscriptions
from scf_report.storage.outbox import outbox
from scf_report.storage.photos import outbox_photos
from scf_report.storage.sealing import SealBrokenError, Sealer
from scf_report.storage.sent_drafts import sent_drafts

PERSONAL_FIELDS = frozenset({"first_name", "last_name", "email", "phone"})
PERSONAL_PARTS = ("attribute[", "answers[")
"""How the names of answers begin; whether an answer is private is not known any more."""
AT_ONCE = 100
"""Rows in one transaction, so that nobody who saves has to wait for long."""


deletions = sa.Table(
    "deletion",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("reference", sa.String(9), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("asked", sa.Boolean, nullable=False),
)
"""What was deleted when, without personal data: ``asked`` by its owner, else because its time was over."""


def forget_settled(
    connection: sa.Connection, sealer: Sealer, before: datetime, now: datetime
) -> int:
    """Strip contact details, private answers, photos and updates from what was settled before this time.

    Returns how many reports were stripped. ``service_code`` and the public part stay. What was
    sealed with a key that is gone cannot be read by anybody, and is left until the key is back.
    """
    query = (
        _settled()
        .where(outbox.c.settled_at < before)
        # In random order, so that those that cannot be opened never stand in the others' way.
        .order_by(sa.func.random())
        .limit(AT_ONCE)
    )
    forgotten = 0
    for row in connection.execute(query).mappings().all():
        try:
            payload = sealer.open(row["payload"])
        except SealBrokenError:
            continue
        _forget(connection, row, sealer.seal(_public(payload)))
        _log(connection, row, now, asked=False)
        forgotten += 1
    return forgotten


def forget_now(database: Database, sealer: Sealer, outbox_id: str) -> bool:
    """Strip the same from one settled report, because its owner asks for it; False if it is not settled."""
    with database.write() as connection:
        query = _settled().where(outbox.c.id == outbox_id)
        row = connection.execute(query).mappings().first()
        if row is None:
            return False
        _forget(connection, row, sealer.seal(_public(sealer.open(row["payload"]))))
        _log(connection, row, database.now(connection), asked=True)
    return True


def _settled() -> sa.Select[Any]:
    """Select what is settled and not forgotten yet; a row that its owner is just changing is left alone."""
    return (
        sa.select(outbox)
        .where(
            outbox.c.state.in_([state.value for state in FINAL]),
            outbox.c.forgotten.is_(False),
        )
        .with_for_update(skip_locked=True)
    )


def _forget(connection: sa.Connection, row: Mapping[Any, Any], payload: str) -> None:
    this = row["id"]
    connection.execute(
        outbox.update().where(outbox.c.id == this).values(payload=payload, forgotten=True)
    )
    connection.execute(outbox_photos.delete().where(outbox_photos.c.outbox_id == this))
    connection.execute(sent_drafts.delete().where(sent_drafts.c.outbox_id == this))
    connection.execute(drafts.delete().where(drafts.c.id.in_([this, copy_id(this)])))
    connection.execute(subscriptions.delete().where(subscriptions.c.outbox_id == this))


def _log(
    connection: sa.Connection, row: Mapping[Any, Any], now: datetime, *, asked: bool
) -> None:
    connection.execute(
        deletions.insert().values(
            endpoint=row["endpoint"], reference=row["reference"], at=now, asked=asked
        )
    )


def _public(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = [field for field in payload["fields"] if not _is_personal(field[0])]
    public = payload["public"]
    if public.get("private"):
        public = {**public, "text": "", "address": ""}
    return {**payload, "fields": fields, "public": public}


def _is_personal(name: str) -> bool:
    return name in PERSONAL_FIELDS or name.startswith(PERSONAL_PARTS)
