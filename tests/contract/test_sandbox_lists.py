"""How the sandbox lists reports."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.contract.sandbox_city import (
    MADISON,
    MARKET,
    POTHOLE,
    START,
    SandboxCity,
    pothole_answers,
)


@pytest.fixture
def city(tmp_path: Path) -> SandboxCity:
    """A fresh city."""
    return SandboxCity(tmp_path)


def numbers(rows: list[dict[str, Any]]) -> list[int]:
    """Return the numbers of listed reports."""
    return [row["service_request_id"] for row in rows]


def test_a_point_asks_for_a_box_of_750_m(city: SandboxCity) -> None:
    """370 m away in either direction is listed, 380 m is not; corners belong to the box."""
    near = {
        city.report(lat="41.884727", description="370 m north"),
        city.report(long="-87.661268", description="370 m west"),
        city.report(lat="41.878073", long="-87.652332", description="the corner"),
    }
    city.report(lat="41.884817", description="380 m north")
    city.report(long="-87.661389", description="380 m west")
    assert set(numbers(city.rows(**MADISON))) == near
    assert set(numbers(city.rows("/101/requests.json", **MADISON))) == near


def test_numbers_cancel_other_filters(city: SandboxCity) -> None:
    """Asked by number, reports come whatever else was said; unknown numbers are left out."""
    first, second = city.report(description="one"), city.report(description="two")
    city.report(description="three")
    rows = city.rows(
        service_request_id=f"{first},{second},7", status="closed", page="9", **MARKET
    )
    assert set(numbers(rows)) == {first, second}


def test_service_codes_filter(city: SandboxCity) -> None:
    """One or several services can be asked for."""
    animal = city.report()
    hole = city.report(POTHOLE, **pothole_answers())
    assert numbers(city.rows(service_code="10106")) == [animal]
    assert set(numbers(city.rows(service_code="10106,10101,5"))) == {animal, hole}
    assert city.rows(service_code="other") == []


def test_status_filters(city: SandboxCity) -> None:
    """Open and closed are told apart, and without a filter both are there."""
    city.sandbox.seed(200)
    for status in ("open", "closed"):
        rows = city.rows(status=status, page_size="100")
        assert rows
        assert {row["status"] for row in rows} == {status}
    assert {row["status"] for row in city.rows(page_size="100")} == {"open", "closed"}
    assert {row["status"] for row in city.rows(status="open,closed")} == {"open", "closed"}


def test_archived_after_seven_days(city: SandboxCity) -> None:
    """A week after closing a report leaves status=closed, but not the list without a status."""
    city.sandbox.seed(200)
    before = city.rows(status="closed", page_size="100")
    newest = max(before, key=lambda row: row["updated_datetime"])
    city.wait(days=8)
    assert city.rows(status="closed", page_size="100") == []
    assert newest["service_request_id"] in numbers(
        city.rows(status="archived", page_size="100")
    )
    [archived] = city.rows(f"/requests/{newest['service_request_id']}.json")
    assert archived["status"] == "closed"


def test_dates_bound_the_list(city: SandboxCity) -> None:
    """start_date and end_date are taken with any offset, over a year too, and both ends count."""
    first = city.report(description="first")
    city.wait(days=300)
    second = city.report(description="second")
    assert numbers(city.rows(start_date="2026-11-24T15:00:01Z")) == [second]
    assert numbers(city.rows(end_date="2026-11-24T09:00:00-06:00")) == [first]
    assert numbers(
        city.rows(start_date="2026-11-24T15:00:00Z", end_date="2027-11-24T15:00:00Z")
    ) == [second, first]


@pytest.mark.parametrize(
    "wrong",
    [
        {"start_date": "2026-11-24"},
        {"end_date": "soon"},
        {"page": "0"},
        {"page_size": "-1"},
        {"per_page": "x"},
        {"lat": "91", "long": "0"},
    ],
)
def test_unreadable_parameters_are_refused(city: SandboxCity, wrong: dict[str, str]) -> None:
    """What cannot be understood is a 400, never a list of something else."""
    assert city.get("/requests.json", **wrong).status_code == 400


def test_empty_parameters_are_absent(city: SandboxCity) -> None:
    """An empty parameter says nothing (GeoReport v2)."""
    city.report()
    empty = dict.fromkeys(
        [
            "service_code",
            "status",
            "start_date",
            "page",
            "page_size",
            "lat",
            "long",
            "service_request_id",
        ],
        "",
    )
    assert len(city.rows(**empty)) == 1


def test_pages_end_with_an_empty_one(city: SandboxCity) -> None:
    """Pages count from 1, hold every report once, and end with an empty list; 50 is the length."""
    sent = {city.report(description=f"number {n}") for n in range(52)}
    pages = [numbers(city.rows(page=str(page))) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [50, 2, 0]
    assert {number for page in pages for number in page} == sent


def test_page_length_has_two_names(city: SandboxCity) -> None:
    """Both names work, or one of them by the switch, and no page is longer than 100."""
    city.sandbox.seed(150)
    assert len(city.rows(page_size="3")) == len(city.rows(per_page="3")) == 3
    assert len(city.rows(page_size="999")) == 100
    city.turn(page_length="per_page")
    assert len(city.rows(page_size="3")) == 50
    assert len(city.rows(per_page="3")) == 3
    city.turn(page_length="page_size")
    assert len(city.rows(per_page="3")) == 50


def test_newest_first(city: SandboxCity) -> None:
    """The newest report comes first, and of two in one moment the later number."""
    first, second = city.report(description="a"), city.report(description="b")
    city.wait(seconds=1)
    third = city.report(description="c")
    assert numbers(city.rows()) == [third, second, first]


def test_organizations_are_kept_apart(city: SandboxCity) -> None:
    """An organization's endpoint has its reports alone; the aggregate has all, or one's by number."""
    chicago = city.report()
    market = city.report(10209, "/102/requests.json", **MARKET)
    assert numbers(city.rows("/101/requests.json")) == [chicago]
    assert numbers(city.rows("/102/requests.json")) == [market]
    assert numbers(city.rows()) == [market, chicago]
    assert numbers(city.rows(organization_id="102")) == [market]
    assert city.get(f"/102/requests/{chicago}.json").status_code == 404


def test_times_are_eastern(city: SandboxCity) -> None:
    """Chicago's times carry New York's offset, which changes with the season."""
    number = city.report()
    [row] = city.rows(f"/requests/{number}.json")
    assert row["requested_datetime"] == "2026-11-24T10:00:00-05:00"
    assert datetime.fromisoformat(row["requested_datetime"]) == START
    city.wait(days=230)
    assert city.rows(f"/requests/{city.report(description='x')}.json")[0][
        "updated_datetime"
    ].endswith("-04:00")


def test_one_report_is_a_list_of_one(city: SandboxCity) -> None:
    """A number is answered with a list, as the standard has it; an unknown one is not found."""
    number = city.report(address_string="1200 W Madison St")
    [row] = city.rows(f"/requests/{number}.json")
    assert row["address"] == "1200 W Madison St"
    assert row["description"] == "Dead squirrel"
    assert city.get("/requests/1.json").status_code == 404


def test_lists_may_lag(city: SandboxCity) -> None:
    """With the switch on, a new report is read by number at once and listed later."""
    city.turn(search_lag="30")
    number = city.report()
    city.wait(seconds=29)
    assert city.rows() == []
    assert numbers(city.rows(f"/requests/{number}.json")) == [number]
    city.wait(seconds=1)
    assert numbers(city.rows()) == [number]


def test_extensions_show_the_answers(city: SandboxCity) -> None:
    """extensions=true adds what was answered, by question, key and name."""
    number = city.report(POTHOLE, **pothole_answers())
    [row] = city.rows(f"/requests/{number}.json", extensions="true")
    assert row["attributes"][0] == {
        "label": "Which lane is it in?",
        "name": "1010101",
        "value": "Right lane",
        "code": "LANE_RIGHT",
    }
    assert "attributes" not in city.rows(f"/requests/{number}.json")[0]
