"""Places as the use cases ask for them: words to places, points to names, inside or outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from operator import not_
from pathlib import Path

from scf_report.domain.geography import (
    FoundPlace,
    NearPlace,
    PlaceKind,
    Point,
    Sureness,
    parse_coordinates,
)
from scf_report.geo.area import Area, Border
from scf_report.geo.gazetteer import Gazetteers
from scf_report.geo.geocoder import RESULT_LIMIT, Geocoder
from scf_report.geo.words import TEXT_LIMIT

REMEMBERED = 4096
"""Names of points that are kept: one person looks at a few points many times."""
PLACES = 5
"""Decimals of a degree that make a difference to a name: about a meter."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for typed text: where reports are taken, and where they are not."""

    places: tuple[FoundPlace, ...] = ()
    outside: tuple[FoundPlace, ...] = ()


class Places:
    """The place part of the geo-lookup.

    Without map data only coordinates are found and nothing has a name; without an area
    reports are taken everywhere.
    """

    def __init__(self, geocoder: Geocoder, area: Area | None = None) -> None:
        self._geocoder = geocoder
        self.area = area
        self._named = lru_cache(REMEMBERED)(geocoder.reverse)

    @classmethod
    def from_files(cls, root: Path | None, area_files: Sequence[Path] = ()) -> "Places":
        """Use the cities below ``root``, a folder with one folder a city, and their areas.

        ``area_files`` replace the cities' own areas.
        """
        area = Area(area_files) if area_files else Area.below(root)
        return cls(Gazetteers.below(root), area)

    def find(self, text: str, limit: int = RESULT_LIMIT) -> Findings:
        """Find places for typed words or coordinates; coordinates out of range find nothing."""
        try:
            point = parse_coordinates(text[:TEXT_LIMIT])
        except ValueError:
            return Findings()
        found = (
            self._geocoder.search(text, limit)
            if point is None
            else (self._at_coordinates(point),)
        )
        inside = [self.covers(place.point) for place in found]
        return Findings(
            places=tuple(compress(found, inside)),
            outside=tuple(compress(found, map(not_, inside))),
        )

    def name(self, point: Point) -> NearPlace | None:
        """Name a point by the nearest address, crossing or landmark; None where nothing is known."""
        return self._named(_rounded(point))

    def covers(self, point: Point) -> bool:
        """Tell whether reports are taken at a point."""
        return self.area is None or self.area.contains(point)

    def border(self, point: Point) -> Border | None:
        """Return the nearest border of the area, None where there is no area."""
        return self.area.border(point) if self.area else None

    def near(self, point: Point, limit: int = RESULT_LIMIT) -> tuple[NearPlace, ...]:
        """List named places around a point, nearest first."""
        return self._geocoder.near(point, limit)

    def _at_coordinates(self, point: Point) -> FoundPlace:
        near = self.name(point)
        label, district = (near.place.label, near.place.district) if near else (str(point), "")
        return FoundPlace(label, point, PlaceKind.COORDINATES, Sureness.EXACT, district)


def _rounded(point: Point) -> Point:
    return Point(round(point.latitude, PLACES), round(point.longitude, PLACES))
