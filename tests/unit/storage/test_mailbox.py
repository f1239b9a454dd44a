"""Subscriptions and messages on the real store: nothing twice, nothing lost, nothing left behind."""

import dataclasses
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from scf_report.domain.mail import Lost, MailState, NotTaken, Taken
from scf_report.storage.claim import Unreadable
from scf_report.storage.database import Database
from scf_report.storage.mail_queue import MailJob, MailQueue
from scf_report.storage.mail_tables import mails, subscriptions
from scf_report.storage.mailbox import Mailbox
from scf_report.storage.outbox import NewDelivery, Outbox
from scf_report.storage.sealing import Sealer
from scf_report.storage.submit_limit import SubmitLimit, TooManyReportsError
from tests.conftest import Clock
from tests.unit.storage.conftest import ENDPOINT

ROBIN = "robin@example.org"


@pytest.fixture
def mailbox(database: Database, sealer: Sealer) -> Mailbox:
    """Give the mailbox."""
    return Mailbox(database, sealer, ENDPOINT)


@pytest.fixture
def queue(database: Database, sealer: Sealer) -> Callable[[str], MailQueue]:
    """Give the messages of a worker with this name."""
    return lambda name: MailQueue(database, sealer, ENDPOINT, name)


@pytest.fixture
def submit(
    outbox: Outbox, mailbox: Mailbox, new: Callable[..., NewDelivery]
) -> Callable[..., str]:
    """Store a report whose reporter wants updates; gives its receipt."""

    def store(draft_id: str, address: str = ROBIN) -> str:
        along = mailbox.joining(draft_id, address, "en")
        return outbox.enqueue(new(draft_id), draft_id, along)

    return store


def count(database: Database, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
    """Count rows."""
    with database.read() as connection:
        query = sa.select(sa.func.count()).select_from(table).where(*conditions)
        return connection.execute(query).scalar_one()


def confirm_all(database: Database, clock: Clock) -> None:
    """Let every address be confirmed."""
    with database.write() as connection:
        connection.execute(subscriptions.update().values(confirmed_at=clock()))
        connection.execute(mails.delete())


def claim(queue: MailQueue) -> MailJob:
    """Claim a message that is there."""
    job = queue.claim()
    assert isinstance(job, MailJob), job
    return job


def test_refused_report_leaves_no_subscription(
    database: Database, sealer: Sealer, mailbox: Mailbox, new: Callable[..., NewDelivery]
) -> None:
    """The wish is written with the report or not at all."""
    outbox = Outbox(database, sealer, ENDPOINT, SubmitLimit(1, timedelta(hours=1)))
    outbox.enqueue(new("a"), "address")
    with pytest.raises(TooManyReportsError):
        outbox.enqueue(new("b"), "address", mailbox.joining("b", ROBIN, "en"))
    assert count(database, subscriptions) == 0


def test_repeated_submit_asks_once(database: Database, submit: Callable[..., str]) -> None:
    """Parallel submits of one draft make one subscription and one question."""
    with ThreadPoolExecutor(6) as pool:
        receipts = set(pool.map(lambda _: submit("a"), range(6)))
    assert len(receipts) == 1
    assert count(database, subscriptions) == count(database, mails) == 1


def test_parallel_reports_ask_once(database: Database, submit: Callable[..., str]) -> None:
    """Reports that arrive together with one address ask it once."""
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(submit, "abcdef"))
    assert count(database, subscriptions) == 6
    assert count(database, mails) == 1


def test_addresses_differ_by_letters_alone(
    database: Database, submit: Callable[..., str]
) -> None:
    """Capitals do not make another address."""
    submit("a", "robin@example.org")
    submit("b", "Robin@Example.org")
    submit("c", "pat@example.org")
    assert count(database, mails) == 2


def test_each_message_is_claimed_once(
    submit: Callable[..., str], queue: Callable[[str], MailQueue]
) -> None:
    """Six workers share twelve messages without two of them taking the same."""
    for number in range(12):
        submit(f"draft{number}", f"robin{number}@example.org")

    def work(name: str) -> list[str]:
        mine, taken = queue(name), []
        while isinstance(job := mine.claim(), MailJob):
            assert mine.begin(job)
            assert mine.record(job, Taken(), 0.5) is MailState.SENT
            taken.append(job.address)
        return taken

    with ThreadPoolExecutor(6) as pool:
        taken = [address for each in pool.map(work, "abcdef") for address in each]
    assert sorted(taken) == sorted(f"robin{number}@example.org" for number in range(12))


def test_news_are_queued_once(
    database: Database,
    clock: Clock,
    submit: Callable[..., str],
    queue: Callable[[str], MailQueue],
) -> None:
    """Workers that look at the same moment queue one message for each subscription."""
    for number in range(5):
        submit(f"draft{number}", f"robin{number}@example.org")
    confirm_all(database, clock)
    with ThreadPoolExecutor(4) as pool:
        found = sum(pool.map(lambda name: queue(name).gather(), "abcd"))
    assert found == count(database, mails) == 5


def test_begun_text_is_nobody_elses(
    database: Database,
    clock: Clock,
    submit: Callable[..., str],
    queue: Callable[[str], MailQueue],
) -> None:
    """Once begun, a message is sent by its worker or by nobody, whatever that worker says later."""
    submit("a")
    first, second = queue("first"), queue("second")
    job = claim(first)
    assert first.begin(job)
    clock.move(minutes=10)
    assert second.claim() is None
    assert count(database, mails, mails.c.state == "given_up") == 1
    first.record(job, NotTaken("450"), 0.5)
    clock.move(hours=2)
    assert second.claim() is None


def test_late_worker_does_not_begin(
    clock: Clock, submit: Callable[..., str], queue: Callable[[str], MailQueue]
) -> None:
    """A worker that stood still after its claim sends nothing: its lease is too short or over."""
    submit("a")
    slow = queue("slow")
    job = claim(slow)
    clock.move(minutes=2)
    assert not slow.begin(job)
    clock.move(minutes=2)
    assert queue("quick").begin(claim(queue("quick")))
    assert not slow.begin(job)


def test_ended_updates_are_not_sent(
    database: Database, submit: Callable[..., str], queue: Callable[[str], MailQueue]
) -> None:
    """Who ends the updates while a worker holds a message does not get it."""
    submit("a")
    worker = queue("worker")
    job = claim(worker)
    with database.write() as connection:
        connection.execute(subscriptions.delete())
    assert not worker.begin(job)
    worker.record(job, NotTaken("late"), 0.5)
    assert count(database, mails) == 0


def test_failed_try_comes_back_and_lost_one_does_not(
    clock: Clock, submit: Callable[..., str], queue: Callable[[str], MailQueue]
) -> None:
    """A server that is away is tried again with the next attempt's number; a lost answer is not."""
    submit("a")
    worker = queue("worker")
    job = claim(worker)
    assert worker.record(job, NotTaken("away"), 0.5) is MailState.QUEUED
    assert worker.claim() is None
    clock.move(minutes=1)
    again = claim(worker)
    assert again == dataclasses.replace(job, attempt=2)
    assert worker.begin(again)
    assert worker.record(again, Lost("reset"), 0.5) is MailState.GIVEN_UP
    clock.move(days=1)
    assert worker.claim() is None


def test_key_that_is_gone_is_waited_for(
    database: Database,
    clock: Clock,
    submit: Callable[..., str],
    queue: Callable[[str], MailQueue],
) -> None:
    """What was sealed with a key that is not configured waits, and stands in nobody's way."""
    submit("a", "robin@example.org")
    other = MailQueue(database, Sealer(["another secret of 16"]), ENDPOINT, "other")
    assert isinstance(other.claim(), Unreadable)
    assert other.claim() is None
    clock.move(minutes=30)
    assert claim(queue("with the key")).address == "robin@example.org"


def test_unknown_receipt_and_key_are_nothing(database: Database, mailbox: Mailbox) -> None:
    """Guesses change nothing and are told apart from nothing."""
    key = secrets.token_urlsafe(24)
    mailbox.ask(key, ROBIN, "en")
    assert count(database, subscriptions) == 0
    assert mailbox.find(key) is None
    assert not mailbox.confirm(key)
    assert not mailbox.end(key)


def test_forgotten_report_takes_no_address(
    database: Database, clock: Clock, submit: Callable[..., str], mailbox: Mailbox
) -> None:
    """After personal data is deleted no new address comes in, since nothing would delete that one."""
    receipt = submit("a")
    mailbox.ask(receipt, "pat@example.org", "en")
    assert count(database, subscriptions) == 2
    with database.write() as connection:
        connection.execute(subscriptions.delete())
        connection.execute(sa.text("UPDATE outbox SET forgotten = :yes").bindparams(yes=True))
    mailbox.ask(receipt, "pat@example.org", "en")
    assert count(database, subscriptions) == 0
    assert not mailbox.takes_addresses(receipt)
