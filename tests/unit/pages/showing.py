"""Shows page objects as the app does; whatever a test shows is checked for being sound."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import render_template

from scf_report.forms.csrf import FormTokens
from tests.page import audit
from tests.unit.templates.rendering import app

TOKEN = FormTokens(["key"], clock=lambda: datetime(2026, 11, 24, 9, tzinfo=UTC)).bound(
    "step", "d"
)
EVERYWHERE = {
    "brand": "Chicago & Reports",
    "demo": True,
    "retention_days": 30,
    "mail": True,
    "locale": "es",
    "lang": "es",
    "languages": [("en", "English", "/?lang=en"), ("es", "Español", "/?lang=es")],
    "nav": [("Report a problem", "/report?lang=es", True)],
    "home_url": "/?lang=es",
    "report_url": "/report?lang=es",
    "privacy_url": "/about/privacy",
    "access_url": "/about/accessibility",
    "about_url": "/about",
    "apis_url": "/about/apis",
    "osm": True,
    "standalone_url": "/report",
    "account": None,
}


def show(page: Any, layout: str = "base.html") -> BeautifulSoup:  # any page object
    """Render a page object, in the page or in the frame, check it, and give it parsed."""
    values = {item.name: getattr(page, item.name) for item in fields(page)}
    place = {"layout": layout, "embedded": layout == "bare.html"}
    with app().test_request_context():
        html = render_template(page.template, **{**EVERYWHERE, **place, **values})
    soup = BeautifulSoup(html, "html5lib")
    audit(html, soup)
    check_references(soup)
    check_forms(soup)
    return soup


def check_references(page: BeautifulSoup) -> None:
    """Hold a page to a title that is its heading, and to links and ids that lead somewhere."""
    heading = words(page.h1)
    failed = "Error: " if page.select(".error-summary") else ""
    assert words(page.title) == f"{failed}{heading} \N{EN DASH} Chicago & Reports"
    ids = {str(tag["id"]) for tag in page.select("[id]")}
    for name in ("aria-labelledby", "for", "data-list"):
        for tag in page.select(f"[{name}]"):
            assert set(str(tag[name]).split()) <= ids, tag
    for link in page.select("a"):
        href = str(link["href"])
        assert href, link
        assert not href.startswith("#") or href[1:] in ids, link
    for picture in page.select("img"):
        assert picture["alt"], picture


def check_forms(page: BeautifulSoup) -> None:
    """Hold forms to one button that goes on, a token where something changes, a kept language."""
    for form in page.select("main form"):
        button = form.select_one("button, input[type=submit], input[type=image]")
        assert button
        assert button["type"] == "submit"
        assert bool(form.select("[name=csrf_token][value]")) == (form["method"] == "post")
        # A form that GETs replaces the query of its address, the language with it.
        assert bool(form.select("[name=lang][value=es]")) == (form["method"] == "get")
    for step in page.select("form#step"):
        assert step["method"] == "post"
        assert "novalidate" in step.attrs


def words(tag: Tag | None) -> str:
    """Read what an element says, with single spaces."""
    assert tag
    return " ".join(tag.text.split())
