"""The quick way to a row gives what the usual way gives, and holds on to nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scf_report.storage.database import Database, StoreAwayError
from scf_report.storage.drafts import UNSENT, Drafts
from scf_report.storage.outbox import NewDelivery, Outbox, outbox as table
from scf_report.storage.sealing import Sealer
from scf_report.storage.watches import Watches
from tests.conftest import Clock
from tests.unit.storage.conftest import ENDPOINT

BY_ID = sa.select(table).where(table.c.id == sa.bindparam("id"))
LATER = sa.select(table.c.id, table.c.saved_at.label("since")).where(
    table.c.saved_at > sa.bindparam("at", type_=table.c.saved_at.type),
    table.c.attempts == 0,
)


def usual(database: Database, statement: sa.Select[Any], values: dict[str, Any]) -> Any:
    """Read the row as all others are read."""
    with database.read() as connection:
        return connection.execute(statement, values).mappings().one()


def test_rows_are_the_same(
    database: Database, outbox: Outbox, new: Callable[..., NewDelivery], clock: Clock
) -> None:
    """Times with their zone, JSON, truth values, nothing, names that were given, and constants."""
    receipt = outbox.enqueue(new("mine"), "192.0.2.7")
    with database.write() as connection:
        reasons = [{"field": "address", "text": "Unknown"}]
        connection.execute(table.update().values(reasons=reasons, forgotten=True))
    earlier = clock().replace(hour=1)
    for statement, values in ((BY_ID, {"id": "mine"}), (LATER, {"at": earlier})):
        row = database.first(statement, values)
        assert row == usual(database, statement, values)
        assert row is not None
        assert list(row) == list(usual(database, statement, values))
    found = outbox.find_by_receipt(receipt)
    assert found == usual(database, BY_ID, {"id": "mine"})
    assert found is not None
    assert (found["saved_at"], found["forgotten"], found["upstream_id"]) == (
        clock(),
        True,
        None,
    )
    assert database.first(BY_ID, {"id": "other"}) is None
    assert database.first(LATER, {"at": clock()}) is None


def test_the_next_read_sees_what_was_written_meanwhile(
    database: Database, sealer: Sealer, outbox: Outbox, new: Callable[..., NewDelivery]
) -> None:
    """A draft is there until it is sent, and no reader keeps the log of writes from being emptied."""
    draft = Drafts(database, sealer, ENDPOINT).create()
    Drafts(database, sealer, ENDPOINT).save(draft)
    values = {"id": draft.id, "endpoint": ENDPOINT}
    assert database.first(UNSENT, values) is not None
    outbox.enqueue(new(draft.id), "192.0.2.7")
    assert database.first(UNSENT, values) is None
    if database.is_sqlite:
        with database.engine.connect() as connection:
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        assert busy == 0


def test_a_receipt_is_read_with_the_citys_record(
    database: Database, outbox: Outbox, new: Callable[..., NewDelivery]
) -> None:
    """Two tables in one row, of which one may have nothing yet."""
    receipt = outbox.enqueue(new("mine"), "192.0.2.7")
    row = Watches(database, ENDPOINT).find(receipt)
    assert row is not None
    assert row["receipt"] == receipt
    assert Watches(database, ENDPOINT).find("another") is None


def test_a_missing_folder_is_a_store_that_is_away(tmp_path: Path) -> None:
    """The quick way says so in the same word as the usual one."""
    database = Database(f"sqlite:///{tmp_path / 'nowhere' / 'store.sqlite'}")
    with pytest.raises(StoreAwayError):
        database.first(BY_ID, {"id": "any"})
    database.close()
