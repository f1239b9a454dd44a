"""References, drafts, forms and receipts as values."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from scf_report.domain.delivery import CHANGEABLE, State
from scf_report.domain.draft import Draft, Step
from scf_report.domain.geography import Point
from scf_report.domain.plain import form_from_plain, form_to_plain
from scf_report.domain.receipt import PublicPart, Receipt
from scf_report.domain.report import (
    REFERENCE_ALPHABET,
    Anonymous,
    Contact,
    Reference,
)
from scf_report.domain.report_form import (
    Choice,
    Question,
    QuestionKind,
    ReportForm,
    RequestType,
)

NOW = datetime(2026, 11, 24, 15, 41, tzinfo=UTC)
references = st.text(REFERENCE_ALPHABET, min_size=8, max_size=8).map(
    lambda letters: Reference(f"{letters[:4]}-{letters[4:]}")
)


def test_references_are_random_and_easy_to_read() -> None:
    """Eight letters and digits that nobody mixes up, different every time."""
    drawn = {str(Reference.new()) for _ in range(200)}
    assert len(drawn) == 200
    assert not set("".join(drawn)) - set(REFERENCE_ALPHABET) - {"-"}
    assert not set("01IO") & set(REFERENCE_ALPHABET)


@pytest.mark.parametrize(
    "text", ["", "R7F3K2QX", "r7f3-k2qx", "R7F3-K2Q0", "R7F3-K2QX ", "R7F3-K2QX1"]
)
def test_other_texts_are_no_references(text: str) -> None:
    """One spelling exists; what came back otherwise is compared, not built."""
    with pytest.raises(ValueError, match="is no reference"):
        Reference(text)


@given(reference=references, before=st.text(max_size=20), after=st.text(max_size=20))
def test_a_reference_is_found_however_it_came_back(
    reference: Reference, before: str, after: str
) -> None:
    """Lower case, without its hyphen, with another one, or apart."""
    bare = str(reference).replace("-", "")
    for form in (
        str(reference),
        bare,
        str(reference).lower(),
        f"{bare[:4]}\N{NON-BREAKING HYPHEN}{bare[4:]}",
        " ".join(bare),
    ):
        assert reference.stands_in(f"{before} {form}: {after}")


@given(reference=references, other=references)
def test_another_reference_is_not_found(reference: Reference, other: Reference) -> None:
    """The reference alone decides."""
    assert reference.stands_in(f"{other}: A hole") is (reference == other)
    assert not reference.stands_in(str(reference)[:-1])


QUESTION = Question("1", QuestionKind.SINGLE, "Where?", choices=(Choice("a", "Curb"),))
FORM = ReportForm(RequestType("7", "Pothole"), (QUESTION,))
STEPS: list[tuple[Step, dict[str, object]]] = [
    (Step.WHERE, {"point": Point(41.88, -87.65)}),
    (Step.TYPE, {"form": FORM}),
    (Step.DETAILS, {"description": "A hole"}),
    (Step.PHOTOS, {"photos_seen": True}),
    (Step.CONTACT, {"reporter": Anonymous()}),
]


def test_the_steps_follow_one_another() -> None:
    """The first one missing comes next; what lies behind it can be reached, what lies ahead cannot."""
    draft = Draft("id", "default", NOW, NOW, Reference.new())
    for index, (step, values) in enumerate(STEPS):
        assert draft.first_missing() is step
        assert [s for s in Step if draft.reaches(s)] == list(Step)[: index + 1]
        with pytest.raises(ValueError, match=step.value):
            draft.report()
        draft = dataclasses.replace(draft, **values)  # type: ignore[arg-type]
    assert draft.first_missing() is Step.CHECK
    assert all(draft.reaches(step) for step in Step)


def test_a_complete_draft_is_a_report() -> None:
    """With everything that was gathered."""
    contact = Contact(email="ann@example.org")
    draft = Draft(
        "id",
        "default",
        NOW,
        NOW,
        Reference.new(),
        point=Point(41.88, -87.65),
        address="1200 W Madison St",
        landmark="at the bus stop",
        form=FORM,
        description="A hole",
        answers={"1": "a"},
        photos_seen=True,
        reporter=contact,
    )
    report = draft.report()
    for name in ("reference", "point", "address", "landmark", "form", "description", "answers"):
        assert getattr(report, name) == getattr(draft, name)
    assert report.reporter == draft.contact == contact
    assert dataclasses.replace(draft, reporter=Anonymous()).contact.is_empty
    assert not contact.is_empty


words = st.text(max_size=12)
forms = st.builds(
    ReportForm,
    st.builds(
        RequestType,
        words,
        words,
        words,
        words,
        words,
        st.tuples(words, words),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    st.lists(
        st.builds(
            Question,
            words,
            st.sampled_from(QuestionKind),
            words,
            words,
            st.booleans(),
            st.lists(st.builds(Choice, words, words), max_size=3).map(tuple),
            st.booleans(),
            st.none() | st.integers(1, 999),
        ),
        max_size=3,
    ).map(tuple),
)


@given(form=forms)
def test_forms_survive_as_json(form: ReportForm) -> None:
    """Kept with a draft or in the cache, a form comes back the same."""
    assert form_from_plain(json.loads(json.dumps(form_to_plain(form)))) == form


def test_questions_and_choices_are_found_by_their_codes() -> None:
    """An unknown code is None, an unknown key is its own name."""
    assert FORM.question("1") == QUESTION
    assert FORM.question("2") is None
    assert (QUESTION.choice_name("a"), QUESTION.choice_name("z")) == ("Curb", "z")


@pytest.mark.parametrize("state", list(State))
def test_a_receipt_knows_what_is_delayed_and_what_can_change(state: State) -> None:
    """Only a waiting report with a planned try is delayed."""
    public = PublicPart("", "", "", "", 0)
    receipt = Receipt(Reference.new(), state, public, NOW, 0, None, None, None, None, "", ())
    later = dataclasses.replace(receipt, next_try_at=NOW + timedelta(minutes=1))
    assert not receipt.delayed
    assert later.delayed is (state is State.QUEUED)
    assert receipt.changeable is (state in CHANGEABLE)
