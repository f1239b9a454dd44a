"""From a report to the very fields that are sent; the check page shows the same ones."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from scf_report.domain.report import DESCRIPTION_LIMIT, Contact, Report
from scf_report.domain.report_form import QuestionKind

Fields = tuple[tuple[str, str], ...]

_REFERENCE_LENGTH = len("R7F3-K2QX: ")
_UNANSWERED = (QuestionKind.NOTE, QuestionKind.FILE)


def room_for_text(landmark: str = "") -> int:
    """Characters that the resident's own text may have, beside the reference and the landmark."""
    return DESCRIPTION_LIMIT - _REFERENCE_LENGTH - len(_aside(landmark))


def encode_report(report: Report) -> Fields:
    """Give the fields of POST requests (GeoReport v2) in order, without key and jurisdiction.

    Positions have six decimals (about 0.1 m); ``address_string`` goes along with them; a list is
    answered by keys. Contact fields are there only when given. Raises ValueError when the
    description is longer than the standard's 4,000 characters.
    """
    return (
        ("service_code", report.form.request_type.code),
        ("lat", f"{report.point.latitude:.6f}"),
        ("long", f"{report.point.longitude:.6f}"),
        *_given({"address_string": report.address}),
        ("description", sent_description(report)),
        *_attributes(report),
        *_contact(report),
    )


def public_text(fields: Fields) -> str:
    """Give the text among the fields that everybody will be able to read upstream."""
    return dict(fields)["description"]


def sent_description(report: Report) -> str:
    """Put the reference first, so that no upstream that shortens texts cuts it off.

    Raises ValueError when it is longer than the standard's 4,000 characters.
    """
    words = _one_break(report.description) + _aside(report.landmark)
    description = f"{report.reference}: {words.strip()}"
    if len(description) > DESCRIPTION_LIMIT:
        raise ValueError(f"the description has {len(description)} characters")
    return description


def _aside(landmark: str) -> str:
    landmark = _one_break(landmark)
    return f" ({landmark})" if landmark else ""


def _one_break(words: str) -> str:
    """Browsers send two characters for a line break; the limit counts one."""
    return words.replace("\r\n", "\n").strip()


def _attributes(report: Report) -> Iterator[tuple[str, str]]:
    for question in report.form.questions:
        answer = report.answers.get(question.code)
        if answer is None or question.kind in _UNANSWERED:
            continue
        if isinstance(answer, str):
            yield f"attribute[{question.code}]", answer
        else:
            yield from ((f"attribute[{question.code}][]", key) for key in answer)


def _contact(report: Report) -> Iterator[tuple[str, str]]:
    if isinstance(report.reporter, Contact):
        yield from _given(asdict(report.reporter))


def _given(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in fields.items() if value)
