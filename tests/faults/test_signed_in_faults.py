"""Workers that are killed, and access that ends, while reports of signed-in people go out: once each, as them."""

import signal
from typing import Any

import httpx
import pytest

from scf_report.domain.delivery import State
from tests.contract.sandbox_sign_in import ROSA
from tests.faults.doomed import LOST_RENEWAL, PERSON_POINTS
from tests.faults.resident import Resident
from tests.faults.site import DELIVER, PATIENCE, Process, Site, wait_for

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(300)]
OVER_AT_ONCE = "5"
"""Seconds of life with which a token counts as too short to begin a call with."""


@pytest.fixture
def site(site_with_accounts: Site) -> Site:
    """Give an installation with a web server, where people can sign in."""
    site_with_accounts.start_web()
    return site_with_accounts


@pytest.fixture
def rosa(site: Site) -> Resident:
    """Let somebody sign in."""
    rosa = Resident(site, ROSA)
    rosa.sign_in()
    return rosa


def learn(site: Site, rosa: Resident) -> tuple[Process, list[str]]:
    """Deliver a first report and let it be found in the city's list; gives a worker, and the text."""
    text = site.submit("The first of its kind", person=rosa.who)
    worker = site.start_hurried_worker()
    wait_for(lambda: site.all_are(State.ACCEPTED), "the first report is not delivered")
    wait_for(lambda: site.core.outbox.list()[0]["due"] is None, "nothing is learned")
    return worker, [text]


def each_once(site: Site, texts: list[str]) -> None:
    """Wait for the end; each report is in the city once, and Rosa's."""
    wait_for(lambda: site.all_are(State.ACCEPTED), "not everything is delivered")
    records: list[dict[str, Any]] = site.city.get("/received.json").json()
    assert sorted(record["description"] for record in records) == sorted(texts)
    assert {record["reporter"] for record in records} == {ROSA}


def die(site: Site, at: str) -> None:
    """Start a worker, and see it die at its point."""
    worker = site.start_doomed(at, *DELIVER)
    assert worker.wait(PATIENCE) == -signal.SIGKILL, at


def told(site: Site) -> list[dict[str, Any]]:
    """Read all receipts, as anybody who has their addresses can."""
    receipts = [row["receipt"] for row in site.core.outbox.list()]
    return [httpx.get(f"{site.address}/receipt/{each}.json").json() for each in receipts]


def test_kill_9_right_after_a_persons_post_and_access_that_is_taken_back(
    site: Site, rosa: Resident
) -> None:
    """What the killed worker sent is found; five reports without access say so and go after signing in."""
    texts = [site.submit("Killed after the POST", person=rosa.who)]
    die(site, "after a person's POST")
    worker = site.start_hurried_worker()
    each_once(site, texts)
    site.kill(worker)
    rosa.revoke()
    texts += [site.submit(f"Without access {number}", person=rosa.who) for number in range(5)]
    site.start_hurried_worker()
    wait_for(lambda: site.states()[1:] == [State.NEEDS_SIGN_IN] * 5, "they do not wait")
    assert [each["state"] for each in told(site)] == ["accepted"] + ["needs_sign_in"] * 5
    assert site.received() == texts[:1]
    rosa.sign_in()
    each_once(site, texts)
    attempts = [row["attempts"] for row in site.core.outbox.list()]
    assert attempts[0] == 1
    assert rosa.sign_ins == 2


@pytest.mark.full
def test_kill_9_of_a_worker_at_every_step_of_acting_for_a_person(
    site: Site, rosa: Resident
) -> None:
    """Around the POST, and around a renewal that the next worker goes on with: Rosa never notices."""
    worker, texts = learn(site, rosa)
    site.kill(worker)
    for at in PERSON_POINTS:
        site.turn(token_life=OVER_AT_ONCE if "renewal" in at else "7200")
        rosa.sign_in()
        site.turn(token_life="7200")
        texts.append(site.submit(f"Killed {at}", person=rosa.who))
        die(site, at)
    site.start_hurried_worker()
    each_once(site, texts)
    grant = rosa.grant()
    assert grant is not None
    assert grant.version == 2


@pytest.mark.full
def test_kill_9_between_a_renewal_and_its_record(site: Site, rosa: Resident) -> None:
    """The new tokens are nobody's and the old ones are used up: the report waits for the person."""
    worker, texts = learn(site, rosa)
    site.kill(worker)
    rosa.revoke()
    site.turn(token_life=OVER_AT_ONCE)
    rosa.sign_in()
    site.turn(token_life="7200")
    texts.append(site.submit("Killed before the new tokens were kept", person=rosa.who))
    die(site, LOST_RENEWAL)
    site.start_hurried_worker()
    wait_for(lambda: rosa.grant() is None, "the used tokens still count")
    # A worker had it in its hands: what became of it cannot be looked up without access.
    assert site.states() == [State.ACCEPTED, State.UNCERTAIN]
    rosa.sign_in()
    each_once(site, texts)


@pytest.mark.full
def test_four_workers_renew_a_token_once(site: Site, rosa: Resident) -> None:
    """Twenty reports with a token that has just ended: one renewal, which ends nobody's access."""
    site.turn(token_life=OVER_AT_ONCE)
    rosa.sign_in()
    site.turn(token_life="7200")
    texts = [site.submit(f"Report {number}", person=rosa.who) for number in range(20)]
    for _ in range(4):
        site.start_hurried_worker()
    each_once(site, texts)
    grant = rosa.grant()
    assert grant is not None
    assert grant.version == 2
