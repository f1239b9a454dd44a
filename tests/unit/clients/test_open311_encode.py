"""The very fields that are sent for a report."""

import pytest

from scf_report.clients.open311.encode import encode_report, public_text, room_for_text
from scf_report.domain.geography import Point
from scf_report.domain.report import DESCRIPTION_LIMIT, Contact, Reference, Report, Reporter
from scf_report.domain.report_form import (
    Answer,
    Choice,
    Question,
    QuestionKind,
    ReportForm,
    RequestType,
)

REFERENCE = Reference("R7F3-K2QX")
FORM = ReportForm(
    RequestType("4711", "Pothole"),
    (
        Question("0", QuestionKind.NOTE, "Call 911 in an emergency."),
        Question("1", QuestionKind.SINGLE, "How deep?", choices=(Choice("LOW", "A little"),)),
        Question("2", QuestionKind.MULTI, "Where?"),
        Question("3", QuestionKind.DATETIME, "Since when?"),
        Question("4", QuestionKind.STRING, "Anything else?"),
        Question("5", QuestionKind.FILE, "A plan"),
    ),
)


def _report(
    description: str = "A deep hole",
    landmark: str = "",
    answers: dict[str, Answer] | None = None,
    reporter: Reporter | None = None,
) -> Report:
    place = Point(41.8819, -87.62781234567)
    return Report(
        REFERENCE,
        place,
        "1 Main St",
        FORM,
        description,
        landmark,
        answers or {},
        reporter or Contact(),
    )


def test_the_fields_in_order() -> None:
    """Place, words, answers by key and the contact details that were given, and nothing else."""
    report = _report(
        "A deep hole\r\nand wide",
        "at the bus stop",
        {
            "0": "ignored",
            "5": "ignored",
            "2": ("A", "B"),
            "1": "LOW",
            "3": "2026-03-03T10:00:00-06:00",
            "9": "not asked",
        },
        Contact("Ana", email="ana@example.org"),
    )
    assert encode_report(report) == (
        ("service_code", "4711"),
        ("lat", "41.881900"),
        ("long", "-87.627812"),
        ("address_string", "1 Main St"),
        ("description", "R7F3-K2QX: A deep hole\nand wide (at the bus stop)"),
        ("attribute[1]", "LOW"),
        ("attribute[2][]", "A"),
        ("attribute[2][]", "B"),
        ("attribute[3]", "2026-03-03T10:00:00-06:00"),
        ("first_name", "Ana"),
        ("email", "ana@example.org"),
    )


def test_anonymous_reports_name_nobody() -> None:
    """No contact field is sent, not even an empty one."""
    from scf_report.domain.report import Anonymous

    names = [name for name, _ in encode_report(_report(reporter=Anonymous()))]
    assert names == ["service_code", "lat", "long", "address_string", "description"]


def test_the_public_text_is_the_one_that_is_sent() -> None:
    """The check page can show what everybody will read."""
    assert public_text(encode_report(_report())) == "R7F3-K2QX: A deep hole"


def test_without_words_the_landmark_still_follows_the_reference() -> None:
    """The reference always comes first."""
    assert public_text(encode_report(_report("", "gate 3"))) == "R7F3-K2QX: (gate 3)"


@pytest.mark.parametrize("landmark", ["", "in front of the bus stop", "  "])
def test_what_fits_the_room_fits_the_limit(landmark: str) -> None:
    """A text of exactly the room gives exactly the standard's limit; one more is refused."""
    room = room_for_text(landmark)
    assert len(public_text(encode_report(_report("x" * room, landmark)))) == DESCRIPTION_LIMIT
    with pytest.raises(ValueError, match="4001"):
        encode_report(_report("x" * (room + 1), landmark))


def test_line_breaks_count_once() -> None:
    """A browser's two characters for a line break do not use up the room."""
    text = "\r\n".join(["x"] * (room_for_text() // 2))
    assert "\r" not in public_text(encode_report(_report(text)))
