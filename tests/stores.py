"""Stores for tests: SQLite in a file, PostgreSQL and Redis where servers are given.

``SCF_TEST_BACKEND`` (sqlite, postgres, postgres+redis) says where the whole application of a test
keeps its things. Without it, tests of storage run on every kind that is there.
"""

import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
import sqlalchemy as sa

from tests.conftest import REQUIRE_ALL, missing

POSTGRES = os.environ.get("SCF_TEST_POSTGRES_URL")
REDIS = os.environ.get("SCF_TEST_REDIS_URL")
BACKEND = os.environ.get("SCF_TEST_BACKEND", "")
KINDS = ["sqlite", "postgresql"] if POSTGRES or REQUIRE_ALL else ["sqlite"]
"""What the tests of durable things run on; test_database_service.py counts what is left out."""
SHARED = ["database", "redis"] if REDIS or REQUIRE_ALL else ["database"]
"""Where the tests of what may be lost keep it."""
if BACKEND:
    KINDS = ["sqlite" if BACKEND == "sqlite" else "postgresql"]
    SHARED = ["redis" if BACKEND.endswith("+redis") else "database"]


def settle() -> None:
    """Wait until refreshing in the background is done."""
    for thread in threading.enumerate():
        if thread.name == "cache-refresh":
            thread.join(10)


@contextmanager
def fresh_url(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database; on PostgreSQL a schema of its own, dropped afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'store.sqlite'}"
        return
    if POSTGRES is None:
        missing("PostgreSQL (SCF_TEST_POSTGRES_URL)")
        return
    schema = f"test_{secrets.token_hex(8)}"
    engine = sa.create_engine(POSTGRES)
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(schema))
    url = engine.url.update_query_dict({"options": f"-csearch_path={schema}"})
    opened: list[Any] = []

    def note(connection: Any, _record: object) -> None:
        opened.append(connection)

    # A test makes many applications, and none of them is ever told that it has ended.
    sa.event.listen(sa.pool.Pool, "connect", note)
    try:
        yield url.render_as_string(hide_password=False)
    finally:
        settle()
        sa.event.remove(sa.pool.Pool, "connect", note)
        for connection in opened:
            connection.close()
        with engine.begin() as connection:
            connection.execute(sa.schema.DropSchema(schema, cascade=True))
        engine.dispose()


@contextmanager
def fresh_redis() -> Iterator[str]:
    """Give the address of an empty Redis database, one for each process that runs tests."""
    if REDIS is None:
        missing("Redis (SCF_TEST_REDIS_URL)")
        return
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    url = f"{REDIS.rpartition('/')[0]}/{1 + worker}"
    client = redis.Redis.from_url(url)
    client.flushdb()
    try:
        yield url
    finally:
        client.flushdb()
        client.close()


@contextmanager
def whole_store(folder: Path, backend: str = BACKEND) -> Iterator[dict[str, str]]:
    """Give the settings that keep a whole application where SCF_TEST_BACKEND says."""
    if backend in {"", "sqlite"}:
        yield {}
        return
    with fresh_url("postgresql", folder) as database:
        if backend == "postgres":
            yield {"database_url": database}
            return
        with fresh_redis() as shared:
            yield {"database_url": database, "redis_url": shared}
