"""The sandbox's own SQLite file: opened at first use, shared by threads and processes."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 30.0
"""Seconds to wait for the file's lock."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organization_id INTEGER,
    service_code INTEGER NOT NULL,
    description TEXT NOT NULL,
    lat REAL NOT NULL,
    long REAL NOT NULL,
    address TEXT,
    requested REAL NOT NULL,
    updated REAL NOT NULL,
    closed REAL,
    status_notes TEXT,
    hidden TEXT NOT NULL,
    listed_from REAL NOT NULL,
    token TEXT UNIQUE,
    numbered_at REAL NOT NULL,
    media_url TEXT,
    answers TEXT NOT NULL,
    fields TEXT NOT NULL,
    seed INTEGER UNIQUE,
    summary TEXT,
    reporter INTEGER,
    anonymous INTEGER NOT NULL DEFAULT 0,
    acknowledged REAL,
    seen INTEGER NOT NULL DEFAULT 0,
    last_closed REAL,
    reopened REAL
);
CREATE INDEX IF NOT EXISTS reports_by_time ON reports (requested, id);
CREATE INDEX IF NOT EXISTS reports_by_service ON reports (service_code, requested);
CREATE TABLE IF NOT EXISTS photos (
    name TEXT PRIMARY KEY, content_type TEXT NOT NULL, data BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    report INTEGER NOT NULL,
    person INTEGER,
    text TEXT NOT NULL,
    at REAL NOT NULL,
    media_url TEXT,
    video_url TEXT,
    hidden INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS comments_by_report ON comments (report, id);
CREATE TABLE IF NOT EXISTS votes (
    report INTEGER NOT NULL, person INTEGER NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (report, person)
);
CREATE TABLE IF NOT EXISTS follows (
    report INTEGER NOT NULL, person INTEGER NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (report, person)
);
CREATE TABLE IF NOT EXISTS flags (
    report INTEGER NOT NULL, comment INTEGER, person INTEGER NOT NULL, message TEXT, at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS calls (caller TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS calls_by_caller ON calls (caller, at);
CREATE TABLE IF NOT EXISTS switches (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS oauth_sessions (
    hash TEXT PRIMARY KEY, person_id INTEGER NOT NULL, expires REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS oauth_grants (
    id INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL,
    person_id INTEGER NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS oauth_codes (
    hash TEXT PRIMARY KEY,
    grant_id INTEGER NOT NULL,
    redirect_uri TEXT NOT NULL,
    challenge TEXT,
    expires REAL NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS oauth_tokens (
    number INTEGER PRIMARY KEY,
    grant_id INTEGER NOT NULL,
    access TEXT NOT NULL UNIQUE,
    refresh TEXT UNIQUE,
    expires REAL NOT NULL,
    refreshed INTEGER NOT NULL DEFAULT 0
);
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'reports', 14200000 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'reports');
"""
_LATER_COLUMNS = (
    "summary TEXT",
    "reporter INTEGER",
    "anonymous INTEGER NOT NULL DEFAULT 0",
    "acknowledged REAL",
    "seen INTEGER NOT NULL DEFAULT 0",
    "last_closed REAL",
    "reopened REAL",
)
"""What tables of reports that were made before APIv2 lack."""


class Store:
    """Connections to the file; idle ones are kept, so that threads share a few."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[sqlite3.Connection] = []

    def migrate(self) -> None:
        """Make the file and its tables where they are missing."""
        with self.reading():
            pass
        # A connection must not be carried over a fork that may follow.
        self.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection; each statement sees the newest state."""
        connection = self._idle.pop() if self._idle else self._open()
        try:
            yield connection
        finally:
            self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside one transaction that holds the file's write lock."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Close the idle connections; the next use opens again."""
        while self._idle:
            self._idle.pop().close()

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        _use_write_ahead_log(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_SCHEMA)
        _add_later_columns(connection)
        return connection


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # On a new file that others open at the same moment SQLite gives up here without waiting.
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)
        else:
            return


def _add_later_columns(connection: sqlite3.Connection) -> None:
    def missing() -> list[str]:
        present = {row["name"] for row in connection.execute("PRAGMA table_info(reports)")}
        return [each for each in _LATER_COLUMNS if each.split()[0] not in present]

    if missing():
        connection.execute("BEGIN IMMEDIATE")
        for column in missing():
            connection.execute(f"ALTER TABLE reports ADD COLUMN {column}")
        connection.execute("COMMIT")
