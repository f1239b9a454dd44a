"""Workers that are killed, stopped and woken while they deliver: nothing lost, nothing doubled."""

import os
import random
import signal
import time

import pytest

from scf_report.domain.delivery import LEASE, SETTLE_TIME, State
from tests.faults.site import Site, wait_for

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(300)]
LEASE_IS_OVER = LEASE.total_seconds() + 1
ALL_IS_OVER = (LEASE + SETTLE_TIME).total_seconds() + 1


def learn(site: Site) -> list[str]:
    """Deliver a first report and let the city's list be read, so that doubts can end."""
    text = site.submit("The first of its kind")
    worker = site.start_worker()
    wait_for(lambda: site.all_are(State.ACCEPTED), "the first report is not delivered")
    site.let_pass(40)
    wait_for(lambda: site.core.outbox.list()[0]["due"] is None, "nothing is learned")
    site.kill(worker)
    return [text]


def test_a_worker_stopped_in_a_post_and_woken_after_its_lease(site: Site) -> None:
    """Another one takes over and finds the report; what the first one says later changes nothing."""
    site.turn(fault="slow", count="1", only="post", slow_seconds="1")
    texts = [site.submit("Slow")]
    first = site.start_worker()
    wait_for(lambda: site.all_are(State.SENDING), "nothing is sent")
    os.kill(first.pid, signal.SIGSTOP)
    wait_for(lambda: site.received() == texts, "the city does not get it")
    site.let_pass(LEASE_IS_OVER)
    texts.append(site.submit("Next"))
    second = site.start_worker()
    wait_for(lambda: site.all_are(State.ACCEPTED), "the second worker does not take over")
    before = site.core.outbox.list()
    os.kill(first.pid, signal.SIGCONT)
    texts.append(site.submit("Last"))
    wait_for(lambda: site.all_are(State.ACCEPTED), "the workers have stopped")
    time.sleep(0.5)
    assert site.core.outbox.list()[:2] == before
    assert sorted(site.received()) == sorted(texts)
    for worker in (first, second):
        site.kill(worker)


@pytest.mark.full
def test_kill_9_while_the_post_is_on_its_way(site: Site) -> None:
    """Before the city has it, after it has it, and before it could: each report arrives once."""
    texts = learn(site)
    moments = {"before": "reset", "meanwhile": "slow", "after": "drop"}
    for moment, fault in moments.items():
        site.turn(fault=fault, count="1", only="post", slow_seconds="1")
        texts.append(site.submit(f"Killed {moment}"))
        worker = site.start_worker()
        wait_for(lambda: not site.all_are(State.ACCEPTED, State.QUEUED), "nothing is sent")
        site.kill(worker)
        site.turn(fault="none")  # it may have died before its POST had begun
        time.sleep(1.2 if fault == "slow" else 0)
        site.let_pass(ALL_IS_OVER)
        worker = site.start_worker()
        wait_for(lambda: site.all_are(State.ACCEPTED), f"not delivered after {moment}")
        site.kill(worker)
    assert sorted(site.received()) == sorted(texts)


@pytest.mark.full
def test_two_workers_under_a_storm(site: Site) -> None:
    """A hundred reports, faults of every kind, workers killed at random, one never returns."""
    chance = random.Random(1)  # noqa: S311  # repeatable, not secret
    texts = learn(site)
    texts += [site.submit(f"Report {number}") for number in range(100)]
    faults = ["drop", "slow", "reset", "500-after", "500-before", "429", "html", "down"]
    for _ in range(12):
        site.turn(
            fault=chance.choice(faults),
            count=str(chance.randint(1, 4)),
            only=chance.choice(["post", "post", "get", ""]),
            slow_seconds="0.5",
            retry_after="1",
        )
        workers = [site.start_worker(), site.start_worker()]
        time.sleep(chance.uniform(2, 4))
        for worker in workers:
            site.kill(worker)
        time.sleep(0.7)
        site.let_pass(ALL_IS_OVER)
    site.turn(fault="none")
    for _ in range(6):
        worker = site.start_worker()
        time.sleep(5)
        site.kill(worker)
        site.let_pass(ALL_IS_OVER)
        if site.all_are(State.ACCEPTED):
            break
    assert site.all_are(State.ACCEPTED), site.states()
    assert sorted(site.received()) == sorted(texts)
