"""From the outbox to the city: each way that a call can end, and that nothing is lost or doubled."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest
from structlog.typing import EventDict

from scf_report.domain.delivery import LEASE, SETTLE_TIME, State
from scf_report.storage.counts import ATTEMPTS
from scf_report.usecases.deliver_report import DeliverReports
from scf_report.usecases.submit_report import Submitted
from tests.unit.usecases.conftest import (
    BATCH,
    MODERATED,
    PRIVATE,
    Desk,
)

SETTLED = LEASE + SETTLE_TIME + timedelta(minutes=1)


def errors(logs: list[EventDict]) -> list[EventDict]:
    """Pick what an operator is to look at."""
    return [entry for entry in logs if entry["log_level"] == "error"]


def test_a_report_is_delivered_once(desk: Desk) -> None:
    """Asked, sent, accepted: the receipt has the city's number and the city has the very words."""
    receipt = desk.submit()
    assert desk.work() == 2  # the question whether it is up, and the report
    found = desk.receipt(receipt)
    [record] = desk.city()
    assert (found.state, found.upstream_id) == (State.ACCEPTED, str(record["id"]))
    assert (found.attempts, found.settled_at) == (1, desk.clock())
    assert record["description"] == f"{found.reference}: Dead squirrel"
    desk.work_for(hours=2, step=60)
    assert len(desk.city()) == 1


def test_a_city_that_is_down_gets_everything_when_it_is_up_again(desk: Desk) -> None:
    """Nothing is tried meanwhile, each receipt says when the next try is, and nobody has to help."""
    desk.turn(fault="down")
    receipts = [desk.submit(words=f"Squirrel {number}") for number in range(3)]
    desk.work()
    for receipt in receipts:
        found = desk.receipt(receipt)
        assert (found.state, found.attempts, found.delayed) == (State.QUEUED, 0, True)
        assert found.next_try_at is not None
        assert desk.clock() < found.next_try_at <= desk.clock() + timedelta(seconds=20)
    desk.work_for(hours=5, step=60)
    assert {desk.receipt(receipt).attempts for receipt in receipts} == {0}
    desk.turn(fault="none")
    desk.work_for(minutes=31, step=60)
    assert {desk.receipt(receipt).state for receipt in receipts} == {State.ACCEPTED}
    assert len(desk.city()) == 3


def test_a_receipt_does_not_speak_of_a_delay_while_the_city_is_asked(desk: Desk) -> None:
    """Between claim and answer of the first question the report is simply saved."""
    receipt = desk.submit()
    desk.worker().claims.claim()
    assert desk.receipt(receipt).next_try_at is None
    assert not desk.receipt(receipt).delayed


def test_a_lost_answer_is_looked_up_and_found(desk: Desk, logs: list[EventDict]) -> None:
    """500 after the city has stored it: accepted with its number, and never sent again."""
    receipt = desk.submit()
    desk.turn(fault="500-after", count="1", only="post")
    desk.work()
    found = desk.receipt(receipt)
    assert (found.state, found.upstream_id, found.attempts) == (State.UNCERTAIN, None, 1)
    assert found.next_try_at == desk.clock() + timedelta(seconds=20)
    desk.clock.move(seconds=20)
    desk.work()
    found = desk.receipt(receipt)
    assert (found.state, found.upstream_id) == (State.ACCEPTED, str(desk.city()[0]["id"]))
    desk.work_for(hours=1, step=60)
    assert len(desk.city()) == 1
    assert errors(logs) == []


def test_a_city_that_goes_down_and_says_for_how_long_gets_it_then(desk: Desk) -> None:
    """Refused for now, it is kept and not doubted: sent at the time that the city named."""
    desk.submit()
    desk.work()
    desk.turn(fault="down", retry_after="30")
    receipt = desk.submit(words="A second squirrel")
    desk.work()
    found = desk.receipt(receipt)
    assert (found.state, found.delayed) == (State.QUEUED, True)
    assert found.next_try_at == desk.clock() + timedelta(seconds=30)
    desk.turn(fault="none")
    desk.work_for(minutes=1, step=5)
    assert desk.receipt(receipt).state is State.ACCEPTED
    assert len(desk.city()) == 2


@pytest.mark.parametrize("fault", ["500-before", "html", "down"])
def test_a_report_that_is_proved_absent_is_sent_again(desk: Desk, fault: str) -> None:
    """Only after the lease and the settle time, and only of a type that shows in the list."""
    desk.learn()
    receipt = desk.submit()
    desk.turn(fault=fault, count="1", only="post", retry_after="none")
    sent_at = desk.clock()
    desk.work()
    assert desk.receipt(receipt).state is State.UNCERTAIN
    while desk.receipt(receipt).state is State.UNCERTAIN:
        desk.clock.move(seconds=5)
        desk.work()
    assert desk.clock() - sent_at >= LEASE + SETTLE_TIME
    found = desk.receipt(receipt)
    assert (found.state, found.attempts) == (State.ACCEPTED, 2)
    assert len(desk.city()) == 2


def test_an_absence_proves_nothing_for_a_type_never_seen(
    desk: Desk, logs: list[EventDict]
) -> None:
    """It goes to a person, with an alarm, and is never sent again by itself."""
    receipt = desk.submit()
    desk.turn(fault="500-before", count="1", only="post")
    desk.work_for(minutes=5)
    assert desk.receipt(receipt).state is State.UNDECIDED
    [alarm] = errors(logs)
    assert alarm["reference"] == str(desk.receipt(receipt).reference)
    desk.work_for(hours=2, step=60)
    assert desk.city() == []


@pytest.mark.parametrize("service", [PRIVATE, MODERATED])
def test_what_does_not_show_is_never_sent_again(desk: Desk, service: str) -> None:
    """Private and moderated types: taken by the city, the answer lost, left to a person."""
    desk.learn(service)
    receipt = desk.submit(service)
    desk.turn(fault="500-after", count="1", only="post")
    desk.work_for(minutes=10)
    assert desk.receipt(receipt).state is State.UNDECIDED
    assert len(desk.city()) == 2


@pytest.mark.parametrize(
    ("blackbox", "state"), [(True, State.ACCEPTED), (False, State.UNCERTAIN)]
)
def test_a_city_that_gives_no_number(desk: Desk, *, blackbox: bool, state: State) -> None:
    """Acceptance where the type says so, and then the end; a doubt everywhere else."""
    draft = desk.draft()
    kind = dataclasses.replace(draft.form.request_type, blackbox=blackbox)  # type: ignore[union-attr]
    draft = dataclasses.replace(draft, form=dataclasses.replace(draft.form, request_type=kind))  # type: ignore[type-var]
    submit = desk.submitter()
    digest = submit.checker.check(draft).digest
    sent = submit.submit(
        draft, digest, address="192.0.2.7", now=desk.clock(), looks_automatic=False
    )
    assert isinstance(sent, Submitted)
    desk.turn(post_body="empty")
    desk.work()
    found = desk.receipt(sent.receipt)
    assert (found.state, found.upstream_id) == (state, None)
    desk.work_for(minutes=10)
    assert len(desk.city()) == 1


def test_a_rush_teaches_its_type_once(desk: Desk) -> None:
    """Ten reports that are accepted before the list was read cost one look, not ten."""
    for number in range(10):
        desk.submit(words=f"Squirrel {number}")
    desk.work()
    desk.clock.move(seconds=30)
    desk.work()
    with desk.core.database.read() as connection:
        counts = desk.core.counts.totals(connection, ATTEMPTS)
    assert counts["learn", "seen"] == 1


def test_a_held_report_is_told_as_held(desk: Desk) -> None:
    """202 without a number: the city keeps it for review."""
    desk.turn(moderated_id="hidden")
    receipt = desk.submit(MODERATED)
    desk.work()
    found = desk.receipt(receipt)
    assert (found.state, found.upstream_id, found.next_try_at) == (State.MODERATED, None, None)
    desk.work_for(hours=1, step=60)
    assert len(desk.city()) == 1


def test_a_refusal_gives_its_reasons(desk: Desk) -> None:
    """A clear no is no reason to try again, and none to hold others back."""
    desk.turn(required_contact="email")
    receipt = desk.submit()
    desk.work()
    found = desk.receipt(receipt)
    assert (found.state, found.attempts, found.delayed) == (State.REJECTED, 1, False)
    [reason] = found.reasons
    assert "email" in f"{reason.field} {reason.message}".lower()
    desk.turn(required_contact="")
    other = desk.submit()
    desk.work()
    assert desk.receipt(other).state is State.ACCEPTED
    assert desk.receipt(receipt).state is State.REJECTED


def test_a_duplicate_that_is_ours_is_acceptance(desk: Desk) -> None:
    """The city says "reported already", and what it has is this very report."""
    receipt = desk.submit()
    desk.post(dict(desk.core.sealer.open(desk.row(receipt)["payload"])["fields"]))
    desk.work()
    found = desk.receipt(receipt)
    assert (found.state, found.upstream_id) == (State.ACCEPTED, str(desk.city()[0]["id"]))
    assert found.reasons == ()


def test_a_duplicate_that_is_not_found_is_a_refusal(desk: Desk) -> None:
    """It stands with its reason once the list had time to show ours."""
    receipt = desk.submit(PRIVATE)
    desk.post(dict(desk.core.sealer.open(desk.row(receipt)["payload"])["fields"]))
    desk.work()
    assert desk.receipt(receipt).state is State.UNCERTAIN
    assert desk.receipt(receipt).reasons == ()
    desk.work_for(minutes=5)
    found = desk.receipt(receipt)
    assert found.state is State.REJECTED
    assert "already" in found.reasons[0].message


@pytest.mark.parametrize(("named", "seconds"), [("30", 30), ("3600", 3600), ("none", 60)])
def test_too_many_calls_pause_everybody(desk: Desk, named: str, seconds: int) -> None:
    """429 on one report: nobody calls until its Retry-After, or a minute without one; none is lost."""
    desk.turn(fault="429", count="1", only="post", retry_after=named)
    receipts = [desk.submit(words=f"Squirrel {number}") for number in range(3)]
    desk.work()
    until = desk.clock() + timedelta(seconds=seconds)
    assert {desk.receipt(receipt).state for receipt in receipts} == {State.QUEUED}
    for receipt in receipts:
        next_try = desk.receipt(receipt).next_try_at
        assert next_try is not None
        assert next_try >= until
    desk.clock.moment = until - timedelta(seconds=1)
    desk.work()
    assert desk.city() == []
    desk.clock.move(seconds=31)
    desk.work()
    assert {desk.receipt(receipt).state for receipt in receipts} == {State.ACCEPTED}
    assert len(desk.city()) == 3


def test_a_token_becomes_a_number(desk: Desk) -> None:
    """A batch service: first a token, polled with patience, then the number."""
    desk.turn(token_seconds="100")
    receipt = desk.submit(BATCH)
    desk.work()
    assert desk.receipt(receipt).state is State.AWAITING_ID
    desk.turn(fault="down", count="1", only="get")
    desk.work_for(minutes=10)
    found = desk.receipt(receipt)
    assert (found.state, found.upstream_id) == (State.ACCEPTED, str(desk.city()[0]["id"]))
    assert found.attempts == 1


@pytest.mark.parametrize("pending", ["token", "empty", "missing"])
def test_a_token_that_never_resolves_goes_to_a_person(
    desk: Desk, pending: str, logs: list[EventDict]
) -> None:
    """After seven days, with an alarm; the polling grows rare meanwhile."""
    desk.turn(token_seconds="inf", token_pending=pending)
    receipt = desk.submit(BATCH)
    desk.work()
    desk.work_for(days=6, hours=22, step=7200)
    assert desk.receipt(receipt).state is State.AWAITING_ID
    assert desk.row(receipt)["look_ups"] < 400
    desk.work_for(hours=3, step=3600)
    assert desk.receipt(receipt).state is State.UNDECIDED
    assert len(errors(logs)) == 1


def test_learning_stops_after_three_misses(desk: Desk) -> None:
    """A private type costs three look-ups in all, however many reports there are."""
    for number in range(5):
        receipt = desk.submit(PRIVATE, f"Person {number}")
        desk.work()
        assert desk.receipt(receipt).state is State.ACCEPTED
        assert (desk.row(receipt)["due"] is not None) is (number < 3)
        desk.clock.move(seconds=30)
        desk.work()


def test_an_outage_while_learning_is_not_a_miss(desk: Desk) -> None:
    """A list that could not be read says nothing about the type."""
    for number in range(3):
        receipt = desk.submit(words=f"Squirrel {number}")
        desk.work()
        desk.turn(fault="down", only="get")
        desk.work_for(minutes=5)
        desk.turn(fault="none")
        assert desk.row(receipt)["due"] is None
    desk.learn()
    receipt = desk.submit()
    desk.turn(fault="500-before", count="1", only="post")
    desk.work_for(minutes=6)
    assert (desk.receipt(receipt).state, desk.receipt(receipt).attempts) == (State.ACCEPTED, 2)


def test_a_list_that_lags_does_not_double(desk: Desk) -> None:
    """What shows a minute and a half late is found before an absence is believed."""
    desk.learn()
    desk.turn(search_lag="170")
    receipt = desk.submit()
    desk.turn(fault="500-after", count="1", only="post")
    desk.work_for(minutes=10, step=5)
    found = desk.receipt(receipt)
    assert (found.state, found.attempts) == (State.ACCEPTED, 1)
    assert len(desk.city()) == 2


def test_copies_upstream_are_the_oldest_one_and_an_alarm(
    desk: Desk, logs: list[EventDict]
) -> None:
    """Somebody sent ours again: the first number counts, and the operator hears of it."""
    receipt = desk.submit()
    desk.turn(fault="500-after", count="1", only="post")
    desk.work()
    fields = dict(desk.core.sealer.open(desk.row(receipt)["payload"])["fields"])
    desk.clock.move(seconds=10)
    desk.post({**fields, "description": fields["description"] + " again"})
    desk.clock.move(seconds=10)
    desk.work()
    assert desk.receipt(receipt).upstream_id == str(desk.city()[0]["id"])
    [alarm] = errors(logs)
    assert (alarm["event"], alarm["copies"]) == ("upstream has copies", 2)


def test_a_refused_key_waits_for_the_operator(desk: Desk, logs: list[EventDict]) -> None:
    """403 is an alarm and a later try, not a refusal of the resident's report."""
    desk.turn(api_key="another")
    receipt = desk.submit()
    desk.work()
    assert desk.receipt(receipt).state is State.QUEUED
    assert errors(logs)[0]["outcome"] == "Deferred"
    desk.turn(api_key="")
    desk.work_for(minutes=2)
    assert desk.receipt(receipt).state is State.ACCEPTED


def test_a_worker_that_dies_while_sending_leaves_a_doubt(desk: Desk) -> None:
    """Whether it had sent or not, the next worker looks the report up before anything else."""
    desk.learn()
    receipts = [desk.submit(words="sent"), desk.submit(words="not sent")]
    claims = desk.worker().claims
    for receipt in receipts:
        claim = claims.claim()
        while not hasattr(claim, "fields"):
            claims.record_probe(answered=True, jitter=0)
            claim = claims.claim()
        if receipt == receipts[0]:
            desk.core.gateway.send(claim.fields, None)
    desk.work_for(minutes=6)
    found = [desk.receipt(receipt) for receipt in receipts]
    assert [each.state for each in found] == [State.ACCEPTED] * 2
    assert [each.attempts for each in found] == [1, 2]
    assert len(desk.city()) == 3


def test_a_worker_that_slept_through_its_lease_sends_nothing(desk: Desk) -> None:
    """Between claim and POST the machine was suspended: the row is left to others."""
    receipt = desk.submit()
    worker = desk.worker()
    worker.claims.record_probe(answered=True, jitter=0)
    claim = worker.claims.claim()
    desk.clock.move(seconds=31)
    worker._work(claim)  # type: ignore[arg-type]  # noqa: SLF001  # what follows its claim
    assert desk.city() == []
    assert (desk.receipt(receipt).state, desk.receipt(receipt).attempts) == (State.QUEUED, 0)
    desk.work()
    assert len(desk.city()) == 1


def test_a_small_budget_delivers_everything_in_turn(
    make_desk: Callable[..., Desk],
) -> None:
    """Doubts, tokens and new reports share few calls, and none waits for ever."""
    desk = make_desk(upstream_rate="6/60")
    desk.turn(limit="6")
    doubtful = [desk.submit(words=f"Doubt {number}") for number in range(3)]
    desk.turn(fault="500-after", count="3", only="post")
    desk.work_for(minutes=4)
    others = [desk.submit(words=f"Squirrel {number}") for number in range(6)]
    desk.clock.move(minutes=2)
    others.append(desk.submit(BATCH))
    desk.work_for(minutes=25)
    states = {desk.receipt(receipt).state for receipt in [*doubtful, *others]}
    assert states == {State.ACCEPTED}
    assert len(desk.city()) == 10


def test_two_workers_share_the_work(desk: Desk) -> None:
    """Turn by turn, nothing is sent twice."""
    receipts = [desk.submit(words=f"Squirrel {number}") for number in range(6)]
    pair: list[DeliverReports] = [desk.worker(), desk.worker()]
    for turn in range(40):
        pair[turn % 2].run_once()
    assert {desk.receipt(receipt).state for receipt in receipts} == {State.ACCEPTED}
    assert len({record["description"] for record in desk.city()}) == len(desk.city()) == 6


def test_a_report_whose_key_is_gone_is_an_alarm(desk: Desk, logs: list[EventDict]) -> None:
    """It is named to the operator and waits; the others are delivered."""
    broken = desk.submit()
    kept = desk.row(broken)["payload"]
    desk.change(broken, payload="sealed by somebody else")
    other = desk.submit()
    desk.work()
    assert desk.receipt(other).state is State.ACCEPTED
    [alarm] = errors(logs)
    assert alarm["reference"] == desk.row(broken)["reference"]
    desk.change(broken, payload=kept)
    desk.work_for(minutes=31, step=60)
    assert desk.receipt(broken).state is State.ACCEPTED
