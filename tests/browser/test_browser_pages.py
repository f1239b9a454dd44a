"""Every page of the flow, plain and with errors: accessible, narrow, quiet, and light."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visit
from tests.browser.demo import PROJECT
from tests.browser.gallery import SCENES, Addresses, make_addresses, show

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

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


def scheme_and_width(name: str) -> tuple[str, int]:
    """Choose one form of each page, so that all forms come up."""
    at = list(SCENES).index(name)
    return ("light", "dark")[at % 2], (320, 1280)[at // 2 % 2]


@pytest.mark.parametrize("name", SCENES)
def test_page_is_accessible(visit: Visit, addresses: Addresses, name: str) -> None:
    """Each page has no axe violation in one scheme and width; an error is in title and focus."""
    scheme, width = scheme_and_width(name)
    page = visit("/healthz", width=width, color_scheme=scheme)
    show(page, name, addresses)
    assert violations(page) == []
    if SCENES[name].error:
        assert page.title().startswith("Error:")
        page.locator(".error-summary:focus").wait_for()


@pytest.mark.full
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_pages_are_accessible(
    visit: Visit, addresses: Addresses, scheme: str, width: int
) -> None:
    """Each page has no axe violation in any scheme and width."""
    page = visit("/healthz", width=width, color_scheme=scheme)
    found: dict[str, list[str]] = {}
    for name in SCENES:
        show(page, name, addresses)
        if faults := violations(page):
            found[name] = faults
    assert found == {}


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
