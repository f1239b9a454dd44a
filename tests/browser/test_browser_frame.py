"""The form in a frame on another site, where third-party cookies are blocked."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from tests.browser.walking import Reporter

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

FITS = """() => innerHeight >= document.documentElement.getBoundingClientRect().height - 1"""


@pytest.fixture
def framed(
    chromium: Browser, contexts: list[BrowserContext], demo: str
) -> Callable[[str], Page]:
    """Open a page of another site, given by its origin, with the form in a frame."""

    def show(host: str) -> Page:
        context = chromium.new_context(locale="en-US")
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        form = demo.replace("127.0.0.1", "localhost")  # for browsers another site than the host
        page.goto(f"{host}/?src={form}/embed/report", wait_until="load")
        return page

    return show


def test_whole_report_in_a_frame_of_another_site(
    framed: Callable[[str], Page],
    hosts: tuple[str, str],
    city_records: Callable[[str], list[dict[str, Any]]],
) -> None:
    """All steps work without any cookie; the page around learns heights, and no address."""
    page = framed(hosts[0])
    form: Frame = page.frames[1]
    reporter = Reporter(form)
    reporter.find("Type the place", "1200 W Madison", "Find")
    reporter.walk_to_check("Hole seen in a frame")
    draft = reporter.path.split("/")[3]
    form.wait_for_function(FITS)
    reporter.send()
    accepted = form.get_by_role("heading", level=1)
    expect(accepted).to_have_text("The city has accepted your report", timeout=5_000)
    assert len(city_records("Hole seen in a frame")) == 1
    form.wait_for_function(FITS)
    heard = page.evaluate("heard")
    assert {said["origin"] for said in heard} == {form.url.partition("/embed")[0]}
    assert {said["data"]["type"] for said in heard} == {"report:height", "report:navigate"}
    receipt = reporter.path.split("/")[3]
    assert draft not in str(heard)
    assert receipt not in str(heard)


def test_unlisted_site_cannot_frame_the_form(
    framed: Callable[[str], Page], hosts: tuple[str, str]
) -> None:
    """A page of a site that is not in SCF_EMBED_ORIGINS gets an error page of the browser."""
    page = framed(hosts[1])
    form = page.frames[1]
    expect(form.locator("body")).to_contain_text("refused to connect")
    assert form.locator("#address").count() == 0
