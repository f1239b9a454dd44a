"""Personal data goes some days after a report is settled; the receipt itself stays readable."""

from datetime import datetime

import sqlalchemy as sa

from scf_report.domain.delivery import FINAL
from scf_report.storage.outbox import outbox, outbox_photos
from scf_report.storage.sealing import Sealer

PERSONAL_FIELDS = frozenset({"first_name", "last_name", "email", "phone"})
AT_ONCE = 100
"""Rows in one transaction, so that nobody who saves has to wait for long."""


def forget_settled(connection: sa.Connection, sealer: Sealer, before: datetime) -> int:
    """Strip contact details, private answers and photos from what was settled before this time.

    Returns how many reports were stripped. ``service_code`` and the public part stay.
    """
    query = (
        sa.select(outbox.c.id, outbox.c.payload)
        .where(
            outbox.c.state.in_([state.value for state in FINAL]),
            outbox.c.settled_at < before,
            outbox.c.forgotten.is_(False),
        )
        .limit(AT_ONCE)
    )
    rows = connection.execute(query).all()
    for row in rows:
        payload = sealer.open(row.payload)
        payload["fields"] = [
            field
            for field in payload["fields"]
            if field[0] not in PERSONAL_FIELDS and not field[0].startswith("attribute[")
        ]
        connection.execute(
            outbox.update()
            .where(outbox.c.id == row.id)
            .values(payload=sealer.seal(payload), forgotten=True)
        )
        connection.execute(outbox_photos.delete().where(outbox_photos.c.outbox_id == row.id))
    return len(rows)
