"""What one process is told by the city holds for all of them."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from scf_report.clients.errors import BudgetSpentError, RefusedError
from scf_report.domain.delivery import Share
from scf_report.factory import Core, build_core
from scf_report.settings import Settings
from tests.conftest import Clock
from tests.unit.usecases.conftest import MADISON

NOW = "Tue, 24 Nov 2026 15:41:00 GMT"
IN_TWO_MINUTES = "Tue, 24 Nov 2026 15:43:00 GMT"


@pytest.fixture
def processes(
    make_settings: Callable[..., Settings],
    database_url: str,
    clock: Clock,
) -> Iterator[Callable[[str], tuple[Core, Core]]]:
    """Make the parts of two processes on one store, whose city says 429 with this Retry-After, once."""
    made: list[Core] = []

    def make(retry_after: str) -> tuple[Core, Core]:
        refusals = [httpx.Response(429, headers={"Retry-After": retry_after, "Date": NOW})]

        def city(request: httpx.Request) -> httpx.Response:
            return refusals.pop() if refusals else httpx.Response(200, json=[])

        settings = make_settings(
            upstream="http://city.example",
            secret_key="a secret for this test alone",
            database_url=database_url,
        )
        network = httpx.MockTransport(city)
        made.extend(build_core(settings, transport=network, clock=clock) for _ in range(2))
        made[0].database.migrate()
        return made[0], made[1]

    yield make
    for core in made:
        core.database.close()


@pytest.mark.parametrize("retry_after", ["120", IN_TWO_MINUTES])
def test_429_pauses_every_process(
    processes: Callable[[str], tuple[Core, Core]], clock: Clock, retry_after: str
) -> None:
    """In seconds or as a date: until then no kind of call starts anywhere, and then all may."""
    one, other = processes(retry_after)
    with pytest.raises(RefusedError):
        one.gateway.request_types(MADISON)
    clock.move(seconds=119)
    for core in (one, other):
        for share in Share:
            assert core.budget.take("city.example", share) == 1.0
    with pytest.raises(BudgetSpentError):
        other.gateway.request_types(MADISON)
    clock.move(seconds=1)
    assert other.gateway.request_types(MADISON) == ()
    assert one.gateway.request_types(MADISON) == ()
