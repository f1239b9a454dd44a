"""The little geometry that a city needs: inside a boundary, how far, and the box of a list."""

import math
from itertools import pairwise

LatLong = tuple[float, float]
"""WGS 84 degrees, latitude first."""

METERS_PER_DEGREE = 111_195.0
"""Length of one degree of latitude on the mean sphere."""


def contains(boundary: tuple[LatLong, ...], lat: float, long: float) -> bool:
    """Tell whether the point lies in the polygon (ray casting; the ring closes itself)."""
    inside = False
    for (lat_a, long_a), (lat_b, long_b) in pairwise((*boundary, boundary[0])):
        if (lat_a > lat) != (lat_b > lat):
            crossing = long_a + (lat - lat_a) / (lat_b - lat_a) * (long_b - long_a)
            inside ^= long < crossing
    return inside


def distance_m(a: LatLong, b: LatLong) -> float:
    """Distance in meters on a plane: exact to well under 1 % over the few meters asked here."""
    north = (b[0] - a[0]) * METERS_PER_DEGREE
    east = (b[1] - a[1]) * METERS_PER_DEGREE * math.cos(math.radians(a[0]))
    return math.hypot(north, east)


def box(lat: float, long: float, half_m: float) -> tuple[float, float, float, float]:
    """Return south, north, west and east of the square that reaches ``half_m`` each way."""
    lat_half = half_m / METERS_PER_DEGREE
    long_half = lat_half / max(math.cos(math.radians(lat)), 0.01)
    return lat - lat_half, lat + lat_half, long - long_half, long + long_half
