"""What a city refused leads to the entry that it is about, whichever API it came over."""

import pytest

from scf_report.domain.delivery import Refusal
from scf_report.domain.draft import Step
from scf_report.domain.report_form import Question, QuestionKind, ReportForm, RequestType
from scf_report.web.change_reasons import reasons

FORM = ReportForm(
    RequestType("7", "Pothole"),
    (
        Question("summary", QuestionKind.STRING, "Issue Title", required=True),
        Question("142", QuestionKind.SINGLE, "How deep is it?"),
    ),
)


@pytest.mark.parametrize(
    ("name", "step", "field", "sent_as"),
    [
        ("142", Step.DETAILS, "q-142", "answers[142]"),
        ("142", Step.DETAILS, "q-142", "attribute[142][]"),
        ("attribute[142]", Step.DETAILS, "q-142", "attribute[142]"),
        ("How deep is it?", Step.DETAILS, "q-142", "answers[142][]"),
        ("summary", Step.DETAILS, "q-summary", "answers[summary]"),
        ("description", Step.DETAILS, "description", "answers[description]"),
        ("request_type_id", Step.TYPE, "type", "request_type_id"),
        ("point", Step.WHERE, "place", "lng"),
        ("address", Step.WHERE, "place", "address"),
        ("address_string", Step.WHERE, "place", "address_string"),
    ],
)
def test_a_reason_leads_to_its_entry(name: str, step: Step, field: str, sent_as: str) -> None:
    """By code, by the question's words, or by the API's own name for the field."""
    (reason,) = reasons([Refusal("is missing", name)], FORM)
    assert (reason.step, reason.field) == (step, field)
    assert sent_as in reason.sent_as


def test_a_name_of_the_api_alone_tells_nobody_anything() -> None:
    """What is about no entry that is known here has no label, and without the form no question is known."""
    refusals = [Refusal("is missing", name) for name in ("142", "summary", "mystery", "email")]
    told = [reason.label for reason in reasons(refusals, FORM)]
    assert told == ["How deep is it", "Issue Title", "", "E-mail"]
    told = [reason.label for reason in reasons(refusals, None)]
    assert told == ["", "", "", "E-mail"]


def test_the_photo_is_found_and_the_whole_leads_nowhere() -> None:
    """The photo goes in a part of its own; what is about the whole report has no entry."""
    photo, whole = reasons([Refusal("is no picture", "issue_image"), Refusal("No.")], FORM)
    assert (photo.step, photo.field) == (Step.PHOTOS, "photo")
    assert (whole.step, whole.field) == (None, "")
