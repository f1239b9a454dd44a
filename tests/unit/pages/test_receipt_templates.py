"""The receipt and the owner's page, in every state that a report may be in."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from scf_report.domain.delivery import FINAL, State
from scf_report.web.receipt_pages import (
    Event,
    ReceiptPage,
    Refused,
)
from tests.unit.pages.receipts import receipt
from tests.unit.pages.showing import show, words
from tests.unit.templates.rendering import LAYOUTS, part

NOW = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)
FACES = {
    "saved": State.QUEUED,
    "sending": State.SENDING,
    "checking": State.UNCERTAIN,
    "accepted": State.ACCEPTED,
    "held": State.MODERATED,
    "delayed": State.QUEUED,
    "refused": State.REJECTED,
    "withdrawn": State.WITHDRAWN,
    "undecided": State.UNDECIDED,
    "awaiting": State.AWAITING_ID,
    "unsigned": State.NEEDS_SIGN_IN,
}
SAVED = Event("saved", "done", "Today, 9:41 am", "2026-11-24T09:41:00+00:00")
TO_COME = Event("accepted", "todo")
EVENTS = {
    "saved": (SAVED, Event("sending", "todo"), TO_COME),
    "sending": (SAVED, Event("sending", "now", "9:41 am"), TO_COME),
    "checking": (
        SAVED,
        Event("sending", "done", "9:41 am"),
        Event("checking", "now", next_time="9:46 am"),
        TO_COME,
    ),
    "accepted": (SAVED, Event("accepted", "done", "9:42 am")),
    "held": (SAVED, Event("sending", "done", "9:41 am"), Event("held", "now")),
    "delayed": (
        SAVED,
        Event("tries", "now", "9:58 am", count=3, next_time="10:15 am"),
        TO_COME,
    ),
    "refused": (SAVED, Event("sending", "done", "9:41 am"), Event("refused", "now", "9:42 am")),
    "withdrawn": (SAVED, Event("withdrawn", "now", "9:50 am")),
    "undecided": (SAVED, Event("sending", "done"), Event("undecided", "now"), TO_COME),
    "awaiting": (SAVED, Event("sending", "done", "9:41 am"), Event("awaiting", "now"), TO_COME),
    "unsigned": (SAVED, Event("unsigned", "done", "9:42 am")),
}


REASONS = (
    Refused("", "Name the <nearest> cross street.", None),
    Refused("How <deep>", "is missing", None),
)


def receipt_page(face: str, **changes: Any) -> ReceiptPage:
    """Build a receipt's page."""
    state = FACES[face]
    page = ReceiptPage(
        receipt=receipt(state),
        face=face,
        events=EVENTS[face],
        next_try="10:15 am" if face == "delayed" else "",
        saved_at="November 24, 2026, 9:41 am",
        url="https://reports.example/receipt/abc",
        json_url="/receipt/abc.json",
        qr="M2 2.5h7M10 2.5h5",
        qr_size=29,
        record_url="https://city.example/14203771" if face == "accepted" else None,
        change_url=None,
        final=state in FINAL,
        refused=REASONS if face == "refused" else (),
    )
    return replace(page, **changes)


SECRET = "https://reports.example/change/secret"
SAID = {
    "saved": ("", "Your report is saved", "It has not reached the city yet"),
    "sending": ("", "We are sending your report", "has not answered yet"),
    "checking": ("warn", "We are checking whether it arrived", "never arrives twice"),
    "accepted": ("ok", "The city has accepted your report", "under number 14203771"),
    "held": ("warn", "Held for review by the city", "There is no number yet"),
    "delayed": ("warn", "Kept, but not delivered yet", "We try again at 10:15 am"),
    "refused": ("error", "The city did not take your report", "we do not send it again"),
    "withdrawn": ("", "This report was withdrawn", "We do not send it any more"),
    "undecided": (
        "warn",
        "A person is checking whether it arrived",
        "until a person has decided",
    ),
    "awaiting": ("", "The city has your report", "It gives your report a number later"),
    "unsigned": (
        "warn",
        "Your report waits for you to sign in",
        "only once you have signed in again",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("face", FACES)
def test_receipt_tells_the_truth(face: str, layout: str) -> None:
    """Tone, heading and sentence say the same; green is for what the city has accepted alone."""
    tone, heading, sentence = SAID[face]
    page = show(receipt_page(face), layout)
    head = part(page, ".receipt > header")
    assert str(head["class"][0] if head["class"] else "") == tone
    assert words(page.h1) == heading
    assert sentence in words(part(head, ".lead"))
    assert words(part(page, ".reference")) == "R7F3-K2QX"
    assert part(page, ".qr path")["d"] == "M2 2.5h7M10 2.5h5"
    for promise in ("on its way", "success"):
        assert promise not in words(page.main).lower()


@pytest.mark.parametrize("face", FACES)
def test_open_receipt_asks_again(face: str) -> None:
    """A receipt asks for news until nothing more happens; without JavaScript a link does."""
    page = show(receipt_page(face))
    if FACES[face] in FINAL:
        assert not page.select("[data-module=receipt-poll]")
        assert "Look again" not in words(page.main)
    else:
        receipt_part = part(page, "[data-module=receipt-poll]")
        assert receipt_part["data-url"] == "/receipt/abc.json"
        assert receipt_part["data-state"] == FACES[face].value
        assert part(page, "[data-part] a.no-js")["href"] == "?lang=es"


def test_refusal_quotes_the_city() -> None:
    """The city's own words stand in quotes, and who has the receipt alone learns where to mend it."""
    page = show(receipt_page("refused"))
    assert [words(line) for line in page.select(".notice.error p")] == [
        "“Name the <nearest> cross street.”",
        "How <deep>: “is missing”",
    ]
    assert "Use the secret link to your report." in words(part(page, ".body"))
    assert part(page, ".body a[href='/report?lang=es']")


def test_notice_of_the_city_is_passed_on() -> None:
    """What the city says about what happens next is shown in its own words."""
    given = receipt(State.ACCEPTED, notice="A crew <comes> soon.")
    page = show(receipt_page("accepted", receipt=given))
    assert words(part(page, ".notice p")) == "“A crew <comes> soon.”"


def test_record_is_linked_once_there_is_a_number() -> None:
    """The public record, not this page, is what to share."""
    page = show(receipt_page("accepted"), "bare.html")
    link = part(page, ".body a.btn")
    assert link["href"] == "https://city.example/14203771"
    assert link["target"] == "_blank"
    assert "share the public record" in words(page.main)
    assert "public record" not in words(show(receipt_page("saved")).main)


def test_timeline_has_times_only_for_what_has_happened() -> None:
    """Done things have their time, the next ones none; what stopped the sending is not ticked off."""
    page = show(receipt_page("delayed"))
    assert [words(line) for line in page.select(".timeline li")] == [
        "Saved Today, 9:41 am",
        "3 tries, not delivered yet Last: 9:58 am. Next: 10:15 am",
        "Accepted by the city You then see their number here",
    ]
    assert part(page, "time[datetime]")["datetime"] == "2026-11-24T09:41:00+00:00"
    assert not part(page, ".timeline .todo").select("time")
    refused = show(receipt_page("refused", events=(SAVED, Event("refused", "done", "9:42 am"))))
    assert words(part(refused, ".timeline .now strong")) == "Refused"


def test_one_try_is_not_tries() -> None:
    """One try is counted as one, and no time is made up."""
    page = show(receipt_page("delayed", next_try="", events=(Event("tries", "now", count=1),)))
    assert words(part(page, ".timeline li")) == "1 try, not delivered yet"
    assert "We try again soon" in words(part(page, ".lead"))


def test_held_back_report_says_when_it_goes() -> None:
    """During the correction window the receipt names the time of sending."""
    page = show(receipt_page("saved", receipt=receipt(State.HELD), next_try="9:51 am"))
    assert "we send it at 9:51 am" in words(part(page, ".lead"))


def test_second_key_is_shown_and_never_printed() -> None:
    """The owner's link is in sight once, out of print, and outlasts what the page takes anew."""
    page = show(receipt_page("saved", change_url=SECRET))
    link = part(page, f"a[href='{SECRET}']")
    assert words(link) == SECRET
    assert link.find_parent(class_="no-print")
    assert not link.find_parent(attrs={"data-part": True})
    assert SECRET not in str(show(receipt_page("saved")))


def test_public_part_is_what_the_receipt_shows() -> None:
    """Whoever has the address reads the public part alone."""
    page = show(receipt_page("saved"))
    rows = {words(row.dt): words(row.dd) for row in page.select(".summary > div")}
    assert rows == {
        "Where": "Near <1200> W Madison St",
        "Problem": "Pothole, Streets & Sanitation",
        "What is wrong": "[R7F3-K2QX] Deep hole",
        "Photos": "1 photo",
        "Given to us": "November 24, 2026, 9:41 am",
    }
