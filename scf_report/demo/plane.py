"""Degrees to flat meters and back, good to 0.3 % over a city."""

import math
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry
from shapely.ops import transform

METERS_A_DEGREE = 111_195.0
"""Length of one degree of latitude on a sphere of 6,371 km radius."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Flat coordinates: meters east and north of a center that is given in degrees."""

    longitude: float
    latitude: float

    def flatten(self, shape: BaseGeometry) -> BaseGeometry:
        """Turn a shape in degrees into one in meters."""
        wide = self._meters_a_degree_east()

        def meters(x: float, y: float, _: float | None = None) -> tuple[float, float]:
            return (x - self.longitude) * wide, (y - self.latitude) * METERS_A_DEGREE

        return transform(meters, shape)

    def restore(self, shape: BaseGeometry) -> BaseGeometry:
        """Turn a shape in meters into one in degrees."""

        def degrees(x: float, y: float, _: float | None = None) -> tuple[float, float]:
            return self.degrees(x, y)

        return transform(degrees, shape)

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """Turn meters into longitude and latitude, rounded to 0.1 m as GeoJSON wants them."""
        longitude = self.longitude + x / self._meters_a_degree_east()
        return round(longitude, 6), round(self.latitude + y / METERS_A_DEGREE, 6)

    def _meters_a_degree_east(self) -> float:
        return METERS_A_DEGREE * math.cos(math.radians(self.latitude))
