"""What APIv2 answers about types, forms, issues and people, in payloads of the project's own."""

from datetime import UTC, datetime
from typing import Any

import pytest

from scf_report.clients.errors import BrokenError, RefusedError
from scf_report.clients.seeclickfix.client import IssuesQuery
from scf_report.clients.validators import UnchangedError, Validators
from scf_report.domain.conversation import Action, Comment, Commenter, Relation
from scf_report.domain.delivery import Share
from scf_report.domain.geography import Box, Place, Point
from scf_report.domain.issue import IssueStatus
from scf_report.domain.person import Person
from scf_report.domain.report_form import Choice, Question, QuestionKind, RequestType
from tests.contract.seeclickfix_network import AGENT, Recorder, serving

PLACE = Point(41.8814, -87.6568)
BOX = Box(41.8, -87.7, 41.9, -87.6)
HOLE = RequestType("7", "Pothole")
FACE = "https://city.example/faces/ana.png"


def _question(**changes: Any) -> dict[str, Any]:
    return {
        "primary_key": "11",
        "question": "How deep?\r\n",
        "question_type": "text",
        "answer_kept_private": False,
        "max_length": None,
        "response_required": False,
        **changes,
    }


def _asked(*questions: dict[str, Any], **flags: bool) -> Recorder:
    return serving({"id": 7, "title": "Pothole", "questions": list(questions), **flags})


def _only(question: dict[str, Any]) -> Question:
    (found,) = _asked(question).gateway.report_form(HOLE, None).questions
    return found


def test_types_come_with_their_flags() -> None:
    """What is said before sending depends on the flags; the community's own type has a word for a number."""
    server = serving(
        {
            "request_types": [
                {
                    "id": 7,
                    "title": "Pothole",
                    "organization": "Streets",
                    "private_visibility": True,
                    "permit_guest_reporting": False,
                    "permit_anonymous_reporting": True,
                    "block_submission": True,
                    "location_required": False,
                },
                {"id": "other", "title": "Other", "organization": None},
                {
                    "id": None,
                    "title": "Neighbors",
                    "url": "/api/v2/request_types/neighbors?a=1",
                },
                {"id": None, "title": "Cannot be reported"},
                {"id": 7, "title": "The same number again"},
            ]
        }
    )
    assert server.gateway.request_types(PLACE, "secret-token") == (
        RequestType(
            "7",
            "Pothole",
            group="Streets",
            organization="Streets",
            private=True,
            guests_may_report=False,
            name_may_be_hidden=True,
            information_only=True,
            needs_place=False,
        ),
        RequestType("other", "Other"),
        RequestType("neighbors", "Neighbors"),
    )
    (request,) = server.requests
    assert request.url.path == "/api/v2/issues/new"
    assert dict(request.url.params) == {"lat": "41.881400", "lng": "-87.656800"}
    assert request.headers["Authorization"] == "Bearer secret-token"
    assert request.headers["User-Agent"] == AGENT
    assert server.budget.taken == [Share.FORM]


def test_nobody_has_no_authorization() -> None:
    """Without a token a call is made as anybody."""
    server = serving({"request_types": []})
    assert server.gateway.request_types(PLACE, None) == ()
    assert "Authorization" not in server.requests[0].headers


def test_what_is_known_is_not_sent_again() -> None:
    """Types and forms are asked for with what the last answer named."""
    server = serving(b"", 304)
    known = Validators(etag='"7"')
    with pytest.raises(UnchangedError):
        server.gateway.request_types(PLACE, None, known)
    with pytest.raises(UnchangedError):
        server.gateway.report_form(HOLE, None, known)
    assert {request.headers["If-None-Match"] for request in server.requests} == {'"7"'}


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("text", QuestionKind.STRING),
        ("textarea", QuestionKind.TEXT),
        ("number", QuestionKind.NUMBER),
        ("datetime", QuestionKind.DATETIME),
        ("boolean", QuestionKind.BOOLEAN),
        ("file", QuestionKind.FILE),
        ("Text", QuestionKind.STRING),
        ("slider", QuestionKind.STRING),
    ],
)
def test_kinds_of_questions(word: str, kind: QuestionKind) -> None:
    """Each kind has its own; an unknown one is a line of text as long as it may stay empty."""
    assert _only(_question(question_type=word)) == Question("11", kind, "How deep?")


def test_a_question_says_what_it_wants() -> None:
    """Required, kept private, its length and its choices are read; keys go upstream."""
    values = [
        {"key": "A", "name": "Ankle"},
        {"key": "", "name": "Knee"},
        {"key": "A", "name": "Again"},
        {"key": None, "name": None},
    ]
    found = _only(
        _question(
            question_type="multivaluelist",
            response_required=True,
            answer_kept_private=True,
            max_length=30,
            select_values=values,
        )
    )
    assert found == Question(
        "11",
        QuestionKind.MULTI,
        "How deep?",
        required=True,
        choices=(Choice("A", "Ankle"), Choice("Knee", "Knee")),
        kept_private=True,
        max_length=30,
    )


def test_a_list_without_choices_can_be_answered() -> None:
    """It is a line of text, since it may be required."""
    assert _only(_question(question_type="select")).kind is QuestionKind.STRING


def test_a_required_question_of_an_unknown_kind_is_told_by_its_kind() -> None:
    """Nobody can answer it here, and the form has to say so."""
    for word in ("slider", "hidden"):
        found = _only(_question(question_type=word, response_required=True))
        assert found.kind is QuestionKind.UNKNOWN


def test_what_is_not_asked_is_left_out() -> None:
    """The app asks for description and photo itself; hidden questions are for nobody."""
    form = _asked(
        _question(primary_key="summary", response_required=True),
        _question(primary_key="description", question_type="textarea"),
        _question(question_type="hidden"),
        _question(primary_key="", question="Nobody could answer"),
        _question(primary_key=None, question_type="note", question="Call 911"),
        _question(primary_key="issue_image", question_type="file"),
    ).gateway.report_form(HOLE, None)
    assert [(each.code, each.kind, each.text, each.required) for each in form.questions] == [
        ("summary", QuestionKind.STRING, "How deep?", True),
        ("note-4", QuestionKind.NOTE, "Call 911", False),
    ]


def test_the_form_has_the_newest_flags() -> None:
    """What the list said holds where the form says nothing."""
    listed = RequestType("slash/7", "Pothole", private=True, needs_place=False)
    server = _asked(block_submission=True, permit_guest_reporting=False)
    assert server.gateway.report_form(listed, None).request_type == RequestType(
        "slash/7",
        "Pothole",
        private=True,
        needs_place=False,
        information_only=True,
        guests_may_report=False,
    )
    assert server.requests[0].url.raw_path == b"/api/v2/request_types/slash%2F7"


def _issue(**changes: Any) -> dict[str, Any]:
    return {"id": 23, "status": "Open", "summary": "Hole", "description": "Deep", **changes}


def test_an_issue_with_everything() -> None:
    """Times carry the offset of the US East wherever the issue is, and the status is as it is said."""
    person = {"id": 5, "name": "Ana", "role": "Guest", "avatar": {"full": "/faces/ana.png"}}
    nobody = {
        "id": 0,
        "name": "An anonymous SeeClickFix user",
        "avatar": {"full": "https://city.example/assets/no-avatar-100.png"},
    }
    said = {
        "comment": "Me too\r\n",
        "commenter": person,
        "created_at": "2026-07-02T09:00:00-04:00",
        "last_edited_at": "2026-07-02T10:00:00-04:00",
        "flag_url": "https://city.example/api/v2/comments/88/flag",
        "media": {"image_full": None, "images": [{"full": "/pictures/2.jpg"}]},
    }
    server = serving(
        _issue(
            lat=41.9,
            lng="-87.6",
            address="1 Main St",
            created_at="2026-07-01T20:00:00-04:00",
            updated_at="2026-07-03T00:00:00Z",
            acknowledged_at=None,
            closed_at="2026-07-02T00:00:00-05:00",
            reopened_at="2026-07-02T02:00:00-05:00",
            private_visibility=True,
            html_url="https://city.example/issues/23",
            request_type={"id": 7, "title": "Pothole", "organization": "Streets"},
            transitions={
                "close_url": "https://x",
                "acknowledge_url": "https://x",
                "open_url": None,
            },
            reporter=nobody,
            media={"image_full": "/pictures/1.jpg", "representative_image_url": "/icon.png"},
            vote_count="3",
            votes=[{}],
            questions=[
                {"question": "How deep?\r\n", "answer": "Knee"},
                {"question": "Where?", "answer": ["Lane", "Curb"]},
                {"question": "Private", "answer": None},
            ],
            comments=[said, {"comment": "The system noted this", "flag_url": None}],
            current_user_relationship={"following": True, "voted": False, "reporter": True},
        )
    )
    found = server.gateway.issue("23", "token")
    assert found is not None
    issue = found.issue
    assert (issue.upstream_id, issue.status, issue.raw_status) == (
        "23",
        IssueStatus.OPEN,
        "Open",
    )
    assert (issue.request_type_name, issue.request_type_code) == ("Pothole", "7")
    assert (issue.agency, issue.address, issue.description) == ("Streets", "1 Main St", "Deep")
    assert issue.point == Point(41.9, -87.6)
    assert issue.requested_at == datetime(2026, 7, 2, tzinfo=UTC)
    assert issue.updated_at == datetime(2026, 7, 3, tzinfo=UTC)
    assert issue.media_url == found.picture_url == "https://city.example/pictures/1.jpg"
    assert found.acknowledged_at is None
    assert found.closed_at == datetime(2026, 7, 2, 5, tzinfo=UTC)
    assert found.reopened_at == datetime(2026, 7, 2, 7, tzinfo=UTC)
    assert found.reporter == Commenter("An anonymous SeeClickFix user")
    assert found.request_type == RequestType(
        "7", "Pothole", group="Streets", organization="Streets"
    )
    assert (found.summary, found.private, found.votes) == ("Hole", True, 3)
    assert found.page_url == "https://city.example/issues/23"
    assert found.answers == (("How deep?", "Knee"), ("Where?", "Lane, Curb"))
    assert found.comments == (
        Comment(
            "Me too",
            Commenter("Ana", "5", "Guest", FACE),
            datetime(2026, 7, 2, 13, tzinfo=UTC),
            "88",
            "https://city.example/pictures/2.jpg",
            datetime(2026, 7, 2, 14, tzinfo=UTC),
        ),
        Comment("The system noted this", Commenter(""), None),
    )
    assert found.relation == Relation(following=True, reporter=True)
    assert found.hints == {Action.CLOSE, Action.ACKNOWLEDGE}
    assert server.requests[0].url.params["details"] == "true"
    assert server.budget.taken == [Share.SIGNED_IN]
    server.gateway.issue("23")
    assert server.budget.taken[1:] == [Share.LIST]


def test_an_issue_with_next_to_nothing() -> None:
    """Old issues lack types and words, and a category's icon is no photo."""
    server = serving(
        _issue(
            status="Cancelled",
            summary=None,
            request_type=None,
            media={
                "image_full": "null",
                "images": [{"full": "https://[broken"}],
                "representative_image_url": "https://city.example/assets/tree.png",
            },
            vote_count="9" * 5000,
            votes=[{"created_at": "2026-07-01T20:00:00-04:00"}],
            questions=None,
        )
    )
    found = server.gateway.issue("23")
    assert found is not None
    assert (found.issue.status, found.issue.raw_status) == (IssueStatus.UNKNOWN, "Cancelled")
    assert (found.summary, found.request_type, found.picture_url) == ("", None, None)
    assert (found.reporter, found.votes, found.answers) == (None, 1, ())


def test_an_issue_that_is_not_there() -> None:
    """404 is none, another number is none, and any other refusal is told."""
    gone = {"message": "The resource was not found.", "documentation_url": "https://x"}
    assert serving(gone, 404).gateway.issue("23") is None
    assert serving(_issue(id=24)).gateway.issue("23") is None
    with pytest.raises(RefusedError):
        serving(gone, 401).gateway.issue("23", "token")


def test_a_list_is_asked_for_by_a_box() -> None:
    """A point alone filters nothing, and archived issues come only when asked for."""
    pagination = {
        "entries": 45,
        "page": 1,
        "next_page": 2,
        "next_page_url": "https://evil.test",
    }
    body = {"issues": [_issue()], "metadata": {"pagination": pagination}, "errors": {}}
    server = serving(body)
    query = IssuesQuery(
        BOX,
        search="deep hole",
        statuses=(IssueStatus.OPEN, IssueStatus.ARCHIVED),
        type_code="7",
        since=datetime(2026, 7, 1, tzinfo=UTC),
        until=datetime(2026, 7, 2, tzinfo=UTC),
        page=3,
    )
    page = server.gateway.issues(query, "token")
    assert [each.issue.upstream_id for each in page.issues] == ["23"]
    assert (page.next_page, page.entries) == (2, 45)
    asked = dict(server.requests[0].url.params)
    assert asked.pop("fields[issue]").startswith("id,status,summary")
    assert asked == {
        "min_lat": "41.800000",
        "max_lat": "41.900000",
        "min_lng": "-87.700000",
        "max_lng": "-87.600000",
        "status": "open,archived",
        "search": "deep hole",
        "request_types": "7",
        "after": "2026-07-01T00:00:00Z",
        "before": "2026-07-02T00:00:00Z",
        "sort": "created_at",
        "page": "3",
        "per_page": "100",
    }
    assert server.asked == [("GET", "/issues")]
    assert server.budget.taken == [Share.LIST]


def test_a_list_ends_with_an_empty_page() -> None:
    """Whatever the numbers promise: results are capped."""
    body = {"issues": [], "metadata": {"pagination": {"entries": 900, "next_page": 27}}}
    page = serving(body).gateway.issues(IssuesQuery(BOX, type_code="other"))
    assert (page.issues, page.next_page, page.entries) == ((), None, 900)


def test_ones_own_reports() -> None:
    """They are the token's, page by page."""
    body = {"issues": [_issue()], "metadata": {"pagination": {"next_page": None}}}
    server = serving(body)
    page = server.gateway.own_issues("token", 2)
    assert (len(page.issues), page.next_page) == (1, None)
    assert server.asked == [("GET", "/profile/issues")]
    assert server.requests[0].url.params["page"] == "2"
    assert server.budget.taken == [Share.LIST]


def test_who_is_signed_in() -> None:
    """An official may acknowledge."""
    body = {
        "id": 5,
        "name": "Ana",
        "email": "ana@example.org",
        "avatar": {"square_100x100": FACE, "full": "/other.png"},
        "permissions": {"can_acknowledge": True},
    }
    server = serving(body)
    assert server.gateway.profile("token") == Person("5", "Ana", "ana@example.org", FACE, True)
    assert server.budget.taken == [Share.SIGNED_IN]


def test_nobody_is_signed_in() -> None:
    """A bad token gets 200 with a null, or 401."""
    assert serving({"id": None}).gateway.profile("token") is None
    assert serving({"error": "invalid_token"}, 401).gateway.profile("token") is None
    with pytest.raises(RefusedError):
        serving({"message": "No."}, 403).gateway.profile("token")


def test_places_are_areas_with_a_name() -> None:
    """A center begins with the longitude; one that is none, and a place without a number, do no harm."""
    server = serving(
        {
            "places": [
                {"id": 7, "name": "Chicago", "center": {"coordinates": [-87.6, 41.9]}},
                {"id": None, "name": "Nowhere"},
                {
                    "id": 8,
                    "name": "Cook",
                    "place_type": "County",
                    "center": {"coordinates": []},
                },
            ]
        }
    )
    assert server.gateway.places(PLACE) == (
        Place("7", "Chicago", center=Point(41.9, -87.6)),
        Place("8", "Cook", kind="County"),
    )
    (request,) = server.requests
    assert dict(request.url.params) == {"lat": "41.881400", "lng": "-87.656800"}
    assert "Authorization" not in request.headers
    assert server.budget.taken == [Share.FORM]


def test_a_place_that_is_not_there() -> None:
    """404 is none; any other refusal is told."""
    gone = {"message": "The resource was not found.", "documentation_url": "https://x"}
    assert serving(gone, 404).gateway.place("1") is None
    with pytest.raises(RefusedError):
        serving(gone, 400).gateway.place("1")


@pytest.mark.parametrize("body", [b"<html></html>", b"[1]", b"{}", b'{"a"', b"[" * 100_000])
def test_what_cannot_be_read_is_broken(body: bytes) -> None:
    """An error page with 200 is no empty list, and no person without a name."""
    gateway = serving(body).gateway
    calls = (
        lambda: gateway.request_types(PLACE, None),
        lambda: gateway.report_form(HOLE, None),
        lambda: gateway.issue("23"),
        lambda: gateway.issues(IssuesQuery(BOX)),
        lambda: gateway.own_issues("token"),
        lambda: gateway.profile("token"),
        lambda: gateway.place("3039"),
        lambda: gateway.places(PLACE),
    )
    for call in calls:
        with pytest.raises(BrokenError):
            call()
