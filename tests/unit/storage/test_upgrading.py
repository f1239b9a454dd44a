"""An installation that is upgraded keeps what it has promised and learned."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from scf_report.domain.api_choice import Api
from scf_report.storage.database import Database
from scf_report.storage.outbox import outbox as table
from scf_report.storage.seen import SeenTypes
from tests.conftest import Clock
from tests.unit.storage.conftest import ENDPOINT


def go_to(database: Database, revision: str) -> None:
    """Bring the tables to where they were at a revision."""
    config = Config()
    config.set_main_option("script_location", "scf_report.storage:migrations")
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_what_was_promised_before_persons_goes_out_over_open311(
    open_database: Callable[..., Database], clock: Clock
) -> None:
    """Reports are nobody's, and the types seen are Open311's."""
    old = open_database()
    go_to(old, "0004")
    now = clock()
    words = {
        name: name for name in ("id", "receipt", "change_key_hash", "change_key", "payload")
    }
    promised = {
        **words,
        "endpoint": ENDPOINT,
        "reference": "R7F3-K2QX",
        "service_code": "7",
        "state": "queued",
        "attempts": 0,
        "look_ups": 0,
        "saved_at": now,
        "notice": "",
        "reasons": [],
        "forgotten": False,
    }
    columns = [column for column in table.columns if column.name in promised]
    old_table = sa.table("outbox", *(sa.column(each.name, each.type) for each in columns))
    seen = sa.table("seen_type", *map(sa.column, ("endpoint", "service_code", "misses")))
    with old.write() as connection:
        connection.execute(old_table.insert().values(**promised))
        key = {"endpoint": ENDPOINT, "service_code": "7"}
        connection.execute(seen.insert().values(**key, misses=3))
    old.migrate()
    with old.read() as connection:
        [found] = connection.execute(sa.select(table)).mappings().all()
        assert found["reference"] == "R7F3-K2QX"
        assert (found["api"], found["person_id"], found["renewed"]) == ("open311", None, False)
        looking = [SeenTypes(old, ENDPOINT, api).is_open(connection, "7") for api in Api]
    assert looking == [False, True, True]
