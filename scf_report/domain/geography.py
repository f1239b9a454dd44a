"""Where things are: points, boxes, distances and named places (WGS 84, degrees)."""

import math
import re
from dataclasses import dataclass
from enum import Enum
from typing import Literal

EARTH_RADIUS_M = 6_371_008.8
Compass = Literal["n", "ne", "e", "se", "s", "sw", "w", "nw"]
_COMPASS: tuple[Compass, ...] = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


@dataclass(frozen=True, slots=True)
class Point:
    """A place on Earth in degrees. Raises ValueError when a value is out of range or no number.

    Open311 writes it as ``lat``/``long``, SeeClickFix as ``lat``/``lng``; only their wire
    modules know that.
    """

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.latitude) and -90 <= self.latitude <= 90):
            raise ValueError(f"latitude {self.latitude!r} is not between -90 and 90")
        if not (math.isfinite(self.longitude) and -180 <= self.longitude <= 180):
            raise ValueError(f"longitude {self.longitude!r} is not between -180 and 180")

    def __str__(self) -> str:
        return f"{self.latitude:.6f}, {self.longitude:.6f}"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of latitudes and longitudes, borders included."""

    south: float
    west: float
    north: float
    east: float

    def contains(self, point: Point) -> bool:
        """Tell whether the point lies in the rectangle or on its border."""
        return (
            self.south <= point.latitude <= self.north
            and self.west <= point.longitude <= self.east
        )


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in meters (haversine)."""
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a)
        * math.cos(lat_b)
        * math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def compass(start: Point, end: Point) -> Compass:
    """Say in which of eight directions ``end`` lies, seen from ``start``."""
    turn = (end.longitude - start.longitude + 180) % 360 - 180  # the short way round
    east = turn * math.cos(math.radians(start.latitude))
    north = end.latitude - start.latitude
    return _COMPASS[round(math.degrees(math.atan2(east, north)) / 45) % 8]


_NUMBER = r"([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*"
_COORDINATES = re.compile(
    rf"\s*{_NUMBER}([NS])?\s*[,;\s]\s*{_NUMBER}([EW])?\s*", re.IGNORECASE | re.ASCII
)


def parse_coordinates(text: str) -> Point | None:
    """Read "41.8819, -87.6278" or "41.88° N 87.63° W"; None if the text is no pair of degrees.

    Raises ValueError when it is a pair, but out of range.
    """
    match = _COORDINATES.fullmatch(text)
    if match is None or ("." not in text and not (match[2] and match[4])):
        return None  # "1200 60" is more likely a mistyped address than a place at sea
    latitude, longitude = float(match[1]), float(match[3])
    if (match[2] or "").upper() == "S":
        latitude = -abs(latitude)
    if (match[4] or "").upper() == "W":
        longitude = -abs(longitude)
    return Point(latitude, longitude)


class PlaceKind(Enum):
    """What a found place is; pages put it into words."""

    ADDRESS = "address"
    CROSSING = "crossing"
    STREET = "street"
    LANDMARK = "landmark"
    COORDINATES = "coordinates"


class Sureness(Enum):
    """How well a found place fits what was typed."""

    EXACT = "exact"
    """Everything typed was found as typed, up to case, abbreviations and a missing suffix with one reading."""
    LIKELY = "likely"
    """A missing suffix with several readings or a house number beyond the known ones."""
    POSSIBLE = "possible"
    """Only after forgiving a typing error."""


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """One answer of an address search, or the name of a point.

    ``label`` is the place as written locally ("1200 W Madison St"); ``district`` the
    neighborhood or "" when not known.
    """

    label: str
    point: Point
    kind: PlaceKind
    sureness: Sureness
    district: str = ""


@dataclass(frozen=True, slots=True)
class NearPlace:
    """The nearest thing with a name, and how far and in which direction the point lies from it."""

    place: FoundPlace
    meters: float
    direction: Compass


@dataclass(frozen=True, slots=True)
class Place:
    """An area that SeeClickFix knows by name, such as a city.

    ``url_name`` is its name in addresses and in ``place_url``; ``kind`` the upstream's own word,
    such as "City". ``center`` is None where it gave no position.
    """

    id: str
    name: str
    url_name: str = ""
    kind: str = ""
    center: Point | None = None
