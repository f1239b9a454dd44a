"""What the small scripts do for a person, in a real browser."""

import io
import json
import re
from types import SimpleNamespace

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Route, expect
from werkzeug.datastructures import MultiDict
from wtforms import FileField, Form, SearchField

from scf_report.forms.choices import Offer, RadioField
from scf_report.forms.fields import TextAreaField
from tests.unit.templates.rendering import SITE, Open, whole

pytestmark = pytest.mark.browser


class KindForm(Form):
    """A search, a list of kinds and a text."""

    q = SearchField("Search")
    kind = RadioField("Kind")
    text = TextAreaField("More", render_kw={"maxlength": 10})


class PhotoForm(Form):
    """Takes one photo."""

    photo = FileField("Photo", render_kw={"accept": "image/*"})


def kinds(**data: str) -> KindForm:
    """Build the form with three kinds in two groups."""
    form = KindForm(MultiDict(data))
    form.kind.offer(
        [
            Offer("pothole", "Pothole in street", group="Streets"),
            Offer("light", "Street light out", group="Streets"),
            Offer("tree", "Fallen tree", group="Forestry"),
        ]
    )
    return form


def test_second_press_sends_nothing(show: Open) -> None:
    """A double click on the button that sends makes one request; the button says it is busy."""
    page = show(
        """{% from "components/button.html" import button %}
        <body data-module="once"><form method="post" action="/send">{{ button('Send') }}</form>"""
    )
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="Send").dblclick()
    expect(page.get_by_role("button")).to_have_attribute("aria-disabled", "true")
    assert sent == ["POST"]


def test_characters_left_follow_the_typing(show: Open) -> None:
    """The count says one and many rightly and is a live region."""
    page = show(
        '{% from "components/field.html" import field %}<body>{{ field(form.text) }}',
        form=kinds(),
    )
    page.get_by_label("More").fill("123456789")
    expect(page.get_by_role("status")).to_have_text("1 character left")
    page.get_by_label("More").fill("12")
    expect(page.get_by_role("status")).to_have_text("8 characters left")


def test_filter_narrows_the_list_but_keeps_the_chosen_one(show: Open) -> None:
    """Typing hides what does not match, empty groups too, and says how many are left."""
    page = show(
        """{% from "components/choices.html" import radios %}
        {% from "components/helps.html" import filter_box %}
        <body>{{ filter_box('q', 'Search', '', form.kind.id) }}{{ radios(form.kind) }}""",
        form=kinds(),
    )
    page.get_by_label("Search").fill("fall tr")
    expect(page.get_by_label("Fallen tree")).to_be_visible()
    expect(page.get_by_role("group", name="Streets")).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text("1 kind of problem shown")
    page.get_by_label("Fallen tree").check()
    page.get_by_label("Search").fill("pothole")
    expect(page.get_by_label("Fallen tree")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("2 kinds of problem shown")


def test_error_summary_has_the_focus_and_leads_into_groups(show: Open) -> None:
    """The summary is focused; a link to a group goes to its first input."""
    page = show(
        """{% from "components/choices.html" import radios %}
        {% from "components/errors.html" import error_summary %}
        <body>{{ error_summary(problems) }}{{ radios(form.kind) }}""",
        form=kinds(),
        problems=[SimpleNamespace(field_id="kind", message="Choose the kind")],
    )
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Choose the kind").click()
    expect(page.get_by_label("Pothole in street")).to_be_focused()


LOCATE = '{% from "components/helps.html" import locate %}<body>{{ locate("/report") }}'


def test_location_is_sent_once_allowed(show: Open, browser: BrowserContext) -> None:
    """Pressing the button asks the browser, then sends latitude and longitude."""
    browser.grant_permissions(["geolocation"], origin=SITE)
    browser.set_geolocation({"latitude": 41.8819, "longitude": -87.6278})
    page = show(LOCATE)
    with page.expect_request(re.compile("/report")) as request:
        page.get_by_role("button", name="Use where I am now").click()
    assert request.value.url == f"{SITE}/report?lat=41.881900&lng=-87.627800"


def test_location_that_is_refused_is_said(show: Open) -> None:
    """Where the browser has been told no, the button says so and names another way."""
    page = show(LOCATE)
    page.get_by_role("button", name="Use where I am now").click()
    expect(page.get_by_role("status")).to_contain_text("Type the place instead.")


def test_link_is_copied_and_it_says_so(show: Open, browser: BrowserContext) -> None:
    """The button copies the address it was given and says that it did."""
    browser.grant_permissions(["clipboard-read", "clipboard-write"], origin=SITE)
    page = show(
        '{% from "components/helps.html" import copy_link %}<body>{{ copy_link(address) }}',
        address=f"{SITE}/receipt/abc",
    )
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{SITE}/receipt/abc"


def test_print_button_prints(show: Open) -> None:
    """The button opens the print dialog."""
    page = show('{% from "components/helps.html" import print_page %}<body>{{ print_page() }}')
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.get_by_role("button", name="Print or save").click()
    expect(page).to_have_title("printed")


RECEIPT = """{% from "components/receipt.html" import receipt_header %}
<body><article class="receipt" data-module="receipt-poll" data-url="/page.json" data-state="{{ state }}">
{% call receipt_header(tone, icon, title) %}{{ lead }}{% endcall %}
<div data-part="events">{{ lead }}</div></article>"""
SENDING = {"state": "sending", "tone": "", "icon": "send", "title": "Sending", "lead": "Wait."}
ACCEPTED = {
    "state": "accepted",
    "tone": "ok",
    "icon": "check",
    "title": "Accepted",
    "lead": "It has number 7.",
}


def test_receipt_follows_the_state_and_stops(show: Open) -> None:
    """An open receipt tells of the new state in its live region, asks by ETag, and then stops."""
    page = show(RECEIPT, **SENDING)
    tags: list[str | None] = []

    def answer(route: Route) -> None:
        tags.append(route.request.headers.get("if-none-match"))
        if len(tags) == 2:
            route.fulfill(status=304, headers={"Retry-After": "1"})
            return
        state = "sending" if len(tags) == 1 else "accepted"
        headers = {"ETag": f'"{state}"', "Retry-After": "1"}
        route.fulfill(body=json.dumps({"state": state}), headers=headers)

    page.route(f"{SITE}/page.json", answer)
    page.route(
        f"{SITE}/page",
        lambda route: route.fulfill(body=whole(RECEIPT, **ACCEPTED), content_type="text/html"),
    )
    page.get_by_role("status").evaluate("node => { node.mine = true }")
    expect(page.get_by_role("status")).to_contain_text("It has number 7.", timeout=15_000)
    assert page.get_by_role("status").evaluate("node => node.mine")
    expect(page.locator(".receipt > header")).to_have_class("ok")
    expect(page.locator("[data-part=events]")).to_have_text("It has number 7.")
    asked = len(tags)
    page.wait_for_timeout(1600)
    assert tags == [None, '"sending"', '"sending"']
    assert asked == 3


def test_receipt_keeps_the_focus(show: Open) -> None:
    """A link that has the focus still has it when what is around it is taken anew; its page has a new title."""
    linked = RECEIPT + '<p data-part="links">{{ lead }} <a href="/more">More</a></p>'
    page = show(linked, **SENDING)
    page.route(
        f"{SITE}/page.json", lambda route: route.fulfill(body=json.dumps({"state": "accepted"}))
    )
    fresh = whole(linked, **ACCEPTED).replace("<title>", "<title>Accepted: ")
    page.route(
        f"{SITE}/page", lambda route: route.fulfill(body=fresh, content_type="text/html")
    )
    page.get_by_role("link", name="More").focus()
    expect(page.locator("[data-part=links]")).to_contain_text("number 7", timeout=15_000)
    expect(page.get_by_role("link", name="More")).to_be_focused()
    assert page.title().startswith("Accepted: ")


def photo(width: int, height: int) -> bytes:
    """Make a large picture."""
    picture = io.BytesIO()
    Image.effect_noise((width, height), 90).save(picture, "PNG")
    return picture.getvalue()


def test_photo_is_made_smaller_and_shown(show: Open) -> None:
    """A large picture becomes a JPEG of 1600 px; one that cannot be read is sent as it is."""
    page = show(
        '{% from "components/file.html" import file %}<body>{{ file(f) }}',
        f=PhotoForm().photo,
    )
    large = FilePayload(name="hole.png", mimeType="image/png", buffer=photo(2400, 1800))
    box = page.get_by_label("Photo")
    box.set_input_files(large)
    expect(page.get_by_role("status")).to_have_text("Ready to be sent")
    chosen = """async (input) => { const [file] = input.files; let width = 0;
        try { width = (await createImageBitmap(file)).width } catch {} return [file.name, width] }"""
    assert box.evaluate(chosen) == ["hole.jpg", 1600]
    expect(page.locator(".photo canvas")).to_be_visible()
    expect(page.locator(".photo")).to_contain_text("hole.png")
    box.set_input_files(
        FilePayload(name="hole.heic", mimeType="image/heic", buffer=b"ftypheic")
    )
    expect(page.locator(".photo")).to_contain_text("hole.heic")
    assert box.evaluate(chosen) == ["hole.heic", 0]


def test_frame_tells_its_height_and_nothing_secret(show: Open) -> None:
    """The page around the frame learns height and step, never an address."""
    page = show('<body><iframe title="Form"></iframe>')
    inner = whole('<body data-module="frame"><main>{{ "A line. " * 2000 }}</main>')
    page.route(
        f"{SITE}/embed/report/secret/type",
        lambda route: route.fulfill(body=inner, content_type="text/html"),
    )
    page.evaluate("""() => { const heard = [];
        addEventListener('message', (event) => {
            heard.push(event.data); document.title = JSON.stringify(heard) }) }""")
    page.evaluate("document.querySelector('iframe').src = '/embed/report/secret/type'")
    expect(page).to_have_title(re.compile("report:navigate"))
    heard = json.loads(page.title())
    assert {said["type"] for said in heard} == {"report:height", "report:navigate"}
    assert all(said["height"] > 500 for said in heard if said["type"] == "report:height")
    assert "secret" not in json.dumps(heard)
