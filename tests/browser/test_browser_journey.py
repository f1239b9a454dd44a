"""Whole reports in a real browser, from the search to the city's number."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.walking import Reporter

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

Records = Callable[[str], list[dict[str, Any]]]
SOON = 5_000  # ms
ACCEPTED = "The city has accepted your report"
FOCUSED = """() => { const at = document.activeElement, style = getComputedStyle(at);
    const whole = at.closest('.choice') ?? at;  // a row shows the focus of its button
    return { text: (at.labels?.[0]?.textContent ?? at.textContent).trim(),
             seen: getComputedStyle(whole).outlineStyle !== 'none'
                   || at.matches('[type=date], [type=time]') } }"""
"""What has the focus and whether it shows. Parts inside a date field draw a focus of their own."""


def test_whole_report_without_javascript_on_a_small_phone(
    visit: Visit, city_records: Records
) -> None:
    """At 320 px and without a script all steps work; the receipt tells the city's own number."""
    page = visit("/", width=320, java_script_enabled=False)
    reporter = Reporter(page)
    reporter.find("Where is the problem?", "1200 W Madison", "Find the place")
    expect(page.get_by_label("1200 W Madison St")).to_be_checked()
    reporter.take_place()
    reporter.choose("Pothole in street")
    reporter.describe_pothole("Hole by the bus stop, seen without a script")
    reporter.add_photo()
    reporter.give_contact()
    assert reporter.title == "Check your report"
    reporter.send()
    reference = page.locator(".reference").inner_text()
    waited = 0
    while reporter.title != ACCEPTED:
        assert waited < SOON, f"still: {reporter.title}"
        page.wait_for_timeout(250)
        waited += 250
        with page.expect_navigation():
            page.get_by_role("link", name="Look again").click()
    [record] = city_records(reference)
    expect(page.locator(".receipt")).to_contain_text(str(record["service_request_id"]))
    assert record["address"] == "1200 W Madison St"
    assert record["media_url"]


def test_receipt_turns_to_accepted_by_itself_and_two_clicks_send_once(
    visit: Visit, city_records: Records
) -> None:
    """A double click on Send makes one report, and the open receipt follows it to acceptance."""
    page = visit("/report")
    reporter = Reporter(page)
    reporter.find("Type the place", "Damen and Milwaukee", "Find")
    reporter.walk_to_check("Hole seen with two clicks")
    reporter.wait()
    page.get_by_role("button", name="Send the report").dblclick()
    page.wait_for_url(re.compile("/receipt/"))
    expect(page.get_by_text("Keep this link")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(ACCEPTED, timeout=SOON)
    reference = page.locator(".reference").inner_text()
    [record] = city_records("Hole seen with two clicks")
    assert record["description"].startswith(reference)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("This report was already sent")


def test_whole_report_by_keyboard(visit: Visit, city_records: Records) -> None:
    """Without a mouse every control is reached by Tab, shows its focus, and works."""
    page = visit("/report")
    reporter = Reporter(page)
    tab_to(page, "Type the place")
    page.keyboard.type("1200 W Madison")
    press(page, "Enter")
    tab_to(page, "1200 W Madison St")
    press(page, "Enter")
    reporter.begins()
    tab_to(page, "Pothole in street")
    page.keyboard.press("Space")
    press(page, "Enter")
    tab_to(page, "What is wrong?")
    page.keyboard.type("Hole seen by keyboard")
    for first, moves in (("Right lane", 0), ("Smaller than a plate", 1), ("Yes", 1)):
        tab_to(page, first)
        page.keyboard.press("Space")
        for _move in range(moves):
            page.keyboard.press("ArrowDown")
        if first == "Right lane":
            tab_to(page, "Curb")
            page.keyboard.press("Space")
    tab_to(page, "Continue")
    press(page, "Enter")
    assert reporter.title == "Do you have a photo?"
    tab_to(page, "Continue")
    press(page, "Enter")
    tab_to(page, "Without my name")
    page.keyboard.press("Space")
    press(page, "Enter")
    assert reporter.title == "Check your report"
    reporter.wait()
    tab_to(page, "Send the report")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(ACCEPTED, timeout=SOON)
    assert len(city_records("Hole seen by keyboard")) == 1


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the control with these words has the focus, and see that it shows."""
    for _press in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], f"no focus to be seen on {focused['text']!r}"
        if focused["text"].startswith(words):
            return
    raise AssertionError(f"Tab does not reach {words!r}")


def press(page: Page, key: str) -> None:
    """Press a key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)
