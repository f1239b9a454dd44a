"""Points, distances, directions and coordinates as people type them."""

import math
import re

import pytest
from hypothesis import given, strategies as st

from scf_report.domain.geography import (
    EARTH_RADIUS_M,
    Box,
    Point,
    compass,
    distance_m,
    parse_coordinates,
)

CHICAGO, MADISON = Point(41.8819, -87.6278), Point(41.8814, -87.6568)
points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(90.1, 0), (-90.1, 0), (0, 180.1), (0, -180.1), (math.nan, 0), (0, math.inf)],
)
def test_a_point_is_on_earth(latitude: float, longitude: float) -> None:
    """Anything else is refused, numbers that are none too."""
    with pytest.raises(ValueError, match="is not between"):
        Point(latitude, longitude)


def test_poles_and_date_line_are_on_earth() -> None:
    """The limits themselves belong to it; text has six decimals, about 0.1 m."""
    assert str(Point(90, -180)) == "90.000000, -180.000000"
    assert str(Point(41.88190049, -87.6278)) == "41.881900, -87.627800"


def test_a_box_has_its_borders() -> None:
    """On the border is inside, a hair beyond is not."""
    box = Box(south=41, west=-88, north=42, east=-87)
    assert all(box.contains(Point(lat, lng)) for lat in (41, 41.5, 42) for lng in (-88, -87))
    outside = [(40.999, -87.5), (42.001, -87.5), (41.5, -88.001), (41.5, -86.999)]
    assert not any(box.contains(Point(*corner)) for corner in outside)


def test_distances_are_those_on_the_ground() -> None:
    """A degree of latitude is 111.2 km; half way around is half the circumference."""
    assert distance_m(CHICAGO, MADISON) == pytest.approx(2402, abs=5)
    assert distance_m(Point(0, 0), Point(1, 0)) == pytest.approx(111_195, abs=1)
    assert distance_m(Point(0, 0), Point(0, 180)) == pytest.approx(math.pi * EARTH_RADIUS_M)
    assert distance_m(Point(0, 179.9), Point(0, -179.9)) == pytest.approx(22_239, abs=1)


@given(a=points, b=points, c=points)
def test_distance_is_a_distance(a: Point, b: Point, c: Point) -> None:
    """Never negative, the same both ways, no way around is shorter."""
    assert 0 <= distance_m(a, b) <= math.pi * EARTH_RADIUS_M + 1e-6
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=1e-6)
    assert distance_m(a, c) <= distance_m(a, b) + distance_m(b, c) + 0.1


@pytest.mark.parametrize(
    ("north", "east", "direction"),
    [
        (1, 0, "n"),
        (1, 1, "ne"),
        (0, 1, "e"),
        (-1, 1, "se"),
        (-1, 0, "s"),
        (-1, -1, "sw"),
        (0, -1, "w"),
        (1, -1, "nw"),
        (1, 0.3, "n"),
        (1, -0.3, "n"),
    ],
)
def test_eight_directions(north: float, east: float, direction: str) -> None:
    """Seen from Chicago, where a degree east is shorter than a degree north."""
    step = 0.01
    shrink = math.cos(math.radians(CHICAGO.latitude))
    end = Point(CHICAGO.latitude + north * step, CHICAGO.longitude + east * step / shrink)
    assert compass(CHICAGO, end) == direction


def test_directions_go_the_short_way_round() -> None:
    """Across the date line, east is still east."""
    assert compass(Point(0, 179.9), Point(0, -179.9)) == "e"
    assert compass(Point(0, -179.9), Point(0, 179.9)) == "w"


@pytest.mark.parametrize(
    ("typed", "point"),
    [
        ("41.8819, -87.6278", CHICAGO),
        ("41.8819 -87.6278", CHICAGO),
        ("  41.8819;-87.6278 ", CHICAGO),
        ("+41.8819,-87.6278", CHICAGO),
        ("41.8819° N 87.6278° W", CHICAGO),
        ("41.8819N, 87.6278w", CHICAGO),
        ("41.8819 S -87.6278 E", Point(-41.8819, -87.6278)),
        ("42 N, 87 W", Point(42, -87)),
        ("42.0, -87", Point(42, -87)),
    ],
)
def test_coordinates_as_people_type_them(typed: str, point: Point) -> None:
    """With comma, blank or letters, degrees or none."""
    assert parse_coordinates(typed) == point


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1200 W Madison St",
        "1200 60",
        "42 87",
        "42",
        "41.8819",
        "41.8, -87.6, 3",
        "N W",
        "4,1",
    ],
)
def test_what_is_no_pair_of_degrees(typed: str) -> None:
    """Addresses and lone numbers are left to the address search."""
    assert parse_coordinates(typed) is None


@pytest.mark.parametrize("typed", ["91.0, 10.0", "10.5, 181", "99.9 N, 10.0 W"])
def test_degrees_out_of_range_are_an_error(typed: str) -> None:
    """A pair that lies nowhere is told apart from an address."""
    with pytest.raises(ValueError, match="is not between"):
        parse_coordinates(typed)


@given(point=points)
def test_what_we_write_we_read(point: Point) -> None:
    """The text of a point is the same point to six decimals."""
    read = parse_coordinates(str(point))
    assert read is not None
    assert read.latitude == pytest.approx(point.latitude, abs=1e-6)
    assert read.longitude == pytest.approx(point.longitude, abs=1e-6)


@given(text=st.text("0123456789.NSEW+-,; °", max_size=24))
def test_no_text_breaks_the_reading(text: str) -> None:
    """It is a point, none, or a pair out of range: a pair that would lie on Earth never fails."""
    try:
        point = parse_coordinates(text)
    except ValueError:
        numbers = [abs(float(number)) for number in re.findall(r"[\d.]+", text)]
        assert numbers[0] > 90 or numbers[1] > 180
    else:
        assert point is None or len(re.findall(r"[\d.]+", text)) == 2
