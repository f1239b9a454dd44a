"""What visitors get from the read cache, whatever the upstream does meanwhile."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scf_report.storage.cache import JSON, Cached, Load, NotLoadedError, ReadCache
from scf_report.storage.database import Database
from scf_report.storage.redis_link import RedisLink
from tests.stores import SHARED, settle

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    now = START

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def pass_by(self, seconds: float) -> None:
        """Move it."""
        self.now += timedelta(seconds=seconds)


class Upstream:
    """An upstream that counts its calls and answers "1", "2", ..., or is down, or slow."""

    calls = 0
    down = False

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()

    def __call__(self, _: JSON) -> JSON:
        """Answer one call."""
        self.calls += 1
        answer = str(self.calls)
        assert self.open.wait(10)
        if self.down:
            raise ConnectionError("upstream is down")
        return answer


@pytest.fixture
def clock() -> Clock:
    """Give the test the time."""
    return Clock()


@pytest.fixture
def upstream() -> Upstream:
    """Give the test an upstream."""
    return Upstream()


@pytest.fixture(params=SHARED)
def kept_in(request: pytest.FixtureRequest) -> str:
    """Try both."""
    return str(request.param)


@pytest.fixture
def opened(
    open_database: Callable[..., Database], redis: RedisLink | None
) -> Iterator[Callable[[str], ReadCache]]:
    """Open the cache as a process of its own would."""
    open_database().migrate()
    yield lambda endpoint: ReadCache(open_database(), endpoint, redis)
    settle()


@pytest.fixture
def cache(opened: Callable[[str], ReadCache]) -> ReadCache:
    """Open the cache of one endpoint."""
    return opened("city")


def address(redis: RedisLink | None) -> str:
    """Say where the test's Redis is; "" without one."""
    if redis is None:
        return ""
    options = redis.client.connection_pool.connection_kwargs
    return f"redis://{options['host']}:{options['port']}/{options['db']}"


def hasten(redis: RedisLink | None, seconds: int) -> None:
    """Let time pass in Redis, whose leases run by its own clock."""
    if redis is None:
        return
    for key in redis.client.scan_iter("*:lock:*"):
        left = redis.client.pttl(key) - 1000 * seconds
        redis.client.pexpire(key, max(1, left))


def read(cache: ReadCache, load: Load, key: str = "services") -> Cached:
    """Read as a page does: fresh for a minute, stale for an hour."""
    return cache.get(key, load, fresh_for=60, stale_for=3600)


def fresh(cached: Cached) -> JSON:
    """Return a value that was loaded just now."""
    assert not cached.stale
    assert cached.age_seconds < 1
    return cached.value


def about(cached: Cached | None) -> tuple[JSON, int, bool, bool]:
    """Say all that is told of a kept value."""
    assert cached is not None
    return cached.value, round(cached.age_seconds), cached.stale, cached.failing


def test_first_read_loads_and_later_ones_do_not(
    cache: ReadCache, upstream: Upstream, clock: Clock
) -> None:
    """Within its minute a value costs one call, and tells its age."""
    assert fresh(read(cache, upstream)) == "1"
    clock.pass_by(50)
    again = read(cache, upstream)
    assert (again.value, again.stale, round(again.age_seconds)) == ("1", False, 50)
    assert upstream.calls == 1


@pytest.mark.parametrize(
    "value",
    [None, True, 0, 1.5, "", "Schlagloch — 坑", [], [{"a": [1, None, {"b": "\0 '\""}]}]],
    ids=repr,
)
def test_values_come_back_as_they_were(opened: Callable[[str], ReadCache], value: JSON) -> None:
    """Every JSON value survives storage, null and the empty ones too."""
    loads: list[JSON] = [value, "not asked again"]
    for load in loads:
        cache = opened("city")
        for _ in range(2):
            assert read(cache, lambda _: load).value == value  # noqa: B023  # called at once


def test_a_fresh_value_is_read_from_the_store_once(
    opened: Callable[[str], ReadCache],
    redis: RedisLink | None,
    upstream: Upstream,
    clock: Clock,
) -> None:
    """While it is fresh a process goes by what it has read; then it looks again."""
    cache = opened("city")
    read(cache, upstream)
    clock.pass_by(1)
    opened("city").purge(timedelta(0))
    if redis is not None:
        redis.client.flushdb()
    clock.pass_by(58)
    assert about(read(cache, upstream)) == ("1", 59, False, False)
    assert about(cache.peek("services", fresh_for=60)) == ("1", 59, False, False)
    clock.pass_by(2)
    assert cache.peek("services", fresh_for=60) is None
    assert fresh(read(cache, upstream)) == "2"


def test_keys_and_endpoints_are_kept_apart(
    opened: Callable[[str], ReadCache], upstream: Upstream
) -> None:
    """Two keys, two endpoints, and two long keys that differ at the end are different values."""
    long = "requests?" + "x" * 300
    chicago, oakland = opened("chicago"), opened("oakland")
    reads = [
        (cache, key) for cache in (chicago, oakland) for key in ("a", "b", long, long + "y")
    ]
    first = [read(cache, upstream, key).value for cache, key in reads]
    assert first == [str(number) for number in range(1, 9)]
    assert [read(cache, upstream, key).value for cache, key in reads] == first


def test_sixteen_visitors_cost_one_call(
    opened: Callable[[str], ReadCache], upstream: Upstream
) -> None:
    """Threads of two processes that miss at once share one load."""
    caches = [opened("city"), opened("city")] * 8
    upstream.open.clear()
    with ThreadPoolExecutor(16) as visitors:
        reads = [visitors.submit(read, cache, upstream) for cache in caches]
        time.sleep(0.3)
        upstream.open.set()
        assert {one.result(10).value for one in reads} == {"1"}
    assert upstream.calls == 1


def test_stale_value_is_served_while_one_thread_refreshes(
    cache: ReadCache, upstream: Upstream, clock: Clock
) -> None:
    """After its minute a value is served at once and loaded anew once, behind the scenes."""
    read(cache, upstream)
    clock.pass_by(61)
    upstream.open.clear()
    with ThreadPoolExecutor(16) as visitors:
        seen = list(visitors.map(lambda _: read(cache, upstream), range(16)))
    assert {(one.value, one.stale) for one in seen} == {("1", True)}
    upstream.open.set()
    settle()
    assert fresh(read(cache, upstream)) == "2"
    assert upstream.calls == 2


def test_stale_value_is_served_while_the_upstream_is_down(
    cache: ReadCache, upstream: Upstream, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Visitors see the old value with its age; the operator's log names the error's kind alone."""
    read(cache, upstream)
    upstream.down = True
    clock.pass_by(1800)
    for _ in range(5):
        old = read(cache, upstream)
        assert (old.value, old.stale, round(old.age_seconds)) == ("1", True, 1800)
        settle()
    assert upstream.calls == 2
    assert caplog.messages == ["refreshing a cached read failed: ConnectionError"]


def test_failed_refresh_is_tried_again_after_a_pause(
    cache: ReadCache, upstream: Upstream, clock: Clock
) -> None:
    """For 30 seconds nobody asks; then one does, and the new value is served."""
    read(cache, upstream)
    upstream.down = True
    clock.pass_by(61)
    read(cache, upstream)
    settle()
    upstream.down = False
    for seconds, calls in ((29, 2), (2, 3)):
        clock.pass_by(seconds)
        read(cache, upstream)
        settle()
        assert upstream.calls == calls
    assert read(cache, upstream).value == "3"


def test_value_past_its_bound_is_not_served(
    cache: ReadCache, upstream: Upstream, clock: Clock
) -> None:
    """After an hour the old value counts as none: callers wait, or get the error."""
    read(cache, upstream)
    clock.pass_by(3601)
    assert fresh(read(cache, upstream)) == "2"
    upstream.down = True
    clock.pass_by(3601)
    with pytest.raises(ConnectionError):
        read(cache, upstream)


def test_error_without_a_value_is_raised_and_pauses(
    cache: ReadCache, upstream: Upstream, clock: Clock
) -> None:
    """With nothing kept the caller gets the error; the next ones are spared the call."""
    upstream.down = True
    with pytest.raises(ConnectionError):
        read(cache, upstream)
    with pytest.raises(NotLoadedError):
        read(cache, upstream)
    assert upstream.calls == 1
    upstream.down = False
    clock.pass_by(31)
    assert read(cache, upstream).value == "2"


def test_those_who_waited_do_not_try_one_by_one(cache: ReadCache, upstream: Upstream) -> None:
    """When the one load that all wait for fails, it stays the one."""
    upstream.down = True
    upstream.open.clear()
    with ThreadPoolExecutor(8) as visitors:
        reads = [visitors.submit(read, cache, upstream) for _ in range(8)]
        time.sleep(0.2)
        upstream.open.set()
        errors = sorted(type(one.exception(10)).__name__ for one in reads)
    assert errors == ["ConnectionError"] + ["NotLoadedError"] * 7
    assert upstream.calls == 1


def test_lease_of_a_killed_process_runs_out(
    url: str, redis: RedisLink | None, cache: ReadCache, upstream: Upstream, clock: Clock
) -> None:
    """A process that dies while loading holds the others up for the lease's time only."""
    dies = (
        "import os, sys, datetime\n"
        "from scf_report.storage import cache, database, redis_link\n"
        "now = datetime.datetime.fromisoformat(sys.argv[2])\n"
        "link = redis_link.RedisLink(sys.argv[3]) if sys.argv[3] else None\n"
        "reads = cache.ReadCache(database.Database(sys.argv[1], lambda: now), 'city', link)\n"
        "reads.get('services', lambda _: os._exit(9), fresh_for=60, stale_for=3600)\n"
    )
    command = [sys.executable, "-c", dies, url, START.isoformat(), address(redis)]
    root = Path(__file__).parents[3]
    died = subprocess.run(command, cwd=root, check=False)  # noqa: S603 - our own interpreter
    assert died.returncode == 9
    with ThreadPoolExecutor(1) as visitors:
        waiting = visitors.submit(read, cache, upstream)
        time.sleep(0.3)
        assert not waiting.done()
        clock.pass_by(21)
        hasten(redis, seconds=20)
        assert waiting.result(10).value == "1"


def test_late_refresh_is_not_repeated(
    cache: ReadCache, upstream: Upstream, clock: Clock
) -> None:
    """Many visitors around the end of a refresh do not start a second one."""
    read(cache, upstream)
    clock.pass_by(61)
    with ThreadPoolExecutor(8) as visitors:
        list(visitors.map(lambda _: read(cache, upstream), range(80)))
    settle()
    assert upstream.calls == 2


def test_purge_forgets_what_is_old(
    open_database: Callable[..., Database], upstream: Upstream, clock: Clock
) -> None:
    """Purging keeps the young values and drops the old ones."""
    open_database().migrate()
    cache = ReadCache(open_database(), "city")
    read(cache, upstream, "old")
    clock.pass_by(600)
    read(cache, upstream, "young")
    cache.purge(timedelta(seconds=300))
    clock.pass_by(1)
    assert read(cache, upstream, "young").value == "2"
    assert fresh(read(cache, upstream, "old")) == "3"


def test_what_is_kept_in_redis_ends_by_itself(
    cache: ReadCache, redis: RedisLink | None, upstream: Upstream
) -> None:
    """Nothing stays there for ever, and nothing is kept in the database beside it."""
    read(cache, upstream)
    if redis is not None:
        ends = [redis.client.ttl(key) for key in redis.client.scan_iter("*")]
        assert ends
        assert all(0 < end <= 8 * 86_400 for end in ends)
        cache.purge(timedelta())
        assert read(cache, upstream).value == "1"


def test_loader_gets_what_is_kept_to_ask_whether_it_still_holds(
    cache: ReadCache, clock: Clock
) -> None:
    """At first there is nothing; later the last value, even past the bound after which nobody sees it."""
    seen: list[JSON] = []

    def load(kept: JSON) -> JSON:
        seen.append(kept)
        return kept or "first"

    for _ in range(2):
        assert fresh(read(cache, load)) == "first"
        clock.pass_by(3601)
    assert seen == [None, "first"]


def test_load_that_was_not_tried_says_when_it_makes_sense(
    cache: ReadCache, upstream: Upstream, clock: Clock
) -> None:
    """Until then nobody tries, and everybody is told how long that is."""

    def spent(_: JSON) -> JSON:
        raise NotLoadedError(5)

    with pytest.raises(NotLoadedError):
        read(cache, spent)
    clock.pass_by(2)
    with pytest.raises(NotLoadedError) as told:
        read(cache, upstream)
    assert told.value.retry_seconds == pytest.approx(3, abs=0.1)
    clock.pass_by(4)
    assert fresh(read(cache, upstream)) == "1"


def test_age_is_told_without_asking_anybody(
    cache: ReadCache, upstream: Upstream, clock: Clock
) -> None:
    """A page can say how old something is, and whether renewing it has just failed."""
    assert cache.peek("services", fresh_for=60) is None
    read(cache, upstream)
    clock.pass_by(50)
    assert about(cache.peek("services", fresh_for=60)) == ("1", 50, False, False)
    upstream.down = True
    clock.pass_by(50)
    read(cache, upstream)
    settle()
    assert about(cache.peek("services", fresh_for=60)) == ("1", 100, True, True)
    clock.pass_by(31)
    assert about(cache.peek("services", fresh_for=60)) == ("1", 131, True, False)
    assert upstream.calls == 2
