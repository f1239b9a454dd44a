"""The promise is made once: one draft, one row, one receipt, and a limit for new ones alone."""

import dataclasses
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from scf_report.domain.delivery import State
from scf_report.storage.database import Database
from scf_report.storage.outbox import NewDelivery, Outbox, outbox as table
from scf_report.storage.sealing import Sealer
from scf_report.storage.submit_limit import SubmitLimit, TooManyReportsError
from scf_report.storage.tickets import Tickets, tickets as used
from tests.conftest import Clock
from tests.unit.storage.conftest import ENDPOINT, SECRET

HERE, THERE = "192.0.2.7", "2001:db8::7"


@pytest.fixture
def tickets(database: Database, sealer: Sealer) -> Tickets:
    """Give the tickets of this installation."""
    return Tickets(database, sealer, ENDPOINT)


def rows(database: Database) -> int:
    """Count the promises."""
    with database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_one_draft_submitted_twenty_times_is_one_report(
    database: Database, outbox: Outbox, new: Callable[..., NewDelivery]
) -> None:
    """From twenty threads and two addresses at once: the same receipt twenty times, one row."""
    submit = new("draft")
    with ThreadPoolExecutor(20) as pool:
        receipts = list(
            pool.map(lambda n: outbox.enqueue(submit, HERE if n % 2 else THERE), range(20))
        )
    assert len(set(receipts)) == 1
    assert rows(database) == 1
    assert outbox.receipt_of("draft") == receipts[0]
    assert outbox.receipt_of("other") is None


def test_a_new_report_waits_to_be_sent(
    outbox: Outbox, new: Callable[..., NewDelivery], clock: Clock
) -> None:
    """Due at once, never tried, with a receipt that has nothing to do with the draft."""
    receipt = outbox.enqueue(new("draft"), HERE)
    row = outbox.find_by_receipt(receipt)
    assert row is not None
    assert (row["state"], row["due"], row["attempts"]) == ("queued", clock(), 0)
    assert len(receipt) == 32
    assert "draft" not in receipt


def test_the_limit_counts_new_reports_alone(
    outbox: Outbox, new: Callable[..., NewDelivery], clock: Clock
) -> None:
    """Ten in an hour; repeats go through after that, the eleventh new one does not."""
    ten = [new(f"draft {number}") for number in range(10)]
    for each in ten:
        outbox.enqueue(each, HERE)
        clock.move(minutes=1)
    for each in ten:
        outbox.enqueue(each, HERE)
    eleventh = new("draft 11")
    with pytest.raises(TooManyReportsError) as caught:
        outbox.enqueue(eleventh, HERE)
    outbox.enqueue(new("somebody else's"), THERE)
    assert caught.value.retry_at == clock() + timedelta(minutes=50)
    clock.moment = caught.value.retry_at
    outbox.enqueue(eleventh, HERE)


def test_the_limit_holds_for_submits_at_once(
    database: Database, outbox: Outbox, new: Callable[..., NewDelivery]
) -> None:
    """Twenty new reports from one address in the same moment: ten are taken."""

    def submit(number: int) -> bool:
        try:
            outbox.enqueue(new(f"draft {number}"), HERE)
        except TooManyReportsError:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(submit, range(20))) == 10
    assert rows(database) == 10


def test_who_comes_together_is_judged_apart(
    database: Database, outbox: Outbox, new: Callable[..., NewDelivery]
) -> None:
    """A double click, two of whom one is beyond the limit, a repeat and somebody else, in one moment."""
    for number in range(8):
        outbox.enqueue(new(f"draft {number}"), HERE)
    double, tenth, eleventh, other = (new(each) for each in ("double", "10", "11", "other"))
    come = [(double, HERE), (double, HERE), (tenth, HERE), (eleventh, HERE), (other, THERE)]
    with ThreadPoolExecutor(6) as pool, database.write():
        repeat = pool.submit(outbox.enqueue, new("draft 0"), HERE)
        asked = [pool.submit(outbox.enqueue, each, address) for each, address in come]
        time.sleep(0.3)
    assert repeat.result() == outbox.receipt_of("draft 0")
    errors = [each.exception() for each in asked]
    assert {type(error) for error in errors} == {type(None), TooManyReportsError}
    refused = {each.draft_id for (each, _), error in zip(come, errors, strict=True) if error}
    assert refused < {"double", "10", "11"}
    assert len(refused) == 1
    for (each, _), work in zip(come, asked, strict=True):
        if each.draft_id not in refused:
            assert work.result() == outbox.receipt_of(each.draft_id)
    assert rows(database) == 11


def test_parallel_repeats_of_the_last_allowed_report_are_never_limited(
    outbox: Outbox, new: Callable[..., NewDelivery]
) -> None:
    """The tenth report by a double click is one report and no refusal."""
    for number in range(9):
        outbox.enqueue(new(f"draft {number}"), HERE)
    tenth = new("tenth")
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: outbox.enqueue(tenth, HERE), range(8)))) == 1


def test_a_refused_submit_leaves_nothing(
    database: Database, outbox: Outbox, new: Callable[..., NewDelivery]
) -> None:
    """A reference that is taken breaks the whole transaction: no row, nothing counted."""
    first, second = new("first"), new("second")
    outbox.enqueue(first, HERE)
    clash = dataclasses.replace(second, reference=first.reference)
    with pytest.raises(sa.exc.IntegrityError):
        outbox.enqueue(clash, HERE)
    assert rows(database) == 1
    for number in range(9):
        outbox.enqueue(new(f"draft {number}"), HERE)


def test_each_door_finds_its_own_row(
    database: Database,
    sealer: Sealer,
    outbox: Outbox,
    new: Callable[..., NewDelivery],
    limit: SubmitLimit,
) -> None:
    """Receipt, second key and reference lead to one row, also after the upstream has changed."""
    submit = new("draft")
    receipt = outbox.enqueue(submit, HERE)
    row = outbox.find_by_receipt(receipt)
    assert row is not None
    key = sealer.open(row["change_key"])
    assert outbox.find_by_change_key(key) == row
    assert outbox.find_by_reference(str(submit.reference)) == row
    for stranger in (receipt, row["id"], str(submit.reference)):
        assert outbox.find_by_change_key(stranger) is None
    assert outbox.find_by_receipt(key) is None
    other = Outbox(database, sealer, "another", limit)
    assert other.find_by_receipt(receipt) == row
    assert list(other.list()) == []


@pytest.mark.parametrize("state", list(State))
def test_what_may_be_withdrawn_and_retried(
    database: Database,
    outbox: Outbox,
    new: Callable[..., NewDelivery],
    state: State,
) -> None:
    """Withdrawn only while nobody has begun or it was refused; retried only what waits or was refused."""
    for number, act in enumerate((outbox.withdraw, outbox.retry)):
        outbox.enqueue(new(str(number)), HERE)
        _put(database, str(number), state=state.value, due=None)
        assert act(str(number)) is (state.value in ALLOWED[number])
    withdrawn, retried = (_row(outbox, str(number)) for number in range(2))
    if state.value in ALLOWED[0]:
        assert (withdrawn["state"], withdrawn["due"]) == ("withdrawn", None)
        assert withdrawn["settled_at"] is not None
    else:
        assert withdrawn["state"] == state.value
    if state.value in ALLOWED[1]:
        assert (retried["state"], retried["settled_at"]) == ("queued", None)
        assert retried["due"] is not None


ALLOWED = [{"held", "queued", "needs_sign_in", "rejected"}, {"queued", "rejected"}]


def test_what_is_left_of_a_forgotten_report_is_not_sent(
    database: Database, outbox: Outbox, new: Callable[..., NewDelivery]
) -> None:
    """A refused report without its contact details and photo is not retried."""
    outbox.enqueue(new("old"), HERE)
    _put(database, "old", state="rejected", forgotten=True)
    assert outbox.retry("old") is False
    assert outbox.withdraw("old") is True


def test_the_operator_sees_the_longest_waiting_first(
    outbox: Outbox, new: Callable[..., NewDelivery], clock: Clock
) -> None:
    """All, or those in one state, up to a limit."""
    for number in range(3):
        outbox.enqueue(new(str(number)), HERE)
        clock.move(seconds=1)
    outbox.withdraw("1")
    assert [row["id"] for row in outbox.list()] == ["0", "1", "2"]
    assert [row["id"] for row in outbox.list(State.QUEUED)] == ["0", "2"]
    assert [row["id"] for row in outbox.list(limit=1)] == ["0"]


def test_a_ticket_shows_the_second_key_once_for_its_own_receipt(
    tickets: Tickets, outbox: Outbox, new: Callable[..., NewDelivery], clock: Clock
) -> None:
    """Within ten minutes; another receipt's page learns nothing and uses nothing up."""
    mine, other = outbox.enqueue(new("mine"), HERE), outbox.enqueue(new("other"), HERE)
    first, second, third = (tickets.issue(mine) for _ in range(3))
    assert len({first, second, third}) == 3
    assert tickets.redeem(first, other) is None
    assert tickets.redeem("made up", mine) is None
    clock.move(minutes=9, seconds=59)
    key = tickets.redeem(first, mine)
    assert key is not None
    found = outbox.find_by_change_key(key)
    assert found is not None
    assert found["id"] == "mine"
    assert tickets.redeem(first, mine) is None
    assert tickets.redeem(second, mine) == key
    clock.move(seconds=1)
    assert tickets.redeem(third, mine) is None


def test_a_ticket_outlives_a_new_key_and_cannot_be_made(
    database: Database, outbox: Outbox, new: Callable[..., NewDelivery], clock: Clock
) -> None:
    """SCF_SECRET_KEY may change between the submit and its receipt; every other ticket is worth nothing."""
    old, both = Sealer([SECRET]), Sealer(["another", SECRET])
    receipt = outbox.enqueue(new("mine"), HERE)
    ticket = Tickets(database, old, ENDPOINT).issue(receipt)
    until, nonce, signature = ticket.split(".")
    made = Tickets(database, Sealer(["a stranger's"]), ENDPOINT).issue(receipt)
    tickets = Tickets(database, both, ENDPOINT)
    changed = [f"{int(until) + 60}.{nonce}.{signature}", f"{until}.x.{signature}"]
    for forged in (made, *changed, "..", "é", "", "\0"):
        assert tickets.redeem(forged, receipt) is None
    assert tickets.redeem(ticket, receipt) is not None


def test_used_tickets_are_forgotten(
    database: Database,
    tickets: Tickets,
    outbox: Outbox,
    new: Callable[..., NewDelivery],
    clock: Clock,
) -> None:
    """Nothing is kept of a ticket before it is used, nor when it would no longer be good."""
    receipt = outbox.enqueue(new("mine"), HERE)

    def kept() -> int:
        with database.read() as connection:
            return len(connection.execute(sa.select(used)).all())

    first = tickets.issue(receipt)
    assert kept() == 0
    assert tickets.redeem(first, receipt) is not None
    assert kept() == 1
    clock.move(minutes=10)
    assert tickets.redeem(tickets.issue(receipt), receipt) is not None
    assert kept() == 1


def test_a_ticket_redeemed_twice_at_once_shows_once(
    tickets: Tickets, outbox: Outbox, new: Callable[..., NewDelivery]
) -> None:
    """Of eight requests with one ticket, one sees the key."""
    receipt = outbox.enqueue(new("mine"), HERE)
    ticket = tickets.issue(receipt)
    with ThreadPoolExecutor(8) as pool:
        shown = list(pool.map(lambda _: tickets.redeem(ticket, receipt), range(8)))
    assert len([key for key in shown if key is not None]) == 1


def _put(database: Database, draft_id: str, **values: object) -> None:
    with database.write() as connection:
        connection.execute(table.update().where(table.c.id == draft_id).values(**values))


def _row(outbox: Outbox, draft_id: str) -> dict[str, object]:
    return next(dict(row) for row in outbox.list() if row["id"] == draft_id)


def test_a_person_who_signs_in_wakes_their_own_reports(
    outbox: Outbox, new: Callable[..., NewDelivery], database: Database, clock: Clock
) -> None:
    """Those that wait for it, once; nobody else's, and none that is elsewhere on its way."""
    for each, person in (("a", "7"), ("b", "7"), ("c", "8"), ("d", "7"), ("e", None)):
        outbox.enqueue(new(each, person_id=person), each)
    with database.write() as connection:
        waits = table.update().where(table.c.id != "d")
        connection.execute(waits.values(state="needs_sign_in", due=None, renewed=True))
    clock.move(minutes=5)
    assert outbox.wake("7") == 2
    assert outbox.wake("7") == 0
    rows = {row["id"]: row for row in outbox.list()}
    assert {each: row["state"] for each, row in rows.items()} == {
        "a": "queued",
        "b": "queued",
        "c": "needs_sign_in",
        "d": "queued",
        "e": "needs_sign_in",
    }
    assert (rows["a"]["due"], rows["a"]["renewed"]) == (clock(), False)
    assert [row["api"] for row in rows.values()] == ["apiv2"] * 4 + ["open311"]
