"""Whatever is posted to a step is answered by the step itself, with a word on what to do."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from scf_report.factory import create_app
from scf_report.settings import Settings
from tests.conftest import Clock
from tests.functional.conftest import HTML, LONG, NASTY, NUL, POINT, POTHOLE, answer, only_ours
from tests.page import SAME_ORIGIN, Page, Visitor


@pytest.fixture(scope="module")
def clock() -> Clock:
    """Share one clock among the tests of this module."""
    return Clock()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Flask:
    """Share one application: nothing here is meant to change it."""
    folder = tmp_path_factory.mktemp("bad_input")
    values = {"data_dir": folder, "report_limit": "1000/3600", "geocoder": "none"}
    return create_app(Settings.from_environment(values), clock=clock)


@pytest.mark.parametrize("words", NASTY.values(), ids=NASTY)
def test_words_come_back_as_words(at_check: Callable[..., Page], words: str) -> None:
    """Markup, emoji and right-to-left text stand on the check page as typed, controls do not."""
    page = at_check(words=words)
    only_ours(page)
    kept = words.translate(dict.fromkeys((0, 8, 0x202E, 0x202C)))
    assert kept in page.text
    receipt = page.form().submit()
    only_ours(receipt)
    assert kept in receipt.text


PLACES = {
    "nothing": "",
    "text": "north,west|here",
    "latitude": "91.0,-87.6|here",
    "longitude": "41.8,-187.6|here",
    "not a number": "nan,inf|here",
    "no label": "41.88,-87.65",
    "endless": f"41.88,-87.65|{LONG}",
    "html": f"x|{HTML}",
    "nul": "41.88\x00,-87.65|here",
    "eastern digits": "٤١.88,-87.65|here",
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_place_that_is_none(at_step: Callable[..., Page], place: str) -> None:
    """The places found are offered again, and what helps to find it stays."""
    form = at_step("report").form().fill({"Anything that helps": "By the bus stop"})
    page = form.submit(place=place)
    assert page.status == 422
    assert page.problems == ["Choose a place from the list, or type it another way"]
    assert page.soup.find("input", id="place-0")
    assert page.form().values["landmark"] == ["By the bus stop"]
    only_ours(page)


def test_place_without_a_search(visitor: Visitor) -> None:
    """A POST to the bare address gets the search with a word on what is missing."""
    token = visitor.open(f"/report?address={POINT}").form().values["csrf_token"]
    page = visitor.post("/report", {"csrf_token": token, "place": "x"})
    assert page.status == 422
    assert "Choose a place" in page.problems[0]


def test_landmark_that_is_too_long(at_step: Callable[..., Page]) -> None:
    """It stays in its field to be shortened, and the chosen place stays chosen."""
    form = at_step("report").form()
    page = form.fill({"Anything that helps": LONG}).submit()
    assert page.status == 422
    assert page.problems[0].startswith("Shorten “Anything that helps to find it” to 200")
    assert page.form().values["landmark"] == [LONG.strip()]
    assert page.form().values["place"] == form.values["place"]


CODES = {"nothing": "", "unknown": "99999", "html": HTML, "long": LONG, "nul": "101\x0001"}


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_type_that_is_not_offered(at_step: Callable[..., Page], code: str) -> None:
    """The kinds are offered again, none of them chosen."""
    page = at_step("type").form().submit(type=code)
    assert page.status == 422
    assert "Kind of problem" in page.problems[0] or "kind of problem" in page.problems[0]
    assert "type" not in page.form().values
    assert POTHOLE in page.text
    only_ours(page)


@pytest.mark.parametrize("words", ["", LONG, "\x00", "\u202e\u202c", "\u200b\u200b"], ids=repr)
def test_description_that_is_none_or_too_long(at_step: Callable[..., Page], words: str) -> None:
    """The summary names it, and everything else stays as it was answered."""
    form = answer(at_step("details"), "x")
    page = form.fill({"What is wrong?": words, "How can the crew": "By the gate"}).submit()
    assert page.status == 422
    wanted = "Shorten “What is wrong?”" if words == LONG else "Write what is wrong"
    assert page.problems[0].replace("wrong”", "wrong?”").startswith(wanted)
    kept = page.form().values
    for name, value in form.values.items():
        if name not in ("csrf_token", "description"):
            assert [item for item in kept[name] if item] == [item for item in value if item]
    only_ours(page)


def spoiled(form: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Spoil one answer after the other."""
    names = {label: form._by_label(label) for label in ("About how deep",)}  # noqa: SLF001
    yield "deep", {str(names["About how deep"]["name"]): "deep"}
    for name, values in form.values.items():
        if name.startswith("q-") and values and values[0].isupper():
            yield name, {name: ["NO_SUCH_KEY"]}


def test_answer_that_is_not_offered(at_step: Callable[..., Page]) -> None:
    """A key that is not among the choices is refused at its question, wherever it is."""
    page = at_step("details")
    tried = 0
    for name, change in spoiled(answer(page)):
        shown = answer(page).submit(**change)
        assert shown.status == 422, name
        assert len(shown.problems) == 1, name
        assert shown.form().values["description"] == ["A deep hole in the right lane"]
        tried += 1
    assert tried >= 4


def test_question_that_is_not_asked(at_step: Callable[..., Page], clock: Any) -> None:
    """An answer to nothing is left out, and the rest goes on."""
    form = answer(at_step("details"))
    page = form.submit(**{"q-999999": "intruder", "attribute[1]": "intruder"})
    assert page.title == "Do you have a photo?"
    page = page.form().submit().form().choose("Without my name").submit()
    assert page.title == "Check your report"
    assert "intruder" not in page.html


def test_answers_that_come_twice(at_step: Callable[..., Page]) -> None:
    """Of a repeated field the first counts; nothing breaks."""
    form = answer(at_step("details"))
    doubled = {name: [*values, *values, HTML] for name, values in form.values.items()}
    page = form.submit(**{**doubled, "description": ["First words", "Second words"]})
    assert page.status in (200, 422)
    only_ours(page)
    token = page.form().values["csrf_token"]
    page = form.submit(csrf_token=[*token, "second"], description=["First words", "Second"])
    assert page.title == "Do you have a photo?"


CONTACTS = {
    "no address": ({"E-mail": "robin"}, "Write the e-mail address in full"),
    "two lines": ({"E-mail": "robin@example.org\r\nBcc: all@example.org"}, "Write the e-mail"),
    "html": ({"E-mail": HTML}, "Write the e-mail address in full"),
    "endless address": ({"E-mail": f"{'r' * 9990}@example.org"}, "Shorten “E-mail”"),
    "endless name": ({"First name": LONG}, "Shorten “First name”"),
    "words for a number": ({"Phone": "call me"}, "Write the phone number in digits"),
    "endless number": ({"Phone": "1" * 10_000}, "Shorten “Phone”"),
}


@pytest.mark.parametrize(("given", "said"), CONTACTS.values(), ids=CONTACTS)
def test_contact_that_cannot_be(
    at_step: Callable[..., Page], given: dict[str, str], said: str
) -> None:
    """The summary names the field, which keeps what was typed."""
    form = at_step("contact").form().choose("With my contact details")
    page = form.fill({"Last name": "Miller", **given}).submit()
    assert page.status == 422
    [problem] = page.problems
    assert problem.startswith(said)
    assert page.form().values["last_name"] == ["Miller"]
    assert page.form().values["choice"] == ["contact"]
    only_ours(page)


@pytest.mark.parametrize("choice", ["", "keep", "staff", HTML], ids=repr)
def test_way_to_send_that_is_not_offered(at_step: Callable[..., Page], choice: str) -> None:
    """It is asked for again; a choice to keep details needs details."""
    page = at_step("contact").form().submit(choice=choice)
    assert page.status == 422
    assert len(page.problems) == 1
    only_ours(page)


STEPS = ["report", "type", "details", "photos", "contact", "check"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("token", [None, "", "x" * 40, "é", NUL], ids=repr)
def test_token_that_is_not_ours(
    at_step: Callable[..., Page], step: str, token: str | None
) -> None:
    """The form comes again with everything kept and a token that works."""
    page = at_step(step)
    form = answer(page)
    if token is None:
        del form.values["csrf_token"]
    else:
        form.values["csrf_token"] = [token]
    again = form.submit()
    assert again.status == 422
    assert again.problems[0].startswith("We could not tell whether this page came from us.")
    for name, value in form.values.items():
        if name not in ("csrf_token", "digest"):
            assert [item for item in again.form().values[name] if item] == [
                item for item in value if item
            ]
    if step != "check":
        assert again.form().submit().title != page.title


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data", "x"])
def test_body_that_is_no_form(
    app: Flask, at_step: Callable[..., Page], step: str, kind: str
) -> None:
    """JSON, text or half a multipart body are a form without a token."""
    page = at_step(step)
    path = "/report" if step == "report" else page.path
    path = path.removesuffix("check") + "submit" if step == "check" else path
    response = app.test_client().post(
        path, data=b'{"csrf_token": "x"}', content_type=kind, headers=SAME_ORIGIN
    )
    assert response.status_code == 422
    assert "Error" in Page(page.visitor, response).html


def test_form_that_is_too_large(app: Flask, at_step: Callable[..., Page]) -> None:
    """More than two megabytes of text get a page that says so; the draft is as it was."""
    page = at_step("details")
    refused = answer(page).submit(description="x" * 2_200_000)
    assert refused.status == 413
    assert refused.title == "That is too large"
    assert page.visitor.open(page.path).title == "Tell us about the problem"
