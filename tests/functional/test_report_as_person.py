"""Reporting as oneself: sign in mid-report, go on with everything kept, and be the only one who may."""

from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest
from flask import Flask

from scf_report.factory import Core
from scf_report.factory.accounts import make_grants
from scf_report.usecases.deliver_report import DeliverReports
from tests.conftest import Clock
from tests.contract.sandbox_sign_in import BEN, ROSA, decide
from tests.functional.conftest import POINT, WORDS, answer, change_path, step_of
from tests.functional.signing import another, come_back, name_in_header
from tests.page import FilledForm, Page, Visitor

SITE = "http://localhost"
NOISE = "Noise from a building site"


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., Page]:
    """Sign in at the demo's city by a link to it, as one of its people; gives the page that follows."""

    def go(visitor: Visitor, link: str, person: int = ROSA) -> Page:
        left = visitor.client.get(link)
        assert left.status_code == 302, link
        with httpx.Client(transport=httpx.WSGITransport(app), base_url=SITE) as browser:
            back = decide(browser, left.headers["Location"], person)
        parts = urlsplit(back)
        return come_back(visitor, f"{parts.path}?{parts.query}")

    return go


@pytest.fixture
def deliver(core: Core) -> DeliverReports:
    """Give the hands of a worker that knows who has signed in."""
    return core.worker(make_grants(core)).deliver


@pytest.fixture
def mine(
    at_step: Callable[..., Page], visitor: Visitor, sign_in: Callable[..., Page]
) -> Callable[..., Page]:
    """Fill a report as anybody, sign in on the contact step, and go on with it to its contact step."""

    def walk(words: str = WORDS) -> Page:
        contact = at_step("contact", words=words)
        page = sign_in(visitor, link_of(contact, "Sign in and go on"))
        page = page.form_to("Go on as").submit()
        return answer_mine(page).submit().form().submit()

    return walk


@pytest.fixture
def at_own_check(mine: Callable[..., Page], clock: Clock) -> Callable[..., Page]:
    """Give the way to the check page of a report that goes out as Rosa."""

    def walk(words: str = WORDS, choice: str = "As Rosa Alvarez") -> Page:
        page = mine(words).form().choose(choice).submit()
        clock.move(seconds=10)
        return page

    return walk


def link_of(page: Page, words: str) -> str:
    """Find where a link of the page's main part leads."""
    assert page.soup.main
    links = page.soup.main.find_all("a")
    [link] = {str(a["href"]) for a in links if words in (a.get_text().strip(), a["href"])}
    return link


def answer_mine(page: Page) -> FilledForm:
    """Answer what APIv2 asks beyond Open311: a title."""
    assert step_of(page) == "details"
    return page.form().fill({"Issue Title": "Deep hole"})


def test_everything_entered_is_shown_and_goes_along(
    at_step: Callable[..., Page], visitor: Visitor, sign_in: Callable[..., Page]
) -> None:
    """The page asks before it goes on; the new draft has another address and the same words."""
    contact = at_step("contact")
    page = sign_in(visitor, link_of(contact, "Sign in and go on"))
    assert page.title == "Go on with this report?"
    assert WORDS in page.text
    assert "Pothole" in page.text
    assert name_in_header(page) == "Rosa Alvarez"
    taken = page.form_to("Go on as Rosa Alvarez").submit()
    assert step_of(taken) == "details"
    assert WORDS in taken.html
    assert taken.path.split("/")[2] != contact.path.split("/")[2]
    old = visitor.open(contact.path)
    assert old.title == "This report goes on elsewhere"
    assert WORDS not in old.html


def test_a_report_begun_while_signed_in_is_ones_own(
    app: Flask, visitor: Visitor, sign_in: Callable[..., Page]
) -> None:
    """Nobody else sees it from its first step on."""
    sign_in(visitor, "/login")
    page = visitor.open("/report", query_string={"address": POINT}).form().submit()
    assert step_of(page) == "type"
    assert NOISE in page.text
    assert "Only for people who are signed in." not in page.text
    assert another(app).open(page.path).status == 404


def test_nobody_else_sees_it(
    mine: Callable[..., Page], app: Flask, sign_in: Callable[..., Page]
) -> None:
    """Neither without signing in, nor as another person, on any of its pages."""
    page = mine()
    draft = page.path.rpartition("/")[0]
    stranger, ben = another(app), another(app)
    sign_in(ben, "/login", BEN)
    for who in (stranger, ben):
        for step in ("where", "type", "details", "photos", "contact", "check", "continue"):
            assert who.open(f"{draft}/{step}").status == 404, step
        assert who.post(f"{draft}/submit", {}).status == 404
    assert page.visitor.open(page.path).status == 200


def test_sent_as_oneself(
    at_own_check: Callable[..., Page], core: Core, work: Callable[[], int]
) -> None:
    """The check page says as whom, the city knows it, and the receipt links the issue's page."""
    check = at_own_check()
    assert "Sent as" in check.text
    assert "Rosa Alvarez" in check.text
    assert "Deep hole" in check.text
    receipt = check.form().submit()
    work()
    assert core.sandbox is not None
    [record] = core.sandbox.test_client().get("/received.json").get_json()
    assert record["reporter"] == ROSA
    page = receipt.visitor.open(receipt.path.partition("?")[0])
    assert page.title == "The city has accepted your report"
    assert link_of(page, "See the public record") == f"/sandbox/issues/{record['id']}"


def test_hidden_name_is_asked_of_the_city(
    at_own_check: Callable[..., Page], core: Core, work: Callable[[], int]
) -> None:
    """Where the kind allows it; the check page says so."""
    check = at_own_check(choice="with my name hidden")
    assert "Rosa Alvarez, hidden from others" in check.text
    check.form().submit()
    work()
    assert [row["state"] for row in core.outbox.list()] == ["accepted"]


def test_cancelling_keeps_the_draft(at_step: Callable[..., Page], visitor: Visitor) -> None:
    """Back from the city's page the report is whole, and goes on without an account."""
    contact = at_step("contact")
    left = visitor.client.get(link_of(contact, "Sign in and go on"))
    state = httpx.URL(left.headers["Location"]).params["state"]
    page = come_back(visitor, f"/oauth/callback?error=access_denied&state={state}")
    back = page.follow("Go on without signing in")
    assert back.path == contact.path
    taking_on = visitor.open(contact.path.replace("/contact", "/continue"))
    assert "You are not signed in" in taking_on.text
    assert taking_on.follow("Send it without an account").path == contact.path
    check = back.form().choose("Without my name").submit()
    assert step_of(check) == "check"


def test_reports_wait_for_their_person(
    at_own_check: Callable[..., Page],
    core: Core,
    work: Callable[[], int],
    sign_in: Callable[..., Page],
    clock: Clock,
) -> None:
    """After the consent was revoked the receipt says so, and signing in there lets it go out, once."""
    receipt = at_own_check().form().submit()
    assert core.sandbox is not None
    with core.sandbox.store.writing() as db:
        db.execute("UPDATE oauth_grants SET revoked = 1")
    for _ in range(3):
        work()
        clock.move(minutes=1)
    page = receipt.visitor.open(receipt.path.partition("?")[0])
    assert page.title == "Your report waits for you to sign in"
    assert "Or send it without an account" in page.text
    page = sign_in(page.visitor, link_of(page, "Sign in again"))
    work()
    assert page.path == receipt.path.partition("?")[0]
    assert [row["state"] for row in core.outbox.list()] == ["accepted"]
    assert len(core.sandbox.test_client().get("/received.json").get_json()) == 1


def test_waiting_report_is_sent_without_an_account(
    at_own_check: Callable[..., Page], core: Core, work: Callable[[], int], clock: Clock
) -> None:
    """By the secret link: the other questions are asked, and Open311 takes it."""
    receipt = at_own_check().form().submit()
    own = change_path(receipt)
    assert core.sandbox is not None
    with core.sandbox.store.writing() as db:
        db.execute("UPDATE oauth_grants SET revoked = 1")
    work()
    clock.move(minutes=1)
    work()
    page = receipt.visitor.open(own).follow("Send it without an account")
    page = page.form().choose("Without my name").submit()
    while step_of(page) != "check":
        page = answer(page).submit()
    assert "Your changes are saved" in page.form().submit().text
    work()
    [row] = core.outbox.list()
    assert (row["state"], row["api"], row["person_id"]) == ("accepted", "open311", None)


def test_guest_is_told_what_takes_an_account(
    at_step: Callable[..., Page], visitor: Visitor, sign_in: Callable[..., Page]
) -> None:
    """The kind is listed and says so; choosing it leads to signing in, and it stays chosen."""
    kinds = at_step("type")
    assert "Only for people who are signed in." in kinds.text
    refused = kinds.form().choose(NOISE).submit()
    assert refused.status == 422
    assert "Sign in to report this, or choose another kind" in refused.problems
    page = sign_in(visitor, link_of(refused, "Sign in"))
    taken = page.form_to("Go on as").submit()
    assert step_of(taken) == "type"
    assert step_of(taken.form().submit()) == "details"


def test_what_only_informs_cannot_be_sent(at_step: Callable[..., Page]) -> None:
    """Its notes are shown, and no way to go on, even for a form that is sent all the same."""
    kinds = at_step("type")
    page = kinds.form().choose("Fire or crime in progress").submit()
    assert "Call 911 now" in page.text
    assert "Nothing can be sent about this" in page.text
    form = page.form()
    again = page.visitor.post(page.path, {**form.values, "description": "Fire"})
    assert step_of(again) == "details"


def test_private_kind_is_said_before_and_after(
    at_step: Callable[..., Page], clock: Clock, work: Callable[[], int]
) -> None:
    """On the kind, on the check page, and on the receipt, which promises no page."""
    kinds = at_step("type")
    assert "Not shown in public." in kinds.text
    page = kinds.form().choose("Person who may need help").submit()
    form = page.form().fill({"What is wrong?": WORDS, "Date": "2026-11-23"})
    page = form.choose("A health check").submit()
    page = page.form().submit().form().choose("Without my name").submit()
    assert "Nothing of it becomes public" in page.text
    clock.move(seconds=10)
    receipt = page.form().submit()
    work()
    receipt = receipt.visitor.open(receipt.path.partition("?")[0])
    assert "there is no page to link to" in receipt.text


def test_frame_says_only_that_it_goes_on_and_was_sent(
    at_step: Callable[..., Page],
    app: Flask,
    sign_in: Callable[..., Page],
    clock: Clock,
) -> None:
    """Signing in opens a tab of its own; the frame's poll tells nothing else."""
    contact = at_step("contact", "/embed/report")
    draft = contact.path.split("/")[3]
    link = contact.soup.find(
        "a", string=lambda text: bool(text and "Sign in and go on" in text)
    )
    assert link is not None
    assert link.get("target") == "_blank"
    fate = f"/embed/report/{draft}/state.json"
    assert contact.visitor.client.get(fate).json == {"state": "open"}
    tab = another(app)
    page = sign_in(tab, link_of(contact, "Sign in and go on")).form_to("Go on as").submit()
    assert contact.visitor.client.get(fate).json == {"state": "continued"}
    assert contact.visitor.open(contact.path).title == "This report goes on elsewhere"
    page = answer_mine(page).submit().form().submit().form().choose("As Rosa").submit()
    clock.move(seconds=10)
    page.form().submit()
    assert contact.visitor.client.get(fate).json == {"state": "sent"}
    assert contact.visitor.open(contact.path).title == "Your report was sent"
