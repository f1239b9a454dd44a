"""An installation for one test, whose processes all end with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.site import Site
from tests.stores import BACKEND, whole_store

SERVED = [pytest.mark.service, pytest.mark.full]
BACKENDS = [BACKEND] if BACKEND else ["sqlite", pytest.param("postgres", marks=SERVED)]


@pytest.fixture(params=BACKENDS)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Give an installation with a sandbox city that runs, and nothing else that does."""
    with whole_store(tmp_path, request.param) as settings:
        file = f"sqlite:///{tmp_path / 'store.sqlite'}"
        site = Site(tmp_path, settings.pop("database_url", file), settings=settings)
        try:
            site.start_city()
            yield site
        finally:
            site.end()
