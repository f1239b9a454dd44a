"""Whether workers are gone: told by what is due and what was last done, on either database."""

from datetime import timedelta

import pytest

from scf_report.usecases.readiness import PATIENCE, Upstream
from tests.unit.usecases.conftest import Desk


def left_for(desk: Desk) -> timedelta:
    """Tell how long workers have left something waiting."""
    return desk.core.readiness().check().left_for


def test_a_city_that_is_down_for_a_day_turns_nothing(desk: Desk) -> None:
    """Workers ask it again and again: that is work, however long the reports wait."""
    desk.submit()
    desk.turn(fault="down", count="100000")
    for _ in range(24 * 6):
        desk.work_for(step=60, minutes=10)
        readiness = desk.core.readiness().check()
        assert readiness.ready
        assert readiness.upstream is Upstream.AWAY


def test_a_pause_turns_nothing_however_long(desk: Desk) -> None:
    """Nor does the moment after it, before a worker had a chance."""
    desk.learn()
    desk.submit()
    desk.core.budget.pause(desk.core.endpoint.open311_root.split("/")[2], 3600)
    desk.clock.move(minutes=59)
    assert desk.core.readiness().check().upstream is Upstream.PAUSED
    assert left_for(desk) == timedelta()
    desk.clock.move(minutes=2)
    assert left_for(desk) == timedelta(minutes=1)
    desk.clock.move(minutes=4)
    assert not desk.core.readiness().check().ready


def test_a_worker_that_dies_while_the_city_is_down_is_missed(desk: Desk) -> None:
    """Five minutes after the next question should have been asked."""
    desk.submit()
    desk.turn(fault="down", count="100000")
    desk.work()
    desk.clock.move(minutes=5)
    assert desk.core.readiness().check().ready
    desk.clock.move(minutes=1)
    assert not desk.core.readiness().check().ready


def test_a_long_queue_that_moves_turns_nothing(desk: Desk) -> None:
    """What has waited for hours is fine as long as something else was done lately."""
    desk.submit()
    desk.submit(words="Another squirrel")
    desk.clock.move(hours=3)
    worker = desk.worker()
    assert worker.run_once() == 0.0
    assert left_for(desk) == timedelta()
    desk.clock.move(minutes=2)
    assert left_for(desk) == timedelta(minutes=2)


def test_a_lease_that_nobody_takes_over_is_missed(desk: Desk) -> None:
    """A worker that was killed in a POST, and no other one: its row is due with its lease."""
    desk.learn()
    receipt = desk.submit()
    desk.change(
        receipt,
        state="sending",
        due=desk.clock() + timedelta(seconds=90),
        lease_until=desk.clock() + timedelta(seconds=90),
    )
    desk.clock.move(seconds=90)
    assert left_for(desk) == timedelta()
    desk.clock.move(seconds=PATIENCE.total_seconds())
    assert left_for(desk) == PATIENCE


@pytest.mark.parametrize("state", ["undecided", "needs_sign_in", "accepted", "rejected"])
def test_what_no_worker_acts_on_turns_nothing(desk: Desk, state: str) -> None:
    """A person's turn, or the end."""
    receipt = desk.submit()
    desk.change(receipt, state=state, due=None)
    desk.clock.move(days=30)
    assert desk.core.readiness().check().ready


def test_another_citys_reports_turn_nothing(desk: Desk) -> None:
    """They wait for workers of their own."""
    receipt = desk.submit()
    desk.change(receipt, endpoint="another.example/open311/v2")
    desk.clock.move(days=1)
    assert desk.core.readiness().check().ready
