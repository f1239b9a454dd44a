"""Renders templates as the app does, and makes a form with one field of each type."""

from collections.abc import Callable
from datetime import UTC
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import wtforms
from bs4 import BeautifulSoup, Tag
from flask import Flask, render_template, render_template_string
from flask_babel import Babel
from jinja2 import StrictUndefined
from playwright.sync_api import Page
from werkzeug.datastructures import MultiDict

from scf_report.forms.choices import CheckboxesField, Offer, RadioField, SelectField
from scf_report.forms.fields import DecimalText, StringField, TextAreaField
from scf_report.forms.messages import AtMost, Required
from scf_report.forms.moment import MomentField
from scf_report.web.remembered import remembering

ROOT = Path(__file__).parents[3]
SITE = "https://reports.test"
"""Where the browser tests are: https, where location and clipboard are allowed."""
Open = Callable[..., Page]
"""Opens a piece of template as a page."""
LAYOUTS = ["base.html", "bare.html"]


LANES = [Offer("left", "Left <lane>", hint="Beside the <curb>"), Offer("right", "Right lane")]
KINDS = [
    Offer("pothole", "Pothole", group="Streets"),
    Offer("light", "Street light out", group="Streets"),
    Offer("tree", "Fallen tree", group="Forestry"),
]


class SampleForm(wtforms.Form):
    """One field of each type."""

    line = StringField("What & where", [Required("Write what is wrong")])
    text = TextAreaField(
        "More about it", [AtMost(20)], description="No names.", render_kw={"maxlength": 20}
    )
    number = DecimalText("Depth", render_kw={"inputmode": "decimal"})
    moment = MomentField("First seen", [Required("Give a date")], zone=UTC)
    select = SelectField("Size", [Required("Choose a size")])
    radio = RadioField("Lane", [Required("Choose a lane")])
    grouped = RadioField("Kind", [Required("Choose a kind")])
    boxes = CheckboxesField("Parts", [Required("Choose a part")], description="All that apply.")
    file = wtforms.FileField("Photo")
    trap = StringField("Leave this empty", render_kw={"tabindex": "-1", "autocomplete": "off"})


def sample(prefix: str, **data: str) -> SampleForm:
    """Build the form as posted, with offers and a private question."""
    posted = MultiDict({f"{prefix}-{name}": value for name, value in data.items()})
    form = SampleForm(posted, prefix=prefix)
    for field in (form.select, form.radio, form.boxes):
        field.offer(LANES)
    form.grouped.offer(KINDS)
    form.number.flags.private = True
    return form


@cache
def app() -> Flask:
    """Make an app that has what templates need, and nothing else."""
    made = Flask("scf_report", root_path=str(ROOT))
    Babel(made)
    made.jinja_env.undefined = StrictUndefined
    made.jinja_env.globals["static"] = lambda path: f"/static/{path}"
    made.jinja_env.globals["remembered"] = remembering()
    return made


def render(name: str, layout: str = "base.html", **context: object) -> str:
    """Render a template as the app does, with everything that every page is given."""
    everywhere = {
        "layout": layout,
        "embedded": layout == "bare.html",
        "brand": "Chicago & Reports",
        "demo": True,
        "locale": "en",
        "languages": [("en", "English", "/?lang=en"), ("es", "Español", "/?lang=es")],
        "nav": [("Report a problem", "/report", True)],
        "home_url": "/",
        "report_url": "/report",
        "privacy_url": "/about/privacy",
        "access_url": "/about/accessibility",
        "about_url": "/about",
        "apis_url": "/about/apis",
        "osm": True,
        "standalone_url": "/report/d/type",
        "account": None,
    }
    with app().test_request_context():
        return render_template(name, **everywhere, **context)


def piece(template: str, **context: object) -> str:
    """Render a piece of template."""
    with app().test_request_context():
        return render_template_string(template, **context)


def patterns() -> dict[str, Any]:
    """Give what the pattern library is made of."""
    form = sample("sample", text="x" * 30, number="ankle")
    with app().test_request_context():
        assert not form.validate()
        problems = [
            SimpleNamespace(
                field_id=getattr(field, "focus_id", field.id), message=str(field.errors[0])
            )
            for field in form
            if field.errors
        ]
    return {"plain": sample("plain"), "sample": form, "sample_problems": problems}


def soup(html: str) -> BeautifulSoup:
    """Parse a page for looking into it."""
    return BeautifulSoup(html, "html5lib")


def part(page: Tag, selector: str) -> Tag:
    """Find the one element."""
    found = page.select(selector)
    assert len(found) == 1, f"{selector}: {len(found)}"
    return found[0]


def whole(template: str, **context: object) -> str:
    """Render a piece of template into a page that starts the scripts."""
    return (
        '<!DOCTYPE html><html lang="en"><head><title>A page</title>'
        '<link rel="stylesheet" href="/static/css/base.css">'
        '<script type="module" src="/static/js/main.js"></script></head>'
        f"{piece(template, **context)}</html>"
    )
