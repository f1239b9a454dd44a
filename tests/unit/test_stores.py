"""What tests stand on must itself hold: a store that is given back has nobody left in it."""

import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.stores import fresh_url


@pytest.mark.service
def test_store_outlives_whoever_still_refreshes_in_it(tmp_path: Path) -> None:
    """A refresh that connects after the test's last word finds the database, and its connection is closed."""
    opened: list[Any] = []
    ended = threading.Event()

    def refresh() -> None:
        assert ended.wait(10)
        with sa.create_engine(address).begin() as connection:
            connection.execute(sa.text("CREATE TABLE late (id integer)"))
            opened.append(connection.connection.driver_connection)

    with fresh_url("postgresql", tmp_path) as address:
        threading.Thread(target=refresh, name="cache-refresh", daemon=True).start()
        threading.Timer(0.2, ended.set).start()
    [connection] = opened
    assert connection.closed
