"""From the outbox to the city as somebody: with their access, once, and not at all without it."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from scf_report.domain.delivery import LEASE, SETTLE_TIME, State
from scf_report.domain.report import SignedIn
from scf_report.storage.counts import ATTEMPTS
from scf_report.usecases.deliver_report import DeliverReports
from scf_report.usecases.errors import SignInNeededError
from scf_report.usecases.senders import Senders
from tests.contract.sandbox_sign_in import (
    BEN,
    ROSA,
)
from tests.unit.usecases.accounts import Accounts
from tests.unit.usecases.conftest import DEAD_ANIMAL, MADISON, MODERATED, PRIVATE, Desk

SETTLED = LEASE + SETTLE_TIME + timedelta(minutes=1)


@pytest.fixture
def worker(desk: Desk, accounts: Accounts) -> DeliverReports:
    """Give a worker's hands."""
    senders = Senders(desk.core.gateway, desk.core.apiv2, accounts)
    return dataclasses.replace(desk.worker(), senders=senders)


@pytest.fixture
def report(desk: Desk, accounts: Accounts) -> Callable[..., str]:
    """Send a report as a person; gives its receipt."""

    def send(
        words: str = "Dead squirrel", kind: str = DEAD_ANIMAL, person: str = "2001"
    ) -> str:
        token = accounts.access_token(person)
        types = {each.code: each for each in desk.core.apiv2.request_types(MADISON, token)}
        return desk.submit_as(SignedIn(person, "Rosa"), types[kind], words, token)

    return send


def run(desk: Desk, worker: DeliverReports, **span: float) -> None:
    """Work through a span of time."""
    until = desk.clock.moment + timedelta(**span)
    while desk.clock.moment < until:
        desk.work(worker)
        desk.clock.move(seconds=20)
    desk.work(worker)


def test_a_report_goes_out_as_its_person(
    desk: Desk, accounts: Accounts, worker: DeliverReports, report: Callable[..., str]
) -> None:
    """The city knows who sent it, and the receipt has its number."""
    accounts.sign_in()
    receipt = report()
    desk.work(worker)
    found = desk.receipt(receipt)
    [record] = desk.city()
    assert (found.state, found.upstream_id) == (State.ACCEPTED, str(record["id"]))
    assert record["reporter"] == ROSA
    assert record["description"] == f"{found.reference}: Dead squirrel"


def test_reports_wait_for_a_person_whose_access_was_revoked(
    desk: Desk, accounts: Accounts, worker: DeliverReports, report: Callable[..., str]
) -> None:
    """Five of them wait and say so, however long; after signing in each goes out once."""
    accounts.sign_in()
    receipts = [report(f"Squirrel {number}") for number in range(5)]
    accounts.revoke()
    run(desk, worker, minutes=30)
    assert [desk.receipt(each).state for each in receipts] == [State.NEEDS_SIGN_IN] * 5
    assert desk.city() == []
    accounts.sign_in(BEN)
    run(desk, worker, minutes=1)
    assert desk.city() == []
    accounts.sign_in()
    run(desk, worker, minutes=5)
    assert [desk.receipt(each).state for each in receipts] == [State.ACCEPTED] * 5
    assert len(desk.city()) == 5
    assert {record["reporter"] for record in desk.city()} == {ROSA}


def test_access_that_has_ended_is_renewed_without_the_person(
    desk: Desk, accounts: Accounts, worker: DeliverReports, report: Callable[..., str]
) -> None:
    """One refusal, one renewal, one report."""
    accounts.sign_in()
    receipt = report()
    accounts.tokens["2001"]["access_token"] = "ended"
    run(desk, worker, minutes=1)
    found = desk.receipt(receipt)
    assert (found.state, found.attempts, accounts.renewals) == (State.ACCEPTED, 2, 1)
    assert len(desk.city()) == 1


def test_access_that_is_refused_for_ever_is_not_asked_for_for_ever(
    desk: Desk, accounts: Accounts, worker: DeliverReports, report: Callable[..., str]
) -> None:
    """After one renewal in vain the person is needed."""
    accounts.sign_in()
    receipt = report()

    def useless(person_id: str, refused_token: str) -> None:
        accounts.tokens[person_id]["access_token"] = "as bad as before"

    senders = dataclasses.replace(worker.senders, grants=_Renewing(accounts, useless))
    accounts.tokens["2001"]["access_token"] = "bad"
    run(desk, dataclasses.replace(worker, senders=senders), minutes=10)
    found = desk.receipt(receipt)
    assert (found.state, found.attempts) == (State.NEEDS_SIGN_IN, 2)


@dataclass
class _Renewing:
    accounts: Accounts
    renewing: Callable[[str, str], None]

    def access_token(self, person_id: str) -> str:
        return self.accounts.access_token(person_id)

    def renew(self, person_id: str, refused_token: str) -> None:
        self.renewing(person_id, refused_token)


def test_a_sign_in_between_refusal_and_record_is_not_missed(
    desk: Desk, accounts: Accounts, worker: DeliverReports, report: Callable[..., str]
) -> None:
    """The person comes back just when the worker gives up: the report goes out all the same."""
    accounts.sign_in()
    receipt = report()
    accounts.revoke()

    def come_back(person_id: str, refused_token: str) -> None:
        del accounts.tokens[person_id]
        accounts.sign_in()  # wakes nothing: the row is still being sent
        raise SignInNeededError(refused_token)

    senders = dataclasses.replace(worker.senders, grants=_Renewing(accounts, come_back))
    run(desk, dataclasses.replace(worker, senders=senders), minutes=1)
    assert desk.receipt(receipt).state is State.ACCEPTED
    assert len(desk.city()) == 1


def test_a_lost_answer_is_found_over_the_same_api(
    desk: Desk, accounts: Accounts, worker: DeliverReports, report: Callable[..., str]
) -> None:
    """500 after the city has it: never sent again, accepted under its number."""
    accounts.sign_in()
    receipt = report()
    desk.work(worker)  # asked first whether it is up
    lost = report("A second squirrel")
    desk.turn(fault="500-after", count="1", only="post")
    run(desk, worker, minutes=2)
    assert [desk.receipt(each).state for each in (receipt, lost)] == [State.ACCEPTED] * 2
    assert (desk.receipt(lost).attempts, len(desk.city())) == (1, 2)


def test_a_look_up_without_access_says_nothing_about_the_city(
    desk: Desk, accounts: Accounts, worker: DeliverReports, report: Callable[..., str]
) -> None:
    """A lost answer that nobody may look up does not make workers ask whether the city is up."""
    accounts.sign_in()
    report()
    desk.turn(fault="500-after", count="1", only="post")
    desk.work(worker)
    del accounts.tokens["2001"]
    desk.submit(words="Asked before this one")
    run(desk, worker, minutes=1)
    asked = questions(desk)
    desk.submit(words="Just sent")
    run(desk, worker)
    assert questions(desk) == asked


def questions(desk: Desk) -> float:
    """Count how often the city was asked whether it is up."""
    with desk.core.database.read() as connection:
        return desk.core.counts.totals(connection, ATTEMPTS)["ask", "answered"]


@pytest.mark.parametrize(("kind", "sent_again"), [(DEAD_ANIMAL, True), (PRIVATE, False)])
def test_absence_is_proved_of_public_types_alone(
    desk: Desk,
    accounts: Accounts,
    worker: DeliverReports,
    report: Callable[..., str],
    kind: str,
    *,
    sent_again: bool,
) -> None:
    """500 before the city has it: sent again where such reports show, else left to a person."""
    accounts.sign_in()
    report("The first of its kind", kind)
    run(desk, worker, minutes=2)
    receipt = report("Nowhere to be found", kind)
    desk.turn(fault="500-before", count="1", only="post")
    run(desk, worker, seconds=SETTLED.total_seconds())
    state = desk.receipt(receipt).state
    assert state is (State.ACCEPTED if sent_again else State.UNDECIDED)
    assert len(desk.city()) == 1 + sent_again


def test_a_report_held_for_review_has_no_number_and_is_never_sent_again(
    desk: Desk, accounts: Accounts, worker: DeliverReports, report: Callable[..., str]
) -> None:
    """202: the receipt says so, and that is the end."""
    accounts.sign_in()
    receipt = report("Paint on the wall", MODERATED)
    run(desk, worker, hours=1)
    found = desk.receipt(receipt)
    assert (found.state, found.upstream_id) == (State.MODERATED, None)
    assert len(desk.city()) == 1


def test_without_signing_in_set_up_a_persons_report_waits(
    desk: Desk, accounts: Accounts, report: Callable[..., str]
) -> None:
    """A worker that knows nobody sends nothing as nobody."""
    accounts.sign_in()
    receipt = report()
    desk.work_for(minutes=1)
    assert desk.receipt(receipt).state is State.NEEDS_SIGN_IN
    assert desk.city() == []
