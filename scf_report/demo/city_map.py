"""Turns one city's tiles into what a gazetteer needs to know, in flat meters."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from scf_report.demo import area
from scf_report.demo.cities import City
from scf_report.demo.numbering import Grid
from scf_report.demo.plane import Plane
from scf_report.demo.streets import Crossing, Lines, find_crossings, join_streets
from scf_report.demo.tiles import Feature, covered, read_features

ONE_LANDMARK_M = 300.0
"""Two labels of the same name nearer than this mean one place (entrances, platforms)."""
NEIGHBORHOODS = frozenset({"neighbourhood", "suburb", "residential"})
TOWNS = frozenset({"town", "village"})
"""Kinds of ``place_label`` that name a part of the city, and a city of its own."""


@dataclass(frozen=True, slots=True)
class CityMap:
    """A city's named things; ``grid`` is None where houses are not numbered by one."""

    city: City
    plane: Plane
    streets: dict[str, Lines]
    crossings: Sequence[Crossing]
    landmarks: Sequence[tuple[str, Point]]
    districts: Sequence[tuple[str, BaseGeometry]]
    area: BaseGeometry
    grid: Grid | None

    def number(self, street: str, x: float, y: float) -> int | None:
        """Return the house number at a place on a street, or None if there is none."""
        return self.grid.number(street, x, y) if self.grid else None


def read_city(city: City, tiles: Path) -> CityMap:
    """Read a city from its folder of tiles. Raises FileNotFoundError without tiles."""
    plane = Plane(*city.center)
    features = list(read_features(tiles))
    streets = join_streets(features, plane)
    grid = Grid(streets) if city.limits else None
    tiled = plane.flatten(covered(tiles))
    limits = Polygon([grid.place(*corner) for corner in city.limits]) if grid else tiled
    water = (plane.flatten(found.shape) for found in features if found.layer == "water")
    works = area.service_area(tiled, water, limits)
    return CityMap(
        city=city,
        plane=plane,
        streets=streets,
        crossings=find_crossings(streets),
        landmarks=_landmarks(features, plane),
        districts=[
            *area.cells(works, _labels(features, NEIGHBORHOODS, plane)),
            *area.cells(shapely.difference(tiled, works), _labels(features, TOWNS, plane)),
        ],
        area=works,
        grid=grid,
    )


def spots(line: LineString) -> Sequence[tuple[float, float]]:
    """List a line's points, close enough together to number the houses between them."""
    return [(x, y) for x, y in shapely.segmentize(line, 100.0).coords]


def _landmarks(features: Iterable[Feature], plane: Plane) -> list[tuple[str, Point]]:
    kept: list[tuple[str, Point]] = []
    for feature in features:
        if feature.layer not in ("poi_label", "rail_station_label") or not feature.name:
            continue
        name, at = _local_name(feature), plane.flatten(feature.shape).centroid
        if all(name != other or at.distance(there) > ONE_LANDMARK_M for other, there in kept):
            kept.append((name, at))
    return sorted(kept, key=lambda landmark: (landmark[0], landmark[1].x, landmark[1].y))


def _local_name(feature: Feature) -> str:
    """Tell a station from the street that it is named after."""
    bare_station = feature.layer == "rail_station_label" and not feature.name.endswith(
        ("Station", "Center", "Yard")
    )
    return f"{feature.name} station" if bare_station else feature.name


def _labels(
    features: Iterable[Feature], kinds: Collection[str], plane: Plane
) -> dict[str, Point]:
    return {
        feature.name: plane.flatten(feature.shape).centroid
        for feature in features
        if feature.layer == "place_label" and feature.kind in kinds
    }
