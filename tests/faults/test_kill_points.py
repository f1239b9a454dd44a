"""Processes that end, or stand still, at each step: what was saved arrives, once."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from scf_report.domain.delivery import State
from tests.faults.doomed import DOUBT_ENDS, SPANS, WEB_POINTS, WORKER_POINTS
from tests.faults.site import DELIVER, PATIENCE, Site, stands_still, wait_for
from tests.faults.test_web_faults import delivered, send

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(300)]


def learn(site: Site) -> list[str]:
    """Deliver a first report and let the city's list be read, so that doubts can end."""
    text = site.submit("The first of its kind")
    worker = site.start_hurried_worker()
    wait_for(lambda: site.all_are(State.ACCEPTED), "the first report is not delivered")
    wait_for(lambda: site.core.outbox.list()[0]["due"] is None, "nothing is learned")
    site.kill(worker)
    return [text]


def finish(site: Site, texts: list[str]) -> None:
    """Let a healthy worker do the rest; each report is in the city once."""
    worker = site.start_hurried_worker()
    wait_for(lambda: site.all_are(State.ACCEPTED), "not everything is delivered")
    site.kill(worker)
    assert sorted(site.received()) == sorted(texts)


def test_kill_9_of_a_worker_at_every_step(site: Site) -> None:
    """Before, in and after claiming, sending and recording."""
    texts = learn(site)
    for at in WORKER_POINTS:
        texts.append(site.submit(f"Killed {at}"))
        worker = site.start_doomed(at, *DELIVER)
        assert worker.wait(PATIENCE) == -signal.SIGKILL, at
    finish(site, texts)


@pytest.mark.full
@pytest.mark.parametrize("at", ["after the claim", "before the POST's body", "after the POST"])
def test_a_worker_that_stands_still_and_goes_on_after_another_took_over(
    site: Site, at: str
) -> None:
    """Whatever it held in its hands, it neither sends nor writes any more: its time is over."""
    texts = [*learn(site), site.submit("Held in its hands")]
    sleeper = site.start_doomed(at, *DELIVER, how="stop")
    wait_for(lambda: stands_still(sleeper), "does not stand still")
    time.sleep(DOUBT_ENDS)
    worker = site.start_hurried_worker()
    wait_for(lambda: site.all_are(State.ACCEPTED), "nobody took over")
    before = site.core.outbox.list()
    os.kill(sleeper.pid, signal.SIGCONT)
    time.sleep(SPANS["TOTAL_DEADLINE"].total_seconds() + 1)
    assert site.core.outbox.list() == before
    for each in (sleeper, worker):
        site.kill(each)
    assert sorted(site.received()) == sorted(texts)


@pytest.mark.full
def test_kill_9_of_a_web_process_at_every_step_of_saving(site: Site) -> None:
    """Who presses Send until a receipt is shown has one report, and it arrives."""
    receipts = {}
    for at in WEB_POINTS:
        web = site.start_doomed(at, *site.web())
        draft = site.draft(f"Killed {at}")
        [path] = send(site, draft.id)
        receipts[draft.id] = path.rpartition("/")[2]
        assert site.mark(at).exists()
        site.kill(web)
    worker = site.start_hurried_worker()
    wait_for(lambda: site.all_are(State.ACCEPTED), "not everything is delivered")
    site.kill(worker)
    delivered(site, receipts)


@pytest.mark.full
def test_many_submits_at_once_while_the_web_process_dies(site: Site) -> None:
    """Two tabs that send one draft, one of them into a dying process: one receipt, one report."""
    at = "in saving, before its commit"
    web = site.start_doomed(at, *site.web())
    draft = site.draft("Sent from two tabs")
    with ThreadPoolExecutor(2) as pool:
        shown = [pool.submit(send, site, draft.id) for _ in range(2)]
        [path] = set.union(*(each.result() for each in shown))
    site.kill(web)
    worker = site.start_hurried_worker()
    wait_for(lambda: site.all_are(State.ACCEPTED), "not delivered")
    site.kill(worker)
    delivered(site, {draft.id: path.rpartition("/")[2]})
