"""The loop around the work: it goes on whatever breaks, stops when told, and tidies now and then."""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from structlog.typing import EventDict

from scf_report.domain.delivery import State
from scf_report.storage.drafts import drafts
from scf_report.storage.outbox import outbox
from scf_report.worker import Worker
from tests.unit.usecases.conftest import Desk


@contextmanager
def working(desk: Desk, worker: Worker | None = None) -> Iterator[None]:
    """Let a worker run beside the test, and tell it to stop afterwards; it obeys."""
    stop = threading.Event()
    thread = threading.Thread(target=(worker or desk.core.worker()).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def until(what: Callable[[], bool]) -> None:
    """Wait until something is so, for ten seconds at most."""
    give_up = time.monotonic() + 10
    while not what():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def rename(desk: Desk, table: str, name: str) -> None:
    """Hide a table from the app, or bring it back."""
    with desk.core.database.write() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")


def test_a_worker_delivers_and_stops_when_told(desk: Desk) -> None:
    """What is submitted while it runs is delivered; then it ends."""
    with working(desk):
        receipt = desk.submit()
        until(lambda: desk.receipt(receipt).state is State.ACCEPTED)


@pytest.mark.parametrize("table", ["outbox", "seen_type"])
def test_a_database_in_trouble_is_waited_for(
    desk: Desk, logs: list[EventDict], table: str
) -> None:
    """The worker says so and goes on by itself when all is well again."""
    receipt = desk.submit()
    rename(desk, table, "hidden")
    with working(desk):
        until(lambda: any(entry["log_level"] == "error" for entry in logs))
        rename(desk, "hidden", table)
        until(lambda: desk.receipt(receipt).state is State.ACCEPTED)


def test_what_nobody_foresaw_does_not_end_the_worker(desk: Desk, logs: list[EventDict]) -> None:
    """A piece of work that breaks is logged; its row is in doubt then, and the next one goes out."""
    first = desk.submit()
    desk.clock.move(seconds=1)
    second = desk.submit()

    def out_of_luck() -> float:
        return 0.5 / (len(desk.city()) - 1)  # divides by zero once the first has arrived

    deliver = dataclasses.replace(desk.worker(), jitter=out_of_luck)
    with working(desk, dataclasses.replace(desk.core.worker(), deliver=deliver)):
        until(lambda: desk.receipt(second).state is State.ACCEPTED)
    assert desk.receipt(first).state is State.SENDING
    told = [entry["event"] for entry in logs if entry["log_level"] == "error"]
    assert told == ["delivery broke"]


def test_tidying_that_breaks_does_not_keep_reports_from_being_delivered(
    desk: Desk, logs: list[EventDict]
) -> None:
    """It is logged, and tried again ten minutes later."""
    receipt = desk.submit()
    rename(desk, "cache", "hidden")
    with working(desk):
        until(lambda: desk.receipt(receipt).state is State.ACCEPTED)
    assert sum(entry["log_level"] == "error" for entry in logs) == 1
    rename(desk, "hidden", "cache")


def test_tidying_comes_again_after_ten_minutes(desk: Desk) -> None:
    """Drafts are purged while the worker runs, not at its start alone."""
    desk.draft()
    desk.clock.move(hours=25)
    with working(desk):
        until(lambda: desk.count(drafts) == 0)
        desk.draft()
        desk.clock.move(hours=25)
        until(lambda: desk.count(drafts) == 0)


def test_tidying_forgets_by_age_alone(desk: Desk, logs: list[EventDict]) -> None:
    """Old drafts and the personal part of settled reports go; what is not delivered stays whole."""
    settled, waiting = desk.submit(), desk.submit()
    desk.change(waiting, due=None)
    desk.work()
    desk.clock.move(days=30)
    desk.core.tidy().run()
    assert desk.count(drafts) == 0
    assert desk.row(settled)["forgotten"] is False
    desk.clock.move(seconds=1)
    desk.core.tidy().run()
    assert desk.row(settled)["forgotten"] is True
    assert desk.row(waiting)["forgotten"] is False
    assert desk.count(outbox) == 2
    told = [entry for entry in logs if entry["event"] == "tidied"]
    assert [(entry["drafts"], entry["reports"]) for entry in told] == [(2, 0), (0, 1)]
    desk.core.tidy().run()
    assert len([entry for entry in logs if entry["event"] == "tidied"]) == 2


def test_work_beside_deliveries_holds_nothing_up(desk: Desk, logs: list[EventDict]) -> None:
    """What is slow or breaks beside deliveries neither stops them nor ends itself, and all end together."""
    begun, tries = threading.Event(), []
    go_on = threading.Event()

    def slow() -> float:
        begun.set()
        go_on.wait(10)
        return 0.01

    def broken() -> float:
        tries.append(1)
        raise RuntimeError

    worker = dataclasses.replace(desk.core.worker(), beside=[slow, broken])
    with working(desk, worker):
        assert begun.wait(10)
        receipt = desk.submit()
        until(lambda: desk.receipt(receipt).state is State.ACCEPTED)
        until(lambda: len(tries) > 1)
        go_on.set()
    assert {entry["event"] for entry in logs if entry["log_level"] == "error"} == {
        "work beside deliveries broke"
    }
