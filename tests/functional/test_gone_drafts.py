"""A draft whose time is over: the step says so and begins a new one with what was posted."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from scf_report.factory import Core
from tests.conftest import Clock
from tests.functional.conftest import POINT, answer
from tests.page import Page

STEPS = ["type", "details", "photos", "contact", "check"]


def gone(page: Page, clock: Clock, **changed: Any) -> Page:
    """Send the form of a draft whose time is over."""
    form = answer(page, "The hole has grown")
    form.values.update(changed)
    clock.move(hours=25)
    return form.submit()


@pytest.mark.parametrize("step", STEPS)
def test_draft_that_is_gone(
    at_step: Callable[..., Page], clock: Clock, core: Core, step: str
) -> None:
    """Each step says so and begins a new report, which does not use the old address."""
    page = at_step(step)
    new = gone(page, clock)
    assert new.title == "Where is the problem?"
    assert "Your earlier entries are no longer here" in new.text
    assert page.path.split("/")[2] not in new.path
    assert not core.outbox.list()


def on_to(page: Page, step: str) -> Page:
    """Answer steps until this one."""
    if "form" not in str(page.soup.find(id="step"))[:10]:
        path = page.path.partition("?")[0]
        page = page.visitor.open(f"{path}?address={POINT}")
    while not page.path.partition("?")[0].endswith(step):
        page = answer(page).submit()
        assert page.problems == []
    return page


def test_place_of_a_draft_that_is_gone(at_step: Callable[..., Page], clock: Clock) -> None:
    """The place that was posted is the new draft's."""
    page = at_step("type")
    page = page.visitor.open(page.path.replace("type", "where") + f"?address={POINT}")
    new = gone(page, clock, landmark="By the bus stop")
    assert new.title == "What is the problem?"
    assert "Your earlier entries are no longer here" in new.text
    assert POINT in new.text


def test_type_of_a_draft_that_is_gone(at_step: Callable[..., Page], clock: Clock) -> None:
    """The kind that was chosen stands chosen once the place is known."""
    page = at_step("type")
    chosen = answer(page).values["type"]
    assert on_to(gone(page, clock), "type").form().values["type"] == chosen


def test_details_of_a_draft_that_is_gone(at_step: Callable[..., Page], clock: Clock) -> None:
    """Words and answers come back once place and kind are chosen, and can then be changed."""
    page = at_step("details")
    typed = answer(page, "The hole has grown").values
    back = on_to(gone(page, clock), "details")
    for name, value in typed.items():
        if name != "csrf_token":
            assert back.form().values[name] == value
    photos = back.form().fill({"What is wrong?": "And grown again"}).submit()
    assert photos.title == "Do you have a photo?"
    again = photos.visitor.open(back.path)
    assert again.form().values["description"] == ["And grown again"]


def test_photo_of_a_draft_that_is_gone(at_step: Callable[..., Page], clock: Clock) -> None:
    """The photo that was posted is the new draft's."""
    page, out = at_step("photos"), BytesIO()
    Image.new("RGB", (40, 30)).save(out, "JPEG")
    form = page.form().fill({"Photo": ("hole.jpg", out.getvalue())})
    clock.move(hours=25)
    back = on_to(form.submit(), "photos")
    assert back.soup.select("main img")


def test_contact_of_a_draft_that_is_gone(at_step: Callable[..., Page], clock: Clock) -> None:
    """Contact details that hold are the new draft's; others are asked for again."""
    for email, kept in (("robin@example.org", True), ("robin", False)):
        form = at_step("contact").form().choose("With my contact details")
        form.fill({"E-mail": email})
        clock.move(hours=25)
        page = on_to(form.submit(), "photos").form().submit()
        assert page.title == ("Check your report" if kept else "How do you want to send this?")
        assert ("r…@example.org" in page.text) is kept


def test_forged_token_carries_nothing(at_step: Callable[..., Page], clock: Clock) -> None:
    """Only a form of ours fills a new draft."""
    page = at_step("details")
    new = gone(page, clock, csrf_token=["x"])
    assert new.title == "Where is the problem?"
    assert new.path.startswith("/report?")
