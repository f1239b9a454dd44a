"""Web processes that share Redis count together, and each for itself while it is away."""

from collections.abc import Callable, Iterator

import pytest

from scf_report.factory import create_app
from scf_report.settings import Settings
from tests.conftest import Clock
from tests.functional.conftest import POINT
from tests.page import Page, Visitor
from tests.stores import fresh_redis

pytestmark = [pytest.mark.enable_socket, pytest.mark.service]
DRAFTS = 30
"""For each report that an address may send."""


@pytest.fixture
def redis_url() -> Iterator[str]:
    """Give an empty Redis."""
    with fresh_redis() as address:
        yield address


def begin(visitor: Visitor) -> Page:
    """Begin one more draft."""
    page = visitor.open("/report", query_string={"address": POINT})
    return page.form().submit()


def processes(make: Callable[..., Settings], clock: Clock, redis_url: str) -> list[Visitor]:
    """Make two web processes, with one visitor who comes to both."""
    settings = make(geocoder="none", report_limit="1/3600", redis_url=redis_url)
    return [Visitor(create_app(settings, clock=clock).test_client()) for _ in range(2)]


def test_drafts_are_counted_together(
    make_settings: Callable[..., Settings], clock: Clock, redis_url: str
) -> None:
    """Whichever process is asked, the thirty-first draft has to wait."""
    visitors = processes(make_settings, clock, redis_url)
    pages = [begin(visitors[number % 2]) for number in range(DRAFTS + 1)]
    assert [page.status for page in pages] == [200] * DRAFTS + [429]


def test_without_redis_each_counts_for_itself(
    make_settings: Callable[..., Settings], clock: Clock
) -> None:
    """Nobody is refused because Redis is away, and nobody gets more than each process allows."""
    one, other = processes(make_settings, clock, "redis://127.0.0.1:1/0")
    statuses = [begin(one).status for _ in range(DRAFTS + 1)]
    assert 429 not in statuses[:DRAFTS]
    assert statuses[DRAFTS] == 429
    assert begin(other).status != 429
