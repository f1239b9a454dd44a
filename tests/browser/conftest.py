"""A real Chromium in front of the real demo, and what no page may do in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from scf_report.factory import DEMO_PLACES
from tests.browser.demo import running_demo
from tests.browser.host import HostPage
from tests.browser.walking import CHROMIUM, start_chromium
from tests.conftest import missing

Visit = Callable[..., Page]
"""Opens a new browser at a path of the demo; keywords are the browser's (viewport, …)."""


@dataclass
class Watch:
    """What the pages of one test did that no page may do."""

    site: str
    faults: list[str] = field(default_factory=list)

    def page(self, page: Page) -> None:
        """Watch a page: script errors, policy violations, requests to other origins."""
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", self._line)
        page.on("request", lambda request: self._request(request.url))

    def _line(self, line: ConsoleMessage) -> None:
        # The browser reports a form shown again (422) as an error of its own.
        if line.type == "error" and "the server responded with a status of 4" not in line.text:
            self.faults.append(line.text)

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.netloc != urlsplit(self.site).netloc:
            self.faults.append(f"request to {url}")


@pytest.fixture(scope="session")
def hosts() -> Iterator[tuple[str, str]]:
    """Serve pages of two other sites; give their origins: one may frame the form, one may not."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), HostPage) for _site in range(2)]
    for server in servers:
        Thread(target=partial(server.serve_forever, 0.1), daemon=True).start()
    city, stranger = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    yield city, stranger
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def demo(hosts: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the demo for all browser tests; give its address."""
    if not CHROMIUM.exists():
        missing("Chromium")
    if not (DEMO_PLACES / "chicago").is_dir():
        missing("the demo map data")
    data = tmp_path_factory.mktemp("demo")
    with running_demo(data, SCF_EMBED_ORIGINS=hosts[0]) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(demo: str) -> Iterator[Browser]:
    """Start the browser."""
    with sync_playwright() as playwright:
        browser = start_chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture
def contexts(chromium: Browser) -> Iterator[list[BrowserContext]]:
    """Collect a test's browsers; in the end none of them may hold a cookie."""
    opened: list[BrowserContext] = []
    yield opened
    cookies = [context.cookies() for context in opened]
    for context in opened:
        context.close()
    assert not any(cookies)


@pytest.fixture
def visit(chromium: Browser, contexts: list[BrowserContext], demo: str) -> Iterator[Visit]:
    """Open pages of the demo; a script error, policy violation or foreign request in them fails."""
    watch = Watch(demo)

    def visit(path: str, *, width: int = 1280, **options: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, base_url=demo, locale="en-US", **options
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        watch.page(page)
        page.goto(path)
        return page

    yield visit
    assert watch.faults == []


@pytest.fixture
def city_records(demo: str) -> Callable[[str], list[dict[str, Any]]]:
    """Give the sandbox city's public reports whose text has these words."""

    def read(words: str) -> list[dict[str, Any]]:
        answer = httpx.get(
            f"{demo}/sandbox/open311/v2/101/requests.json",
            params={"page_size": 100},
            headers={"User-Agent": "browser-tests"},
        )
        records: list[dict[str, Any]] = answer.raise_for_status().json()
        return [record for record in records if words in record["description"]]

    return read
