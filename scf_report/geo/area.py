"""Where the service works: one polygon a city, from GeoJSON (RFC 7946)."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from scf_report.domain.geography import Compass, Point, compass, distance_m
from scf_report.geo.plane import Plane

AREA_FILE = "area.geojson"


@dataclass(frozen=True, slots=True)
class Border:
    """The nearest border of the area as seen from a point.

    The point lies ``meters`` to the ``direction`` of ``at``, a place on the border of ``name``.
    """

    name: str
    at: Point
    meters: float
    direction: Compass


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    shape: BaseGeometry
    plane: Plane
    flat: BaseGeometry


class Area:
    """The cities in which reports are taken. Files are read on first use, by any thread.

    A file holds a Feature or a FeatureCollection of polygons with a ``name``; the first use
    raises OSError or ValueError when one cannot be read.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = tuple(files)
        self._lock = threading.Lock()
        self._parts: list[_Part] | None = None

    @classmethod
    def below(cls, root: Path | None) -> "Area | None":
        """Take the area of every city that has one below ``root``; None without any."""
        files = sorted(root.glob(f"*/{AREA_FILE}")) if root else []
        return cls(files) if files else None

    def contains(self, point: Point) -> bool:
        """Tell whether reports are taken at a point; the border counts."""
        return self.name(point) is not None

    def name(self, point: Point) -> str | None:
        """Return the name of the city that a point is in, or None."""
        spot = shapely.Point(point.longitude, point.latitude)
        return next((part.name for part in self._all() if part.shape.intersects(spot)), None)

    @property
    def names(self) -> list[str]:
        """The names of all cities."""
        return [part.name for part in self._all()]

    def border(self, point: Point) -> Border:
        """Return the nearest place on the border, from inside or from outside."""
        return min((_border(part, point) for part in self._all()), key=lambda one: one.meters)

    def _all(self) -> list[_Part]:
        with self._lock:
            if self._parts is None:
                self._parts = [part for path in self._files for part in _read(path)]
            return self._parts


def _read(path: Path) -> list[_Part]:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    features = data.get("features", [data])
    parts = [_part(feature) for feature in features]
    if not parts:
        raise ValueError(f"{path} has no feature")
    return parts


def _part(feature: dict[str, Any]) -> _Part:
    drawn = shape(feature["geometry"])
    if not drawn.geom_type.endswith("Polygon") or not drawn.is_valid:
        raise ValueError(f"the area of {feature['properties']['name']} is no valid polygon")
    shapely.prepare(drawn)
    middle = drawn.centroid
    plane = Plane(Point(middle.y, middle.x))
    return _Part(feature["properties"]["name"], drawn, plane, plane.flatten(drawn).boundary)


def _border(part: _Part, point: Point) -> Border:
    spot = shapely.Point(part.plane.flat(point.longitude, point.latitude))
    x, y = shapely.shortest_line(part.flat, spot).coords[0]
    at = part.plane.point(x, y)
    return Border(part.name, at, distance_m(at, point), compass(at, point))
