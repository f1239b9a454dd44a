"""Questions of every kind become fields; what people type into them becomes answers."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from jinja2 import Environment
from werkzeug.datastructures import MultiDict

from scf_report.domain.report_form import (
    Answer,
    Choice,
    Question,
    QuestionKind,
    ReportForm,
    RequestType,
)
from scf_report.forms.choices import CheckboxesField, RadioField
from scf_report.forms.csrf import BoundToken
from scf_report.forms.moment import MomentField
from scf_report.forms.question_fields import field_name
from scf_report.forms.questions import DetailsForm, Note, details_form

CHICAGO = ZoneInfo("America/Chicago")
K = QuestionKind
LANES = (Choice("L", "Left lane"), Choice("R", "Right lane"))
MANY = tuple(Choice(str(number), f"District {number}") for number in range(7))


def form_class(*questions: Question, room: int = 200) -> type[DetailsForm]:
    """Make the form of a pothole that asks these questions."""
    pothole = RequestType("1", "Pothole in street")
    return details_form(ReportForm(pothole, questions), room=room, zone=CHICAGO)


def send(
    token: BoundToken, questions: Sequence[Question], *typed: tuple[str, str], room: int = 200
) -> DetailsForm:
    """Post a description, a good token and what was typed; return the validated form."""
    fixed = [("csrf_token", token.issue()), ("description", "Deep hole")]
    form = form_class(*questions, room=room)(MultiDict([*typed, *fixed]), token=token)
    form.validate()
    return form


def messages(form: DetailsForm) -> list[str]:
    """Return what the error summary says."""
    return [problem.message for problem in form.problems()]


def inputs(form: DetailsForm, name: str) -> list[tuple[str, bool]]:
    """Return the keys of a question's radio buttons or checkboxes and whether they are on."""
    field = form[name]
    assert isinstance(field, (RadioField, CheckboxesField))
    return [(button.data, button.checked) for button in field]


ALL = (
    Question("1", K.STRING, "Which bus stop?"),
    Question("2", K.TEXT, "How can the crew reach it?", kept_private=True),
    Question("3", K.NUMBER, "Depth", help="In inches."),
    Question("4", K.DATETIME, "When did you first see it?"),
    Question("5", K.SINGLE, "Which lane?", choices=LANES),
    Question("6", K.SINGLE, "Which district?", choices=MANY),
    Question("7", K.MULTI, "Which parts are damaged?", choices=MANY),
    Question("8", K.NOTE, "If your car was damaged, a report is not a claim.\r\n"),
    Question("9", K.BOOLEAN, "Has anyone been hurt?"),
    Question("10", K.FILE, "Bill of the repair"),
)
TYPED = (
    ("q-1", "Racine"),
    ("q-2", "Ring twice\r\nthen wait"),
    ("q-3", "2,5"),
    ("q-4-date", "2026-07-04"),
    ("q-4-time", "17:30"),
    ("q-5", "R"),
    ("q-6", "6"),
    ("q-7", "3"),
    ("q-7", "1"),
    ("q-9", "false"),
)
ANSWERS: dict[str, Answer] = {
    "1": "Racine",
    "2": "Ring twice\nthen wait",
    "3": "2.5",
    "4": "2026-07-04T17:30:00-05:00",
    "5": "R",
    "6": "6",
    "7": ("3", "1"),
    "9": "false",
}


def test_every_kind_gives_its_answer(token: BoundToken) -> None:
    """Text, number, time, keys of choices and yes or no arrive as they go upstream."""
    form = send(token, ALL, *TYPED)
    assert messages(form) == []
    assert form.description.data == "Deep hole"
    assert form.answers() == ANSWERS


def test_stored_answers_are_shown_again(token: BoundToken) -> None:
    """Coming back to the step shows every answer, and sending that again changes nothing."""
    form = form_class(*ALL)(None, token=token, description="Deep hole", answers=ANSWERS)
    assert form.answers() == ANSWERS
    seen = form["q-4"]
    assert isinstance(seen, MomentField)
    assert (seen.date_text, seen.time_text) == ("2026-07-04", "17:30")
    assert inputs(form, "q-5") == [("L", False), ("R", True), ("", False)]
    assert [key for key, checked in inputs(form, "q-7") if checked] == ["1", "3"]
    assert form.description.data == "Deep hole"


def test_entries_stand_in_the_order_asked(token: BoundToken) -> None:
    """The description comes first, notes stand between the fields, a file is said to be left out."""
    form = form_class(*ALL)(None, token=token)
    assert [entry.type for entry in form.entries] == [
        "TextAreaField",
        "StringField",
        "TextAreaField",
        "DecimalText",
        "MomentField",
        "RadioField",
        "SelectField",
        "CheckboxesField",
        "Note",
        "RadioField",
        "Note",
    ]
    unsent = list(form.entries)[-1]
    assert isinstance(unsent, Note)
    assert unsent.help.startswith("This asks for a file, which cannot be sent from here.")
    assert form["q-3"].description == "In inches."
    assert form["q-2"].flags.private
    assert not form["q-1"].flags.private


def test_nothing_optional_needs_an_answer(token: BoundToken) -> None:
    """The description alone is enough; unanswered questions are absent."""
    form = send(token, ALL)
    assert messages(form) == []
    assert form.answers() == {}


def test_required_questions_say_what_to_do(token: BoundToken) -> None:
    """Each missing answer has its own words, in field order, and leads to the first input."""
    required = [
        replace(question, required=True) for question in ALL if question.kind is not K.FILE
    ]
    form = form_class(*required)(MultiDict({"csrf_token": token.issue()}), token=token)
    assert not form.validate()
    assert [(problem.field_id, problem.message) for problem in form.problems()] == [
        ("description", "Write what is wrong in a few words"),
        ("q-1", "Write an answer to “Which bus stop”"),
        ("q-2", "Write an answer to “How can the crew reach it”"),
        ("q-3", "“Depth” must be a number, like 4"),
        ("q-4-date", "“When did you first see it” must have a date, like 2026-11-21"),
        ("q-5-0", "Choose an answer for “Which lane”"),
        ("q-6", "Choose an answer for “Which district”"),
        ("q-7-0", "Choose at least one answer for “Which parts are damaged”"),
        ("q-9-0", "Choose an answer for “Has anyone been hurt”"),
    ]
    assert all(form[f"q-{code}"].flags.required for code in (1, 2, 3, 4, 5, 6, 7, 9))


def test_an_optional_radio_button_can_be_taken_back(token: BoundToken) -> None:
    """An optional choice offers "No answer", checked at first; a required one offers no way out."""
    optional = form_class(Question("5", K.SINGLE, "Which lane?", choices=LANES))(token=token)
    assert inputs(optional, "q-5")[-1] == ("", True)
    required = form_class(Question("5", K.BOOLEAN, "Hurt?", required=True))(token=token)
    assert inputs(required, "q-5") == [("true", False), ("false", False)]


@pytest.mark.parametrize("kind", [K.SINGLE, K.MULTI])
@pytest.mark.parametrize("choices", [LANES, MANY])
def test_a_choice_that_was_not_offered_is_refused(
    token: BoundToken, kind: QuestionKind, choices: tuple[Choice, ...]
) -> None:
    """An unknown key is an error that names the question; it is never passed on."""
    form = send(token, [Question("5", kind, "Which lane?", choices=choices)], ("q-5", "<x>"))
    assert [problem.field_id.startswith("q-5") for problem in form.problems()] == [True]
    assert "“Which lane”" in messages(form)[0]


def test_a_list_without_choices_is_a_line_of_text(token: BoundToken) -> None:
    """A required list to which nothing belongs can still be answered."""
    form = send(token, [Question("5", K.MULTI, "Parts?", required=True)], ("q-5", "curb"))
    assert form.answers() == {"5": "curb"}


def test_a_required_file_refuses_clearly(token: BoundToken) -> None:
    """The form says that such a report cannot be sent, instead of losing the file."""
    form = send(token, [Question("5", K.FILE, "Your permit", required=True)])
    assert [(problem.field_id, problem.message) for problem in form.problems()] == [
        (
            "step",
            "“Your permit” needs a file, and we cannot send files yet. Choose another kind of problem",
        )
    ]
    assert not form.validate()


def test_a_required_question_that_cannot_be_asked_refuses_clearly(token: BoundToken) -> None:
    """Nobody gets to send a report that the city is sure to refuse."""
    form = send(token, [Question("5", K.UNKNOWN, "Draw it", required=True)])
    message = "“Draw it” needs an answer that we cannot ask for. Choose another kind of problem"
    assert [(problem.field_id, problem.message) for problem in form.problems()] == [
        ("step", message)
    ]
    assert not form.validate()


@pytest.mark.parametrize(
    "code", ["Street/Animals/Dead one", "näh-er", "", "a\x00b", "\ud800", "x" * 300, "q-1"]
)
def test_codes_may_hold_anything(token: BoundToken, code: str) -> None:
    """Whatever the upstream calls its question, the field has a plain name and the answer its code."""
    name = field_name(code)
    assert name.replace("-", "").isalnum()
    assert name.isascii()
    form = send(token, [Question(code, K.STRING, "Text")], (name, "yes"))
    assert form.answers() == {code: "yes"}


def test_two_questions_with_one_code_are_asked_once(token: BoundToken) -> None:
    """The first counts; the form shows one field."""
    form = send(
        token, [Question("5", K.STRING, "One"), Question("5", K.NUMBER, "Two")], ("q-5", "a")
    )
    assert form.answers() == {"5": "a"}
    assert [entry.type for entry in form.entries] == ["TextAreaField", "StringField"]


@pytest.mark.parametrize(
    ("max_length", "typed", "fits"), [(None, 255, True), (None, 256, False), (5, 6, False)]
)
def test_text_has_a_limit(
    token: BoundToken, max_length: int | None, typed: int, *, fits: bool
) -> None:
    """The organization's own limit counts, else 255; too much is refused with figures and kept."""
    question = Question("1", K.STRING, "Which bus stop?", max_length=max_length)
    form = send(token, [question], ("q-1", "🚏" * typed))
    limit = max_length or 255
    said = f"Shorten “Which bus stop” to {limit} characters. It has {typed}"
    assert messages(form) == ([] if fits else [said])
    assert form["q-1"].data == "🚏" * typed
    assert form["q-1"].render_kw["maxlength"] == limit


def test_ten_thousand_characters_are_refused_and_kept(token: BoundToken) -> None:
    """The description has the room it was given; nothing typed is lost by the refusal."""
    form = form_class(room=4000)(
        MultiDict({"csrf_token": token.issue(), "description": "é" * 10_000}), token=token
    )
    assert not form.validate()
    assert messages(form) == ["Shorten “What is wrong” to 4000 characters. It has 10000"]
    assert form.description.data == "é" * 10_000


def test_html_from_anyone_is_text(token: BoundToken) -> None:
    """Neither an organization's words nor a resident's become markup on our pages."""
    evil = "<script>alert(1)</script>"
    question = Question("5", K.NUMBER, evil, help=evil, choices=(Choice("a", evil),))
    form = send(token, [question], ("q-5", evil))
    template = "{{ f.errors[0] }}{{ p[0].message }}{{ f.label }}{{ f.description }}{{ f }}"
    page = Environment(autoescape=True).from_string(template)
    html = page.render(f=form["q-5"], p=form.problems())
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 5


@pytest.mark.parametrize("text", ["100 % sure?", "%(name)s %s", "…", "?", ""])
def test_any_wording_can_be_quoted(token: BoundToken, text: str) -> None:
    """Percent signs, lone marks and missing texts do not upset a message."""
    form = send(token, [Question("5", K.NUMBER, text, required=True)])
    assert (text.rstrip(" ?") or text or "5") in messages(form)[0]


def test_a_long_question_is_quoted_in_short(token: BoundToken) -> None:
    """A message quotes whole words, at most sixty characters."""
    text = "Please tell us in which of the following parts of the street the damage is visible"
    form = send(token, [Question("5", K.SINGLE, text, required=True, choices=LANES)])
    assert messages(form) == [
        "Choose an answer for “Please tell us in which of the following parts of the…”"
    ]
    spaceless = send(token, [Question("5", K.STRING, "路" * 200, required=True)])
    assert messages(spaceless) == [f"Write an answer to “{'路' * 59}…”"]


def test_duplicate_and_unknown_keys_do_no_harm(token: BoundToken) -> None:
    """Of a key sent twice the first counts; keys that are no field are ignored."""
    form = send(
        token, ALL, ("q-1", "one"), ("q-1", "two"), ("q-99", "x"), ("q-5", "L"), ("q-5", "R")
    )
    assert form.answers() == {"1": "one", "5": "L"}


def test_what_was_sent_replaces_what_was_stored(token: BoundToken) -> None:
    """A box that is no longer ticked and a field that is missing do not come back from the draft."""
    sent = MultiDict({"csrf_token": token.issue(), "description": "New"})
    form = form_class(*ALL)(sent, token=token, description="Old", answers=ANSWERS)
    assert form.validate()
    assert form.answers() == {}


def test_answers_of_other_questions_do_no_harm(token: BoundToken) -> None:
    """Stored answers that no longer fit their question show as empty."""
    odd: dict[str, Answer] = {
        "1": ("a",),
        "3": ("1",),
        "4": "noon",
        "5": ("L",),
        "7": "1",
        "x": "",
    }
    form = form_class(*ALL)(None, token=token, answers=odd)
    assert form.answers() == {}


def test_two_forms_at_once_never_meet(token: BoundToken) -> None:
    """Two people with different questions at the same moment each see their own."""
    both_made = Barrier(2)

    def visit(code: str) -> tuple[bool, dict[str, Answer]]:
        made = form_class(Question(code, K.STRING, f"Question {code}"))
        both_made.wait(timeout=10)
        sent = MultiDict({"csrf_token": token.issue(), "description": "x", f"q-{code}": code})
        form = made(sent, token=token)
        return form.validate(), form.answers()

    with ThreadPoolExecutor(2) as people:
        assert list(people.map(visit, ["1", "2"])) == [(True, {"1": "1"}), (True, {"2": "2"})]


NAMES = [f"q-{question.code}" for question in ALL] + [
    "q-4-date",
    "q-4-time",
    "csrf_token",
    "description",
]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    posted=st.lists(
        st.tuples(st.sampled_from(NAMES), st.text() | st.sampled_from(["1", "true"]))
    )
)
def test_nothing_that_is_posted_raises(
    token: BoundToken, posted: list[tuple[str, str]]
) -> None:
    """Any keys with any texts give a form that can be judged, listed and shown again."""
    form = form_class(*ALL)(MultiDict(posted), token=token)
    form.validate()
    form.answers()
    assert all(problem.message for problem in form.problems())
    fields = [field for field in form if not isinstance(field, MomentField)]
    listed = (RadioField, CheckboxesField)  # templates list their inputs themselves
    assert all(list(f) if isinstance(f, listed) else str(f) for f in fields)
