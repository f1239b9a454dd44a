"""Never more starts in any window than the upstream allows, for all processes together."""

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from scf_report.domain.delivery import Share
from scf_report.storage.budget import FRESH, Rate, UpstreamBudget
from scf_report.storage.database import Database
from scf_report.storage.redis_link import RedisLink
from tests.conftest import Clock
from tests.stores import SHARED
from tests.unit.storage.conftest import ENDPOINT, HOST

MINUTE = timedelta(seconds=60)


@pytest.fixture(params=SHARED)
def kept_in(request: pytest.FixtureRequest) -> str:
    """Try both."""
    return str(request.param)


@settings(
    max_examples=25,
    deadline=None,
    # The link is the same for all examples; what is in Redis is forgotten before each.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    calls=st.integers(1, 6),
    steps=st.lists(
        st.tuples(st.floats(0, 40), st.sampled_from(list(Share)), st.booleans()),
        min_size=10,
        max_size=40,
    ),
)
def test_no_window_holds_more_starts_than_allowed(
    redis: RedisLink | None, calls: int, steps: list[tuple[float, Share, bool]]
) -> None:
    """Whatever comes when, by whichever of two processes; and who waits as told is let through."""
    if redis is not None:
        redis.client.flushdb()
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock(datetime(2026, 1, 1, tzinfo=UTC))
        databases = [
            Database(f"sqlite:///{Path(folder) / 'b.sqlite'}", clock) for _ in range(2)
        ]
        databases[0].migrate()
        rate = Rate(calls, MINUTE)
        budgets = [
            UpstreamBudget(d, hosts=(HOST,), endpoint=ENDPOINT, rate=rate, redis=redis)
            for d in databases
        ]
        starts = []
        for pause, share, which in steps:
            clock.move(seconds=pause)
            wait = budgets[which].take(HOST, share)
            if wait > 0:
                clock.move(seconds=wait)
                assert budgets[which].take(HOST, share) == 0.0
            starts.append(clock())
            window = [start for start in starts if start > clock() - MINUTE]
            assert len(window) <= rate.allowance(share) <= calls
        for database in databases:
            database.close()


def test_the_window_is_a_second_longer_than_the_upstreams(
    budget: UpstreamBudget, clock: Clock
) -> None:
    """Twenty at once, then none for 61 seconds, and the wait says so."""
    assert [budget.take(HOST, Share.DELIVERY) for _ in range(20)] == [0.0] * 20
    assert budget.take(HOST, Share.DELIVERY) == 61.0
    clock.move(seconds=60)
    assert budget.take(HOST, Share.DELIVERY) == 1.0
    clock.move(seconds=1)
    assert budget.take(HOST, Share.DELIVERY) == 0.0


@pytest.mark.parametrize("share", list(Share))
def test_each_kind_of_call_has_its_share(budget: UpstreamBudget, share: Share) -> None:
    """Reads leave room for acts, and everything leaves room for deliveries."""
    taken = 0
    while budget.take(HOST, share) == 0.0:
        taken += 1
    assert taken == share
    assert (budget.take(HOST, Share.DELIVERY) == 0.0) is (share < Share.DELIVERY)


@pytest.mark.parametrize("share", list(Share))
def test_even_the_smallest_rate_lets_one_call_through(share: Share) -> None:
    """A share is never rounded down to nothing, nor beyond the rate."""
    assert Rate(1, MINUTE).allowance(share) == 1
    assert 1 <= Rate(7, MINUTE).allowance(share) <= 7


def test_twenty_threads_and_two_processes_take_twenty(
    budget: UpstreamBudget,
    open_database: Callable[..., Database],
    redis: RedisLink | None,
) -> None:
    """Forty that ask in one moment share one budget."""
    rate = Rate(20, MINUTE)
    other = UpstreamBudget(
        open_database(), hosts=(HOST,), endpoint=ENDPOINT, rate=rate, redis=redis
    )
    with ThreadPoolExecutor(20) as pool:
        waits = list(
            pool.map(lambda n: (budget, other)[n % 2].take(HOST, Share.DELIVERY), range(40))
        )
    assert waits.count(0.0) == 20


def test_a_pause_stops_everybody_and_is_never_shortened(
    budget: UpstreamBudget, database: Database, clock: Clock
) -> None:
    """A second 429 that names less does not wake those who wait for the first."""
    budget.pause(HOST, 120)
    clock.move(seconds=10)
    budget.pause(HOST, 30)
    assert budget.take(HOST, Share.DELIVERY) == 110.0
    with database.write() as connection:
        assert budget.wait_in(connection, Share.DELIVERY, 1) == 110.0
        assert budget.not_before(connection) == clock() + timedelta(seconds=110)
        assert budget.away_until(connection) == clock() + timedelta(seconds=110)
    clock.move(seconds=110)
    assert budget.take(HOST, Share.DELIVERY) == 0.0


def test_room_for_several_calls(
    budget: UpstreamBudget, database: Database, clock: Clock
) -> None:
    """Waiting for five free calls takes until the fifth is free, and uses none of them."""
    for _ in range(18):
        budget.take(HOST, Share.DELIVERY)
        clock.move(seconds=1)
    with database.write() as connection:
        assert budget.wait_in(connection, Share.DELIVERY, 2) == 0.0
        assert budget.wait_in(connection, Share.DELIVERY, 5) == 45.0
        assert budget.wait_in(connection, Share.DELIVERY, 99) == 60.0
    clock.move(seconds=45)
    with database.write() as connection:
        assert budget.wait_in(connection, Share.DELIVERY, 5) == 0.0
    assert [budget.take(HOST, Share.DELIVERY) for _ in range(5)] == [0.0] * 5


def test_another_host_is_not_covered(budget: UpstreamBudget) -> None:
    """A budget that is asked for the wrong upstream says so instead of counting it."""
    with pytest.raises(ValueError, match=r"city\.example"):
        budget.take("other.example", Share.LIST)
    with pytest.raises(ValueError, match=r"city\.example"):
        budget.pause("other.example", 1)


def test_hosts_of_one_upstream_are_counted_together(database: Database) -> None:
    """Open311 and APIv2 may have roots on two hosts; a pause by either is a pause of both."""
    rate = Rate(2, timedelta(seconds=60))
    budget = UpstreamBudget(
        database, hosts=(HOST, "api.city.example"), endpoint=ENDPOINT, rate=rate
    )
    assert budget.take(HOST, Share.DELIVERY) == 0.0
    assert budget.take("api.city.example", Share.DELIVERY) == 0.0
    assert budget.take(HOST, Share.DELIVERY) > 0
    budget.pause("api.city.example", 3600)
    assert budget.take(HOST, Share.DELIVERY) == 3600.0


def test_health_is_remembered(budget: UpstreamBudget, database: Database, clock: Clock) -> None:
    """Unknown at first, fresh for a while after an answer, away after a failure, longer each time."""
    with database.read() as connection:
        assert not budget.is_fresh(connection)
        assert budget.not_before(connection) is None
        assert budget.away_until(connection) is None
    with database.write() as connection:
        budget.answered(connection)
        assert budget.is_fresh(connection)
    clock.move(seconds=FRESH.total_seconds())
    with database.write() as connection:
        assert not budget.is_fresh(connection)
        budget.failed(connection, 0.5)
        assert budget.away_until(connection) == clock() + timedelta(seconds=20)
        budget.failed(connection, 0.5)
        assert budget.not_before(connection) == clock() + timedelta(seconds=40)
        budget.answered(connection)
        assert budget.not_before(connection) is None
        budget.failed(connection, 0.5)
        assert budget.not_before(connection) == clock() + timedelta(seconds=20)


def test_asking_first_holds_others_off_and_is_no_trouble(
    budget: UpstreamBudget, database: Database, clock: Clock
) -> None:
    """While one worker asks, none delivers, and no receipt speaks of a delay."""
    with database.write() as connection:
        budget.hold_off(connection, timedelta(seconds=15))
        assert budget.not_before(connection) == clock() + timedelta(seconds=15)
        assert budget.away_until(connection) is None
        budget.answered(connection)
        budget.doubt(connection)
        assert not budget.is_fresh(connection)
        assert budget.not_before(connection) is None
