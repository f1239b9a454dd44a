"""The owner's page and the page of a correction, in every state that a report may be in."""

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from scf_report.domain.delivery import FINAL, State
from scf_report.forms.base import StepForm
from scf_report.forms.correction import CorrectionForm, MendForm
from scf_report.web.pages import Row
from scf_report.web.receipt_pages import ChangePage, CorrectionPage, Refused
from tests.unit.pages.receipts import receipt
from tests.unit.pages.samples import DRAFT
from tests.unit.pages.showing import TOKEN, show, words
from tests.unit.templates.rendering import part


def change_page(state: State, **changes: Any) -> ChangePage:
    """Build the owner's page."""
    page = ChangePage(
        receipt=receipt(state),
        rows=(
            Row("Where", "Near <1200> W Madison St"),
            Row("E-mail", "r@example.org", private=True),
        ),
        receipt_url="/receipt/abc",
        export_url="/change/key.json",
        action="/change/key",
        delete_action="/change/key/delete",
        settled=state in FINAL,
        form=StepForm(token=TOKEN),
    )
    return replace(page, **changes)


DELETING = {
    State.HELD: "Withdraw the report and delete my data",
    State.QUEUED: "Withdraw the report and delete my data",
    State.NEEDS_SIGN_IN: "Withdraw the report and delete my data",
    State.ACCEPTED: "Delete my personal data now",
    State.MODERATED: "Delete my personal data now",
    State.REJECTED: "Delete my personal data now",
    State.WITHDRAWN: "Delete my personal data now",
}


@pytest.mark.parametrize("state", State)
def test_owner_may_do_what_the_state_allows(state: State) -> None:
    """Withdrawing is offered until somebody has begun, deleting unless the data is still needed."""
    page = show(change_page(state))
    assert words(part(page, ".lead")).endswith("See the receipt")
    buttons = [words(button) for button in page.select("main button")]
    withdraw = ["Withdraw the report"] if receipt(state).changeable else []
    assert buttons == withdraw + ([DELETING[state]] if state in DELETING else [])
    assert ("Come back when the receipt shows how it ended" in words(page.main)) is (
        state not in DELETING
    )
    assert part(page, "a[download]")["href"] == "/change/key.json"
    assert "Not shown in public r@example.org" in words(part(page, ".summary"))


@pytest.mark.parametrize("state", [State.HELD, State.QUEUED, State.REJECTED])
def test_owner_is_led_to_the_correction(state: State) -> None:
    """While it can be changed there is a link for that; a refused report is mended by it."""
    page = show(change_page(state, correct_url="/change/key/check"))
    said = "Mend the report" if state is State.REJECTED else "Change the report"
    assert words(part(page, "a[href='/change/key/check']")) == said
    assert not show(change_page(state)).select("a[href='/change/key/check']")


def test_owner_learns_until_when() -> None:
    """A report that is held back names the time at which it goes."""
    page = show(change_page(State.HELD, next_try="9:51 am"))
    assert "We send it at 9:51 am; until then you can change it." in words(page.main)


def test_owner_learns_what_came_of_it() -> None:
    """Done, too late, and a page that was open too long are told apart."""
    told = {
        "Your report is withdrawn": change_page(State.WITHDRAWN, done="withdrawn"),
        "Your changes are saved": change_page(State.QUEUED, done="saved"),
        "Your personal data is deleted": change_page(
            State.ACCEPTED, done="deleted", forgotten=True
        ),
    }
    for said, done in told.items():
        assert words(part(show(done), ".notice.ok h2")) == said
    late = {
        "It was too late to withdraw your report": "withdraw",
        "Your personal data cannot be deleted yet": "delete",
    }
    for said, wish in late.items():
        shown = show(change_page(State.SENDING, too_late=wish))
        assert words(part(shown, ".notice.warn h2")) == said
    form = StepForm(MultiDict(), token=TOKEN)
    form.validate()
    old = show(change_page(State.QUEUED, form=form))
    assert words(part(old, ".notice.warn h2")) == "Nothing has changed yet"


def test_nothing_is_left_to_delete() -> None:
    """What is deleted is not offered to be deleted again."""
    page = show(change_page(State.ACCEPTED, forgotten=True))
    assert "It is deleted here." in words(page.main)
    assert not page.select("main button")


def correction(state: State, **changes: Any) -> CorrectionPage:
    """Build the page of a correction."""
    page = CorrectionPage(
        form=(MendForm if state is State.REJECTED else CorrectionForm)(token=TOKEN),
        problems=(),
        action="/change/key/save",
        back_url="/change/key",
        draft=DRAFT,
        summary=(),
        rows=(Row("Where", "Near <1200>", "/change/key/where"),),
        public_title="Pothole",
        public_text="Deep <hole>",
        reference="R7F3-K2QX",
        receipt=receipt(state),
        receipt_url="/receipt/abc",
    )
    return replace(page, **changes)


@pytest.mark.parametrize("state", State)
def test_correction_that_is_too_late_keeps_what_was_entered(state: State) -> None:
    """Each state says why and what to do; there is nothing to press, and what was typed is there."""
    page = show(correction(state, notice="late"))
    assert words(page.h1) == "It was too late to change your report"
    assert not page.select("form#step")
    assert "Deep <hole>" in words(page.main)
    assert "See the receipt" in words(part(page, ".notice.warn"))


def test_correction_says_what_its_button_does() -> None:
    """A refused report is sent again, any other is saved."""
    for state, said in ((State.HELD, "Save the changes"), (State.REJECTED, "Send it again")):
        assert words(part(show(correction(state)), "#step button")) == said


def test_correction_shows_where_to_mend() -> None:
    """The city's reasons stand first, with the question's words, and lead to the entry if there is one."""
    refused = (
        Refused("Which <lane>?", "is not <good>", "/change/key/details#q-1"),
        Refused("", "Try later", None),
    )
    page = show(correction(State.REJECTED, refused=refused))
    told = [words(line) for line in page.select(".notice.error p")]
    assert told == [
        "Which <lane>?: “is not <good>” Mend this: Which <lane>?",
        "“Try later”",
    ]
    assert part(page, ".notice.error a")["href"] == "/change/key/details#q-1"


@pytest.mark.parametrize(
    ("notice", "said"), [("changed", "another tab"), ("tried", "before your changes")]
)
def test_correction_tells_what_happened_meanwhile(notice: str, said: str) -> None:
    """Another tab's change and a worker's try are told before anything is saved."""
    page = show(correction(State.QUEUED, notice=notice))
    assert said in words(part(page, ".notice.warn"))
    assert page.select("form#step")
