"""Personal data goes some days after a report is settled; the receipt itself stays readable."""

from datetime import datetime

import sqlalchemy as sa

from scf_report.domain.delivery import FINAL
from scf_report.storage.outbox import outbox, outbox_photos
from scf_report.storage.sealing import SealBrokenError, Sealer

PERSONAL_FIELDS = frozenset({"first_name", "last_name", "email", "phone"})
AT_ONCE = 100
"""Rows in one transaction, so that nobody who saves has to wait for long."""


def forget_settled(connection: sa.Connection, sealer: Sealer, before: datetime) -> int:
    """Strip contact details, private answers and photos from what was settled before this time.

    Returns how many reports were stripped. ``service_code`` and the public part stay. What was
    sealed with a key that is gone cannot be read by anybody, and is left until the key is back.
    """
    query = (
        sa.select(outbox.c.id, outbox.c.payload)
        .where(
            outbox.c.state.in_([state.value for state in FINAL]),
            outbox.c.settled_at < before,
            outbox.c.forgotten.is_(False),
        )
        # In random order, so that those that cannot be opened never stand in the others' way.
        .order_by(sa.func.random())
        .limit(AT_ONCE)
    )
    rows = connection.execute(query).all()
    return sum(_forget(connection, sealer, row.id, row.payload) for row in rows)


def _forget(connection: sa.Connection, sealer: Sealer, outbox_id: str, sealed: str) -> bool:
    try:
        payload = sealer.open(sealed)
    except SealBrokenError:
        return False
    payload["fields"] = [field for field in payload["fields"] if not _is_personal(field[0])]
    connection.execute(
        outbox.update()
        .where(outbox.c.id == outbox_id)
        .values(payload=sealer.seal(payload), forgotten=True)
    )
    connection.execute(outbox_photos.delete().where(outbox_photos.c.outbox_id == outbox_id))
    return True


def _is_personal(name: str) -> bool:
    return name in PERSONAL_FIELDS or name.startswith("attribute[")
