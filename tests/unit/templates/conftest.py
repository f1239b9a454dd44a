"""A real browser for pages made of pieces of template, under the app's own content policy.

Every address is answered from the disk or by the test: nothing leaves the machine.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from tests.unit.templates.rendering import ROOT, SITE, Open, whole

CHROMIUM = Path("/usr/bin/chromium")
POLICY = {"Content-Security-Policy": "default-src 'self'"}
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium, or skip where there is none."""
    if not CHROMIUM.exists() and not os.environ.get("REQUIRE_ALL"):
        pytest.skip("no /usr/bin/chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield started
        started.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[BrowserContext]:
    """Give a person's browser that remembers nothing of the last test."""
    context = chromium.new_context()
    yield context
    context.close()


@pytest.fixture
def show(browser: BrowserContext) -> Iterator[Open]:
    """Open a piece of template as a page; errors and policy violations in it fail the test."""
    complaints: list[str] = []
    page = browser.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console", lambda line: complaints.append(line.text) if line.type == "error" else None
    )

    def static(route: Route) -> None:
        path = ROOT / route.request.url.removeprefix(f"{SITE}/")
        route.fulfill(body=path.read_bytes(), content_type=TYPES[path.suffix])

    def show(template: str, **context: object) -> Page:
        made = whole(template, **context)
        page.route(f"{SITE}/**", lambda route: route.fulfill(status=204))
        page.route(
            f"{SITE}/page",
            lambda route: route.fulfill(body=made, content_type="text/html", headers=POLICY),
        )
        page.route(f"{SITE}/static/**", static)
        page.goto(f"{SITE}/page", wait_until="networkidle")
        return page

    yield show
    page.close()
    assert complaints == []
