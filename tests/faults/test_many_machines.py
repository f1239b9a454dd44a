"""Several machines, PostgreSQL and Redis between them: all reports arrive, each once, within one budget."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup

from scf_report.domain.delivery import State
from scf_report.storage.budget import Standing
from scf_report.storage.counts import UPSTREAM_CALLS
from scf_report.storage.redis_link import RedisLink
from tests.faults.servers import free_port
from tests.faults.site import Site
from tests.stores import fresh_redis, fresh_url

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.service,
    pytest.mark.full,
    pytest.mark.timeout(400),
]
REPORTS = 100
CALLS = 60
"""Calls in a minute, for the city and for us: too few for all reports, so that the budget is spent."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Give an installation on PostgreSQL and Redis, with a city that counts strictly."""
    with fresh_url("postgresql", tmp_path) as database, fresh_redis() as redis:
        ours = {"redis_url": redis, "upstream_rate": f"{CALLS}/60"}
        site = Site(tmp_path, database, settings=ours)
        try:
            site.start_city()
            site.turn(limit=str(CALLS))
            yield site
        finally:
            site.end()


def start_webs(site: Site) -> list[str]:
    """Start two web servers, as two machines would; gives their addresses."""
    addresses = []
    for _ in range(2):
        site.web_port = free_port()
        site.start_web()
        addresses.append(f"http://127.0.0.1:{site.web_port}")
    return addresses


def send(draft_id: str, first: str, second: str) -> set[str]:
    """See the check page on one machine and press Send on both; returns the receipts."""
    with httpx.Client(headers={"Sec-Fetch-Site": "same-origin"}, timeout=60) as client:
        page = client.get(f"{first}/report/{draft_id}/check")
        form = BeautifulSoup(page.text, "html5lib").find("form", id="step")
        assert form is not None, page.text
        fields = {
            str(field["name"]): str(field.get("value", "")) for field in form.find_all("input")
        }
        receipts = set()
        for machine in (second, first):
            answer = client.post(f"{machine}/report/{draft_id}/submit", data=fields)
            assert answer.status_code == 303, answer.text
            receipts.add(answer.headers["Location"].partition("?")[0])
    return receipts


def finish(site: Site) -> None:
    """Wait until everything is delivered, as long as the budget takes."""
    give_up = time.monotonic() + 240
    while not site.all_are(State.ACCEPTED):
        assert time.monotonic() < give_up, "not all are delivered"
        time.sleep(0.5)


def standing(site: Site) -> Standing:
    """Read what is known of the city."""
    with site.core.database.read() as connection:
        return site.core.budget.standing(connection)


def test_two_web_and_two_worker_processes_share_everything(site: Site) -> None:
    """A hundred reports, each sent on two machines at once, become a hundred records of the city."""
    machines = start_webs(site)
    for _ in range(2):
        site.start_worker()
    drafts = [site.draft(f"Report {number}").id for number in range(REPORTS)]
    with ThreadPoolExecutor(16) as people:
        pressed = [
            people.submit(send, draft, *machines[:: 1 if number % 2 else -1])
            for number, draft in enumerate(drafts)
        ]
        receipts = [each.result() for each in pressed]
    assert [len(shown) for shown in receipts] == [1] * REPORTS
    assert len(set.union(*receipts)) == REPORTS
    finish(site)
    rows = site.core.outbox.list(limit=10_000)
    references = sorted(text.partition(":")[0] for text in site.received())
    assert references == sorted(row["reference"] for row in rows)
    assert len(references) == REPORTS
    assert {row["attempts"] for row in rows} == {1}
    # Not one 429, though the city allows fewer calls than there are reports.
    assert standing(site).paused_until is None
    assert standing(site).failures == 0
    with site.core.database.read() as connection:
        calls = site.core.counts.totals(connection, UPSTREAM_CALLS)
    assert {labels[1] for labels in calls} == {"2xx"}
    assert len(RedisLink(site.settings["redis_url"]).client.zrange(starts_key(), 0, -1)) > 1


def starts_key() -> str:
    """Name the count of the city's calls in Redis."""
    return "scf_report:starts:127.0.0.1"
