"""Whatever stands in an address is a page with a word on it, never a crash."""

import pytest
from flask import Flask

from tests.functional.conftest import LONG, NASTY, only_ours
from tests.page import Visitor

QUERIES = [
    "lat=91&lng=-87.6",
    "lat=41.88&lng=-181",
    "lat=north&lng=west",
    "lat=nan&lng=inf",
    "lat=41.88",
    "lng=-87.6",
    "lat=1e400&lng=0",
    "lat=%00&lng=%00",
    "lat=%3Cscript%3Ealert(1)%3C/script%3E&lng=1",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("start", ["/report", "/embed/report"])
def test_coordinates_that_are_none(visitor: Visitor, start: str, query: str) -> None:
    """The search says what coordinates are."""
    page = visitor.open(f"{start}?{query}")
    assert page.status == 422
    assert page.problems == [
        "Coordinates must be two numbers in degrees, like 41.8819, -87.6278"
    ]
    only_ours(page)


@pytest.mark.parametrize("address", ["", " ", "\x00", "\u202e", "\u200b"])
def test_search_for_nothing(visitor: Visitor, address: str) -> None:
    """A search without words is asked for words."""
    page = visitor.open("/report", query_string={"address": address})
    assert page.status == 422
    assert page.problems == ["Type an address, a crossing or a place"]


def test_search_for_anything(visitor: Visitor, demo_places: object) -> None:
    """Any words can be searched for; what nothing fits is quoted."""
    for address in (*NASTY.values(), "%", "'--", "[", "1" * 199):
        page = visitor.open("/report", query_string={"address": address})
        assert page.status == 200, address
        assert "No place matches" in page.text or page.soup.find("form", id="step"), address
        only_ours(page)


def test_search_that_is_too_long(visitor: Visitor) -> None:
    """It is asked for in fewer characters, and its beginning stays."""
    page = visitor.open("/report", query_string={"address": LONG})
    assert page.status == 422
    assert page.problems == ["Type the place in at most 200 characters"]


@pytest.mark.parametrize(
    "raw", ["address=%ff%fe", "address=%", "%ff=%zz&&&=&lat", "type=%c3%28"]
)
def test_address_that_cannot_be_decoded(
    visitor: Visitor, demo_places: object, raw: str
) -> None:
    """Broken percent-encoding is read as far as it goes."""
    assert visitor.open(f"/report?{raw}").status in (200, 422)


STRANGE_IDS = [
    "x",
    "..",
    "../../etc/passwd",
    "%2e%2e%2f",
    "%00",
    "%ff",
    "a" * 5000,
    "'--",
    "<b>",
]


@pytest.mark.parametrize("name", STRANGE_IDS, ids=lambda name: name[:20])
@pytest.mark.parametrize(
    "path",
    [
        "/report/{}/type",
        "/embed/report/{}/check",
        "/receipt/{}",
        "/receipt/{}.json",
        "/change/{}",
        "/change/{}/report.json",
        "/report/{}/photo.jpg",
    ],
)
def test_ids_that_were_never_given(app: Flask, visitor: Visitor, path: str, name: str) -> None:
    """What cannot be an id is no page; it is not even looked for."""
    page = visitor.open(path.format(name))
    assert page.status == 404
    assert page.title == "There is no page here"
    only_ours(page)


@pytest.mark.parametrize(
    "path", ["/receipt/{}", "/receipt/{}.json", "/change/{}", "/change/{}/report.json"]
)
def test_unknown_keys(app: Flask, visitor: Visitor, path: str) -> None:
    """A well-formed key that belongs to nothing is no page."""
    assert visitor.open(path.format("A" * 32)).status == 404


def test_unknown_draft_begins_anew(visitor: Visitor, demo_places: object) -> None:
    """A draft that is gone, or never was, says so and leads to the first step."""
    page = visitor.open(f"/report/{'A' * 32}/details")
    assert page.title == "Where is the problem?"
    assert "Your earlier entries are no longer here" in page.text
    assert visitor.open(f"/report/{'A' * 32}/photo.jpg").title == "Where is the problem?"
