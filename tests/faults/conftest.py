"""An installation for one test, whose processes all end with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.site import Site
from tests.stores import BACKEND, whole_store

SERVED = [pytest.mark.service, pytest.mark.full]
BACKENDS = [BACKEND] if BACKEND else ["sqlite", pytest.param("postgres", marks=SERVED)]


@contextmanager
def installed(folder: Path, backend: str, *, signing_in: bool) -> Iterator[Site]:
    """Install the app and start its city."""
    with whole_store(folder, backend) as settings:
        file = f"sqlite:///{folder / 'store.sqlite'}"
        database = settings.pop("database_url", file)
        site = Site(folder, database, settings=settings, signing_in=signing_in)
        try:
            site.start_city()
            yield site
        finally:
            site.end()


@pytest.fixture(params=BACKENDS)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Give an installation with a sandbox city that runs, and nothing else that does."""
    with installed(tmp_path, request.param, signing_in=False) as site:
        yield site


@pytest.fixture(params=BACKENDS)
def site_with_accounts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Give one where people can sign in."""
    with installed(tmp_path, request.param, signing_in=True) as site:
        yield site
