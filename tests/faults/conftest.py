"""An installation for one test, whose processes all end with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.site import Site
from tests.stores import fresh_url


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.service, pytest.mark.full])]
)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Give an installation with a sandbox city that runs, and nothing else that does."""
    with fresh_url(request.param, tmp_path) as address:
        site = Site(tmp_path, address)
        try:
            site.start_city()
            yield site
        finally:
            site.end()
