"""Counts that survive: exact with what they count, shared by all processes, kept while it is away."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from scf_report.storage.counts import SETTLE_EVERY, Counts
from scf_report.storage.database import Database, StoreAwayError
from tests.conftest import Clock
from tests.unit.storage.conftest import ENDPOINT


def totals(database: Database, name: str = "attempts") -> dict[tuple[str, ...], float]:
    """Read totals as another process would."""
    with database.read() as connection:
        return dict(Counts(database, ENDPOINT).totals(connection, name))


def test_a_count_is_kept_with_what_it_counts_or_not_at_all(database: Database) -> None:
    """A transaction that fails takes its count with it."""
    counts = Counts(database, ENDPOINT)
    with database.write() as connection:
        counts.add_in(connection, "attempts", "send", "accepted")

    def fail() -> None:
        with database.write() as connection:
            counts.add_in(connection, "attempts", "send", "accepted")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert totals(database) == {("send", "accepted"): 1}


def test_what_waits_in_memory_goes_with_the_next_transaction(database: Database) -> None:
    """Seconds and numbers alike; once."""
    counts = Counts(database, ENDPOINT)
    counts.add("upstream_seconds", ("GET", "2xx"), 0.25)
    counts.add("upstream_seconds", ("GET", "2xx"), 0.5)
    assert totals(database, "upstream_seconds") == {}
    for _ in range(2):
        with database.write() as connection:
            counts.add_in(connection, "attempts", "ask", "answered")
    assert totals(database, "upstream_seconds") == {("GET", "2xx"): 0.75}
    assert totals(database) == {("ask", "answered"): 2}


def test_processes_add_up(database: Database) -> None:
    """Eight that count the same things at once, in any order, lose none and never block each other."""

    def work(number: int) -> None:
        counts = Counts(database, ENDPOINT)
        for turn in range(10):
            names = ["hit", "miss", "stale"]
            for name in names if (number + turn) % 2 else reversed(names):
                counts.add("cache_reads", (name,))
            counts.flush()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert totals(database, "cache_reads") == {("hit",): 80, ("miss",): 80, ("stale",): 80}


def test_settling_is_rare(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy web process writes its counts down every ten seconds, not with every page."""
    now = [1000.0]
    monkeypatch.setattr("scf_report.storage.counts.time.monotonic", lambda: now[0])
    counts = Counts(database, ENDPOINT)
    for second in range(25):
        now[0] = 1000.0 + second
        counts.add("cache_reads", ("hit",))
        counts.settle()
        written = totals(database, "cache_reads").get(("hit",), 0)
        assert written == 1 + second // SETTLE_EVERY * SETTLE_EVERY


def test_counts_wait_while_the_database_is_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is bothered, and nothing is lost once it is back."""
    counts = Counts(database, ENDPOINT)
    counts.add("cache_reads", ("hit",), 3)

    def away() -> None:
        raise StoreAwayError

    with monkeypatch.context() as broken:
        broken.setattr(database, "write", away)
        counts.flush()
    counts.flush()
    assert totals(database, "cache_reads") == {("hit",): 3}


def test_the_last_time_is_told(
    database: Database, clock: Clock, open_database: Callable[..., Database]
) -> None:
    """Of all counts under a name, by the database's clock, and None before the first."""
    counts = Counts(database, ENDPOINT)
    with database.read() as connection:
        assert counts.last_at(connection, "attempts") is None
    with database.write() as connection:
        counts.add_in(connection, "attempts", "send", "accepted")
    clock.move(minutes=5)
    with database.write() as connection:
        counts.add_in(connection, "attempts", "ask", "answered")
    with open_database().read() as connection:
        assert counts.last_at(connection, "attempts") == clock.moment


def test_each_upstream_has_counts_of_its_own(database: Database) -> None:
    """One database may have served another city before."""
    with database.write() as connection:
        Counts(database, "another").add_in(connection, "attempts", "send", "accepted")
    assert totals(database) == {}
