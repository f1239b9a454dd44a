"""Names a point by what is nearest to it."""

import math
from collections.abc import Sequence
from itertools import pairwise

import shapely
from shapely import LineString, STRtree

from scf_report.domain.geography import (
    FoundPlace,
    NearPlace,
    PlaceKind,
    Point,
    Sureness,
    compass,
    distance_m,
)
from scf_report.geo.city_file import City, Crossing, Landmark, Line
from scf_report.geo.districts import Districts
from scf_report.geo.numbering import interpolate
from scf_report.geo.plane import Plane

AT_CROSSING_M = 15.0
"""So near to the middle of a crossing a point is on it."""
CROSSING_ON_STREET_M = 150.0
"""Where houses have no numbers, a crossing this near says more than the street's name."""
OFF_STREET_M = 40.0
"""Further from any street than a lot is deep, a nearer landmark names a point better."""
KNOWN_M = 500.0
"""Further off nothing is named: the data ends, or the point lies in a lake."""
NEARBY_M = 1000.0
"""How far places near a point may be."""


class PlaceNaming:
    """The named things of one city, by where they are."""

    def __init__(self, city: City, districts: Districts) -> None:
        self._city = city
        self._districts = districts
        self._plane = Plane(city.center)
        self._lines = [(street.name, line) for street in city.streets for line in street.lines]
        self._shapes = [
            LineString([self._plane.flat(spot[0], spot[1]) for spot in line])
            for _, line in self._lines
        ]
        self._street_tree = STRtree(self._shapes)
        self._crossing_tree = self._tree(city.crossings)
        self._landmark_tree = self._tree(city.landmarks)

    def reverse(self, point: Point) -> NearPlace | None:
        """Name a point: the crossing it is on, else an address on the nearest street.

        In a park or on a pier a landmark may be nearer; None where nothing is within 500 m.
        """
        spot = self._flat(point)
        crossing = self._nearest(self._crossing_tree, spot, AT_CROSSING_M)
        if crossing is not None:
            return self._seen_from(self._crossing(crossing), point)
        on_street = self._on_street(point, spot)
        if on_street is None or on_street.meters > OFF_STREET_M:
            landmark = self._nearest(self._landmark_tree, spot, KNOWN_M)
            if landmark is not None:
                there = self._seen_from(self._landmark(landmark), point)
                if on_street is None or there.meters < on_street.meters:
                    return there
        return on_street

    def near(self, point: Point, limit: int) -> tuple[NearPlace, ...]:
        """List crossings and landmarks within a kilometer, nearest first.

        A third of the list is kept for landmarks, which are rarer and easier to recognize.
        """
        spot = self._flat(point)
        landmarks = self._within(self._landmark_tree, spot)[: max(1, limit // 3)]
        crossings = self._within(self._crossing_tree, spot)[: limit - len(landmarks)]
        places = [self._seen_from(self._landmark(i), point) for i in landmarks]
        places += [self._seen_from(self._crossing(i), point) for i in crossings]
        return tuple(sorted(places, key=lambda place: place.meters)[:limit])

    def _on_street(self, point: Point, spot: shapely.Point) -> NearPlace | None:
        nearest = self._nearest(self._street_tree, spot, KNOWN_M)
        if nearest is None:
            return None
        (name, line), shape = self._lines[nearest], self._shapes[nearest]
        along = shape.project(spot)
        number = _number_at(line, shape, along)
        if number is None:
            crossing = self._nearest(self._crossing_tree, spot, CROSSING_ON_STREET_M)
            if crossing is not None:
                return self._seen_from(self._crossing(crossing), point)
        on_line = shape.interpolate(along)
        label, kind = (
            (name, PlaceKind.STREET)
            if number is None
            else (f"{number} {name}", PlaceKind.ADDRESS)
        )
        return self._seen_from(
            self._place(label, self._plane.point(on_line.x, on_line.y), kind), point
        )

    def _crossing(self, i: int) -> FoundPlace:
        crossing = self._city.crossings[i]
        return self._place(crossing.label, crossing.at, PlaceKind.CROSSING)

    def _landmark(self, i: int) -> FoundPlace:
        landmark = self._city.landmarks[i]
        return self._place(landmark.label, landmark.at, PlaceKind.LANDMARK)

    def _place(self, label: str, at: Point, kind: PlaceKind) -> FoundPlace:
        return FoundPlace(label, at, kind, Sureness.EXACT, self._districts.name(at))

    @staticmethod
    def _seen_from(place: FoundPlace, point: Point) -> NearPlace:
        meters = distance_m(place.point, point)
        return NearPlace(place, meters, compass(place.point, point))

    def _flat(self, point: Point) -> shapely.Point:
        return shapely.Point(self._plane.flat(point.longitude, point.latitude))

    def _tree(self, places: Sequence[Crossing] | Sequence[Landmark]) -> STRtree:
        return STRtree([self._flat(place.at) for place in places])

    @staticmethod
    def _nearest(tree: STRtree, spot: shapely.Point, reach_m: float) -> int | None:
        hits = tree.query_nearest(spot, max_distance=reach_m).tolist()
        return min(hits) if hits else None

    @staticmethod
    def _within(tree: STRtree, spot: shapely.Point) -> list[int]:
        hits = tree.query(spot, predicate="dwithin", distance=NEARBY_M)
        meters = shapely.distance(tree.geometries[hits], spot)
        return [int(hits[i]) for i in meters.argsort(kind="stable")]


def _number_at(line: Line, shape: LineString, along: float) -> int | None:
    """Return the house number so many meters along a line, None where houses have no numbers."""
    number = None
    for (start, end), (one, other) in zip(pairwise(line), pairwise(shape.coords), strict=True):
        length = math.dist(one, other)
        number = interpolate(start, end, min(1.0, along / length) if length else 0.0)
        along -= length
        if along <= 0:
            break
    return number
