"""What each answer of an upstream means for a report and for the form."""

from collections.abc import Callable
from itertools import count

import httpx
import pytest

from scf_report.clients.errors import BrokenError, NotSentError, RefusedError
from scf_report.clients.open311.client import Open311Client
from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.domain.delivery import (
    Accepted,
    AwaitingId,
    Deferred,
    Moderated,
    Outcome,
    Refusal,
    Rejected,
    Share,
    Uncertain,
    Unnumbered,
)
from scf_report.domain.geography import Point
from scf_report.domain.report import Reference, Report
from scf_report.domain.report_form import ReportForm, RequestType

MakeClient = Callable[..., Open311Client]
PLACE = Point(41.9, -87.6)
FIELDS = (("service_code", "7"), ("description", "R7F3-K2QX: A hole"))
SERVICE = {"service_code": 1, "service_name": "Pothole"}


def _answering(
    status: int, body: object = None, **headers: str
) -> Callable[..., httpx.Response]:
    content = body if isinstance(body, bytes) else None
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if content is None and body is not None:
        return lambda _: httpx.Response(status, json=body, headers=named)
    return lambda _: httpx.Response(status, content=content or b"", headers=named)


def _failing(error: Exception) -> Callable[..., httpx.Response]:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    return handler


NO = [{"code": 400, "description": "lat can't be blank"}]
REASONS = (Refusal("lat can't be blank"),)


@pytest.mark.parametrize(
    ("handler", "outcome"),
    [
        (
            _answering(201, [{"service_request_id": 9, "service_notice": "Soon"}]),
            Accepted("9", "Soon"),
        ),
        (_answering(200, {"id": 9}), Accepted("9")),
        (_answering(201, [{"token": "t"}]), AwaitingId("t")),
        (_answering(202, {"metadata": {"moderated": True}}), Moderated()),
        (_answering(202, {"metadata": {"moderated": False}}), Unnumbered()),
        (_answering(200, [{"service_request_id": ""}]), Unnumbered()),
        (_answering(200, [{"service_notice": "Thanks"}]), Unnumbered("Thanks")),
        (_answering(200, b"<html>Thanks!</html>"), Uncertain("http_200")),
        (_answering(200), Uncertain("http_200")),
        (_answering(400, NO), Rejected(REASONS, 400)),
        (_answering(422, NO), Rejected(REASONS, 422)),
        (
            _answering(400, {"duplicate": ["Reported already"]}),
            Rejected((Refusal("Reported already"),), 400, duplicate=True),
        ),
        (_answering(400, b"<html>Bad</html>"), Uncertain("http_400")),
        (_answering(303, Location="/thanks"), Uncertain("http_303")),
        (_answering(401, NO), Deferred("http_401", alarm=True)),
        (_answering(403, b"<html>No</html>"), Deferred("http_403", alarm=True)),
        (
            _answering(429, Retry_After="12"),
            Deferred("http_429", retry_after=12.0, pauses_everyone=True),
        ),
        (_answering(503, Retry_After="12"), Deferred("http_503", retry_after=12.0)),
        (_answering(503), Uncertain("http_503")),
        (_answering(500, NO), Uncertain("http_500")),
        (_answering(502, Retry_After="12"), Uncertain("http_502")),
        (_answering(302, Location="/elsewhere"), Deferred("http_302", alarm=True)),
        (_failing(httpx.ConnectError("refused")), Deferred("not_sent")),
        (_failing(httpx.ReadTimeout("slow")), Uncertain("unanswered")),
        (_failing(httpx.RemoteProtocolError("reset")), Uncertain("unanswered")),
    ],
    ids=count(),
)
def test_the_outcome_of_every_answer(
    client: MakeClient,
    handler: Callable[..., httpx.Response],
    outcome: Outcome,
    taken: list[Share],
) -> None:
    """Design section 6, "Outcomes", row by row; the call was paid for by the delivery's claim."""
    assert Open311Gateway(client(handler)).send(FIELDS, None) == outcome
    assert taken == []


def test_outside_of_every_organization_nothing_is_offered(client: MakeClient) -> None:
    """A lone service of the aggregate endpoint means that nobody is in charge there."""
    alone = _answering(200, [SERVICE])
    assert Open311Gateway(client(alone)).request_types(PLACE) == ()
    (pothole,) = Open311Gateway(client(alone, organization_id="507")).request_types(PLACE)
    assert pothole.code == "1"
    two = _answering(200, [SERVICE, SERVICE | {"service_code": 2}])
    assert len(Open311Gateway(client(two)).request_types(PLACE)) == 2


def test_a_type_without_questions_costs_no_call(client: MakeClient) -> None:
    """``metadata`` false says that there is nothing to ask for."""
    plain = RequestType("1", "Rats", has_questions=False)
    gateway = Open311Gateway(client(_failing(AssertionError("a call was made"))))
    assert gateway.report_form(plain, PLACE) == ReportForm(plain)


def test_a_type_with_questions_is_asked_for(client: MakeClient) -> None:
    """The form has the request type and its questions."""
    pothole = RequestType("1", "Pothole")
    attributes = {"attributes": [{"code": 5, "datatype": "string", "description": "Lane?"}]}
    form = Open311Gateway(client(_answering(200, attributes))).report_form(pothole, PLACE)
    assert form.request_type == pothole
    assert [question.text for question in form.questions] == ["Lane?"]


def test_prepared_fields_are_the_ones_that_are_sent(client: MakeClient) -> None:
    """What the check page shows is what goes upstream, byte for byte."""
    bodies: list[bytes] = []

    def handler(request: httpx.Request) -> httpx.Response:
        bodies.append(request.read())
        return httpx.Response(201, json=[{"service_request_id": 1}])

    gateway = Open311Gateway(client(handler))
    report = Report(Reference("R7F3-K2QX"), PLACE, "", ReportForm(RequestType("7", "X")), "Hi")
    gateway.send(gateway.prepare(report), None)
    assert bodies == [
        b"service_code=7&lat=41.900000&long=-87.600000&description=R7F3-K2QX%3A+Hi"
    ]


@pytest.mark.parametrize(
    ("handler", "answer"),
    [
        (_answering(200, [{"token": "t", "service_request_id": 9}]), Accepted("9")),
        (_answering(200, [{"token": "t", "service_request_id": ""}]), None),
        (_answering(400, [{"token": "t", "service_request_id": ""}]), None),
        (_answering(404, NO), None),
    ],
    ids=["ready", "empty", "empty with 400", "unknown"],
)
def test_a_token_waits_for_its_number(
    client: MakeClient, handler: Callable[..., httpx.Response], answer: Accepted | None
) -> None:
    """FixMyStreet, Chicago and Washington each say "not yet" in another way."""
    assert Open311Gateway(client(handler)).poll_token("t") == answer


def test_a_token_poll_tells_of_trouble(client: MakeClient) -> None:
    """A refused key or a failing server is not "not yet"."""
    with pytest.raises(RefusedError):
        Open311Gateway(client(_answering(403, NO))).poll_token("t")
    with pytest.raises(BrokenError):
        Open311Gateway(client(_answering(500))).poll_token("t")
    with pytest.raises(NotSentError):
        Open311Gateway(client(_failing(httpx.ConnectError("refused")))).poll_token("t")


@pytest.mark.parametrize(
    ("handler", "up"),
    [
        (_answering(200, [SERVICE]), True),
        (_answering(403, NO), True),
        (_answering(429), False),
        (_answering(500), False),
        (_answering(200, b"<html>Maintenance</html>"), False),
        (_failing(httpx.ConnectError("refused")), False),
    ],
    ids=["list", "refusal", "limit", "failure", "page", "nothing"],
)
def test_the_upstream_is_asked_before_a_report_is_risked(
    client: MakeClient,
    handler: Callable[..., httpx.Response],
    up: bool,  # noqa: FBT001 -- a table
    taken: list[Share],
) -> None:
    """A read out of the deliveries' own share; whatever it is that answers, it must make sense."""
    assert Open311Gateway(client(handler)).is_up(PLACE) is up
    assert set(taken) == {Share.DELIVERY}


def test_one_issue_by_its_number(client: MakeClient) -> None:
    """Only the record with that number counts; an unknown number is None."""
    listed = [{"service_request_id": 5, "status": "open"}, {"service_request_id": 6}]
    gateway = Open311Gateway(client(_answering(200, listed)))
    issue = gateway.issue("5")
    assert issue is not None
    assert issue.upstream_id == "5"
    assert gateway.issue("7") is None
    assert Open311Gateway(client(_answering(404, NO))).issue("5") is None
    with pytest.raises(RefusedError):
        Open311Gateway(client(_answering(403, NO))).issue("5")


def test_several_issues_in_one_call(client: MakeClient, taken: list[Share]) -> None:
    """What a server adds unasked is left out."""
    listed = [{"service_request_id": n, "status": "open"} for n in (5, 6, 7)]
    found = Open311Gateway(client(_answering(200, listed))).issues(["5", "7", "8"])
    assert [issue.upstream_id for issue in found] == ["5", "7"]
    assert taken == [Share.BACKGROUND]
