"""What depends on the browser itself: where it is, which language and which looks it wants."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.walking import Reporter

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

LOOP = {"latitude": 41.8819, "longitude": -87.6278}
HERE = "Use where I am now"


def test_location_finds_the_place(visit: Visit) -> None:
    """Where the browser may tell, one press leads to a place in words that can be taken."""
    page = visit("/", geolocation=LOOP, permissions=["geolocation"])
    with page.expect_navigation():
        page.get_by_role("button", name=HERE).click()
    expect(page.get_by_role("radio")).to_be_checked()
    expect(page.get_by_text("W Madison St and S State St").first).to_be_visible()
    reporter = Reporter(page)
    reporter.go_on()
    assert reporter.title == "What is the problem?"


def test_refused_location_is_said_and_typing_goes_on(visit: Visit) -> None:
    """Where the person says no, the page says so and the search works as before."""
    page = visit("/report")
    page.get_by_role("button", name=HERE).click()
    expect(page.get_by_text("Type the place instead.")).to_be_visible()
    reporter = Reporter(page)
    reporter.find("Type the place", "Damen and Milwaukee", "Find")
    expect(page.get_by_role("radio").first).to_be_visible()


@pytest.mark.parametrize("start", ["/report", "/embed/report"])
def test_language_changes_in_the_middle_and_keeps_what_was_entered(
    visit: Visit, start: str
) -> None:
    """The other language shows the same step with the same answers, and later steps stay in it."""
    page = visit(f"{start}?address=1200+W+Madison")
    reporter = Reporter(page)
    reporter.take_place()
    reporter.choose("Pothole in street")
    reporter.describe_pothole("Hole in two languages")
    page.go_back()
    step = reporter.path
    if start == "/report":
        expect(page.get_by_role("navigation").get_by_role("link")).to_have_count(3)
    with page.expect_navigation():
        page.get_by_role("link", name="Español").click()
    assert reporter.path == step
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("#description")).to_have_value("Hole in two languages")
    reporter.go_on()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    with page.expect_navigation():
        page.get_by_role("link", name="English").click()
    assert reporter.title == "Do you have a photo?"


@pytest.mark.parametrize(
    "wanted", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}], ids=str
)
def test_forced_colors_and_reduced_motion_leave_the_form_usable(
    visit: Visit, wanted: dict[str, str]
) -> None:
    """The chosen place keeps a mark of its own, buttons keep edges, and nothing moves."""
    page = visit("/report?address=1200+W+Madison", width=320, **wanted)
    edges = """(tag) => { const { outlineStyle, boxShadow, borderTopStyle, borderTopColor,
            backgroundColor, transitionDuration, scrollBehavior } = getComputedStyle(tag);
        return { marked: outlineStyle !== 'none' || boxShadow !== 'none',
                 edged: borderTopStyle === 'solid' && borderTopColor !== backgroundColor
                        || backgroundColor !== getComputedStyle(document.body).backgroundColor,
                 moves: transitionDuration !== '0s' || scrollBehavior === 'smooth' } }"""
    assert page.locator(".choice:has(:checked)").evaluate(edges)["marked"]
    button = page.locator("#step button").evaluate(edges)
    assert button["edged"]
    if "reduced_motion" in wanted:
        assert not button["moves"]
        assert not page.locator("html").evaluate(edges)["moves"]
    reporter = Reporter(page)
    reporter.take_place()
    assert reporter.title == "What is the problem?"
