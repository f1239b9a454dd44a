"""Databases for tests: SQLite in a file always, PostgreSQL where a server is given."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from tests.conftest import REQUIRE_ALL, missing

POSTGRES = os.environ.get("SCF_TEST_POSTGRES_URL")
KINDS = ["sqlite", "postgresql"] if POSTGRES or REQUIRE_ALL else ["sqlite"]
"""What the tests of durable things run on; test_database_service.py counts what is left out."""


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
    try:
        yield url.render_as_string(hide_password=False)
    finally:
        with engine.begin() as connection:
            connection.execute(sa.schema.DropSchema(schema, cascade=True))
        engine.dispose()
