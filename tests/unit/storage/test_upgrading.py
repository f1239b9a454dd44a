"""An installation that is upgraded keeps what it has promised and learned."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from scf_report.domain.api_choice import Api
from scf_report.storage.database import Database
from scf_report.storage.mail_queue import MailQueue
from scf_report.storage.mail_tables import subscriptions
from scf_report.storage.outbox import outbox as table
from scf_report.storage.sealing import Sealer
from scf_report.storage.seen import SeenTypes
from scf_report.storage.watches import watches
from tests.conftest import Clock
from tests.unit.storage.conftest import ENDPOINT


def go_to(database: Database, revision: str) -> None:
    """Bring the tables to where they were at a revision."""
    config = Config()
    config.set_main_option("script_location", "scf_report.storage:migrations")
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def insert(connection: sa.Connection, table: sa.Table, **values: object) -> None:
    """Insert a row as an older version did, which knew of these columns alone."""
    columns = [sa.column(name, table.c[name].type) for name in values]
    connection.execute(sa.table(table.name, *columns).insert().values(**values))


def promise(connection: sa.Connection, at: datetime, **values: object) -> None:
    """Keep a report as it was kept from the beginning on."""
    words = {
        name: name for name in ("id", "receipt", "change_key_hash", "change_key", "payload")
    }
    kept = {
        "endpoint": ENDPOINT,
        "reference": "R7F3-K2QX",
        "service_code": "7",
        "attempts": 0,
        "look_ups": 0,
        "saved_at": at,
        "notice": "",
        "reasons": [],
        "forgotten": False,
    }
    insert(connection, table, **words, **kept, **values)


def test_what_was_promised_before_persons_goes_out_over_open311(
    open_database: Callable[..., Database], clock: Clock
) -> None:
    """Reports are nobody's, and the types seen are Open311's."""
    old = open_database()
    go_to(old, "0004")
    seen = sa.table("seen_type", *map(sa.column, ("endpoint", "service_code", "misses")))
    with old.write() as connection:
        promise(connection, clock(), state="queued")
        key = {"endpoint": ENDPOINT, "service_code": "7"}
        connection.execute(seen.insert().values(**key, misses=3))
    old.migrate()
    with old.read() as connection:
        [found] = connection.execute(sa.select(table)).mappings().all()
        assert found["reference"] == "R7F3-K2QX"
        assert (found["api"], found["person_id"], found["renewed"]) == ("open311", None, False)
        looking = [SeenTypes(old, ENDPOINT, api).is_open(connection, "7") for api in Api]
    assert looking == [False, True, True]


def test_who_followed_before_comments_were_told_hears_of_new_ones_alone(
    open_database: Callable[..., Database], clock: Clock, sealer: Sealer
) -> None:
    """What is known of a report's status stays, and nobody is written to because of the upgrade."""
    old = open_database()
    go_to(old, "0006")
    report = {"outbox_id": "id", "endpoint": ENDPOINT}
    asked = {"address": "a", "address_hash": "b", "key": "c", "key_hash": "d", "language": "en"}
    told = {"told_state": "accepted", "told_attempts": 0, "told_status": "open"}
    times = {"created_at": clock(), "confirmed_at": clock()}
    with old.write() as connection:
        promise(connection, clock(), state="accepted", upstream_id="23", settled_at=clock())
        insert(connection, watches, **report, status="open", words="Open", looks=3)
        insert(connection, subscriptions, **report, **asked, **told, **times, reporter=True)
    old.migrate()
    queue = MailQueue(old, sealer, ENDPOINT, "worker")
    assert queue.gather() == 0
    clock.move(hours=1)
    with old.write() as connection:
        [watched] = connection.execute(sa.select(watches)).mappings().all()
        assert (watched["status"], watched["comments_due"]) == ("open", None)
        connection.execute(watches.update().values(commented_at=clock()))
    assert (queue.gather(), queue.gather()) == (1, 0)
