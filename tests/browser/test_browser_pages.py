"""Every page of the flow, plain and with errors: accessible, narrow, quiet, and light."""

import re
from collections.abc import Iterable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visit
from tests.browser.demo import PROJECT
from tests.browser.gallery import SCENES, Addresses, make_addresses, show

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

ERROR_TITLE = re.compile("^Error: ")
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN_AXE = """async (tags) => {
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } });
    return violations.flatMap(({ id, nodes }) => nodes.map(
        ({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`)) }"""
TOO_WIDE = """() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const cut = (tag) => getComputedStyle(tag).overflowX === 'hidden' && tag.clientWidth > 1
        && tag.scrollWidth > tag.clientWidth;
    const out = (tag) => tag.offsetWidth > 1 && tag.getBoundingClientRect().right > clientWidth + 1;
    const found = [...document.querySelectorAll('body *')]
        .filter((tag) => tag.offsetParent && !tag.closest('.scroll') && (cut(tag) || out(tag)))
        .map((tag) => tag.outerHTML.slice(0, 120));
    return scrollWidth > clientWidth ? [`${scrollWidth} px wide`, ...found] : found }"""
"""What sticks out of the screen or is cut off by what it stands in; tables may scroll."""
LARGER = "document.documentElement.style.fontSize = '200%'"


@pytest.fixture(scope="module")
def addresses(chromium: Browser, demo: str) -> Addresses:
    """Give drafts, receipts and the owner's page in the states that the scenes show."""
    return make_addresses(chromium, demo)


def violations(page: Page) -> list[str]:
    """Let axe judge the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN_AXE, list(TAGS))
    return found


def too_wide(page: Page) -> list[str]:
    """Name what makes the page scroll sideways."""
    found: list[str] = page.evaluate(TOO_WIDE)
    return found


def judge(page: Page, names: Iterable[str], addresses: Addresses) -> dict[str, list[str]]:
    """Show scenes one after another; give each one's violations. Errors must come first and be read."""
    found = {}
    for name in names:
        show(page, name, addresses)
        if SCENES[name].error:
            expect(page, name).to_have_title(ERROR_TITLE)
            expect(page.locator(".error-summary"), name).to_be_focused()
        if faults := violations(page):
            found[name] = faults
    return found


@pytest.mark.parametrize(("width", "scheme", "first"), [(320, "light", 0), (1280, "dark", 1)])
def test_each_page_is_accessible(
    visit: Visit, addresses: Addresses, width: int, scheme: str, first: int
) -> None:
    """Each page has no axe violation in one form; an error is in its title and has the focus."""
    page = visit("/healthz", width=width, color_scheme=scheme)
    assert judge(page, list(SCENES)[first::2], addresses) == {}


@pytest.mark.full
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_page_is_accessible_in_every_form(
    visit: Visit, addresses: Addresses, scheme: str, width: int
) -> None:
    """Each page has no axe violation in any scheme and width."""
    page = visit("/healthz", width=width, color_scheme=scheme)
    assert judge(page, SCENES, addresses) == {}


def test_nothing_scrolls_sideways(visit: Visit, addresses: Addresses) -> None:
    """At 320 px no page is wider than the screen, neither with text twice as large."""
    page = visit("/healthz", width=320)
    found = {}
    for name in SCENES:
        show(page, name, addresses)
        plain = too_wide(page)
        page.evaluate(LARGER)
        if faults := plain + too_wide(page):
            found[name] = faults
    assert found == {}
