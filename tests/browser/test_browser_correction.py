"""A report is changed in a browser while it is held back, and its open receipt follows."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from scf_report.factory import DEMO_PLACES
from tests.browser.demo import running_demo
from tests.browser.test_browser_pages import too_wide, violations
from tests.browser.walking import Reporter
from tests.conftest import missing

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

BETTER = "A deep pothole in the left lane"
STEPS = ("", "/check", "/where", "/type", "/details", "/photos", "/contact")
ON_SCREEN = "text => document.evaluate(`//h2[.='${text}']`, document).iterateNext().getBoundingClientRect().top"


@pytest.fixture(scope="module")
def holding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a demo that holds reports back for ten minutes; give its address."""
    if not (DEMO_PLACES / "chicago").is_dir():
        missing("the demo map data")
    with running_demo(tmp_path_factory.mktemp("holding"), SCF_HOLD_MINUTES="10") as address:
        yield address


def send(context: BrowserContext) -> tuple[str, str]:
    """Send a report; give the paths of its receipt and of its owner's page."""
    reporter = Reporter(context.new_page())
    reporter.open("/report?address=1200+W+Madison")
    reporter.walk_to_check()
    reporter.send()
    link = reporter.page.locator("a[href*='/change/']").get_attribute("href") or ""
    return reporter.path, f"/change/{link.rpartition('/change/')[2]}"


def change_words(page: Page, owner: str) -> None:
    """Change the description and save."""
    page.goto(owner)
    page.get_by_role("link", name="Change the report").click()
    page.locator("a[href$='#description']").click()
    expect(page.get_by_label("What is wrong?")).not_to_be_empty()
    page.get_by_label("What is wrong?").fill(BETTER)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Save the changes").click()
    expect(page.get_by_role("heading", name="Your changes are saved")).to_be_visible()


@pytest.mark.full
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_report_is_changed_and_withdrawn(
    chromium: Browser, holding: str, *, script: bool
) -> None:
    """With and without JavaScript each step is accessible at 320 px, and the way ends as it says."""
    context = chromium.new_context(
        base_url=holding,
        locale="en-US",
        java_script_enabled=script,
        viewport={"width": 320, "height": 800},
    )
    receipt, owner = send(context)
    page = context.new_page()
    if script:
        for step in STEPS:
            page.goto(f"{owner}{step}")
            assert violations(page) == [], step
            assert too_wide(page) == [], step
    change_words(page, owner)
    page.goto(receipt)
    expect(page.locator("main")).to_contain_text(BETTER)
    page.goto(owner)
    page.get_by_role("button", name="Withdraw the report", exact=True).click()
    expect(page.get_by_role("heading", name="Your report is withdrawn")).to_be_visible()
    page.goto(receipt)
    expect(page.get_by_role("heading", level=1)).to_have_text("This report was withdrawn")
    context.close()


@pytest.mark.full  # an open receipt looks but once a minute by then
def test_open_receipt_follows_and_keeps_the_place(chromium: Browser, holding: str) -> None:
    """What becomes of the report is told in the live region; what is being read stays where it is."""
    context = chromium.new_context(
        base_url=holding, locale="en-US", viewport={"width": 320, "height": 600}
    )
    path, owner = send(context)
    receipt, page = context.new_page(), context.new_page()
    asked: list[int] = []
    receipt.on(
        "response",
        lambda answer: asked.append(answer.status) if answer.url.endswith(".json") else None,
    )
    with receipt.expect_response("**/*.json"):
        receipt.goto(path)
    receipt.get_by_role("button", name="Print or save").focus()
    receipt.get_by_role("heading", name="Your report", exact=True).scroll_into_view_if_needed()
    receipt.wait_for_timeout(700)  # scrolling may be smooth
    before = receipt.evaluate(ON_SCREEN, "Your report")
    page.goto(owner)
    page.get_by_role("button", name="Withdraw the report", exact=True).click()
    receipt.bring_to_front()
    expect(receipt.get_by_role("status").first).to_contain_text(
        "This report was withdrawn", timeout=60_000
    )
    expect(receipt).to_have_title("This report was withdrawn – Chicago Reports")
    expect(receipt.get_by_role("button", name="Print or save")).to_be_focused()
    assert abs(receipt.evaluate(ON_SCREEN, "Your report") - before) < 2
    assert set(asked) <= {200, 304}
    context.close()


@pytest.mark.full
def test_receipt_prints_without_what_paper_cannot_do(chromium: Browser, holding: str) -> None:
    """On paper stand state, reference, code and text; no buttons, no menu, no secret link."""
    context = chromium.new_context(base_url=holding, locale="en-US")
    reporter = Reporter(context.new_page())
    reporter.open("/report?address=1200+W+Madison")
    reporter.walk_to_check()
    reporter.send()
    page = reporter.page
    page.emulate_media(media="print")
    for shown in (page.locator(".reference"), page.locator(".qr"), page.locator("h1")):
        expect(shown).to_be_visible()
    for hidden in ("button", "nav", "a[href*='/change/']", "footer"):
        expect(page.locator(hidden).locator("visible=true")).to_have_count(0)
    context.close()
