"""Finding a report whose POST was never answered, and proving that it is not there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from scf_report.clients.errors import BrokenError
from scf_report.clients.open311.client import Open311Client
from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.domain.delivery import Found, LookUp, NotFound
from scf_report.domain.geography import Point
from scf_report.domain.report import Reference

MakeClient = Callable[..., Open311Client]
Record = dict[str, object]
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
OURS = "R7F3-K2QX: A deep hole"


def _record(number: int | None, description: str = "", minutes_ago: float | None = 0) -> Record:
    record: Record = {
        "service_request_id": number,
        "description": description,
        "status": "open",
    }
    if minutes_ago is not None:
        record["requested_datetime"] = (NOW - timedelta(minutes=minutes_ago)).isoformat()
    return record


def _look_up(client: Open311Client) -> LookUp:
    reference = Reference("R7F3-K2QX")
    since = NOW - timedelta(hours=1)
    return Open311Gateway(client).look_up(reference, "7", Point(41.9, -87.6), since, NOW)


class Listing:
    """A list in pages; ``knows_paging`` False repeats the first one for ever."""

    def __init__(self, *pages: list[Record], knows_paging: bool = True) -> None:
        self.seen: list[httpx.QueryParams] = []
        self._pages, self._knows_paging = pages, knows_paging

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Give the page that is asked for."""
        self.seen.append(request.url.params)
        number = int(request.url.params["page"]) if self._knows_paging else 1
        pages = self._pages
        return httpx.Response(200, json=pages[number - 1] if number <= len(pages) else [])


def test_found_by_the_reference_alone(client: MakeClient) -> None:
    """However the upstream has spaced and cased it, and on whatever page."""
    first = [_record(1, "Another hole"), _record(2, "R7F3-K2QY: somebody else's")]
    listing = Listing(first, [_record(3, "re: r7f3 k2qx a deep hole")])
    assert _look_up(client(listing)) == Found("3")


def test_copies_are_counted_and_the_oldest_is_ours(client: MakeClient) -> None:
    """After a doubled POST the first record is the report; one without a time counts as newest."""
    pages = (
        [_record(9, OURS, 1), _record(4, OURS, None)],
        [_record(7, OURS, 30), _record(9, OURS, 1)],
    )
    assert _look_up(client(Listing(*pages))) == Found("7", copies=3)


def test_a_list_read_to_its_end_proves_absence(client: MakeClient) -> None:
    """The page after the last one is empty."""
    assert _look_up(client(Listing([_record(1)], [_record(2)]))) == NotFound(complete=True)
    assert _look_up(client(Listing())) == NotFound(complete=True)


def test_fixmystreet_without_pages_proves_nothing(client: MakeClient) -> None:
    """A server that repeats its first page may have cut the list off."""
    listing = Listing([_record(1), _record(2)], knows_paging=False)
    assert _look_up(client(listing)) == NotFound(complete=False)
    assert len(listing.seen) == 2


def test_a_list_that_grows_while_it_is_read_proves_absence(client: MakeClient) -> None:
    """What was added at its top pushes known records to the next page, at its end as well."""
    pages = ([_record(9), _record(8)], [_record(8), _record(7)], [_record(7)])
    assert _look_up(client(Listing(*pages))) == NotFound(complete=True)


def test_a_list_without_end_proves_nothing(client: MakeClient) -> None:
    """Fifty pages are enough; what is not read is not known."""
    listing = Listing(*([_record(number)] for number in range(80)))
    assert _look_up(client(listing)) == NotFound(complete=False)
    assert len(listing.seen) == 50


def test_a_server_that_ignores_the_dates_is_read_back_to_the_time_in_question(
    client: MakeClient,
) -> None:
    """Newest first and older than asked for: everything since then has been read."""
    years = [[_record(1, "", 5), _record(2, "", 20)], [_record(3, "", 40), _record(4, "", 90)]]
    listing = Listing(*years, [_record(5, "", 100_000)])
    assert _look_up(client(listing)) == NotFound(complete=True)
    assert len(listing.seen) == 2


@pytest.mark.parametrize(
    "page",
    [
        [_record(1, "", 90), _record(2, "", 5)],
        [_record(1, "", 5), _record(2, "", None), _record(3, "", 90)],
        [_record(1, "", 90)],
    ],
)
def test_other_orders_are_read_to_their_end(client: MakeClient, page: list[Record]) -> None:
    """Oldest first, times missing, or too few to tell: an old record ends nothing."""
    listing = Listing(page, [_record(8, OURS, 10)])
    assert _look_up(client(listing)) == Found("8")


def test_chicago_ours_without_a_number_is_not_absent(client: MakeClient) -> None:
    """A batch service lists it before it has a number: it must not be sent again."""
    assert _look_up(client(Listing([_record(None, OURS)]))) == NotFound(complete=False)


def test_a_page_of_something_else_proves_nothing(client: MakeClient) -> None:
    """What has neither number nor words stands where records should stand; ours may be among them."""
    assert _look_up(client(Listing([_record(None)], [_record(2)]))) == NotFound(complete=False)
    assert _look_up(client(Listing([_record(None, "A pending hole")]))) == NotFound(
        complete=True
    )


@pytest.mark.parametrize(("organization_id", "told"), [(None, True), ("507", False)])
def test_the_place_narrows_the_aggregate_list_only(
    client: MakeClient,
    organization_id: str | None,
    told: bool,  # noqa: FBT001 -- a table
) -> None:
    """An organization's list is whole; the aggregate one answers for a box around the place."""
    listing = Listing()
    _look_up(client(listing, organization_id=organization_id))
    params = listing.seen[0]
    assert ("lat" in params and "long" in params) is told
    assert params["service_code"] == "7"
    assert params["start_date"] == "2026-03-03T11:00:00Z"
    # An hour after "now": the upstream's clock may be ahead of ours.
    assert params["end_date"] == "2026-03-03T13:00:00Z"


def test_trouble_on_the_way_is_no_answer(client: MakeClient) -> None:
    """A failing page raises; the look-up is made again later."""
    with pytest.raises(BrokenError):
        _look_up(client(lambda _: httpx.Response(500)))
