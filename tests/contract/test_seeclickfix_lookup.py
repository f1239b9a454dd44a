"""A report whose answer was lost: found by its reference in what is public, or among the person's own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from scf_report.clients.errors import RefusedError
from scf_report.clients.seeclickfix.lookup import MOST_PAGES
from scf_report.domain.delivery import Found, LookUp, NotFound, Share
from scf_report.domain.geography import Point
from scf_report.domain.report import Reference
from tests.contract.seeclickfix_network import Recorder

SINCE = datetime(2026, 7, 1, 12, tzinfo=UTC)
UNTIL = datetime(2026, 7, 1, 14, tzinfo=UTC)
PLACE = Point(41.8814, -87.6568)
OURS = "R7F3-K2QX: A hole"
Pages = list[dict[str, Any]]


def _issue(number: int | None, text: str = "Another", *, minutes: int = 0) -> dict[str, Any]:
    made = SINCE + timedelta(minutes=minutes)
    return {"id": number, "description": text, "created_at": made.isoformat()}


def _page(
    *issues: dict[str, Any], following: int | None = None, entries: int | None = None
) -> Any:
    numbers = {"next_page": following, "entries": entries}
    return {"issues": issues, "metadata": {"pagination": numbers}, "errors": {}}


def _server(public: Pages, own: Pages) -> Recorder:
    def answer(request: httpx.Request) -> httpx.Response:
        pages = own if request.url.path.endswith("/profile/issues") else public
        number = int(request.url.params["page"])
        return httpx.Response(200, json=pages[min(number, len(pages)) - 1])

    return Recorder(answer)


def _look_up(server: Recorder, type_code: str = "7") -> LookUp:
    return server.gateway.look_up(
        Reference("R7F3-K2QX"), type_code, PLACE, SINCE, UNTIL, "secret-token"
    )


def test_a_public_one_is_found_by_searching() -> None:
    """Place, type and time narrow the search; the reference decides, however it was spaced."""
    server = _server([_page(_issue(22), _issue(23, "r7f3 k2qx a hole"))], [])
    assert _look_up(server) == Found("23")
    (request,) = server.requests
    asked = dict(request.url.params)
    assert (asked["search"], asked["request_types"]) == ("R7F3-K2QX", "7")
    assert asked["status"] == "open,acknowledged,closed,archived"
    assert (asked["after"], asked["before"]) == ("2026-07-01T12:00:00Z", "2026-07-01T15:00:00Z")
    assert (asked["min_lat"], asked["max_lng"]) == ("41.871400", "-87.646800")
    assert request.headers["Authorization"] == "Bearer secret-token"
    assert server.budget.taken == [Share.DELIVERY]


def test_a_private_one_is_found_among_the_persons_own() -> None:
    """Nothing else shows it. The community's own type has no number to search by."""
    server = _server([_page()], [_page(_issue(23, OURS))])
    assert _look_up(server, "other") == Found("23")
    assert server.asked == [("GET", "/issues"), ("GET", "/profile/issues")]
    assert "request_types" not in server.requests[0].url.params


def test_of_several_the_oldest_counts() -> None:
    """A copy is told; one without a time comes last."""
    timeless = {"id": 21, "description": OURS}
    issues = (timeless, _issue(24, OURS, minutes=9), _issue(23, OURS, minutes=5))
    assert _look_up(_server([_page(*issues)], [])) == Found("23", copies=3)


def test_absence_is_proved_by_two_lists_that_were_read_to_their_end() -> None:
    """Both of them, over all pages."""
    own = [_page(_issue(4, minutes=4), following=2, entries=2), _page(_issue(3), entries=2)]
    server = _server([_page()], own)
    assert _look_up(server) == NotFound(complete=True)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("public", "own"),
    [
        ([_page()], [_page(_issue(4, minutes=4), following=2, entries=9), _page(entries=9)]),
        ([_page(_issue(4, minutes=4), following=2), _page(_issue(4, minutes=4))], [_page()]),
        ([_page()], [_page(_issue(None, ""))]),
    ],
    ids=["capped", "no paging", "a record without a number"],
)
def test_a_list_with_holes_proves_nothing(public: Pages, own: Pages) -> None:
    """A capped one, the same page twice, a record that could not be read."""
    assert _look_up(_server(public, own)) == NotFound(complete=False)


def test_a_list_without_end_is_given_up() -> None:
    """Each page costs a call."""

    def answer(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["page"])
        if request.url.path.endswith("/profile/issues"):
            return httpx.Response(200, json=_page())
        return httpx.Response(200, json=_page(_issue(number), following=number + 1))

    server = Recorder(answer)
    assert _look_up(server) == NotFound(complete=False)
    assert len(server.requests) == MOST_PAGES + 1


def test_older_reports_of_the_person_are_not_read() -> None:
    """A list from newest to oldest is read until before the attempt."""
    own = [_page(_issue(9, minutes=5), _issue(8, minutes=-5), following=2, entries=900)]
    server = _server([_page()], own)
    assert _look_up(server) == NotFound(complete=True)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "first",
    [[_issue(8, minutes=-5)], [_issue(9, minutes=5), _issue(8)]],
    ids=["one alone has no order", "of the very moment"],
)
def test_what_proves_no_end_is_read_on(first: Pages) -> None:
    """One old report may stand anywhere in a list, and one of the moment itself is not before it."""
    own = [_page(*first, following=2), _page(_issue(23, OURS))]
    assert _look_up(_server([_page()], own)) == Found("23")


def test_a_dead_token_is_told() -> None:
    """Nothing can be said of the report as long as the person's own list cannot be read."""

    def answer(request: httpx.Request) -> httpx.Response:
        signed_in = request.url.path.endswith("/profile/issues")
        return httpx.Response(401 if signed_in else 200, json=_page())

    with pytest.raises(RefusedError) as caught:
        _look_up(Recorder(answer))
    assert caught.value.http_status == 401
