"""Redis may go, come back, and forget: no call too many is made, and nothing has to be done by hand."""

import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from scf_report.domain.delivery import Share
from scf_report.storage.budget import Rate, UpstreamBudget
from scf_report.storage.cache import JSON, ReadCache
from scf_report.storage.database import Database
from scf_report.storage.redis_link import REST, RedisLink
from tests.conftest import Clock, missing
from tests.faults.cable import Cable, cable_to
from tests.stores import REDIS, fresh_redis
from tests.unit.storage.conftest import ENDPOINT, HOST

pytestmark = [pytest.mark.enable_socket, pytest.mark.service]


@pytest.fixture
def cable() -> Iterator[Cable]:
    """Lay a cable to Redis."""
    if REDIS is None:
        missing("Redis (SCF_TEST_REDIS_URL)")
    address = urlsplit(REDIS or "")
    with cable_to(address.hostname or "", address.port or 6379) as cable:
        yield cable


@pytest.fixture
def link(cable: Cable) -> Iterator[RedisLink]:
    """Give the link through the cable to an empty Redis."""
    with fresh_redis() as address:
        number = address.rpartition("/")[2]
        link = RedisLink(f"redis://127.0.0.1:{cable.port}/{number}")
        yield link
        link.client.close()


@pytest.fixture
def shared(database: Database, link: RedisLink) -> UpstreamBudget:
    """Give the budget of twenty calls a minute, counted in Redis."""
    rate = Rate(20, timedelta(seconds=60))
    return UpstreamBudget(database, hosts=(HOST,), endpoint=ENDPOINT, rate=rate, redis=link)


def test_without_redis_nothing_starts_and_then_it_goes_on(
    shared: UpstreamBudget, cable: Cable, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Refused with a short wait; what was counted before still counts afterwards."""
    assert [shared.take(HOST, Share.DELIVERY) for _ in range(12)] == [0.0] * 12
    cable.cut()
    assert [shared.take(HOST, Share.DELIVERY) for _ in range(3)] == [1.0] * 3
    with database.write() as connection:
        assert shared.wait_in(connection, Share.DELIVERY, 1) == 1.0
        assert shared.standing(connection).left is None
    cable.mend()
    time.sleep(REST)
    waits = [shared.take(HOST, Share.DELIVERY) for _ in range(10)]
    assert waits == [0.0] * 8 + [61.0] * 2
    assert caplog.messages == ["redis away: ConnectionError", "redis is back"]


def test_redis_that_has_forgotten_is_not_believed(
    shared: UpstreamBudget, link: RedisLink, clock: Clock
) -> None:
    """After a restart without its memory nothing starts for a window, once."""
    assert [shared.take(HOST, Share.DELIVERY) for _ in range(20)] == [0.0] * 20
    link.client.flushdb()
    assert shared.take(HOST, Share.DELIVERY) == 61.0
    clock.move(seconds=60)
    assert shared.take(HOST, Share.FORM) == 1.0
    clock.move(seconds=1)
    assert [shared.take(HOST, Share.DELIVERY) for _ in range(20)] == [0.0] * 20
    assert shared.take(HOST, Share.DELIVERY) == 61.0


def test_a_start_stays_counted_when_its_transaction_does_not(
    shared: UpstreamBudget, database: Database
) -> None:
    """A database that breaks after the count costs a call, never the upstream one too many."""

    def take_and_break() -> None:
        with database.write() as connection:
            assert shared.take_in(connection, Share.DELIVERY) == 0.0
            raise ZeroDivisionError

    for _ in range(20):
        with pytest.raises(ZeroDivisionError):
            take_and_break()
    # The broken transactions have taken the upstream's row with them, and that is no new beginning.
    assert shared.take(HOST, Share.DELIVERY) == 61.0


def test_reads_go_on_without_redis(
    open_database: Callable[..., Database], link: RedisLink, cable: Cable
) -> None:
    """Nothing new is kept meanwhile, who has not read yet loads, and the kept ones are there again."""
    open_database().migrate()
    database, calls = open_database(), 0

    def load(_: JSON) -> JSON:
        nonlocal calls
        calls += 1
        return calls

    def read(cache: ReadCache | None = None) -> JSON:
        one_of_many = cache or ReadCache(database, ENDPOINT, link)
        return one_of_many.get("types", load, fresh_for=60, stale_for=3600).value

    reader = ReadCache(database, ENDPOINT, link)
    assert [read(reader), read()] == [1, 1]
    cable.cut()
    began = time.monotonic()
    assert [read(), read()] == [2, 3]
    assert read(reader) == 1  # it is fresh, and this process has it
    assert time.monotonic() - began < 5
    cable.mend()
    time.sleep(REST)
    assert read() == 1


def test_redis_that_hangs_is_left_in_peace(database: Database) -> None:
    """One read waits for its answer for seconds, and the next ones do not wait at all."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        link = RedisLink(f"redis://127.0.0.1:{silent.getsockname()[1]}")
        cache, times = ReadCache(database, ENDPOINT, link), []
        for _ in range(3):
            began = time.monotonic()
            assert cache.get("types", lambda _: "x", fresh_for=60, stale_for=60).value == "x"
            times.append(time.monotonic() - began)
        link.client.close()
    assert max(times) < 5
    assert min(times) < 0.5
