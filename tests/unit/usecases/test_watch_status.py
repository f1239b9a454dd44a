"""The city's status of delivered reports: asked rarely, many at a time, and only for somebody."""

import dataclasses
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.typing import EventDict

from scf_report.domain.delivery import State
from scf_report.domain.issue import IssueStatus
from scf_report.domain.report import Reference
from scf_report.domain.watching import CityStatus
from scf_report.factory.updates import make_mailbox, make_statuses
from scf_report.storage.mail_tables import subscriptions
from scf_report.storage.outbox import outbox
from scf_report.storage.watches import watches
from scf_report.usecases.watch_status import WatchStatus
from tests.unit.usecases.conftest import PRIVATE, Desk


@pytest.fixture
def watcher(desk: Desk) -> WatchStatus:
    """Give the watcher of the desk's reports."""
    return make_statuses(desk.core)


def accepted(desk: Desk, service: str = "10106") -> str:
    """Have a report delivered; gives its receipt."""
    receipt = desk.submit(service, f"Number {len(desk.city())}")
    desk.work()
    assert desk.receipt(receipt).state is State.ACCEPTED
    return receipt


def read(desk: Desk, receipt: str) -> None:
    """Open a receipt."""
    desk.core.tracker().show(receipt)


def known(desk: Desk, receipt: str) -> CityStatus | None:
    """Give what a receipt knows of the city's record."""
    found = desk.core.tracker().track(receipt)
    assert found
    return found.city


def looks(logs: list[EventDict]) -> int:
    """Count the calls that asked for statuses."""
    return sum(entry["event"] == "status read" for entry in logs)


def close(desk: Desk, receipt: str) -> None:
    """Let the city close a report."""
    path: Path = desk.core.settings.data_dir / "sandbox.sqlite"
    number = desk.receipt(receipt).upstream_id
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE reports SET closed = ? WHERE id = ?", (desk.clock().timestamp(), number)
        )
    connection.close()


def run(watcher: WatchStatus) -> None:
    """Ask about everything that is due."""
    while watcher.run_once() == 0.0:
        pass


def test_read_receipt_is_worth_asking(
    desk: Desk, watcher: WatchStatus, logs: list[EventDict]
) -> None:
    """An hour after acceptance the city is asked, and the receipt knows when that was."""
    receipt = accepted(desk)
    read(desk, receipt)
    run(watcher)
    assert known(desk, receipt) is None  # too early
    desk.clock.move(hours=1)
    run(watcher)
    city = known(desk, receipt)
    assert city is not None
    assert (city.status, city.as_of) == (IssueStatus.OPEN, desk.clock())
    close(desk, receipt)
    desk.clock.move(hours=2)
    run(watcher)
    city = known(desk, receipt)
    assert city is not None
    assert city.status is IssueStatus.CLOSED
    before = looks(logs)
    for _ in range(10):
        desk.clock.move(days=1)
        read(desk, receipt)
        run(watcher)
    assert looks(logs) == before  # closed is the end


def test_nobody_who_wants_to_know_costs_nothing(
    desk: Desk, watcher: WatchStatus, logs: list[EventDict]
) -> None:
    """Without a follower, and with a receipt that nobody reads any more, the city is left alone."""
    accepted(desk)
    receipt = accepted(desk)
    read(desk, receipt)
    desk.clock.move(days=7, hours=1)
    before = looks(logs)
    run(watcher)
    assert looks(logs) == before
    read(desk, receipt)
    run(watcher)
    assert looks(logs) == before + 1


def test_follower_is_enough(desk: Desk, watcher: WatchStatus) -> None:
    """A confirmed address is told, whoever reads the receipt; one that has not confirmed is nobody."""
    receipt = accepted(desk)
    make_mailbox(desk.core).ask(receipt, "robin@example.org", "en")
    desk.clock.move(hours=2)
    run(watcher)
    assert known(desk, receipt) is None
    with desk.core.database.write() as connection:
        connection.execute(subscriptions.update().values(confirmed_at=desk.clock()))
    run(watcher)
    assert known(desk, receipt) is not None


def test_many_are_one_call(desk: Desk, watcher: WatchStatus, logs: list[EventDict]) -> None:
    """Sixty reports are asked about in two calls."""
    receipts = [accepted(desk) for _ in range(3)]
    _multiply(desk, receipts[0], 57)
    with desk.core.database.read() as connection:
        every = list(connection.execute(sa.select(outbox.c.receipt)).scalars())
    for receipt in every:
        read(desk, receipt)
    desk.clock.move(hours=1)
    before = looks(logs)
    run(watcher)
    assert looks(logs) == before + 2
    assert all(known(desk, receipt) for receipt in every)


def _multiply(desk: Desk, receipt: str, times: int) -> None:
    """Keep more reports under the number of this one."""
    row = desk.row(receipt)
    with desk.core.database.write() as connection:
        for number in range(times):
            copy = {
                "id": f"copy{number}",
                "receipt": f"copy-of-a-receipt-{number:014d}",
                "reference": str(Reference.new()),
                "change_key_hash": f"copy{number}",
            }
            connection.execute(outbox.insert().values(row | copy))


def test_private_report_stays_unknown(
    desk: Desk, watcher: WatchStatus, logs: list[EventDict]
) -> None:
    """A number that the public list does not show is asked about more and more rarely."""
    receipt = accepted(desk, PRIVATE)
    read(desk, receipt)
    before = looks(logs)
    for _ in range(48):
        desk.clock.move(hours=1)
        run(watcher)
    assert known(desk, receipt) is None
    assert looks(logs) - before == 5  # after 1, 2, 4, 8 and 16 hours


def test_city_that_is_away_keeps_what_was_known(desk: Desk, watcher: WatchStatus) -> None:
    """A failed look changes nothing, and comes again in ten minutes."""
    receipt = accepted(desk)
    read(desk, receipt)
    desk.clock.move(hours=1)
    run(watcher)
    before = known(desk, receipt)
    desk.turn(fault="down")
    desk.clock.move(hours=2)
    run(watcher)
    assert known(desk, receipt) == before
    desk.turn(fault="none")
    run(watcher)
    assert known(desk, receipt) == before
    desk.clock.move(minutes=10)
    run(watcher)
    assert known(desk, receipt) != before


def test_deliveries_go_first(make_desk: Callable[..., Desk]) -> None:
    """Looks take no call that a delivery could need: they stop at two fifths of the rate."""
    desk = make_desk(upstream_rate="5/60")
    watcher = make_statuses(desk.core)
    receipt = accepted(desk)  # asked whether it is up, and delivered
    read(desk, receipt)
    with desk.core.database.write() as connection:
        connection.execute(watches.update().values(due=desk.clock()))
    run(watcher)
    assert known(desk, receipt) is None
    desk.clock.move(seconds=61)
    run(watcher)
    assert known(desk, receipt) is not None


def test_two_watchers_ask_once(desk: Desk, watcher: WatchStatus) -> None:
    """What one worker is asking about, another one leaves alone, unless the first never returns."""
    read(desk, accepted(desk))
    desk.clock.move(hours=1)
    assert len(watcher.watches.claim()) == 1
    other = dataclasses.replace(watcher)
    assert other.watches.claim() == ()
    desk.clock.move(minutes=3)
    assert len(other.watches.claim()) == 1


def test_reading_often_writes_rarely(desk: Desk, watcher: WatchStatus) -> None:
    """A receipt that is read every minute is noted once an hour."""
    receipt = accepted(desk)
    seen = set()
    for _ in range(90):
        read(desk, receipt)
        with desk.core.database.read() as connection:
            seen.add(connection.execute(sa.select(watches.c.receipt_seen_at)).scalar_one())
        desk.clock.move(minutes=1)
    assert len(seen) == 2
    first, second = sorted(seen)
    assert second - first >= timedelta(hours=1)


def test_only_what_the_city_has_is_watched(desk: Desk, watcher: WatchStatus) -> None:
    """A report without a number, or none at all, is nothing to ask about."""
    waiting = desk.submit()
    for receipt in (waiting, "x" * 32):
        read(desk, receipt)
    assert desk.count(watches) == 0


@pytest.mark.parametrize("same_ids", [True, False])
def test_a_number_of_another_api_is_watched_only_where_it_means_the_same(
    make_desk: Callable[..., Desk], *, same_ids: bool
) -> None:
    """Else the receipt would show what has become of somebody else's report."""
    desk = make_desk(same_type_ids=same_ids)
    watcher = make_statuses(desk.core)
    receipt = accepted(desk)
    desk.change(receipt, api="apiv2", person_id="2001")
    make_mailbox(desk.core).ask(receipt, "robin@example.org", "en")
    with desk.core.database.write() as connection:
        connection.execute(subscriptions.update().values(confirmed_at=desk.clock()))
    read(desk, receipt)
    desk.clock.move(hours=2)
    run(watcher)
    assert (known(desk, receipt) is not None) is same_ids
