"""What the page templates make, in the page and in the frame, with real WTForms fields."""

import re
from collections.abc import Callable
from datetime import UTC
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import html5lib
import pytest
import wtforms
from bs4 import BeautifulSoup, Tag
from flask import Flask, render_template
from flask_babel import Babel
from jinja2 import StrictUndefined
from werkzeug.datastructures import MultiDict

from scf_report.forms.choices import CheckboxesField, Offer, RadioField, SelectField
from scf_report.forms.fields import DecimalText, StringField, TextAreaField
from scf_report.forms.messages import AtMost, Required
from scf_report.forms.moment import MomentField

ROOT = Path(__file__).parents[2]
LAYOUTS = ["base.html", "bare.html"]
Render = Callable[..., str]


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
    search = wtforms.SearchField("Search in 3 kinds")
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
    made.jinja_env.globals["static"] = lambda path: f"/static/1/{path}"
    return made


@pytest.fixture
def render() -> Render:
    """Render a template as the app does, with everything that every page is given."""

    def render(name: str, layout: str = "base.html", **context: object) -> str:
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
            "apis_url": "/about/apis",
            "standalone_url": "/report/d/type",
        }
        with app().test_request_context():
            return render_template(name, **everywhere, **context)

    return render


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
    "about/privacy.html": lambda: {"retention_days": 30},
    "about/accessibility.html": dict,
    "about/apis.html": apis,
    "about/about.html": dict,
    "errors/error.html": broken,
}
every_page = pytest.mark.parametrize("name", PAGES)
in_both = pytest.mark.parametrize("layout", LAYOUTS)


def soup(html: str) -> BeautifulSoup:
    """Parse a page for looking into it."""
    return BeautifulSoup(html, "html5lib")


def part(page: Tag, selector: str) -> Tag:
    """Find the one element."""
    found = page.select(selector)
    assert len(found) == 1, f"{selector}: {len(found)}"
    return found[0]


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
def test_page_is_sound(render: Render, name: str, layout: str) -> None:
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
def test_page_keeps_the_content_security_policy(render: Render, name: str, layout: str) -> None:
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
def test_every_input_has_a_label(render: Render, layout: str) -> None:
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


def test_problems_stand_at_their_fields_and_in_the_summary(render: Render) -> None:
    """Each problem is linked from the summary, marked at its field and tied to its input."""
    context = patterns()
    page = soup(render("about/patterns.html", **context))
    summary = part(page, ".error-summary")
    problems = context["sample_problems"]
    assert part(page, ".error-summary h2").text == f"Please fix {len(problems)} things"
    for problem in problems:
        assert (
            part(page, f".error-summary a[href='#{problem.field_id}']").text == problem.message
        )
        field = part(page, f".field:has(#{problem.field_id})")
        shown = part(field, ".message")
        assert shown.text.split() == ["Error:", *problem.message.split()]
        tied = field.select(f"[aria-describedby~='{shown['id']}']")
        assert [tag.name for tag in tied] in (["fieldset"], ["input"], ["textarea"], ["select"])
    assert part(page, "#sample-line")["aria-invalid"] == "true"
    assert "aria-invalid" not in part(page, "#plain-line").attrs
    assert summary["tabindex"] == "-1"


def test_title_says_error_first(render: Render) -> None:
    """A form that is shown again says so before anything else; one problem is not "1 things"."""
    problem = SimpleNamespace(field_id="sample-line", message="Write what is wrong")
    context = {**patterns(), "problems": [problem], "sample_problems": [problem]}
    page = soup(render("about/patterns.html", **context))
    assert part(page, "title").text.startswith("Error: Pattern library")
    assert part(page, ".error-summary h2").text == "Please fix one thing"


def test_field_says_optional_private_and_what_was_typed(render: Render) -> None:
    """A field keeps what was typed, says that it is optional, and who can read it."""
    page = soup(render("about/patterns.html", **patterns()))
    number = part(page, "#sample-number")
    assert number["value"] == "ankle"
    assert number["inputmode"] == "decimal"
    assert "(optional)" in part(page, "label[for=sample-number]").text
    assert "(optional)" not in part(page, "label[for=sample-line]").text
    assert "Not shown in public" in part(page, "#sample-number-hint").text
    assert "required" in part(page, "#plain-line").attrs


def test_moment_is_two_inputs(render: Render) -> None:
    """Date and time keep what was typed, under the names that the form module reads."""
    form = sample("sample", **{"moment-date": "2026-11-21", "moment-time": "17:30"})
    page = soup(render("about/patterns.html", **{**patterns(), "sample": form}))
    assert part(page, "input[name=sample-moment-date]")["value"] == "2026-11-21"
    assert part(page, "input[name=sample-moment-time]")["value"] == "17:30"


def test_trap_is_out_of_the_way(render: Render) -> None:
    """Nobody comes upon the trap: not by sight, not by keyboard, not by screen reader."""
    page = soup(render("about/patterns.html", **patterns()))
    around = part(page, "[aria-hidden=true]:has(> #plain-trap)")
    assert around["class"] == ["visually-hidden"]
    assert part(page, "#plain-trap")["tabindex"] == "-1"


def test_choices_have_hints_groups_and_running_numbers(render: Render) -> None:
    """Choices keep their hint and group, and are numbered as WTForms numbers them."""
    page = soup(render("about/patterns.html", **patterns()))
    assert part(page, "#plain-radio-0-hint").text == "Beside the <curb>"
    assert part(page, "#plain-radio-0")["aria-describedby"] == "plain-radio-0-hint"
    headings = page.select("#plain-grouped .group legend")
    assert [heading.text for heading in headings] == ["Streets", "Forestry"]
    ids = [tag["id"] for tag in page.select("#plain-grouped input")]
    assert ids == ["plain-grouped-0", "plain-grouped-1", "plain-grouped-2"]
    form = sample("sample", radio="right")
    page = soup(render("about/patterns.html", **{**patterns(), "sample": form}))
    assert part(page, "#sample-radio input[checked]")["value"] == "right"


def test_characters_left_never_lie(render: Render) -> None:
    """The count starts from what is there, with words for one, for many and for too many."""
    page = soup(render("about/patterns.html", **patterns()))
    assert part(page, "#sample-text-count").text == "10 characters too many"
    assert part(page, "#plain-text-count").text == "20 characters left"
    form = sample("sample", text="x" * 19)
    page = soup(render("about/patterns.html", **{**patterns(), "sample": form}))
    line = part(page, "#sample-text-count")
    assert line.text == "1 character left"
    assert line["data-one"] == "1 character left"
    assert line["data-many"] == "{n} characters left"


def test_steps_say_where_i_am(render: Render) -> None:
    """Screen readers hear the number, the steps behind are done, one is current."""
    page = soup(render("about/patterns.html", **patterns()))
    assert "Step 3 of 5" in part(page, "main").text
    assert len(page.select(".steps .done")) == 2
    assert "3. Details" in part(page, ".steps [aria-current=step]").text


def test_summary_list_says_what_is_missing_and_private(render: Render) -> None:
    """Skipped answers are said to be missing; each Change link names what it changes."""
    page = soup(render("about/patterns.html", **patterns()))
    rows = {row.dt.text: row for row in page.select("main .summary > div") if row.dt}
    assert "Not provided" in rows["Phone"].text
    assert "Not shown in public" in rows["Way in"].text
    assert part(rows["Where"], "a").text == "Change: Where"
    assert not rows["Photos"].select("a")


@in_both
def test_page_around_the_page(render: Render, layout: str) -> None:
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


def test_error_page_keeps_what_was_entered(render: Render) -> None:
    """An error page says that the report is kept, shows it, and leads on."""
    page = soup(render("errors/error.html", **broken()))
    text = part(page, "main").text
    assert "Your report is kept" in text
    assert "Near <1200> W Madison St" in text
    assert "8C41-77D0" in text
    assert part(page, "main a.btn")["href"] == "/report/d/check"


def test_error_page_promises_nothing_untrue(render: Render) -> None:
    """Without a report, a remedy or an incident the error page is its words alone."""
    context = {
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
