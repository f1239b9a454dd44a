"""The pages about updates by e-mail, in every state that their reader may meet."""

import pytest
from werkzeug.datastructures import MultiDict

from scf_report.forms.updates import MailForm, UpdatesForm
from scf_report.web.mail_pages import AskPage, MailPage, UpdatesPart
from tests.unit.pages.showing import TOKEN, show, words
from tests.unit.pages.test_receipt_templates import receipt_page
from tests.unit.templates.rendering import LAYOUTS, part

PAGE = "/mail/key"
TITLES = {
    "asked": "Do you want updates by e-mail?",
    "confirmed": "You get updates by e-mail",
    "ended": "The updates have ended",
    "unknown": "No updates are sent through this link",
}


def mail_page(state: str, *, sent: bool = False) -> MailPage:
    """Build the page of a key."""
    if state in ("ended", "unknown"):
        return MailPage(state)
    form = MailForm(MultiDict({"csrf_token": "old"}) if sent else None, token=TOKEN)
    if sent:
        form.validate()
    receipt = "/receipt/abc" if state == "confirmed" else ""
    return MailPage(state, ("R7F3-K2QX", "A2B3-C4D5"), form, PAGE, receipt)


@pytest.mark.parametrize("state", TITLES)
def test_page_says_how_things_stand(state: str) -> None:
    """Each state has its heading and only the buttons that make sense in it."""
    page = show(mail_page(state))
    assert words(page.h1) == TITLES[state]
    buttons = [str(button["value"]) for button in page.select("#step button")]
    assert buttons == {"asked": ["confirm", "end"], "confirmed": ["end"]}.get(state, [])
    assert bool(page.select("main a[href='/receipt/abc']")) == (state == "confirmed")
    shown = [words(item) for item in page.select("main li")]
    assert shown == (["R7F3-K2QX", "A2B3-C4D5"] if buttons else [])


def test_page_that_was_open_for_long_changes_nothing() -> None:
    """A token that is too old is said, and the buttons are there again."""
    page = show(mail_page("asked", sent=True))
    assert words(part(page, ".notice h2")) == "Nothing has changed yet"
    assert len(page.select("#step button")) == 2


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("waits", "asked", "said"),
    [
        (False, False, ""),
        (True, False, "to the address that you gave with the report"),
        (False, True, "once a day at most"),
        (True, True, "once a day at most"),
    ],
)
def test_receipt_asks_for_an_address(
    *, layout: str, waits: bool, asked: bool, said: str
) -> None:
    """The receipt's form is there in each state, and one notice at most."""
    part_of_it = UpdatesPart(UpdatesForm(token=TOKEN), "/receipt/abc/updates", waits, asked)
    page = show(receipt_page("accepted", updates=part_of_it), layout)
    form = part(page, "#updates")
    assert form["action"] == "/receipt/abc/updates"
    assert part(form, "input[type=email]").has_attr("required")
    notices = [words(notice) for notice in page.select(".notice")]
    assert len(notices) == bool(said)
    assert all(said in notice for notice in notices)


def test_receipt_shows_the_citys_status() -> None:
    """What the city's record says stands in the part of the receipt that follows changes."""
    page = show(receipt_page("accepted", city_status="Open, as of 9:41 am"))
    body = part(page, "[data-part=body]")
    assert "The city’s record: Open, as of 9:41 am" in words(body)
    assert "city’s record" not in words(show(receipt_page("accepted")).main)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_bad_address_gets_a_page_of_its_own(layout: str) -> None:
    """The error stands in the summary and at the field, and the receipt is one link away."""
    form = UpdatesForm(
        MultiDict({"csrf_token": TOKEN.issue(), "email": "<robin>"}), token=TOKEN
    )
    form.validate()
    page = show(
        AskPage(form, tuple(form.problems()), "/receipt/abc/updates", "/receipt/abc"), layout
    )
    assert words(part(page, ".error-summary li")).startswith("Write the e-mail address in full")
    assert part(page, "#email")["value"] == "<robin>"
    assert page.select("main a[href='/receipt/abc']")
