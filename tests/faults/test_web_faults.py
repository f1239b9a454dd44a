"""Web servers that are killed while people press Send: whoever sees a receipt is served, once."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from bs4 import BeautifulSoup

from scf_report.domain.delivery import LEASE, SETTLE_TIME, State
from scf_report.storage.seen import SeenTypes
from tests.faults.reports import PUBLIC
from tests.faults.site import Site, wait_for

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(300)]


def insist(
    client: httpx.Client, method: str, url: str, **form: dict[str, str]
) -> httpx.Response:
    """Ask until there is an answer, as somebody does who presses Send or Reload again."""
    for _ in range(200):
        try:
            answer = client.request(method, url, **form)  # type: ignore[arg-type]
        except httpx.TransportError:
            time.sleep(0.1)
            continue
        if answer.status_code < 500:
            return answer
    pytest.fail(f"no answer from {url}")


class SignedOutError(Exception):
    """A page that only its owner sees was not shown."""


def send(site: Site, draft_id: str, session: str = "") -> set[str]:
    """Open the check page and press Send, three times; returns the receipts that were shown.

    ``session`` is the cookie of somebody who has signed in. Raises SignedOutError where it is over.
    """
    base = f"http://127.0.0.1:{site.web_port}"
    receipts = set()
    headers = {"Sec-Fetch-Site": "same-origin"}
    with httpx.Client(
        base_url=base, headers=headers, cookies={"session": session} if session else None
    ) as client:
        page = insist(client, "GET", f"/report/{draft_id}/check")
        if page.status_code == 404:
            raise SignedOutError
        form = BeautifulSoup(page.text, "html5lib").find("form", id="step")
        assert form is not None, page.text
        fields = {
            str(field["name"]): str(field.get("value", "")) for field in form.find_all("input")
        }
        for _ in range(3):
            answer = insist(client, "POST", f"/report/{draft_id}/submit", data=fields)
            if answer.status_code == 404:
                raise SignedOutError
            assert answer.status_code == 303, answer.text
            receipts.add(answer.headers["Location"].partition("?")[0])
    return receipts


def storm(site: Site, people: int, kills: int) -> dict[str, str]:
    """Let people send reports while the web server is killed and started again; receipts by draft."""
    drafts = [site.draft(f"Report {number}") for number in range(people)]
    with ThreadPoolExecutor(4) as pool:
        web = site.start_web()
        sent = [pool.submit(send, site, draft.id) for draft in drafts]
        for kill in range(1, kills + 1):
            site.wait_for_rows(people * kill // (kills + 1))
            site.kill(web)
            web = site.start_web()
        receipts = [each.result() for each in sent]
    site.kill(web)
    assert all(len(shown) == 1 for shown in receipts)
    ids = [shown.pop().rpartition("/")[2] for shown in receipts]
    return dict(zip([draft.id for draft in drafts], ids, strict=True))


def delivered(site: Site, receipts: dict[str, str]) -> None:
    """Check that each receipt is one delivery and one record of the city."""
    rows = site.core.outbox.list(limit=10_000)
    assert {row["id"]: row["receipt"] for row in rows} == receipts
    references = sorted(text.partition(":")[0] for text in site.received())
    assert references == sorted(row["reference"] for row in rows)


def test_kill_9_of_everything_between_submit_and_delivery(site: Site) -> None:
    """Web server killed while eight people press Send three times; then the workers have it all."""
    receipts = storm(site, people=8, kills=2)
    assert site.received() == []
    assert set(site.states()) == {State.QUEUED}
    site.kill(site.start_worker())
    worker = site.start_worker()
    wait_for(lambda: site.all_are(State.ACCEPTED), "the reports are not delivered")
    site.kill(worker)
    delivered(site, receipts)


@pytest.mark.full
def test_kill_9_of_web_and_worker_in_turn(site: Site) -> None:
    """Sixty people, eight kills of the web server, and a worker that is killed four times afterwards.

    The type is known to show, as it is after the first report that a look-up finds. Before that,
    each kill may leave a doubt to a person.
    """
    core = site.core
    with core.database.write() as connection:
        SeenTypes(core.database, core.endpoint.name).note(connection, PUBLIC, seen=True)
    receipts = storm(site, people=60, kills=8)
    for _ in range(4):
        worker = site.start_worker()
        time.sleep(2.5)
        site.kill(worker)
        time.sleep(0.5)
        site.let_pass((LEASE + SETTLE_TIME).total_seconds() + 1)
    worker = site.start_worker()
    wait_for(lambda: site.all_are(State.ACCEPTED), "the reports are not delivered")
    site.kill(worker)
    delivered(site, receipts)
