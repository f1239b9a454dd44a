"""From a report to the fields of POST issues, and what its answer told (upstream.md 2.2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scf_report.clients.open311.encode import Fields, sent_description
from scf_report.clients.open311.values import flag
from scf_report.clients.seeclickfix.values import identity, inner, read_record
from scf_report.clients.transport import Answer
from scf_report.domain.report import Report, SignedIn
from scf_report.domain.report_form import QuestionKind

DESCRIPTION_FIELD = "answers[description]"
PHOTO_PART = "answers[issue_image]"
_UNANSWERED = (QuestionKind.NOTE, QuestionKind.FILE, QuestionKind.UNKNOWN)
_ISSUE = re.compile(r"/issues/(\d+)")


@dataclass(frozen=True, slots=True)
class Posted:
    """What a POST told: the issue's number, or that it is held for review, or neither."""

    issue_id: str | None = None
    moderated: bool = False


def encode_report(report: Report) -> Fields:
    """Give the fields of POST issues in order; names are nested as Rails reads them.

    Positions have six decimals (about 0.1 m) and stand in for an address, which is documented as
    required, where there is none. A list is answered by keys, a boolean by true or
    false, a moment in ISO 8601; notes are left out. Raises ValueError when the description is
    longer than 4,000 characters.
    """
    return (
        ("request_type_id", report.form.request_type.code),
        ("lat", f"{report.point.latitude:.6f}"),
        ("lng", f"{report.point.longitude:.6f}"),
        ("address", report.address or str(report.point)),
        (DESCRIPTION_FIELD, sent_description(report)),
        *_answers(report),
        *_hidden_name(report),
    )


def public_text(fields: Fields) -> str:
    """Give the description among the fields, as everybody will be able to read it upstream."""
    return dict(fields)[DESCRIPTION_FIELD]


def _answers(report: Report) -> Iterator[tuple[str, str]]:
    for question in report.form.questions:
        answer = report.answers.get(question.code)
        if answer is None or question.kind in _UNANSWERED:
            continue
        if isinstance(answer, str):
            yield f"answers[{question.code}]", answer
        else:
            yield from ((f"answers[{question.code}][]", key) for key in answer)


def _hidden_name(report: Report) -> Iterator[tuple[str, str]]:
    if isinstance(report.reporter, SignedIn) and report.reporter.hide_name:
        yield "anonymize_reporter", "true"


def read_posted(answer: Answer) -> Posted:
    """Read the answer to POST issues: the issue with 201, ``metadata.moderated`` alone with 202.

    Where the body does not say the number, the Location of a 201 does (documented). Raises
    UnreadableError.
    """
    record = read_record(answer)
    location = _ISSUE.search(answer.location) if answer.status == 201 else None
    issue_id = identity(record.get("id")) or (location[1] if location else None)
    moderated = answer.status == 202 or flag(
        inner(record, "metadata").get("moderated"), default=False
    )
    return Posted(issue_id, moderated)
