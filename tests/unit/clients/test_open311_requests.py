"""Service requests and the answers to a POST, from servers that each have their own way."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from scf_report.clients.errors import BrokenError
from scf_report.clients.open311.client import Open311Client, RequestsQuery
from scf_report.clients.open311.requests import Posted
from scf_report.domain.delivery import Share
from scf_report.domain.geography import Point
from scf_report.domain.issue import Issue, IssueStatus

Serving = Callable[..., Open311Client]


def _issues(client: Open311Client) -> tuple[Issue, ...]:
    return client.requests(RequestsQuery(), Share.LIST)


def test_toronto_single_request_in_xml(serving: Serving) -> None:
    """One element is a list of one, and empty elements are absent values."""
    (issue,) = _issues(serving("toronto_single.xml"))
    assert issue == Issue(
        "77001",
        IssueStatus.OPEN,
        raw_status="open",
        status_notes="In progress",
        point=Point(43.75, -79.25),
        requested_at=datetime(2018, 7, 30, 4, 1, tzinfo=UTC),
    )


def test_zurich_empty_list_as_an_object(serving: Serving) -> None:
    """An empty object inside the wrapper is an empty list."""
    assert _issues(serving("zurich_empty.json")) == ()


def test_st_louis_feet_capitals_and_impossible_zone(serving: Serving) -> None:
    """Positions in feet and bare file names are dropped, an impossible offset is ignored."""
    (issue,) = _issues(serving("st_louis_requests.json"))
    assert (issue.upstream_id, issue.status) == ("501", IssueStatus.UNKNOWN)
    assert (issue.agency, issue.point, issue.media_url) == ("Streets Division", None, None)
    assert issue.requested_at == datetime(2012, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_san_francisco_feeds_and_trailing_spaces(serving: Serving) -> None:
    """A feed is no picture, an address that cannot be read neither; a space does not matter."""
    urls = [issue.media_url for issue in _issues(serving("san_francisco_feed.json"))]
    assert urls == [None, "https://city.example/media/2.jpg", None]


def test_boston_media_objects(serving: Serving) -> None:
    """The first address among objects is the picture; milliseconds are allowed."""
    (issue,) = _issues(serving("boston_media.json"))
    assert issue.media_url == "https://city.example/5.jpg"
    assert issue.requested_at == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_fixmystreet_recipients_statuses_and_times_without_zone(serving: Serving) -> None:
    """Several recipients become one text; a time without a zone is UTC; words are no time."""
    (issue,) = _issues(serving("fixmystreet_recipients.json"))
    assert (issue.agency, issue.status) == ("Highways, Parks", IssueStatus.OPEN)
    assert issue.requested_at == datetime(2013, 1, 1, 17, 15, tzinfo=UTC)
    assert issue.expected_at == datetime(2013, 2, 1, tzinfo=UTC)
    assert issue.updated_at is None


def test_mark_a_spot_misspelled_names(serving: Serving) -> None:
    """Old Mark-a-Spot's own names are known."""
    (issue,) = _issues(serving("mark_a_spot_misspelled.xml"))
    assert (issue.upstream_id, issue.status_notes) == ("55", "Not ours")
    assert (issue.address, issue.status) == ("Market Square 1", IssueStatus.CLOSED)
    assert issue.updated_at is None


def test_chicago_requests_without_a_number(serving: Serving) -> None:
    """A request that has no number yet is listed without one."""
    first, second = _issues(serving("chicago_batch.json"))
    assert (first.upstream_id, second.upstream_id) == (None, None)
    assert second.status is IssueStatus.ARCHIVED


def test_accela_status_received(serving: Serving) -> None:
    """Accela says "Received": that is open, and the word itself is kept."""
    (issue,) = _issues(serving("accela_received.json"))
    assert (issue.status, issue.raw_status) == (IssueStatus.OPEN, "Received")


@pytest.mark.parametrize("name", ["page_with_200.html", "errors_with_200.json"])
def test_a_page_or_error_is_never_an_empty_list(serving: Serving, name: str) -> None:
    """A look-up must not prove absence from an error page (FixMyStreet, Chicago)."""
    with pytest.raises(BrokenError):
        _issues(serving(name))


@pytest.mark.parametrize(
    ("name", "posted"),
    [
        ("posted_standard.xml", Posted("293", notice="We look at it within a day.")),
        ("seeclickfix_posted_id.json", Posted("23000001")),
        ("mark_a_spot_posted.json", Posted("318-2026", notice="Thanks")),
        ("posted_token.json", Posted(service_request_token="4f05c2")),
        ("seeclickfix_moderated.json", Posted(moderated=True)),
        ("fixmystreet_empty_id.xml", Posted()),
        ("fixmystreet_nested_id.xml", Posted()),
        ("zurich_empty.json", Posted()),
    ],
)
def test_answers_to_a_post(serving: Serving, name: str, posted: Posted) -> None:
    """A number, a token or nothing, wherever the server puts it."""
    assert serving(name).post((), None) == posted


def test_infinite_and_huge_numbers_are_no_text(client: Callable[..., Open311Client]) -> None:
    """Numbers that JSON allows and nobody means are absent, NUL and lone surrogates are cleaned."""
    body = rb'[{"service_request_id":1e999,"status":true,"description":"a\u0000b\ud800"}]'
    (issue,) = _issues(client(lambda _: httpx.Response(200, content=body)))
    assert issue.upstream_id is None
    assert (issue.raw_status, issue.description) == ("true", "ab?")
