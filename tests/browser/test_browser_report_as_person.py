"""Somebody signs in in the middle of a report, and sends it as themselves."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_browser_pages import too_wide, violations
from tests.browser.walking import Reporter

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture(
    params=[
        pytest.param((True, 320, "dark"), id="script"),
        pytest.param((False, 1280, "light"), id="no-script", marks=pytest.mark.full),
    ]
)
def page(chromium: Browser, demo: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give a browser with script on a small dark phone, or one without on a desk."""
    script, width, scheme = request.param
    context = chromium.new_context(
        base_url=demo,
        locale="en-US",
        java_script_enabled=script,
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def look(page: Page) -> None:
    """Hold a page to what everybody can use."""
    if page.evaluate("matchMedia('(scripting: enabled)').matches"):
        assert violations(page) == [], page.url
        assert too_wide(page) == [], page.url


def test_signing_in_on_the_way(
    page: Page, city_records: Callable[[str], list[dict[str, Any]]]
) -> None:
    """Nothing is asked twice, the old address opens nothing more, and the city has it once."""
    reporter, words = Reporter(page), f"Hole that Rosa reports, {id(page)}"
    reporter.open("/report?address=1200+W+Madison")
    reporter.take_place()
    reporter.choose("Pothole in street")
    reporter.describe_pothole(words)
    reporter.add_photo()
    old = reporter.path
    look(page)
    page.get_by_role("link", name="Sign in and go on").click()
    page.get_by_role("button", name="Sign in as Rosa Alvarez").click()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Go on with this report?")
    expect(page.locator("main")).to_contain_text(words)
    look(page)
    page.get_by_role("button", name="Go on as Rosa Alvarez").click()
    # APIv2 asks for a title as well; all the rest is there.
    expect(page.get_by_label("What is wrong?")).to_have_value(words)
    page.get_by_label("Issue Title").fill("A hole for Rosa")
    look(page)
    reporter.go_on()
    expect(page.get_by_role("img", name="Your photo")).to_be_visible()
    reporter.go_on()
    look(page)
    page.locator("#step").get_by_role("radio", name="Rosa Alvarez").first.check()
    reporter.go_on()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your report")
    look(page)
    reporter.send()
    assert reporter.path.startswith("/receipt/")
    look(page)
    page.goto("/me")
    expect(page.locator("main")).to_contain_text("Sent from here")
    expect(page.locator("main")).to_contain_text("Pothole in street")
    look(page)
    page.goto(old)
    expect(page.locator("main")).not_to_contain_text(words)
    look(page)
    give_up = time.monotonic() + 20
    while not (records := city_records(words)) and time.monotonic() < give_up:
        time.sleep(0.5)
    [record] = records
    assert record["media_url"]
