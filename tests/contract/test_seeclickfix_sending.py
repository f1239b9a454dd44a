"""A report over APIv2: the fields that leave, and what each answer means for it."""

from collections.abc import Callable, Mapping

import httpx
import pytest

from scf_report.clients.seeclickfix.posting import public_text
from scf_report.clients.seeclickfix.refusals import read_refusal
from scf_report.clients.transport import MediaFile
from scf_report.domain.delivery import (
    Accepted,
    Deferred,
    Moderated,
    NeedsSignIn,
    Outcome,
    Refusal,
    Rejected,
    Uncertain,
)
from scf_report.domain.geography import Point
from scf_report.domain.report import Reference, Report, SignedIn
from scf_report.domain.report_form import (
    Answer,
    Question,
    QuestionKind,
    ReportForm,
    RequestType,
)
from tests.contract.seeclickfix_network import Recorder, serving

REFERENCE = Reference("R7F3-K2QX")
FORM = ReportForm(
    RequestType("7", "Pothole"),
    (
        Question("summary", QuestionKind.STRING, "Issue Title", required=True),
        Question("11", QuestionKind.NOTE, "Call 911"),
        Question("12", QuestionKind.SINGLE, "How deep?"),
        Question("13", QuestionKind.MULTI, "Where?"),
        Question("14", QuestionKind.BOOLEAN, "In the way?"),
        Question("15", QuestionKind.DATETIME, "Since when?"),
        Question("16", QuestionKind.FILE, "A plan"),
        Question("17", QuestionKind.NUMBER, "How many?"),
    ),
)
ANSWERS: Mapping[str, Answer] = {
    "summary": "Deep hole",
    "11": "never sent",
    "12": "KNEE",
    "13": ("LANE", "CURB"),
    "14": "false",
    "15": "2026-07-01T12:00:00-05:00",
    "16": "never sent",
}
FIELDS = (("request_type_id", "7"), ("answers[description]", "R7F3-K2QX: A hole"))
PHOTO = MediaFile("hole.jpg", "image/jpeg", b"\xff\xd8picture")


def _report(*, hide_name: bool = False, address: str = "1 Main St") -> Report:
    return Report(
        REFERENCE,
        Point(41.8814, -87.6568),
        address,
        FORM,
        "It is\r\ndeep",
        "gate 3",
        ANSWERS,
        SignedIn("5", "Ana", hide_name=hide_name),
    )


def test_the_fields_that_leave() -> None:
    """Answers are nested by question and lists go by key; the reference comes first in the description."""
    fields = serving({}).gateway.prepare(_report(hide_name=True))
    assert fields == (
        ("request_type_id", "7"),
        ("lat", "41.881400"),
        ("lng", "-87.656800"),
        ("address", "1 Main St"),
        ("answers[description]", "R7F3-K2QX: It is\ndeep (gate 3)"),
        ("answers[summary]", "Deep hole"),
        ("answers[12]", "KNEE"),
        ("answers[13][]", "LANE"),
        ("answers[13][]", "CURB"),
        ("answers[14]", "false"),
        ("answers[15]", "2026-07-01T12:00:00-05:00"),
        ("anonymize_reporter", "true"),
    )
    assert public_text(fields) == "R7F3-K2QX: It is\ndeep (gate 3)"


def test_a_name_is_shown_unless_it_is_hidden() -> None:
    """Who does not hide it says nothing about it."""
    assert "anonymize_reporter" not in dict(serving({}).gateway.prepare(_report()))


def test_a_place_without_an_address_is_named_by_its_position() -> None:
    """The address is a required parameter of APIv2."""
    fields = dict(serving({}).gateway.prepare(_report(address="")))
    assert fields["address"] == f"{fields['lat']}, {fields['lng']}"


def test_a_report_is_one_form() -> None:
    """It leaves once, as the person, and is paid for by its claim."""
    server = serving({"id": 23}, 201)
    assert server.gateway.send(FIELDS, None, "secret-token") == Accepted("23")
    (request,) = server.requests
    assert server.asked == [("POST", "/issues")]
    assert request.headers["Authorization"] == "Bearer secret-token"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.content.startswith(b"request_type_id=7&answers%5Bdescription%5D=")
    assert server.budget.taken == []


def test_a_photo_goes_along() -> None:
    """The picture is the answer to a question of its own."""
    server = serving({"id": 23}, 201)
    server.gateway.send(FIELDS, PHOTO, "secret-token")
    (request,) = server.requests
    assert request.headers["Content-Type"].startswith("multipart/form-data")
    assert b'name="answers[issue_image]"; filename="hole.jpg"' in request.content
    assert b'name="answers[description]"\r\n\r\nR7F3-K2QX: A hole' in request.content


def test_nothing_leaves_too_late() -> None:
    """The last moment decides."""
    server = serving({"id": 23}, 201)
    outcome = server.gateway.send(FIELDS, None, "token", lambda: False)
    assert outcome == Deferred("not_sent")


BLANK = {"errors": {"summary": ["Summary can't be blank"], "142": ["How deep? is missing"]}}
REASONS = (
    Refusal("Summary can't be blank", "summary"),
    Refusal("How deep? is missing", "142"),
)
WHERE = {"Location": "https://city.example/issues/23-hole"}


@pytest.mark.parametrize(
    ("status", "body", "headers", "outcome"),
    [
        (201, {"id": 23, "errors": {}}, {}, Accepted("23")),
        (200, {"id": 23}, {}, Accepted("23")),
        (201, {"metadata": {"moderated": False}}, WHERE, Accepted("23")),
        (200, {}, WHERE, Uncertain("no_number")),
        (201, {}, {"Location": "https://city.example/thanks"}, Uncertain("no_number")),
        (202, {"metadata": {"moderated": True}}, {}, Moderated()),
        (202, {}, {}, Moderated()),
        (202, {"id": 23}, {}, Accepted("23")),
        (200, {"metadata": {"moderated": True}}, {}, Moderated()),
        (200, {"errors": {"base": ["Something is wrong."]}}, {}, Uncertain("no_number")),
        (200, b"<html>Thank you</html>", {}, Uncertain("http_200")),
        (202, b"", {}, Uncertain("http_202")),
        (401, {"error": "invalid_token"}, {}, NeedsSignIn()),
        (401, b"", {}, NeedsSignIn()),
        (422, BLANK, {}, Rejected(REASONS, 422)),
        (400, {"base": "Not here."}, {}, Rejected((Refusal("Not here."),), 400)),
        (
            422,
            {"errors": {"duplicate": ["There is one."]}},
            {},
            Rejected((Refusal("There is one."),), 422, duplicate=True),
        ),
        (
            422,
            {"message": "Not like this.", "documentation_url": "https://x"},
            {},
            Rejected((Refusal("Not like this."),), 422),
        ),
        (422, b"<html>", {}, Uncertain("http_422")),
        (404, b"<html>", {}, Uncertain("http_404")),
        (
            403,
            {"errors": {"base": ["You may not report here."]}},
            {},
            Rejected((Refusal("You may not report here."),), 403),
        ),
        (403, b"<html>", {}, Deferred("http_403", alarm=True)),
        (
            403,
            {"message": "Forbidden by rules.", "documentation_url": "https://x"},
            {},
            Deferred("http_403", alarm=True),
        ),
        (
            429,
            {"message": "Too Many Requests"},
            {"Retry-After": "7"},
            Deferred("http_429", 7.0, pauses_everyone=True),
        ),
        (503, b"", {"Retry-After": "9"}, Deferred("http_503", 9.0)),
        (503, b"", {}, Uncertain("http_503")),
        (500, b"", {}, Uncertain("http_500")),
        (301, b"", {"Location": "/elsewhere"}, Deferred("http_301", alarm=True)),
        (303, b"", {"Location": "/issues/23"}, Uncertain("http_303")),
    ],
)
def test_what_an_answer_means(
    status: int, body: object, headers: dict[str, str], outcome: Outcome
) -> None:
    """Only a number is acceptance, only a reason is a refusal, and doubt is never sent again."""
    server = serving(body, status, headers)
    assert server.gateway.send(FIELDS, None, "token") == outcome
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (httpx.ConnectError("refused"), Deferred("not_sent")),
        (httpx.ReadTimeout("slow"), Uncertain("unanswered")),
    ],
)
def test_no_answer(error: Exception, outcome: Outcome) -> None:
    """What certainly was not sent may be sent later; all else has to be looked up."""
    assert Recorder(_failing(error)).gateway.send(FIELDS, None, "token") == outcome


def _failing(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    return answer


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        (b'{"errors": {"summary": "is blank"}}', [("summary", "is blank")]),
        (b'{"errors": ["An Address is required"]}', [(None, "An Address is required")]),
        (b'{"errors": "Nothing works"}', [(None, "Nothing works")]),
        (
            b'{"description": ["is blank", "is short"]}',
            [("description", "is blank"), ("description", "is short")],
        ),
        (b'{"description": "is blank"}', [("description", "is blank")]),
        (b'{"errors": {"answers[142]": ["is blank"]}}', [("142", "is blank")]),
        (b'{"errors": {"answers.142": ["is blank"]}}', [("142", "is blank")]),
        (b'{"errors": {"answers": {"142": ["is blank"]}}}', [("142", "is blank")]),
        (b'{"errors": {"answers[142][]": ["is blank"]}}', [("142", "is blank")]),
        (b'{"errors": {"How deep?\\r\\n": ["is blank"]}}', [("How deep?", "is blank")]),
        (
            b'{"errors": {"base": ["No.", "No."], "documentation_url": "https://x"}}',
            [(None, "No.")],
        ),
        (
            b'{"message": "No.", "documentation_url": "https://x", "status": "422"}',
            [(None, "No.")],
        ),
        (b'{"request": "Unable to parse JSON"}', [(None, "Unable to parse JSON")]),
        (
            b'{"error": "invalid_scope", "error_description": "Not allowed"}',
            [(None, "Not allowed")],
        ),
        (b'{"error": "forbidden"}', [(None, "forbidden")]),
        (b'{"errors": {"summary": [" ", null, 5]}}', []),
        (b'{"errors": {}}', []),
        (b'[[[[[[[["too deep"]]]]]]]]', []),
        (b"null", []),
        (b"<html>secret</html>", []),
        (b"[" * 100_000, []),
    ],
)
def test_shapes_of_reasons(body: bytes, reasons: list[tuple[str | None, str]]) -> None:
    """The field is named as the form names it, whatever stands around it."""
    found = read_refusal(body).reasons
    assert [(each.field, each.message) for each in found] == reasons
