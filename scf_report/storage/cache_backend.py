"""Where dogpile.cache keeps its values: a table, with a lease a row as the mutex.

The lease holds across threads, processes and machines, and a killed holder loses it by itself.
"""

import json
import secrets
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa
from dogpile.cache import register_backend
from dogpile.cache.api import NO_VALUE, CacheBackend, CachedValue, CacheMutex, CacheReturnType
from dogpile.cache.region import value_version
from typing_extensions import override

from scf_report.storage.database import Database, Moment, metadata

DATABASE_BACKEND = "scf_report.database"
"""The name under which dogpile finds ``DatabaseBackend``."""
KEY_LENGTH = 250
"""Characters that a key may have."""
LEASE = timedelta(seconds=20)
"""A loader that has not answered by then counts as dead, and another one begins."""
POLL = 0.05
"""Seconds between two looks at a lease that somebody else holds."""

cache_entries = sa.Table(
    "cache",
    metadata,
    sa.Column("endpoint", sa.String(80), primary_key=True),
    sa.Column("key", sa.String(KEY_LENGTH), primary_key=True),
    sa.Column("value", sa.Text),
    sa.Column("created", Moment),
    sa.Column("holder", sa.String(32)),
    sa.Column("until", Moment),
)
_VALUE = sa.select(cache_entries.c.value, cache_entries.c.created).where(
    cache_entries.c.endpoint == sa.bindparam("of"), cache_entries.c.key == sa.bindparam("name")
)


@lru_cache(100)
def _read(text: str) -> Any:  # noqa: ANN401  # whatever was kept
    """Read JSON. Values are never changed, so that the same text can be the same object."""
    return json.loads(text)


class DatabaseBackend(CacheBackend):
    """dogpile's values in a table, their age told by the database's clock.

    dogpile compares creation times with this machine's clock; they are shifted on reading, so
    that machines need not agree and simulated time counts.
    """

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self._database: Database = arguments["database"]
        self._endpoint: str = arguments["endpoint"]

    @override
    def get(self, key: str) -> CacheReturnType:
        with self._database.read() as connection:
            row = connection.execute(_VALUE, {"of": self._endpoint, "name": key}).first()
            if row is None or row.created is None:
                return NO_VALUE
            age = (self._database.now(connection) - row.created).total_seconds()
        return CachedValue(_read(row.value), {"ct": time.time() - age, "v": value_version})

    @override
    def set(self, key: str, value: CachedValue | bytes) -> None:
        text = json.dumps(cast(CachedValue, value).payload, separators=(",", ":"))
        identity = {"endpoint": self._endpoint, "key": key}
        with self._database.write() as connection:
            now = self._database.now(connection)
            self._database.insert_if_absent(connection, cache_entries, identity)
            connection.execute(
                cache_entries.update()
                .where(_row(self._endpoint, key))
                .values(value=text, created=now)
            )

    @override
    def get_mutex(self, key: str) -> CacheMutex:
        return _Lease(self._database, self._endpoint, key)


register_backend(DATABASE_BACKEND, __name__, "DatabaseBackend")  # type: ignore[no-untyped-call]


class _Lease(CacheMutex):
    """A mutex that a killed holder loses by itself, and that any thread may release."""

    def __init__(self, database: Database, endpoint: str, key: str) -> None:
        self._database, self._endpoint, self._key = database, endpoint, key
        self._holder = secrets.token_hex(16)

    @override
    def acquire(self, wait: bool = True) -> bool:
        # Looking before taking keeps those who wait out of the way of writers.
        while self.locked() or not self._take():
            if not wait:
                return False
            time.sleep(POLL)
        return True

    @override
    def locked(self) -> bool:
        query = sa.select(cache_entries.c.until).where(_row(self._endpoint, self._key))
        with self._database.read() as connection:
            until = connection.execute(query).scalar()
            return until is not None and until > self._database.now(connection)

    @override
    def release(self) -> None:
        with self._database.write() as connection:
            connection.execute(
                cache_entries.update()
                .where(_row(self._endpoint, self._key), cache_entries.c.holder == self._holder)
                .values(holder=None, until=None)
            )

    def _take(self) -> bool:
        identity = {"endpoint": self._endpoint, "key": self._key}
        until = cache_entries.c.until
        with self._database.write() as connection:
            now = self._database.now(connection)
            self._database.insert_if_absent(connection, cache_entries, identity)
            taken = connection.execute(
                cache_entries.update()
                .where(_row(self._endpoint, self._key), until.is_(None) | (until <= now))
                .values(holder=self._holder, until=now + LEASE)
                .returning(cache_entries.c.key)
            )
            return taken.first() is not None


def _row(endpoint: str, key: str) -> sa.ColumnElement[bool]:
    return sa.and_(cache_entries.c.endpoint == endpoint, cache_entries.c.key == key)
