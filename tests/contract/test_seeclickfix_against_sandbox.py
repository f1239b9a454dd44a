"""The real client of APIv2 and the sandbox, which share no code, understand each other."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from scf_report.clients.errors import BrokenError
from scf_report.clients.open311.encode import Fields
from scf_report.clients.seeclickfix.client import IssuesQuery, SeeClickFixClient
from scf_report.clients.seeclickfix.gateway import SeeClickFixGateway
from scf_report.clients.transport import MediaFile, Transport
from scf_report.domain.conversation import Action, Declined, Done, HeldForReview, SignInAgain
from scf_report.domain.delivery import (
    Accepted,
    Deferred,
    Found,
    LookUp,
    Moderated,
    NeedsSignIn,
    NotFound,
    Outcome,
    Refusal,
    Rejected,
    Uncertain,
)
from scf_report.domain.geography import Box, Point, distance_m
from scf_report.domain.issue import IssueStatus
from scf_report.domain.report import Reference, Report, SignedIn
from scf_report.domain.report_form import Answer, QuestionKind, RequestType
from tests.contract.sandbox_api_city import BEN, MANAGER, ROSA, ApiCity
from tests.contract.sandbox_city import (
    DEAD_ANIMAL,
    GRAFFITI,
    JPEG,
    MADISON,
    MARKET,
    NOWHERE,
    POTHOLE,
    PRIVATE,
)
from tests.contract.seeclickfix_network import AGENT, AnyTimes

REFERENCE = Reference("R7F3-K2QX")
HOLE: dict[str, Answer] = {
    "1010101": "LANE_RIGHT",
    "1010102": ("PART_SURFACE", "PART_CURB"),
    "1010105": "SIZE_L",
    "1010107": "ANSWER_NO",
}
CHICAGO = Box(41.6, -87.9, 42.1, -87.5)


def _place(named: dict[str, str]) -> Point:
    return Point(float(named["lat"]), float(named["long"]))


HERE = _place(MADISON)


@pytest.fixture
def city(tmp_path: Path) -> ApiCity:
    """Give a fresh city."""
    return ApiCity(tmp_path)


@pytest.fixture
def gateway(city: ApiCity) -> SeeClickFixGateway:
    """Make a gateway to the city."""
    network = httpx.WSGITransport(city.sandbox)
    root = "http://city.test/api/v2"
    transport = Transport(root, user_agent=AGENT, budget=AnyTimes(), http=network)
    return SeeClickFixGateway(SeeClickFixClient(transport))


def _type(gateway: SeeClickFixGateway, code: int) -> RequestType:
    types = gateway.request_types(HERE, None)
    return next(each for each in types if each.code == str(code))


def _fields(
    gateway: SeeClickFixGateway,
    code: int = DEAD_ANIMAL,
    answers: dict[str, Answer] | None = None,
    *,
    point: Point = HERE,
    hide_name: bool = False,
) -> Fields:
    form = gateway.report_form(_type(gateway, code), None)
    said: dict[str, Answer] = {"summary": "Dead squirrel", **(answers or {})}
    reporter = SignedIn(str(ROSA), "Rosa", hide_name=hide_name)
    return gateway.prepare(
        Report(REFERENCE, point, "1200 W Madison St", form, "It is big", "", said, reporter)
    )


def _send(gateway: SeeClickFixGateway, city: ApiCity, fields: Fields) -> Outcome:
    return gateway.send(fields, None, city.token(ROSA))


def _number(gateway: SeeClickFixGateway, city: ApiCity, code: int = DEAD_ANIMAL) -> str:
    outcome = _send(gateway, city, _fields(gateway, code))
    assert isinstance(outcome, Accepted)
    return outcome.upstream_id


def _look_up(gateway: SeeClickFixGateway, city: ApiCity, code: int = DEAD_ANIMAL) -> LookUp:
    since = city.moment - timedelta(hours=1)
    return gateway.look_up(REFERENCE, str(code), HERE, since, city.moment, city.token(ROSA))


def test_types_and_their_flags(gateway: SeeClickFixGateway) -> None:
    """The city offers potholes to everybody, and other things to people with an account or to nobody."""
    types = gateway.request_types(HERE, None)
    pothole = next(each for each in types if each.code == str(POTHOLE))
    assert (pothole.name, pothole.private) == ("Pothole in street", False)
    assert next(each for each in types if each.code == str(PRIVATE)).private
    assert {each.information_only for each in types} == {True, False}
    assert {each.guests_may_report for each in types} == {True, False}
    assert {each.needs_place for each in types} == {True, False}
    assert {each.name_may_be_hidden for each in types} == {True, False}
    assert gateway.request_types(_place(MARKET), None) != types


def test_nothing_is_offered_by_nobody(gateway: SeeClickFixGateway) -> None:
    """Far from both cities the community's own type alone is left, which no city reads."""
    assert gateway.request_types(_place(NOWHERE), None) == ()


def test_questions(gateway: SeeClickFixGateway) -> None:
    """The title is a question like the others; all kinds that the city has are understood."""
    form = gateway.report_form(_type(gateway, POTHOLE), None)
    assert form.questions[0].code == "summary"
    assert {each.code for each in form.questions} >= set(HOLE)
    kinds = {
        question.kind
        for each in gateway.request_types(HERE, None)
        for question in gateway.report_form(each, None).questions
    }
    assert kinds == set(QuestionKind) - {QuestionKind.FILE, QuestionKind.UNKNOWN}


def test_a_report_with_a_photo_arrives_and_is_found(
    gateway: SeeClickFixGateway, city: ApiCity
) -> None:
    """It gets a number, is found by its reference, and shows with its answers and photo."""
    photo = MediaFile("hole.jpg", "image/jpeg", JPEG)
    outcome = gateway.send(_fields(gateway, POTHOLE, HOLE), photo, city.token(ROSA))
    assert isinstance(outcome, Accepted)
    assert _look_up(gateway, city, POTHOLE) == Found(outcome.upstream_id)
    found = gateway.issue(outcome.upstream_id, city.token(ROSA))
    assert found is not None
    assert (found.issue.status, found.issue.raw_status) == (IssueStatus.OPEN, "Open")
    assert (found.summary, found.issue.description) == ("Dead squirrel", "R7F3-K2QX: It is big")
    assert found.issue.requested_at == city.moment
    assert found.issue.point is not None
    assert distance_m(found.issue.point, HERE) < 1
    assert found.picture_url is not None
    assert found.picture_url.startswith("http://city.test/media/")
    assert found.answers
    assert found.relation.reporter
    assert found.reporter is not None
    assert found.reporter.id == str(ROSA)


def test_a_name_can_be_hidden(gateway: SeeClickFixGateway, city: ApiCity) -> None:
    """Others read no name; the person still finds the report among their own."""
    outcome = _send(gateway, city, _fields(gateway, hide_name=True))
    assert isinstance(outcome, Accepted)
    found = gateway.issue(outcome.upstream_id)
    assert found is not None
    assert found.reporter is not None
    assert found.reporter.id is None
    own = gateway.own_issues(city.token(ROSA))
    assert [each.issue.upstream_id for each in own.issues] == [outcome.upstream_id]


def test_a_private_report_is_found_by_its_person(
    gateway: SeeClickFixGateway, city: ApiCity
) -> None:
    """The public search does not show it, and others may not read it."""
    answers: dict[str, Answer] = {
        each.code: each.choices[0].key if each.choices else "2026-11-24T08:00:00-06:00"
        for each in gateway.report_form(_type(gateway, PRIVATE), None).questions
        if each.required and each.code != "summary"
    }
    outcome = _send(gateway, city, _fields(gateway, PRIVATE, answers))
    assert isinstance(outcome, Accepted)
    assert _look_up(gateway, city, PRIVATE) == Found(outcome.upstream_id)
    assert gateway.issue(outcome.upstream_id, city.token(BEN)) is None
    found = gateway.issue(outcome.upstream_id, city.token(ROSA))
    assert found is not None
    assert found.private


def test_a_report_held_for_review(gateway: SeeClickFixGateway, city: ApiCity) -> None:
    """202 has no number, and nothing shows it."""
    fields = _fields(gateway, GRAFFITI, {"1010401": "ON_WALL"})
    assert _send(gateway, city, fields) == Moderated()
    assert _look_up(gateway, city, GRAFFITI) == NotFound(complete=True)


def test_a_refusal_names_the_fields(gateway: SeeClickFixGateway, city: ApiCity) -> None:
    """Each missing answer by its question, and the place."""
    unanswered = _send(gateway, city, _fields(gateway, POTHOLE, {"summary": " "}))
    assert isinstance(unanswered, Rejected)
    assert {reason.field for reason in unanswered.reasons} >= {"summary", "1010101", "1010105"}
    outside = _send(gateway, city, _fields(gateway, point=_place(MARKET)))
    assert isinstance(outside, Rejected)
    assert {reason.field for reason in outside.reasons} == {"point"}


def test_the_same_again_is_a_duplicate(gateway: SeeClickFixGateway, city: ApiCity) -> None:
    """Where the city refuses it, it is told apart from other refusals."""
    city.turn(api_duplicates="refused")
    assert isinstance(_send(gateway, city, _fields(gateway)), Accepted)
    again = _send(gateway, city, _fields(gateway))
    assert isinstance(again, Rejected)
    assert again.duplicate


@pytest.mark.parametrize("shape", ["message", "oauth", "empty"])
def test_a_dead_token(gateway: SeeClickFixGateway, city: ApiCity, shape: str) -> None:
    """Nothing is sent or done, nobody is signed in; the person has to sign in again."""
    city.turn(unauthorized=shape)
    number = _number(gateway, city)
    assert gateway.send(_fields(gateway), None, "dead") == NeedsSignIn()
    assert gateway.act(Action.VOTE, number, "dead") == SignInAgain()
    assert gateway.profile("dead") is None
    person = gateway.profile(city.token(MANAGER))
    assert person is not None
    assert (person.id, person.can_acknowledge) == (str(MANAGER), True)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("500-before", Uncertain("http_500")),
        ("html", Uncertain("http_200")),
        ("down", Deferred("http_503", retry_after=30.0)),
        ("429", Deferred("http_429", retry_after=30.0, pauses_everyone=True)),
    ],
)
def test_faults(
    gateway: SeeClickFixGateway, city: ApiCity, fault: str, outcome: Outcome
) -> None:
    """Whatever the city plays has its outcome, and nothing was stored."""
    fields = _fields(gateway)
    city.token(ROSA)
    city.turn(fault=fault, count="1")
    assert _send(gateway, city, fields) == outcome
    assert _look_up(gateway, city) == NotFound(complete=True)


def test_a_report_stored_behind_an_error_is_found(
    gateway: SeeClickFixGateway, city: ApiCity
) -> None:
    """The failure tells nothing, the look-up everything: it is not sent again."""
    fields = _fields(gateway)
    city.token(ROSA)
    city.turn(fault="500-after", count="1")
    assert _send(gateway, city, fields) == Uncertain("http_500")
    assert isinstance(_look_up(gateway, city), Found)
    city.turn(fault="html", count="2")
    with pytest.raises(BrokenError):
        _look_up(gateway, city)


def test_a_capped_list_proves_nothing(gateway: SeeClickFixGateway, city: ApiCity) -> None:
    """Of more reports than lists show, ours may be behind the last page."""
    for number in range(12):
        city.made(DEAD_ANIMAL, description=f"Squirrel {number}")
    assert _look_up(gateway, city) == NotFound(complete=True)
    city.turn(list_window="10")
    assert _look_up(gateway, city) == NotFound(complete=False)


def test_lists_by_box_and_status(gateway: SeeClickFixGateway, city: ApiCity) -> None:
    """They say all that a list shows, page by page."""
    numbers = [city.made(DEAD_ANIMAL, description=f"Squirrel {n}")["id"] for n in range(21)]
    first = gateway.issues(IssuesQuery(CHICAGO))
    assert (len(first.issues), first.next_page, first.entries) == (20, 2, 21)
    second = gateway.issues(IssuesQuery(CHICAGO, page=2))
    assert (len(second.issues), second.next_page) == (1, None)
    listed = {each.issue.upstream_id for each in (*first.issues, *second.issues)}
    assert listed == {str(number) for number in numbers}
    assert second.issues[0].request_type is not None
    closed = IssuesQuery(CHICAGO, statuses=(IssueStatus.CLOSED,))
    assert gateway.issues(closed).issues == ()
    assert gateway.issues(IssuesQuery(Box(0, 0, 1, 1))).issues == ()


def test_what_people_do(gateway: SeeClickFixGateway, city: ApiCity) -> None:
    """Vote, follow, comment with a photo, flag, close, reopen: all of it shows."""
    number, ben = _number(gateway, city), city.token(BEN)
    photo = MediaFile("hole.jpg", "image/jpeg", JPEG)
    for action in (Action.VOTE, Action.VOTE, Action.FOLLOW, Action.FOLLOW):
        assert gateway.act(action, number, ben) == Done()
    assert gateway.act(Action.COMMENT, number, ben, "Me too", photo) == Done("Open")
    found = gateway.issue(number, ben)
    assert found is not None
    assert (found.votes, found.relation.voted, found.relation.following) == (1, True, True)
    (comment,) = found.comments
    assert (comment.text, comment.by.id, comment.at) == ("Me too", str(BEN), city.moment)
    assert comment.picture_url is not None
    assert comment.id is not None
    assert gateway.flag_comment(comment.id, city.token(ROSA), "Rude") == Done()
    assert gateway.act(Action.FLAG, number, ben, "Not there") == Done()
    assert gateway.act(Action.UNVOTE, number, ben) == Done()
    assert gateway.act(Action.UNFOLLOW, number, ben) == Done()
    assert Action.CLOSE in found.hints
    assert gateway.act(Action.CLOSE, number, ben, "It is gone") == Done("Closed")
    closed = gateway.issue(number, ben)
    assert closed is not None
    assert (closed.issue.status, closed.hints) == (
        IssueStatus.CLOSED,
        frozenset({Action.REOPEN}),
    )
    assert closed.closed_at == city.moment
    assert gateway.act(Action.REOPEN, number, ben, "It is back") == Done("Open")


def test_what_people_may_not_do(gateway: SeeClickFixGateway, city: ApiCity) -> None:
    """The reasons are the city's own."""
    number, ben = _number(gateway, city), city.token(BEN)
    never = gateway.act(Action.UNVOTE, number, ben)
    assert never == Declined(422, (Refusal("You have not voted on this issue."),))
    role = gateway.act(Action.ACKNOWLEDGE, number, ben, "Seen")
    assert isinstance(role, Declined)
    assert (role.http_status, len(role.reasons)) == (403, 1)
    blank = gateway.act(Action.COMMENT, number, ben)
    assert isinstance(blank, Declined)
    assert blank.reasons[0].field == "comment"
    assert gateway.act(Action.VOTE, "999999", ben) == Declined(
        404, (Refusal("The resource was not found."),)
    )
    manager = city.token(MANAGER)
    assert gateway.act(Action.ACKNOWLEDGE, number, manager, "Seen") == Done("Acknowledged")


def test_an_archived_issue_is_frozen(gateway: SeeClickFixGateway, city: ApiCity) -> None:
    """A comment on it gets a clear no."""
    number = _number(gateway, city)
    gateway.act(Action.CLOSE, number, city.token(ROSA), "It is gone")
    city.wait(days=8)
    fresh = city.token(BEN)
    result = gateway.act(Action.COMMENT, number, fresh, "Me too")
    assert isinstance(result, Declined)
    assert "archived" in result.reasons[0].message


def test_a_comment_held_for_review(gateway: SeeClickFixGateway, city: ApiCity) -> None:
    """It does not show."""
    number = _number(gateway, city)
    city.turn(comments_moderated="yes")
    assert gateway.act(Action.COMMENT, number, city.token(BEN), "Me too") == HeldForReview()
    found = gateway.issue(number)
    assert found is not None
    assert found.comments == ()


def test_the_cities_are_places(gateway: SeeClickFixGateway) -> None:
    """The nearest comes first, and each can be read by its number."""
    near, far = gateway.places(HERE)
    assert near.name == "Chicago"
    assert near.center is not None
    assert CHICAGO.south < near.center.latitude < CHICAGO.north
    assert gateway.place(far.id) == far
    assert gateway.place("1") is None
