"""Flat meters around a city's center, for shapes that can be measured; good to 0.3 % over a city."""

import math
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from scf_report.domain.geography import EARTH_RADIUS_M, Point

METERS_A_DEGREE = math.radians(1) * EARTH_RADIUS_M


@dataclass(frozen=True, slots=True)
class Plane:
    """Flat coordinates in meters, east and north of a center."""

    center: Point

    def flat(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Turn degrees into meters; longitude first, as shapes have it."""
        return (
            (longitude - self.center.longitude) * self._meters_a_degree_east(),
            (latitude - self.center.latitude) * METERS_A_DEGREE,
        )

    def flatten(self, shape: BaseGeometry) -> BaseGeometry:
        """Turn a shape in degrees into one in meters."""
        center = self.center.longitude, self.center.latitude
        scale = self._meters_a_degree_east(), METERS_A_DEGREE
        return shapely.transform(shape, lambda spots: (spots - center) * scale)

    def point(self, x: float, y: float) -> Point:
        """Turn meters into a point."""
        return Point(
            self.center.latitude + y / METERS_A_DEGREE,
            self.center.longitude + x / self._meters_a_degree_east(),
        )

    def _meters_a_degree_east(self) -> float:
        return METERS_A_DEGREE * math.cos(math.radians(self.center.latitude))
