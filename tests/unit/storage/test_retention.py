"""Personal data goes some days after the end, and not before the end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from scf_report.domain.delivery import FINAL, State
from scf_report.storage.database import Database
from scf_report.storage.drafts import Drafts
from scf_report.storage.outbox import NewDelivery, Outbox, outbox as table
from scf_report.storage.photos import DraftPhotos, StoredPhoto, outbox_photos
from scf_report.storage.retention import AT_ONCE, forget_settled
from scf_report.storage.sealing import Sealer
from tests.conftest import Clock
from tests.unit.storage.conftest import ENDPOINT

MONTH = timedelta(days=30)


def forget(database: Database, sealer: Sealer) -> int:
    """Forget as the worker does."""
    with database.write() as connection:
        now = database.now(connection)
        return forget_settled(connection, sealer, now - MONTH, now)


def settle(database: Database, draft_id: str, state: State) -> None:
    """End a delivery now."""
    with database.write() as connection:
        settled_at = database.now(connection) if state in FINAL else None
        values = {"state": state.value, "settled_at": settled_at}
        connection.execute(table.update().where(table.c.id == draft_id).values(**values))


@pytest.mark.parametrize("state", list(State))
def test_only_what_is_settled_is_stripped(
    database: Database,
    sealer: Sealer,
    outbox: Outbox,
    new: Callable[..., NewDelivery],
    clock: Clock,
    state: State,
) -> None:
    """After 30 days contact details, private answers and the photo are gone, the public part stays."""
    draft = Drafts(database, sealer, ENDPOINT)
    saved = draft.save(draft.create())
    DraftPhotos(database, ENDPOINT).put(saved.id, StoredPhoto("photo.jpg", "image/jpeg", b"x"))
    receipt = outbox.enqueue(new(saved.id), "192.0.2.7")
    settle(database, saved.id, state)
    clock.move(days=30)
    assert forget(database, sealer) == 0
    clock.move(seconds=1)
    assert forget(database, sealer) == (state in FINAL)
    assert forget(database, sealer) == 0
    row = outbox.find_by_receipt(receipt)
    assert row is not None
    payload = sealer.open(row["payload"])
    with database.read() as connection:
        photos = connection.execute(sa.select(outbox_photos.c.outbox_id)).all()
    names = [name for name, _ in payload["fields"]]
    if state in FINAL:
        assert names == ["service_code", "description"]
        assert photos == []
    else:
        assert "email" in names
        assert "attribute[1]" in names
        assert len(photos) == 1
    assert payload["public"]["text"] == "A hole"
    assert payload["point"] == [41.88, -87.65]
    assert row["forgotten"] is (state in FINAL)


def test_reports_whose_key_is_gone_do_not_keep_others_from_being_forgotten(
    database: Database,
    outbox: Outbox,
    new: Callable[..., NewDelivery],
    clock: Clock,
    sealer: Sealer,
) -> None:
    """A key that the operator took away leaves its own reports alone, and only those."""
    for number in range(AT_ONCE):
        outbox.enqueue(new(f"old {number}"), f"2001:db8::{number}")
    other = Sealer(["another secret of this installation"])
    settled = {
        "state": "accepted",
        "settled_at": clock(),
        "payload": other.seal({"fields": []}),
    }
    with database.write() as connection:
        connection.execute(table.update().values(**settled))
    outbox.enqueue(new("mine"), "192.0.2.7")
    settle(database, "mine", State.ACCEPTED)
    clock.move(days=31)
    forgotten = sum(forget(database, sealer) for _ in range(40))
    # The one is left out of a draw of a hundred out of a hundred and one with 1 %: not forty times.
    assert forgotten == 1
