"""The owner of the second key changes a report until a worker begins it, and no later."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from scf_report.factory import Core
from scf_report.usecases.deliver_report import DeliverReports
from tests.conftest import Clock
from tests.functional.conftest import (
    NASTY,
    PRIVATE_ANSWER,
    WORDS,
    bare,
    change_path,
    city,
    only_ours,
)
from tests.page import Page, Visitor

HELD = pytest.mark.parametrize("settings", [{"hold_minutes": 10}], indirect=True)
BETTER = "A deep hole in the left lane"


def photo() -> bytes:
    """Make a small photo."""
    out = BytesIO()
    Image.new("RGB", (64, 48), "gray").save(out, "JPEG")
    return out.getvalue()


def records(app: Flask) -> list[dict[str, Any]]:
    """Read what the sandbox city has."""
    answered = app.test_client().get(
        "/sandbox/open311/v2/101/requests.json?extensions=true",
        headers={"User-Agent": "tests-list"},
    )
    found: list[dict[str, Any]] = answered.get_json()
    return found


def begin(receipt: Page) -> Page:
    """Go from a fresh receipt to the look at the report that can be changed."""
    page = receipt.visitor.open(change_path(receipt)).follow("Change the report")
    assert page.title == "Change your report"
    return page


def change_words(page: Page, words: str = BETTER) -> Page:
    """Write another description."""
    form = page.follow("Change : What is wrong").form()
    return form.fill({"What is wrong?": words}).submit()


@HELD
def test_held_report_says_until_when(
    send: Callable[..., Page], work: Callable[[], int], clock: Clock
) -> None:
    """During the correction window receipt and owner's page name its end; then it goes by itself."""
    receipt = send()
    assert "we send it at 9:51" in receipt.text
    assert "Sent to the city At 9:51" in receipt.text
    owner = receipt.visitor.open(change_path(receipt))
    assert "We send it at 9:51" in owner.text
    clock.move(minutes=9)
    assert work() == 0
    clock.move(minutes=2)
    work()
    assert receipt.visitor.open(bare(receipt)).title == "The city has accepted your report"


@HELD
def test_everything_can_be_changed_before_it_goes(
    app: Flask, send: Callable[..., Page], work: Callable[[], int], clock: Clock
) -> None:
    """Words, landmark, answers, photo and contact reach the city as corrected, under one reference."""
    receipt = send()
    page = change_words(begin(receipt))
    page = (
        page.follow("Change : Where")
        .form()
        .fill({"helps to find it": "light pole 14"})
        .submit()
    )
    form = page.follow("Change : How can the crew").form()
    page = form.fill({"How can the crew": "Use the back door"}).submit()
    page = page.follow("Change : Photo").form().fill({"Photo": ("a.jpg", photo())}).submit()
    form = page.follow("Change : Your details").form().choose("With other contact details")
    page = form.fill({"E-mail": "kim@example.org"}).submit()
    assert page.title == "Change your report"
    assert f"{BETTER} (light pole 14)" in page.text
    assert "k…@example.org" in page.text
    assert "kim@example.org" not in page.html
    before = receipt.visitor.open(bare(receipt))
    assert WORDS in before.text
    saved = page.form().submit()
    assert "Your changes are saved" in saved.text
    for value in ("kim@example.org", "Use the back door"):
        assert value in saved.text
    for value in ("robin@example.org", PRIVATE_ANSWER):
        assert value not in saved.text
    assert BETTER in receipt.visitor.open(bare(receipt)).text
    clock.move(minutes=10)
    work()
    [record] = records(app)
    assert record["description"].endswith(f"{BETTER} (light pole 14)")
    assert record["media_url"]
    reference = str(record["description"]).partition(":")[0]
    assert reference in receipt.visitor.open(bare(receipt)).text


@HELD
def test_nothing_changes_before_saving(
    app: Flask, send: Callable[..., Page], work: Callable[[], int], clock: Clock
) -> None:
    """Changes that are not saved are kept for the owner, and the report goes as it was."""
    receipt = send()
    change_words(begin(receipt))
    again = begin(receipt)
    assert BETTER in again.text
    clock.move(minutes=11)
    work()
    [record] = records(app)
    assert WORDS in record["description"]


@HELD
def test_photo_is_kept_replaced_and_removed(
    app: Flask, at_step: Callable[..., Page], core: Core, clock: Clock
) -> None:
    """A correction shows the photo that was sent along, and can let go of it."""
    page = at_step("photos").form().fill({"Photo": ("a.jpg", photo())}).submit()
    page = page.form().choose("Without my name").submit()
    clock.move(seconds=5)
    receipt = page.form().submit()
    page = begin(receipt)
    [picture] = page.soup.select("img.picture")
    assert app.test_client().get(str(picture["src"])).mimetype == "image/jpeg"
    page = page.follow("Change : Photo").form_to("Remove the photo").submit()
    page = page.form().submit().form().submit()
    assert "Your changes are saved" in page.text
    assert "1 photo" not in receipt.visitor.open(bare(receipt)).text
    claim = core.worker().deliver.claims
    clock.move(minutes=10)
    job: Any = claim.claim()
    if not hasattr(job, "photo"):  # the upstream is asked first
        claim.record_probe(answered=True, jitter=0.5)
        job = claim.claim()
    assert job.photo is None


@HELD
def test_worker_that_came_first_wins(
    app: Flask, send: Callable[..., Page], work: Callable[[], int], clock: Clock
) -> None:
    """Saved a moment too late, the correction changes nothing, and stays on the page."""
    receipt = send()
    page = change_words(begin(receipt))
    clock.move(minutes=11)
    work()
    late = page.form().submit()
    assert late.status == 409
    assert late.title == "It was too late to change your report"
    assert BETTER in late.text
    assert "Tell the city what has changed" in late.text
    assert not late.soup.find("form", id="step")
    [record] = records(app)
    assert WORDS in record["description"]
    owner = receipt.visitor.open(change_path(receipt))
    assert "Change the report" not in owner.text


@HELD
def test_too_late_to_begin(
    send: Callable[..., Page], work: Callable[[], int], clock: Clock
) -> None:
    """Where nothing was changed in time, each step leads to the owner's page, which says so."""
    receipt = send()
    clock.move(minutes=11)
    work()
    for step in ("check", "details", "contact", "photos", "type", "where"):
        page = receipt.visitor.open(f"{change_path(receipt)}/{step}")
        assert page.path == change_path(receipt)
        assert "It cannot be changed or withdrawn here any more" in page.text


@HELD
def test_step_that_is_open_while_it_goes_keeps_what_is_typed(
    send: Callable[..., Page], work: Callable[[], int], clock: Clock
) -> None:
    """What is typed into a step while a worker sends the report is still there, and not used."""
    receipt = send()
    form = begin(receipt).follow("Change : What is wrong").form()
    clock.move(minutes=11)
    work()
    page = form.fill({"What is wrong?": BETTER}).submit()
    assert page.title == "It was too late to change your report"
    assert BETTER in page.text


@HELD
def test_two_tabs(send: Callable[..., Page], core: Core) -> None:
    """What another tab has changed is shown before it is saved; a second press saves nothing twice."""
    receipt = send()
    old = begin(receipt)
    new = change_words(old)
    stale = old.form().submit()
    assert stale.status == 409
    assert "It was changed in another tab" in stale.text
    assert "Your changes are saved" in new.form().submit().text
    assert "Your changes are saved" in new.form().submit().text
    assert len(core.outbox.list()) == 1


@HELD
def test_saving_needs_a_token(
    app: Flask, send: Callable[..., Page], core: Core, clock: Clock
) -> None:
    """A forged, foreign or old token changes nothing; nor does a page of somebody else's."""
    receipt, other = send(), send()
    page = change_words(begin(receipt))
    foreign = begin(other).form().values["csrf_token"]
    for token in ("", "x", foreign):
        refused = page.form().submit(csrf_token=token)
        assert refused.status == 422
        assert refused.problems
    path = str(page.form().tag["action"])
    sent = {**page.form().values}
    elsewhere = {"Origin": "https://evil.example"}
    assert app.test_client().post(path, data=sent, headers=elsewhere).status_code == 403
    assert WORDS in receipt.visitor.open(bare(receipt)).text


@HELD
@pytest.mark.parametrize("kind", NASTY)
def test_nasty_words(send: Callable[..., Page], kind: str) -> None:
    """Whatever is typed into a correction stays text."""
    page = change_words(begin(send()), NASTY[kind])
    only_ours(page)
    only_ours(page.form().submit())


@HELD
def test_bad_entries_are_shown_again(send: Callable[..., Page]) -> None:
    """The steps of a correction check what is entered as those of a report do."""
    page = begin(send()).follow("Change : What is wrong")
    shown = page.form().fill({"What is wrong?": "", "About how deep": "ankle"}).submit()
    assert shown.status == 422
    assert len(shown.problems) == 2
    assert "ankle" in shown.html


def test_queued_report_can_be_changed_while_the_city_is_away(
    app: Flask,
    send: Callable[..., Page],
    core: Core,
    deliver: DeliverReports,
    work: Callable[[], int],
    clock: Clock,
) -> None:
    """A report that waits for the city is still its owner's to change, and keeps its next try."""
    receipt = send()
    city(core, fault="429", count="1", only="post")
    while core.outbox.list()[0]["attempts"] == 0:
        deliver.run_once()
    due = core.outbox.list()[0]["due"]
    saved = change_words(begin(receipt)).form().submit()
    assert "Your changes are saved" in saved.text
    assert core.outbox.list()[0]["due"] == due
    clock.move(minutes=5)
    work()
    [record] = records(app)
    assert BETTER in record["description"]


@HELD
def test_tried_meanwhile(
    send: Callable[..., Page], core: Core, deliver: DeliverReports, clock: Clock
) -> None:
    """A try that failed since the look is told before anything is saved over it."""
    receipt = send()
    page = change_words(begin(receipt))
    clock.move(minutes=11)
    city(core, fault="429", count="1", only="post")
    while core.outbox.list()[0]["attempts"] == 0:
        deliver.run_once()
    told = page.form().submit()
    assert told.status == 409
    assert "We tried to send it meanwhile" in told.text
    assert BETTER in told.text
    assert "Your changes are saved" in told.form().submit().text


@HELD
def test_place_and_kind(send: Callable[..., Page], core: Core) -> None:
    """Another kind of problem asks its own questions before the correction can be saved."""
    receipt = send()
    page = begin(receipt).follow("Change : Problem").form().choose("Graffiti").submit()
    assert page.title == "Tell us about the problem"
    page = page.form().choose("Wall or building").submit()
    assert "Change your report" in page.title
    assert "Graffiti" in page.text
    code = core.outbox.list()[0]["service_code"]
    assert "Your changes are saved" in page.form().submit().text
    assert core.outbox.list()[0]["service_code"] != code


@HELD
def test_correction_has_no_address_of_its_own(
    app: Flask, send: Callable[..., Page], core: Core
) -> None:
    """The draft of a correction is opened by the second key alone, and named nowhere."""
    receipt = send()
    page = change_words(begin(receipt))
    [row] = core.outbox.list()
    assert row["id"] not in page.html
    for name in (f"{row['id']}~", row["id"]):
        answered = app.test_client().get(f"/report/{name}/details")
        assert BETTER not in answered.get_data(as_text=True)
    for path in (page.path, f"{change_path(receipt)}/details"):
        answered = app.test_client().get(path)
        assert answered.headers["Cache-Control"] == "no-store"
        assert answered.headers["X-Robots-Tag"] == "noindex"
    unknown = Visitor(app.test_client()).open(f"/change/{'x' * 32}/check")
    assert unknown.status == 404


@pytest.mark.parametrize(
    "settings", [{"hold_minutes": 10, "report_limit": "1/3600"}], indirect=True
)
def test_saving_again_and_again_is_limited(send: Callable[..., Page]) -> None:
    """A save may cost a call of the city's, so one address cannot ask for them without end."""
    form = begin(send()).form()
    answers = [form.submit().status for _press in range(4)]
    assert answers == [200, 200, 200, 429]
