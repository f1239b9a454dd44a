"""What the page templates make, in the page and in the frame, with real WTForms fields."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import html5lib
import pytest
from bs4 import Tag

from tests.unit.templates.rendering import (
    LAYOUTS,
    ROOT,
    SampleForm,
    part,
    patterns,
    render,
    soup,
)


def apis() -> dict[str, Any]:
    """Give the two tables of the page about the APIs."""
    rule = SimpleNamespace(who="anyone", api="Open311", auth="none", reason="No account.")
    row = SimpleNamespace(
        api="Open311",
        public_only=True,
        geo_scoped=True,
        org_scoped=True,
        private_content=False,
        authentication="not required",
    )
    return {"rules": [rule], "capabilities": [row]}


def broken() -> dict[str, Any]:
    """Give an error page everything that it may show."""
    return {
        "code": 503,
        "title": "Sorry, we cannot go on right now",
        "text": "It is usually over in a few minutes.",
        "remedy": ("Try again", "/report/d/check"),
        "kept": True,
        "incident": "8C41-77D0",
        "entered": [("Where", "Near <1200> W Madison St")],
    }


PAGES: dict[str, Callable[[], dict[str, Any]]] = {
    "about/patterns.html": patterns,
    "about/privacy.html": lambda: {"mail": True, "retention_days": 30},
    "about/accessibility.html": dict,
    "about/apis.html": apis,
    "about/about.html": dict,
    "errors/error.html": broken,
}
every_page = pytest.mark.parametrize("name", PAGES)
in_both = pytest.mark.parametrize("layout", LAYOUTS)


def test_every_page_is_listed() -> None:
    """A page that is added without being looked at here is noticed."""
    folders = ("about", "errors")
    files = {
        str(path.relative_to(ROOT / "templates"))
        for folder in folders
        for path in (ROOT / "templates" / folder).glob("*.html")
    }
    assert files == set(PAGES)


@every_page
@in_both
def test_page_is_sound(name: str, layout: str) -> None:
    """Each page is HTML without parse errors, with one h1, a title, unique ids and live anchors."""
    html = render(name, layout, **PAGES[name]())
    html5lib.HTMLParser(strict=True).parse(html)
    page = soup(html)
    heading = part(page, "main h1")
    assert part(page, "title").text == f"{heading.text} \N{EN DASH} Chicago & Reports"
    ids = [str(tag["id"]) for tag in page.select("[id]")]
    assert sorted(ids) == sorted(set(ids))
    for attribute in ("aria-describedby", "aria-labelledby", "for", "popovertarget"):
        for tag in page.select(f"[{attribute}]"):
            assert set(str(tag[attribute]).split()) <= set(ids), tag
    for link in page.select("a[href^='#']"):
        assert str(link["href"])[1:] in ids, link


@every_page
@in_both
def test_page_keeps_the_content_security_policy(name: str, layout: str) -> None:
    """Nothing inline and nothing from elsewhere: default-src 'self' is enough."""
    page = soup(render(name, layout, **PAGES[name]()))
    assert not page.select("style, [style]")
    for script in page.select("script"):
        assert str(script["src"]).startswith("/static/")
        assert not script.text
    for tag in page.find_all(name=True):
        assert not [key for key in tag.attrs if key.startswith("on")], tag
    for tag in page.select("link[href], [src], use[href]"):
        assert str(tag.get("href") or tag.get("src")).startswith("/static/"), tag


@in_both
def test_every_input_has_a_label(layout: str) -> None:
    """Each input that can be seen has a label of its own, and each group a legend."""
    page = soup(render("about/patterns.html", layout, **patterns()))
    inputs = page.select("input:not([type=hidden]), select, textarea")
    assert len(inputs) > 2 * len(SampleForm().data)
    for tag in inputs:
        assert part(page, f"label[for='{tag['id']}']").text.strip()
    for fieldset in page.select("fieldset"):
        first = fieldset.find(name=True)
        assert isinstance(first, Tag)
        assert first.name == "legend"
        assert first.text.strip()


def test_title_says_error_first() -> None:
    """A form that is shown again says so before anything else; one problem is not "1 things"."""
    problem = SimpleNamespace(field_id="sample-line", message="Write what is wrong")
    context = {**patterns(), "problems": [problem], "sample_problems": [problem]}
    page = soup(render("about/patterns.html", **context))
    assert part(page, "title").text.startswith("Error: Pattern library")
    assert part(page, ".error-summary h2").text == "Please fix one thing"


@in_both
def test_page_around_the_page(layout: str) -> None:
    """The page has menu and footer; the frame has neither, but a way out of it."""
    page = soup(render("about/about.html", layout))
    framed = layout == "bare.html"
    assert bool(page.select("header.site-header")) is not framed
    assert part(page, "a[hreflang=es]")["href"] == "/?lang=es"
    assert not page.select("a[hreflang=en]")
    assert part(page, "a[href='tel:911']").text == "911"
    assert part(page, "html")["lang"] == "en"
    modules = str(part(page, "body")["data-module"]).split()
    assert modules == (["once", "frame"] if framed else ["once"])
    if framed:
        assert part(page, "a[href='/report/d/type']")["target"] == "_blank"
    else:
        assert part(page, "nav [aria-current=page]").text == "Report a problem"


def test_error_page_keeps_what_was_entered() -> None:
    """An error page says that the report is kept, shows it, and leads on."""
    page = soup(render("errors/error.html", **broken()))
    text = part(page, "main").text
    assert "Your report is kept" in text
    assert "Near <1200> W Madison St" in text
    assert "8C41-77D0" in text
    assert part(page, "main a.btn")["href"] == "/report/d/check"


def test_error_page_promises_nothing_untrue() -> None:
    """Without a report, a remedy or an incident the error page is its words alone."""
    context: dict[str, Any] = {
        "code": 404,
        "title": "We cannot find this page",
        "text": "The address may be cut off.",
        "remedy": None,
        "kept": False,
        "incident": "",
    }
    page = soup(render("errors/error.html", **context))
    words = re.sub(r"\s+", " ", part(page, "main").text).strip()
    assert words == "We cannot find this page The address may be cut off."
