"""What the client asks, and in which format."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest

from scf_report.clients.errors import BrokenError, RefusedError
from scf_report.clients.open311.client import Open311Client, RequestsQuery
from scf_report.domain.delivery import Share
from scf_report.domain.endpoint import Dialect
from scf_report.domain.geography import Point

MakeClient = Callable[..., Open311Client]
PLACE = Point(41.9, -87.6)
XML = b"<services><service><service_code>1</service_code></service></services>"


def _paths(seen: list[httpx.URL]) -> list[str]:
    return [url.raw_path.decode().removeprefix("/open311/v2") for url in seen]


class City:
    """A server that answers by path and remembers what it was asked."""

    def __init__(self, answers: dict[str, httpx.Response], default: bytes = b"[]") -> None:
        self.seen: list[httpx.URL] = []
        self._answers, self._default = answers, default

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.seen.append(request.url)
        name = request.url.path.removeprefix("/open311/v2")
        answer = self._answers.get(name, httpx.Response(200, content=self._default))
        return httpx.Response(answer.status_code, content=answer.content)


def test_the_place_is_told_to_the_aggregate_endpoint_only(client: MakeClient) -> None:
    """An organization's own endpoint answers for its whole area."""
    city = City({})
    client(city).services(PLACE)
    client(city, organization_id="507").services(PLACE)
    client(city, dialect=Dialect(jurisdiction_id="dc.gov")).services(PLACE)
    client(city).services(None)
    assert _paths(city.seen) == [
        "/services.json?lat=41.900000&long=-87.600000",
        "/services.json",
        "/services.json?jurisdiction_id=dc.gov",
        "/services.json",
    ]


def test_accela_codes_are_encoded_in_the_path(client: MakeClient) -> None:
    """Slashes and spaces in a code do not change the address that is asked."""
    city = City({}, b"{}")
    client(city, organization_id="1").definition("Animals/Loose Dog?", None)
    assert _paths(city.seen) == ["/services/Animals%2FLoose%20Dog%3F.json"]


def test_lists_ask_for_pages_under_both_names(client: MakeClient) -> None:
    """Times go out in UTC, and the page length under both names that SeeClickFix may know."""
    city = City({})
    since = datetime(2026, 3, 3, 10, tzinfo=timezone(timedelta(hours=-6)))
    query = RequestsQuery("7", since, datetime(2026, 3, 3, 18, tzinfo=UTC), PLACE, page=2)
    client(city).requests(query, Share.DELIVERY)
    client(city).requests(RequestsQuery(ids=("5", "6")), Share.BACKGROUND)
    assert dict(city.seen[0].params) == {
        "lat": "41.900000",
        "long": "-87.600000",
        "service_code": "7",
        "start_date": "2026-03-03T16:00:00Z",
        "end_date": "2026-03-03T18:00:00Z",
        "page": "2",
        "page_size": "100",
        "per_page": "100",
    }
    assert city.seen[1].params["service_request_id"] == "5,6"


def test_key_and_jurisdiction_are_added_when_sending(client: MakeClient) -> None:
    """Neither belongs to the stored report."""
    bodies: list[bytes] = []

    def handler(request: httpx.Request) -> httpx.Response:
        bodies.append(request.read())
        return httpx.Response(200, json=[{"service_request_id": 1}])

    dialect = Dialect(format="xml", jurisdiction_id="dc.gov")
    client(handler, dialect=dialect, api_key="s3cret").post((("lat", "1"),), None)
    client(handler).post((("lat", "1"),), None)
    assert bodies == [b"jurisdiction_id=dc.gov&api_key=s3cret&lat=1", b"lat=1"]


@pytest.mark.parametrize(
    "unusable",
    [
        httpx.Response(200, content=b"<html>what?</html>"),
        httpx.Response(200, content=b'[{"service_code":001}]'),
        httpx.Response(404, content=b"<html>no such page</html>"),
    ],
)
def test_washington_and_greenwich_speak_xml_alone(
    client: MakeClient, unusable: httpx.Response
) -> None:
    """Unusable JSON is asked for again in XML, once; from then on XML is asked for at once."""
    city = City(
        {"/services.json": unusable, "/services.xml": httpx.Response(200, content=XML)},
        b"<services/>",
    )
    asking = client(city, organization_id="1")
    assert [each.code for each in asking.services(None)] == ["1"]
    asking.services(None)
    assert _paths(city.seen) == ["/services.json", "/services.xml", "/services.xml"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(404, json=[{"code": 404, "description": "no"}]), RefusedError),
        (httpx.Response(500), BrokenError),
        (httpx.Response(429), RefusedError),
    ],
)
def test_a_clear_answer_is_not_asked_for_again(
    client: MakeClient, answer: httpx.Response, error: type[Exception]
) -> None:
    """A refusal, a failure or a limit is not a matter of format."""
    city = City({"/services.json": answer})
    with pytest.raises(error):
        client(city, organization_id="1").services(None)
    assert len(city.seen) == 1


def test_a_failing_server_is_not_taken_for_one_that_speaks_xml(client: MakeClient) -> None:
    """When XML is no better the format stays; an XML server has no other."""
    city = City({}, b"<html>down</html>")
    asking = client(city, organization_id="1")
    for _ in range(2):
        with pytest.raises(BrokenError):
            asking.services(None)
    with pytest.raises(BrokenError):
        client(city, organization_id="1", dialect=Dialect(format="xml")).services(None)
    assert _paths(city.seen) == ["/services.json", "/services.xml"] * 2 + ["/services.xml"]


def test_a_passing_error_page_does_not_turn_a_json_server_into_an_xml_one(
    client: MakeClient,
) -> None:
    """Once JSON has been read, a page for people is trouble and not a matter of format."""
    answers = iter([b"[]", b"<html>back soon</html>", b"[]"])
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.path)
        return httpx.Response(200, content=next(answers))

    asking = client(handler, organization_id="1")
    asking.services(None)
    with pytest.raises(BrokenError):
        asking.services(None)
    asking.services(None)
    assert seen == ["/open311/v2/services.json"] * 3


def test_a_report_is_never_posted_twice_for_its_format(client: MakeClient) -> None:
    """A page as the answer to a POST leaves its outcome open; asking again would double it."""
    city = City({}, b"<html>thanks</html>")
    with pytest.raises(BrokenError):
        client(city).post((("lat", "1"),), None)
    assert len(city.seen) == 1


def test_each_call_uses_its_share(client: MakeClient, taken: list[Share]) -> None:
    """Forms, lists and look-ups are limited apart from each other (design section 6)."""
    asking = client(City({}, b"[]"))
    asking.services(PLACE)
    asking.definition("1", PLACE)
    asking.requests(RequestsQuery(), Share.LIST)
    asking.request("5", Share.BACKGROUND)
    asking.token("t")
    assert taken == [
        Share.FORM,
        Share.FORM,
        Share.LIST,
        Share.BACKGROUND,
        Share.DELIVERY,
    ]
