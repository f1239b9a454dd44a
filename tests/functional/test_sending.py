"""Sending: once and for all, whatever is pressed how often, from where, and when."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from scf_report.domain.draft import Step
from scf_report.factory import Core
from tests.conftest import Clock
from tests.functional.conftest import POINT, answer
from tests.page import SAME_ORIGIN, Page, Visitor


def reports(core: Core) -> int:
    """Count what is stored for delivery."""
    return len(core.outbox.list())


def receipt_path(page: Page) -> str:
    """Take the receipt's address without the ticket."""
    assert "/receipt/" in page.path
    return page.path.partition("?")[0]


@pytest.fixture
def sent(at_check: Callable[..., Page]) -> tuple[Page, Page]:
    """Give a check page and the receipt that sending it has led to."""
    check = at_check()
    return check, check.form().submit()


def test_twenty_at_once(app: Flask, core: Core, at_check: Callable[..., Page]) -> None:
    """Twenty presses at the same moment are one report; each sees the same receipt and the key."""
    form = at_check().form()

    def press(_: int) -> str:
        response = app.test_client().post(
            str(form.tag["action"]), data=form.values, headers=SAME_ORIGIN
        )
        assert response.status_code == 303
        return str(response.headers["Location"])

    with ThreadPoolExecutor(20) as pool:
        places = list(pool.map(press, range(20)))
    assert reports(core) == 1
    assert len({place.partition("?")[0] for place in places}) == 1
    assert len(set(places)) == 20
    for place in places:
        assert (
            "Keep this link"
            in Page(Visitor(app.test_client()), app.test_client().get(place)).text
        )


def test_sent_again_later(sent: tuple[Page, Page], core: Core, clock: Clock) -> None:
    """A form kept open for hours leads to the same receipt, with a ticket of its own."""
    check, receipt = sent
    clock.move(hours=5)
    again = check.form().submit()
    assert receipt_path(again) == receipt_path(receipt)
    assert again.path != receipt.path
    assert "Keep this link" in again.text
    assert reports(core) == 1


def test_sent_again_without_a_token(sent: tuple[Page, Page], core: Core) -> None:
    """Whoever knows the draft's address alone does not learn the receipt's."""
    check, receipt = sent
    for token in ("", "x"):
        page = check.form().submit(csrf_token=token)
        assert page.title == "This report was already sent"
        assert receipt_path(receipt) not in page.html
    assert reports(core) == 1


@pytest.mark.parametrize("step", [*Step], ids=lambda step: step.value)
def test_steps_after_sending(sent: tuple[Page, Page], core: Core, step: Step) -> None:
    """Every step says that it was sent, changes nothing, and does not give the receipt away."""
    check, receipt = sent
    path = check.path.replace("check", step.value)
    shown = check.visitor.open(path)
    assert (shown.status, shown.title) == (200, "This report was already sent")
    values = {**check.form().values, "description": "Changed", "choice": "contact"}
    posted = check.visitor.post(path.replace("check", "submit/.."), values)
    if step is not Step.CHECK:
        posted = check.visitor.post(path, values)
        assert (posted.status, posted.title) == (409, "This report was already sent")
    for page in (shown, posted):
        assert receipt_path(receipt).rpartition("/")[2] not in page.html
    assert "Changed" not in check.visitor.open(receipt_path(receipt)).text


def test_check_page_of_a_draft_that_lacks_something(
    at_step: Callable[..., Page], core: Core
) -> None:
    """Sending too early leads to the step that is missing."""
    page = at_step("details")
    values = page.form().values
    page = page.visitor.post(page.path.replace("details", "submit"), values)
    assert page.title == "Tell us about the problem"
    assert reports(core) == 0


def test_answer_to_sending_can_be_loaded_again(at_check: Callable[..., Page]) -> None:
    """A refused "Send" can be reloaded and read in another language: it is the check page."""
    page = at_check().form().submit(csrf_token="x")
    assert page.status == 422
    assert page.visitor.open(page.path).title == "Check your report"
    spanish = page.soup.find("a", hreflang="es")
    assert spanish
    path = page.path.partition("?")[0] + str(spanish["href"])
    assert page.visitor.open(path).form().values["digest"]


STEPS = ["type", "details", "photos", "contact", "check"]


@pytest.mark.parametrize("step", STEPS)
def test_page_that_was_open_for_hours(
    at_step: Callable[..., Page], clock: Clock, core: Core, step: str
) -> None:
    """It comes again with everything kept, and then goes on."""
    form = answer(at_step(step))
    clock.move(hours=3)
    page = form.submit()
    assert page.status == 422
    assert page.problems[0].startswith("This page was open for a long time.")
    assert page.problems[0].endswith(
        "press Send the report again." if step == "check" else "press Continue again."
    )
    kept = page.form().values
    for name, value in form.values.items():
        if name != "csrf_token":
            assert [item for item in kept[name] if item] == [item for item in value if item]
    assert page.form().submit().problems == []
    assert reports(core) == (1 if step == "check" else 0)


def test_first_page_that_was_open_for_hours(at_step: Callable[..., Page], clock: Clock) -> None:
    """The first form expires, too, and keeps the place and the words."""
    form = answer(at_step("report")).fill({"Anything that helps": "By the bus stop"})
    clock.move(hours=3)
    page = form.submit()
    assert page.status == 422
    assert page.form().values["place"] == form.values["place"]
    assert page.form().submit().title == "What is the problem?"


def test_in_a_hurry(at_step: Callable[..., Page], clock: Clock, core: Core) -> None:
    """Faster than three seconds nobody reads: it is asked for once more, then it goes."""
    page = at_step("check").form().submit()
    assert page.status == 422
    assert page.title == "Check your report"
    assert "Please press “Send the report” again" in page.text
    assert reports(core) == 0
    clock.move(seconds=3)
    assert page.form().submit().title == "Your report is saved"


def test_trap_for_machines(at_check: Callable[..., Page], core: Core) -> None:
    """A field that nobody sees was filled in: it is asked for once more, then it goes."""
    page = at_check()
    trap = page.soup.find("input", attrs={"name": "subject"})
    assert trap
    assert trap["tabindex"] == "-1"
    again = page.form().submit(subject="Buy now")
    assert again.status == 422
    assert "Please press “Send the report” again" in again.text
    assert "Buy now" not in again.html
    assert reports(core) == 0
    assert again.form().submit().title == "Your report is saved"


def test_changed_in_another_tab(at_check: Callable[..., Page], core: Core) -> None:
    """What is sent is what was shown: else the page comes again with what it is now."""
    check = at_check()
    other = check.visitor.open(check.path.replace("check", "details"))
    other.form().fill({"What is wrong?": "It has grown since"}).submit()
    page = check.form().submit()
    assert page.status == 422
    assert "This report has changed" in page.text
    assert "It has grown since" in page.text
    assert reports(core) == 0
    assert page.form().submit().title == "Your report is saved"


@pytest.mark.parametrize("digest", [None, "", "0" * 32])
def test_without_the_mark_of_what_was_shown(
    at_check: Callable[..., Page], core: Core, digest: str | None
) -> None:
    """A form that does not say what was checked has checked nothing."""
    form = at_check().form()
    form.values.pop("digest")
    page = form.submit(**({} if digest is None else {"digest": digest}))
    assert page.status == 422
    assert reports(core) == 0


def test_eleventh_report_of_an_hour(
    at_check: Callable[..., Page], clock: Clock, core: Core
) -> None:
    """It is kept with the time from which it can be sent; repeats of others do not count."""
    first = at_check()
    for _ in range(10):
        first.form().submit()
    for _ in range(9):
        assert at_check().form().submit().title == "Your report is saved"
    eleventh = at_check(words="The eleventh hole")
    page = eleventh.form().submit()
    assert page.status == 429
    wait = int(page.response.headers["Retry-After"])
    assert 3000 < wait <= 3600
    assert "Your report is kept, but cannot be sent right now" in page.text
    assert re.search(r"from 10:4\d AM on", page.text)
    assert "The eleventh hole" in page.text
    assert reports(core) == 10
    assert "/receipt/" in first.form().submit().path
    clock.move(seconds=wait)
    assert page.form().submit().title == "Your report is saved"
    assert reports(core) == 11


@pytest.mark.parametrize("settings", [{"report_limit": "1/3600"}], indirect=True)
def test_other_addresses_are_not_limited(at_check: Callable[..., Page]) -> None:
    """One sender's limit is nobody else's."""
    at_check().form().submit()
    page = at_check()
    assert page.form().submit().status == 429
    page.visitor.client.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    assert page.form().submit().title == "Your report is saved"


FOREIGN: dict[str, dict[str, str]] = {
    "cross-site": {"Sec-Fetch-Site": "cross-site"},
    "same-site": {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    "typed": {"Sec-Fetch-Site": "none"},
    "foreign origin": {"Origin": "https://evil.example"},
    "other port": {"Origin": "http://localhost:81"},
    "other scheme": {"Origin": "https://localhost"},
    "null": {"Origin": "null"},
    "silent": {},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("start", ["/report", "/embed/report"])
def test_post_from_elsewhere(
    app: Flask,
    at_check: Callable[..., Page],
    core: Core,
    start: str,
    headers: dict[str, str],
) -> None:
    """It is refused with a page, even with a good token, and nothing is stored."""
    page = at_check(start)
    client = app.test_client()
    for step, data in (
        ("submit", page.form().values),
        ("details", {**page.form().values, "description": "Not mine"}),
    ):
        path = page.path.replace("check", step)
        response = client.post(path, data=data, headers=headers)
        assert response.status_code == 403
        refused = Page(page.visitor, response)
        assert refused.title == "This was not sent from our page"
    first = page.visitor.open(f"{start}?address={POINT}").form()
    assert client.post(start, data=first.values, headers=headers).status_code == 403
    assert reports(core) == 0
    assert "Not mine" not in page.visitor.open(page.path).text


def test_post_of_a_browser_that_says_its_origin(
    app: Flask, at_check: Callable[..., Page]
) -> None:
    """Browsers on plain http leave Sec-Fetch-Site out; our own origin is enough."""
    form = at_check().form()
    response = app.test_client().post(
        str(form.tag["action"]), data=form.values, headers={"Origin": "http://localhost"}
    )
    assert response.status_code == 303
