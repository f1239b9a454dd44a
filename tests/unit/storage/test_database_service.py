"""Counts once what is left out where no PostgreSQL is given."""

import pytest

from tests.conftest import missing
from tests.stores import POSTGRES


@pytest.mark.service
def test_the_store_is_tested_on_postgresql() -> None:
    """A server is given, so that every test of the store has run on it, too."""
    if POSTGRES is None:
        missing("PostgreSQL (SCF_TEST_POSTGRES_URL)")
