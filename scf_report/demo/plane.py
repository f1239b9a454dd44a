"""Degrees to flat meters and back, good to 0.3 % over a city."""

import math
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

METERS_A_DEGREE = 111_195.0
"""Length of one degree of latitude on a sphere of 6,371 km radius."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Flat coordinates: meters east and north of a center that is given in degrees."""

    longitude: float
    latitude: float

    def flatten(self, shape: BaseGeometry) -> BaseGeometry:
        """Turn a shape in degrees into one in meters."""
        center, scale = self._center(), self._scale()
        return shapely.transform(shape, lambda spots: (spots - center) * scale)

    def restore(self, shape: BaseGeometry) -> BaseGeometry:
        """Turn a shape in meters into one in degrees, rounded to 0.1 m."""
        center, scale = self._center(), self._scale()
        return shapely.transform(shape, lambda spots: (spots / scale + center).round(6))

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """Turn meters into longitude and latitude, rounded to 0.1 m."""
        wide, high = self._scale()
        return round(self.longitude + x / wide, 6), round(self.latitude + y / high, 6)

    def _center(self) -> tuple[float, float]:
        return self.longitude, self.latitude

    def _scale(self) -> tuple[float, float]:
        return METERS_A_DEGREE * math.cos(math.radians(self.latitude)), METERS_A_DEGREE
