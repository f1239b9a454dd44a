"""The real client and the sandbox, which share no code, understand each other in both formats."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from scf_report.clients.errors import BrokenError, RefusedError
from scf_report.clients.open311.client import Open311Client
from scf_report.clients.open311.encode import Fields
from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.clients.transport import MediaFile, Transport
from scf_report.domain.delivery import (
    Accepted,
    AwaitingId,
    Deferred,
    Found,
    LookUp,
    Moderated,
    NotFound,
    Rejected,
    Share,
    Uncertain,
    Unnumbered,
)
from scf_report.domain.endpoint import Dialect, Endpoint
from scf_report.domain.geography import Point, distance_m
from scf_report.domain.issue import IssueStatus
from scf_report.domain.report import Contact, Reference, Report
from scf_report.domain.report_form import Answer, QuestionKind
from tests.contract.sandbox_city import (
    BATCH,
    DEAD_ANIMAL,
    GRAFFITI,
    JPEG,
    MADISON,
    MARKET,
    NOWHERE,
    POTHOLE,
    SandboxCity,
)

REFERENCE = Reference("R7F3-K2QX")
HOLE: dict[str, Answer] = {
    "1010101": "LANE_RIGHT",
    "1010102": ("PART_SURFACE", "PART_CURB"),
    "1010105": "SIZE_L",
    "1010107": "ANSWER_NO",
}
Connect = Callable[..., Open311Gateway]


class AnyTimes:
    """A budget without a limit: the sandbox's own is out of the way, too."""

    def take(self, host: str, share: Share) -> float:  # noqa: ARG002 -- the budget's interface
        """Let every call through."""
        return 0.0

    def pause(self, host: str, seconds: float) -> None:
        """Take no notice."""


def _place(named: dict[str, str]) -> Point:
    return Point(float(named["lat"]), float(named["long"]))


HERE = _place(MADISON)


@pytest.fixture
def city(tmp_path: Path) -> SandboxCity:
    """Give a fresh city."""
    return SandboxCity(tmp_path)


@pytest.fixture(params=["json", "xml"])
def connect(city: SandboxCity, request: pytest.FixtureRequest) -> Connect:
    """Make a gateway to the city, on the aggregate endpoint or an organization's, in either format."""

    def make(organization_id: str | None = None, api_key: str | None = None) -> Open311Gateway:
        root = "http://city.test/open311/v2" + (
            f"/{organization_id}" if organization_id else ""
        )
        endpoint = Endpoint(
            "city",
            root,
            "http://city.test/api/v2",
            organization_id=organization_id,
            dialect=Dialect(format=request.param),
        )
        agent = "scf-report-tests (tests@example.org)"
        network = httpx.WSGITransport(city.sandbox)
        transport = Transport(root, user_agent=agent, budget=AnyTimes(), http=network)
        return Open311Gateway(Open311Client(transport, endpoint, api_key))

    return make


def _fields(
    gateway: Open311Gateway,
    code: int = DEAD_ANIMAL,
    *,
    answers: dict[str, Answer] | None = None,
    point: Point = HERE,
    reference: Reference = REFERENCE,
) -> Fields:
    (chosen,) = (each for each in gateway.request_types(HERE) if each.code == str(code))
    form = gateway.report_form(chosen, HERE)
    contact = Contact("Ana", email="ana@example.org")
    return gateway.prepare(
        Report(
            reference, point, "1200 W Madison St", form, "It is big", "", answers or {}, contact
        )
    )


def _look_up(gateway: Open311Gateway, city: SandboxCity, code: int = DEAD_ANIMAL) -> LookUp:
    since = city.moment - timedelta(hours=1)
    return gateway.look_up(REFERENCE, str(code), HERE, since, city.moment)


def test_request_types_and_questions(connect: Connect) -> None:
    """The aggregate endpoint and the organization's offer potholes with their questions."""
    for gateway in (connect(), connect("101")):
        (pothole,) = (each for each in gateway.request_types(HERE) if each.code == str(POTHOLE))
        assert (pothole.name, pothole.group) == (
            "Pothole in street",
            "Chicago Streets and Sanitation",
        )
        questions = {each.code: each for each in gateway.report_form(pothole, HERE).questions}
        assert questions["1010101"].kind is QuestionKind.SINGLE
        assert "LANE_RIGHT" in {choice.key for choice in questions["1010101"].choices}
        assert questions["1010102"].kind is QuestionKind.MULTI


def test_nothing_is_offered_where_nobody_is_in_charge(connect: Connect) -> None:
    """Far from both cities the form has to say so."""
    assert connect().request_types(_place(NOWHERE)) == ()
    assert connect().request_types(_place(MARKET)) != ()


@pytest.mark.parametrize("organization_id", [None, "101"])
def test_a_report_with_a_photo_arrives_and_is_found(
    connect: Connect, city: SandboxCity, organization_id: str | None
) -> None:
    """It gets a number, is found by its reference, and can be followed by its number."""
    gateway = connect(organization_id)
    fields = _fields(gateway, POTHOLE, answers=HOLE)
    outcome = gateway.send(fields, MediaFile("hole.jpg", "image/jpeg", JPEG))
    assert isinstance(outcome, Accepted)
    assert outcome.notice == "A crew looks at potholes within 5 days."
    assert _look_up(gateway, city, POTHOLE) == Found(outcome.upstream_id)
    issue = gateway.issue(outcome.upstream_id)
    assert issue is not None
    assert issue.status is IssueStatus.OPEN
    assert issue.description == "R7F3-K2QX: It is big"
    assert issue.media_url is not None
    assert issue.requested_at == city.moment
    assert issue.point is not None
    assert distance_m(issue.point, HERE) < 1
    assert gateway.issues([outcome.upstream_id, "1"]) == (issue,)
    (received,) = city.received()
    assert received["description"] == "R7F3-K2QX: It is big"


def test_absence_is_proved_by_the_whole_list(connect: Connect, city: SandboxCity) -> None:
    """Others' reports on several pages, and ours not among them."""
    for number in range(205):
        city.report(DEAD_ANIMAL, description=f"Squirrel {number}")
    assert _look_up(connect(), city) == NotFound(complete=True)


def test_a_report_stored_behind_an_error_is_found(connect: Connect, city: SandboxCity) -> None:
    """The failure tells nothing, the look-up everything: it is not sent again."""
    gateway = connect()
    fields = _fields(gateway)
    city.turn(fault="500-after", count="1")
    assert gateway.send(fields, None) == Uncertain("http_500")
    assert isinstance(_look_up(gateway, city), Found)


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
    connect: Connect, city: SandboxCity, fault: str, outcome: Uncertain | Deferred
) -> None:
    """Whatever the city plays has its outcome."""
    gateway = connect()
    fields = _fields(gateway)
    city.turn(fault=fault, count="1")
    assert gateway.send(fields, None) == outcome


def test_a_page_instead_of_a_list_is_no_list(connect: Connect, city: SandboxCity) -> None:
    """A look-up that meets a page for people proves nothing."""
    city.turn(fault="html", count="10")
    with pytest.raises((BrokenError, RefusedError)):
        _look_up(connect(), city)


def test_refusals_say_why(connect: Connect) -> None:
    """Missing answers and a place outside come back as reasons."""
    gateway = connect()
    outside = gateway.send(_fields(gateway, point=_place(MARKET)), None)
    assert isinstance(outside, Rejected)
    assert "boundary" in outside.reasons[0].message
    assert outside.reasons[0].field is None
    unanswered = gateway.send(_fields(gateway, POTHOLE), None)
    assert isinstance(unanswered, Rejected)
    assert len(unanswered.reasons) >= 3


def test_the_same_again_is_a_duplicate(
    connect: Connect, request: pytest.FixtureRequest
) -> None:
    """After a lost answer, a second POST is told apart from a plain refusal; XML has no sign for it."""
    gateway = connect()
    assert isinstance(gateway.send(_fields(gateway), None), Accepted)
    again = gateway.send(_fields(gateway), None)
    assert isinstance(again, Rejected)
    assert again.duplicate is ("json" in request.node.callspec.params.values())


def test_a_batch_service_answers_a_token(connect: Connect, city: SandboxCity) -> None:
    """The number comes after a while, however the city says "not yet"."""
    gateway = connect()
    outcome = gateway.send(_fields(gateway, BATCH, answers={"1013201": "WATER_CURB"}), None)
    assert isinstance(outcome, AwaitingId)
    for pending in ("token", "empty", "missing"):
        city.turn(token_pending=pending)
        assert gateway.poll_token(outcome.service_request_token) is None
    city.wait(seconds=10)
    assert isinstance(gateway.poll_token(outcome.service_request_token), Accepted)


@pytest.mark.parametrize(
    ("variant", "outcome"),
    [("object", Accepted), ("empty", Unnumbered), ("list", Accepted)],
)
def test_unknown_kinds_of_success(
    connect: Connect, city: SandboxCity, variant: str, outcome: type[Accepted | Unnumbered]
) -> None:
    """Whichever way SeeClickFix says yes, it is understood; a missing number is told as missing."""
    gateway = connect()
    fields = _fields(gateway)
    city.turn(post_body=variant, post_status="201")
    assert isinstance(gateway.send(fields, None), outcome)


def test_a_report_held_for_review(connect: Connect, city: SandboxCity) -> None:
    """202 without a number is a state of its own, if the city withholds it."""
    gateway = connect()
    city.turn(moderated_id="hidden")
    outcome = gateway.send(_fields(gateway, GRAFFITI, answers={"1010401": "ON_WALL"}), None)
    assert outcome == Moderated()
    assert _look_up(gateway, city, GRAFFITI) == NotFound(complete=True)


def test_a_missing_key_is_the_operators_matter(connect: Connect, city: SandboxCity) -> None:
    """Without the key the report waits with an alarm; with it, it goes out."""
    city.turn(api_key="k3y")
    gateway = connect()
    fields = _fields(gateway)
    assert gateway.send(fields, None) == Deferred("http_403", alarm=True)
    assert isinstance(connect(api_key="k3y").send(fields, None), Accepted)
