"""The real app, worker, database and city in simulated time: a crowd, and a day without the city."""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from scf_report.domain.delivery import State
from scf_report.settings import Settings
from tests.conftest import Clock
from tests.faults.crowd import Town, last
from tests.faults.reports import PUBLIC, enqueue, fill, read_form
from tests.functional.conftest import POINT
from tests.page import Page

pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]
MINUTES, VISITORS, SENDERS, PLACES = 10, 500, 30, 60
PATIENCE = timedelta(seconds=90)
"""In which a report is delivered although the crowd wants to read."""


class Walks(deque[tuple[int, Iterator[Page]]]):
    """The visitors on their way, each with a number."""


@pytest.fixture
def town(make_settings: Callable[..., Settings], clock: Clock) -> Town:
    """Give the demo without its map, with a rate of 20 calls a minute."""
    # SeeClickFix has not promised that both its APIs name the same kinds alike.
    settings = make_settings(geocoder="none", report_limit="1000/60", same_type_ids=False)
    return Town(settings, clock)


def place(number: int) -> str:
    """Name a place; there are as many as in a busy part of the city."""
    return f"41.88{number % PLACES:02}, -87.6570"


def come(town: Town, second: int, walks: Walks) -> None:
    """Let those come who come in this second of the ten minutes."""
    first, end = (VISITORS * each // (60 * MINUTES) for each in (second, second + 1))
    walks.extend(
        (number, town.walk(place(number), f"Hole {number}")) for number in range(first, end)
    )


def go_on(walks: Walks) -> Iterator[str]:
    """Let everybody go one page further; gives the receipts of those who send what they have filled in."""
    for _ in range(len(walks)):
        number, walk = walks.popleft()
        page = next(walk, None)
        if page is None:
            continue
        walks.append((number, walk))
        if page.path.endswith("/check") and number % (VISITORS // SENDERS) == 0:
            yield page.form().submit().path


def test_a_crowd_and_thirty_reports_in_ten_minutes(town: Town) -> None:
    """Everything sent is delivered soon, nobody is told off, and every page comes."""
    for number in range(PLACES):
        last(town.walk(place(number), "Just looking"))
        for _ in range(5):
            town.pass_second()
    town.clock.move(minutes=20)  # what is known of every place is old by now
    assert town.told_age == 0
    calls, walks, receipts = len(town.line.answers), Walks(), list[str]()
    for second in range(60 * MINUTES):
        come(town, second, walks)
        receipts += go_on(walks)
        for receipt in receipts[second % 7 :: 7]:
            assert town.visitor().open(receipt).status == 200
        town.pass_second()
    for _ in range(int(PATIENCE.total_seconds())):
        town.pass_second()
    rows = town.core.outbox.list(limit=1000)
    assert len(rows) >= SENDERS
    assert {row["state"] for row in rows} == {State.ACCEPTED.value}
    assert max(row["settled_at"] - row["saved_at"] for row in rows) < PATIENCE
    assert len(town.records()) == len(rows)
    assert {status for _, status in town.line.answers} <= {200, 304}
    # Who comes to a place first sees what was known, with its age, while it is asked for again.
    assert town.told_age >= PLACES
    # Reads grow with places, not with visitors; the rest are deliveries and what they ask first.
    assert len(town.line.answers) - calls <= PLACES + 2 * len(rows) + MINUTES + 5


def test_a_day_without_the_city(town: Town) -> None:
    """Reports are taken all day, receipts say how it stands, and everything drains at the full rate."""
    core, clock = town.core, town.clock
    form = read_form(core, PUBLIC)
    enqueue(core, fill(core, form, "The first of its kind"))
    last(town.walk(POINT, "Just looking"))
    for _ in range(60):
        town.pass_second()
    town.city.switchboard.turn({"fault": "down"})
    for hour in range(24):
        check = last(town.walk(POINT, f"Hole of hour {hour}"))
        clock.move(seconds=3)
        receipt = check.form().submit()
        for _ in range(3):
            clock.move(minutes=15)
            town.pass_second()
        receipt = receipt.visitor.open(receipt.path)
        assert "does not answer at the moment" in receipt.text
        for number in range(20):
            enqueue(core, fill(core, form, f"Squirrel {hour}-{number}"))
        clock.move(minutes=15)
    assert len(town.records()) == 1
    town.city.switchboard.turn({"fault": "none"})
    while State.QUEUED.value in {row["state"] for row in core.outbox.list(limit=1000)}:
        town.pass_second()
    rows = core.outbox.list(limit=1000)
    assert {row["state"] for row in rows} == {State.ACCEPTED.value}
    assert len(town.records()) == len(rows) == 1 + 24 * 21
    times = sorted(row["settled_at"] for row in rows)[1:]
    window = timedelta(minutes=20)
    drained = sum(time < times[0] + window for time in times)
    assert drained >= 0.95 * 20 * window / timedelta(minutes=1)
    assert 429 not in {status for _, status in town.line.answers}
