"""Somebody signs in and takes part in a browser, with and without JavaScript."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_browser_pages import too_wide, violations
from tests.browser.walking import photo

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture
def issue(demo: str) -> str:
    """Have an issue in the sandbox city; gives the path of its page."""
    answer = httpx.post(
        f"{demo}/sandbox/open311/v2/101/requests.json",
        data={
            "service_code": "10106",
            "lat": "41.8814",
            "long": "-87.6568",
            "description": f"Dead squirrel <b>here</b> {id(object())}",
        },
        headers={"User-Agent": "browser-tests"},
    )
    return f"/issues/{answer.raise_for_status().json()[0]['service_request_id']}"


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(chromium: Browser, demo: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give a small phone's browser."""
    context = chromium.new_context(
        base_url=demo,
        locale="en-US",
        java_script_enabled=request.param,
        viewport={"width": 320, "height": 800},
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def look(page: Page, *, script: bool) -> None:
    """Hold a page to what everybody can use."""
    if script:
        assert violations(page) == [], page.url
        assert too_wide(page) == [], page.url


@pytest.mark.full
def test_taking_part(page: Page, issue: str, request: pytest.FixtureRequest) -> None:
    """Read, sign in, comment with a photo, vote, follow, close and open again, look at /me, sign out."""
    script = "no-script" not in request.node.name
    page.goto(issue)
    look(page, script=script)
    page.get_by_role("link", name="Sign in to comment, vote or follow").click()
    page.get_by_role("button", name="Sign in as Rosa Alvarez").click()
    page.get_by_role("button", name="Allow").click()
    look(page, script=script)
    page.get_by_label("Add a comment").fill("Still there this morning")
    page.locator("input[type=file]").set_input_files(photo())
    if script:
        expect(page.get_by_text("Ready to be sent")).to_be_visible()
    press(page, "Publish the comment", "Your comment is published")
    picture = page.get_by_role("img", name="Photo with this comment")
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    look(page, script=script)
    press(page, "I see this too", "You see this, too")
    press(page, "Follow this issue", "You follow this issue")
    page.get_by_text("Close this issue, because it is fixed").click()
    page.get_by_role("button", name="Close the issue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please look at this again")
    look(page, script=script)
    page.get_by_label("What has changed?").fill("It is gone")
    press(page, "Close the issue", "You have closed this issue")
    page.get_by_text("Open this issue again, because it is not fixed").click()
    page.get_by_label("What is still wrong?").fill("It is back")
    press(page, "Open the issue again", "You have opened this issue again")
    page.goto("/me")
    look(page, script=script)
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.goto(issue)
    expect(page.get_by_role("link", name="Sign in to comment, vote or follow")).to_be_visible()


def press(page: Page, button: str, heading: str) -> None:
    """Press a button and read what came of it."""
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
