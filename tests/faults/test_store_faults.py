"""A disk that is full, a database or Redis that is cut off: a page that says so, and recovery without a hand."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from scf_report.domain.delivery import State
from tests.faults.cable import Cable, cable_to
from tests.faults.site import Process, Site, wait_for
from tests.stores import fresh_redis, fresh_url

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(300)]
LONG_ENOUGH = 1.5
"""Seconds in which a worker would deliver, if it could."""


class Reporter:
    """Somebody with a filled draft at the check page, who presses Send."""

    def __init__(self, site: Site, words: str) -> None:
        draft = site.draft(words)
        self._address = f"http://127.0.0.1:{site.web_port}/report/{draft.id}"
        page = httpx.get(f"{self._address}/check", timeout=30)
        form = BeautifulSoup(page.text, "html5lib").find("form", id="step")
        assert form is not None, page.text
        self._fields = {
            str(each["name"]): str(each.get("value", "")) for each in form.find_all("input")
        }

    def send(self) -> httpx.Response:
        """Press Send."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        address = f"{self._address}/submit"
        return httpx.post(address, data=self._fields, headers=headers, timeout=30)


def tree(process: Process) -> Iterator[int]:
    """Give the process and its children (proc(5), /proc/pid/task/tid/children)."""
    yield process.pid
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    yield from map(int, children.read_text(encoding="ascii").split())


@contextmanager
def full_disk(site: Site, process: Process) -> Iterator[None]:
    """Let the database's log not grow any more for a process: each write fails as on a full disk."""
    size = (site.folder / "store.sqlite-wal").stat().st_size
    no_limit = resource.RLIM_INFINITY
    for pid in tree(process):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, no_limit))
    yield
    for pid in tree(process):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (no_limit, no_limit))


def delivered(site: Site, reports: int) -> None:
    """Wait for the end; each report is in the city once."""
    wait_for(lambda: len(site.states()) == reports, "not saved")
    wait_for(lambda: site.all_are(State.ACCEPTED), "not delivered")
    found = [text.partition(":")[0] for text in site.received()]
    assert len(set(found)) == len(found) == reports


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_full_disk(site: Site) -> None:
    """Send ends in a 503 and saves nothing; with room again the same button saves, and the worker goes on."""
    web, worker = site.start_web(), site.start_worker()
    reporter = Reporter(site, "Sent to a full disk")
    with full_disk(site, web):
        assert reporter.send().status_code == 503
        assert site.states() == []
    with full_disk(site, worker):
        assert reporter.send().status_code == 303
        time.sleep(LONG_ENOUGH)
        assert site.received() == []
        assert worker.poll() is None
    delivered(site, 1)


@pytest.mark.service
@pytest.mark.full
def test_a_postgresql_that_is_cut_off(tmp_path: Path) -> None:
    """Pages say 503, the worker waits; afterwards everything goes on, and what was under way is looked up."""
    with fresh_url("postgresql", tmp_path) as address:
        url = sa.make_url(address)
        with cable_to(url.host or "127.0.0.1", url.port or 5432) as cable:
            cut = url.set(host="127.0.0.1", port=cable.port)
            site = Site(tmp_path, cut.render_as_string(hide_password=False))
            try:
                _cut_off(site, cable)
            finally:
                cable.mend()
                site.end()


def _cut_off(site: Site, cable: Cable) -> None:
    site.start_city()
    site.start_web()
    worker = site.start_hurried_worker()
    site.submit("Before the cut")
    delivered(site, 1)
    wait_for(lambda: site.core.outbox.list()[0]["due"] is None, "nothing is learned")
    reporter = Reporter(site, "Sent into the cut")
    site.turn(fault="slow", count="1", only="post", slow_seconds="1")
    site.submit("Under way at the cut")
    wait_for(lambda: State.SENDING in site.states(), "nothing is under way")
    cable.cut()
    assert reporter.send().status_code == 503
    time.sleep(LONG_ENOUGH)
    assert worker.poll() is None
    cable.mend()
    assert reporter.send().status_code == 303
    delivered(site, 3)


@pytest.mark.service
@pytest.mark.full
def test_a_redis_that_is_cut_off(tmp_path: Path) -> None:
    """Reports are taken, and none is sent uncounted; they go once calls can be counted again."""
    with fresh_url("postgresql", tmp_path) as address, fresh_redis() as redis:
        url = httpx.URL(redis)
        with cable_to(url.host, url.port or 6379) as cable:
            through = str(url.copy_with(host="127.0.0.1", port=cable.port))
            site = Site(tmp_path, address, settings={"redis_url": through})
            try:
                site.start_city()
                site.start_web()
                site.start_worker()
                reporter = Reporter(site, "Sent without a count")
                cable.cut()
                assert reporter.send().status_code == 303
                time.sleep(LONG_ENOUGH)
                assert site.received() == []
                cable.mend()
                delivered(site, 1)
            finally:
                site.end()
