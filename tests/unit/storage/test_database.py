"""The ground that promises stand on: migrations, turns, time, and saying that it is away."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from scf_report import storage
from scf_report.storage import seen
from scf_report.storage.database import Database, Moment, StoreAwayError, metadata
from tests.conftest import Clock


def test_migrations_make_the_tables_that_the_code_uses(database: Database) -> None:
    """Alembic finds no difference between the migrated database and the declared tables."""
    for module in iter_modules(storage.__path__):
        import_module(f"scf_report.storage.{module.name}")  # each adds its tables
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "render_as_batch": True}
        )
        assert compare_metadata(context, metadata) == []


def test_four_processes_may_migrate_at_once(url: str) -> None:
    """Every one of them succeeds, on a database that was not there before."""
    program = (
        "import sys; from scf_report.storage.database import *; Database(sys.argv[1]).migrate()"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(4)]  # noqa: S603  # our own
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]


def test_migrating_again_changes_nothing(database: Database) -> None:
    """A restart of a running installation finds everything in place."""
    database.migrate()
    database.check()


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    """A time in another zone is the same moment when it is read again."""
    table = sa.Table(
        "moments", sa.MetaData(), sa.Column("at", Moment), sa.Column("not", Moment)
    )
    noon = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=-5)))
    with database.write() as connection:
        table.create(connection)
        connection.execute(table.insert().values({"at": noon, "not": None}))
    with database.read() as connection:
        at, nothing = connection.execute(sa.select(table)).one()
    assert at == noon
    assert at.tzinfo is UTC
    assert nothing is None


def test_the_clock_is_the_databases_where_machines_share_one(
    open_database: Callable[..., Database],
) -> None:
    """PostgreSQL's own clock counts there, and it goes on within a transaction."""
    database = open_database(None)
    database.migrate()
    with database.read() as connection:
        first, second = database.now(connection), database.now(connection)
        if not database.is_sqlite:
            told = connection.execute(sa.text("select clock_timestamp()")).scalar_one()
            assert abs(told - first) < timedelta(seconds=5)
    assert first < second or database.is_sqlite
    assert first.tzinfo is UTC


def test_a_write_that_fails_leaves_nothing_behind(database: Database) -> None:
    """Half a transaction is none."""
    row = {"endpoint": "e", "service_code": "7", "misses": 0}

    def begin_and_fail() -> None:
        with database.write() as connection:
            connection.execute(seen.seen_types.insert().values(row))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        begin_and_fail()
    with database.read() as connection:
        assert connection.execute(sa.select(seen.seen_types)).all() == []


def test_many_writers_lose_no_write(database: Database) -> None:
    """Sixteen threads that read, add and write one row end at the sum."""
    key = {"endpoint": "e", "service_code": "7"}
    with database.write() as connection:
        connection.execute(seen.seen_types.insert().values(**key, misses=0))

    def add(_: int) -> None:
        with database.write() as connection:
            query = sa.select(seen.seen_types.c.misses).with_for_update()
            misses = connection.execute(query).scalar_one()
            connection.execute(seen.seen_types.update().values(misses=misses + 1))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(add, range(64)))
    with database.read() as connection:
        assert connection.execute(sa.select(seen.seen_types.c.misses)).scalar_one() == 64


def test_power_cuts_are_what_sqlite_is_set_up_for(tmp_path: Path) -> None:
    """A write-ahead log that is flushed at every commit, with foreign keys and patience."""
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with database.read() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    database.close()
    assert found == ["wal", 2, 1, 10000]


def test_a_missing_folder_is_a_database_that_is_away(tmp_path: Path) -> None:
    """Reading says so; migrating makes the folder."""
    database = Database(f"sqlite:///{tmp_path / 'not' / 'there.sqlite'}")
    with pytest.raises(StoreAwayError):
        database.check()
    database.migrate()
    database.check()
    database.close()


def test_a_read_only_database_can_be_read_and_says_that_it_cannot_be_written(
    database: Database, open_database: Callable[..., Database], clock: Clock
) -> None:
    """The store is away for those who save, and nobody else."""
    if database.is_sqlite:
        other = open_database()
        with other.writer.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
    else:
        with database.read() as connection:
            schema = connection.exec_driver_sql("show search_path").scalar_one()
        options = f"-csearch_path={schema} -cdefault_transaction_read_only=on"
        address = database.url.update_query_dict({"options": options})
        other = Database(address.render_as_string(hide_password=False), clock)
    other.check()
    with pytest.raises(StoreAwayError), other.write() as connection:
        connection.execute(seen.seen_types.delete())
    other.close()


def test_a_locked_database_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger who holds the file's lock does not hang those who save for ever."""
    path = tmp_path / "locked.sqlite"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    stranger = sqlite3.connect(path, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("scf_report.storage.database.PATIENCE", 0.05)
    with pytest.raises(StoreAwayError), database.write():
        pass
    stranger.execute("ROLLBACK")
    with database.write():
        pass
    stranger.close()
    database.close()


def test_a_server_that_is_not_there_is_a_database_that_is_away() -> None:
    """Nobody listens on port 1 of this machine."""
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2")
    with pytest.raises(StoreAwayError):
        database.check()
    with pytest.raises(StoreAwayError), database.write():
        pass
    database.close()


def test_a_full_disk_is_a_database_that_is_away(tmp_path: Path) -> None:
    """Nothing is half-written, and there is room again without a restart."""
    database = Database(f"sqlite:///{tmp_path / 'small.sqlite'}")
    database.migrate()
    with database.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    rows = [
        {"endpoint": "e", "service_code": f"{number:0>190}", "misses": 0}
        for number in range(200)
    ]
    with pytest.raises(StoreAwayError), database.write() as connection:
        connection.execute(seen.seen_types.insert(), rows)
    with database.write() as connection:
        assert connection.execute(sa.select(seen.seen_types)).all() == []
        connection.exec_driver_sql("PRAGMA max_page_count=100000")
    with database.write() as connection:
        connection.execute(seen.seen_types.insert(), rows)
    database.close()
