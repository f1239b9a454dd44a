"""One database, embedded or served: SQLite for a single machine, PostgreSQL for many.

SQLite runs with a write-ahead log and ``synchronous=FULL``, because "saved" must survive a
power cut; writes begin IMMEDIATE and take turns behind one lock of the process, because
SQLite's own waiting starves writers (measured: one thread got 1 commit in 4 s without it).
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.dialects import postgresql, sqlite

from scf_report.storage.quick_read import QuickRead
from scf_report.storage.shared_writes import SharedWrites, Store
from scf_report.storage.turns import Turns

Item = TypeVar("Item")
T = TypeVar("T")
Row = Mapping[Any, Any]
"""By the names of its columns."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

MIGRATION_LOCK = 0x5CF_0311
"""Advisory lock that lets one process migrate PostgreSQL while the others wait."""


_TROUBLE = (
    sqlite3.OperationalError,
    sa.exc.OperationalError,
    sa.exc.InterfaceError,
    sa.exc.InternalError,  # psycopg's word for a server that is read-only
    sa.exc.TimeoutError,
)
_CONNECTION = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""How soon a server that has vanished from the network is noticed (libpq, "Parameter Key Words"):
in seconds, the last in milliseconds. Without these a worker would wait for it for a quarter of an hour."""
PATIENCE = 10.0
"""Seconds to wait for others who write to the same SQLite file."""
BETWEEN_TRIES = 0.0002
"""Seconds. SQLite's own tries grow to a tenth of a second apart, in which others take every turn.

A report holds the lock for less than a millisecond; a whole one of sleep wasted a third of the time."""
CONNECTIONS_KEPT = 16
"""Of SQLite: one for each thread of the web server, as to open one takes longer than to read with it."""


class StoreAwayError(Exception):
    """The database cannot be read or written now: away, locked, read-only or full."""


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite, which knows no zones, keeps it as naive UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: sa.Dialect
    ) -> datetime | None:
        """Make it UTC, without a zone where the database keeps none."""
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(
        self,
        value: datetime | None,
        dialect: sa.Dialect,  # noqa: ARG002  # SQLAlchemy's signature
    ) -> datetime | None:
        """Give it back aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Connections for reading and for writing, and the one clock that leases are measured by.

    Nothing is opened until the first use. ``clock`` replaces the clock (simulated time in
    tests); without it PostgreSQL's own clock counts, so that machines need not agree.
    """

    def __init__(self, url: str, clock: Callable[[], datetime] | None = None) -> None:
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.clock = clock
        self._machine = clock or (_machine_time if self.is_sqlite else None)
        self._turn = Turns()
        self.engine = self.writer = sa.create_engine(self.url, **self._options())
        if self.is_sqlite:
            self.writer = sa.create_engine(self.url, pool_size=1)  # as they take turns
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.writer, "connect", _prepare_writer)
        self._together = SharedWrites(self.write, StoreAwayError)

    def read(self) -> AbstractContextManager[sa.Connection]:
        """Open one consistent view of the data for reading."""
        return self._transaction(self.engine)

    def first(self, statement: sa.Select[Any], values: Mapping[str, Any]) -> Row | None:
        """Read one row, or None. ``statement`` is one of few that are made once, at import."""
        try:
            if self.is_sqlite:
                return _quick_read(statement).first(self.engine, values)
            with self.engine.connect() as connection:
                return connection.execute(statement, values).mappings().first()
        except _TROUBLE as error:
            raise StoreAwayError from error

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open one transaction that is committed, and on disk, when the block ends."""
        turn = self._turn if self.is_sqlite else nullcontext()
        with turn, self._transaction(self.writer) as connection:
            yield connection

    def write_together(self, store: Store[Item, T], item: Item) -> T:
        """Have something short stored, in one transaction with what others store at this moment.

        ``store`` takes several things of its kind at once. Returns what it returns for this one,
        once that is on disk. In SQLite it may run in another thread (:class:`SharedWrites`);
        PostgreSQL brings commits together by itself, and is given one thing at a time.
        """
        if self.is_sqlite:
            return self._together.run(store, item)
        with self.write() as connection:
            [value] = store(connection, [item])
            return value

    @contextmanager
    def _transaction(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        """Say in one word that the database is in trouble, whichever driver says it how."""
        try:
            with engine.begin() as connection:
                # No listener to SQLAlchemy's "begin": an engine with any is slower at each statement.
                if self.is_sqlite:
                    _begin_sqlite(connection, writing=engine is self.writer)
                yield connection
        except _TROUBLE as error:
            raise StoreAwayError from error

    def now(self, connection: sa.Connection) -> datetime:
        """Tell the time by which leases and due times are judged, aware and in UTC."""
        if self._machine is not None:
            return self._machine()
        moment: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)

    def time(self) -> datetime:
        """Tell the same time where no transaction is open; SQLite needs none for that."""
        if self._machine is not None:
            return self._machine()
        with self.read() as connection:
            return self.now(connection)

    def insert_if_absent(
        self, connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]
    ) -> bool:
        """Insert a row unless one with the same primary key is there; tell whether it was inserted."""
        statement = _insert_absent(table, connection.dialect.name)
        return connection.execute(statement, values).first() is not None

    def insert_absent(
        self, connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]
    ) -> set[Any]:
        """Do so with many rows in one statement; returns the keys of those that were inserted."""
        statement = _insert_absent(table, connection.dialect.name)
        return set(connection.execute(statement, rows).scalars())

    def insert_or_change(
        self,
        connection: sa.Connection,
        table: sa.Table,
        rows: Sequence[Mapping[str, Any]],
        *columns: str,
    ) -> None:
        """Insert rows; of those whose primary key is there, change these columns alone."""
        statement = _insert_or_change(table, columns, connection.dialect.name)
        connection.execute(statement, rows)

    def _options(self) -> dict[str, Any]:
        if self.is_sqlite:
            return {"pool_size": CONNECTIONS_KEPT}
        wanted = {
            name: value for name, value in _CONNECTION.items() if name not in self.url.query
        }
        return {
            "pool_size": 8,
            "pool_timeout": 10,
            "pool_pre_ping": True,  # one that has died meanwhile is no outage
            "connect_args": wanted,
        }

    def migrate(self) -> None:
        """Bring the tables up to date; safe when many processes do it at once."""
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        config = Config()
        config.set_main_option("script_location", "scf_report.storage:migrations")
        with self.write() as connection:
            if not self.is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def check(self) -> None:
        """Raise StoreAwayError unless the database answers."""
        with self.read() as connection:
            connection.execute(sa.select(1))

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()
        self.writer.dispose()


@cache  # of as many as there are such statements
def _quick_read(statement: sa.Select[Any]) -> QuickRead:
    return QuickRead(statement)


@cache  # of as many as there are tables: to build one takes longer than to run it
def _insert_absent(table: sa.Table, dialect: str) -> sa.sql.dml.ReturningInsert[Any]:
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    absent = insert.on_conflict_do_nothing(index_elements=list(table.primary_key))
    return absent.returning(*table.primary_key)


@cache
def _insert_or_change(table: sa.Table, columns: tuple[str, ...], dialect: str) -> sa.Insert:
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    new = {name: insert.excluded[name] for name in columns}
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=new)


def _machine_time() -> datetime:
    return datetime.now(UTC)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we begin ourselves
    connection.execute(f"PRAGMA busy_timeout={round(PATIENCE * 1000)}")
    # On a new file that another one turns over at once, SQLite does not wait, whatever its timeout.
    _when_free(lambda: connection.execute("PRAGMA journal_mode=WAL"))
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _prepare_writer(connection: sqlite3.Connection, record: object) -> None:
    _prepare_sqlite(connection, record)
    connection.execute("PRAGMA busy_timeout=0")  # it waits in its own way


def _begin_sqlite(connection: sa.Connection, *, writing: bool) -> None:
    # A read that turns into a write fails with "database is locked" whatever the timeout,
    # because its view is stale by then; so writes say so at the start.
    file: Any = connection.connection.driver_connection
    if writing:
        _when_free(lambda: file.execute("BEGIN IMMEDIATE"))
    else:
        file.execute("BEGIN")


def _when_free(run: Callable[[], object]) -> None:
    """Try until nobody else has the file, or patience ends; raises then what SQLite says."""
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            run()
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > give_up:
                raise
            time.sleep(BETWEEN_TRIES)
        else:
            return
