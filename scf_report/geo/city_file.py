"""Reads a city's ``places.json``, the plain file that the demo build or a city's own tool writes.

Positions are as in GeoJSON, longitude first; on a street the third number, where there is one,
is the house number at that position::

    {"format": 1, "name": "Chicago", "also_written": ["il"], "center": [-87.6, 41.9],
     "streets":   [{"name": "W Madison St", "lines": [[[-87.7, 41.9, 1200], …], …]}, …],
     "crossings": [{"label": "A St and B St", "streets": [0, 7, 8], "at": [-87.6, 41.9]}, …],
     "landmarks": [{"label": "Union Station", "at": [-87.6, 41.9]}, …],
     "districts": [{"name": "Loop", "shape": GeoJSON geometry}, …]}
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from scf_report.domain.geography import Point

FORMAT = 1

Spot = tuple[float, float, int | None]
"""Longitude, latitude, and the house number there."""
Line = tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Street:
    """A street of one name; it may have several pieces."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where two or more streets meet; ``streets`` are places in the city's list."""

    label: str
    streets: frozenset[int]
    at: Point


@dataclass(frozen=True, slots=True)
class Landmark:
    """A park, station, school or other place known by its own name."""

    label: str
    at: Point


@dataclass(frozen=True, slots=True)
class District:
    """A neighborhood, or a town nearby; the shape is in degrees."""

    name: str
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class City:
    """Everything with a name in one city. ``also_written``: what may follow its name."""

    name: str
    also_written: tuple[str, ...]
    center: Point
    streets: tuple[Street, ...]
    crossings: tuple[Crossing, ...]
    landmarks: tuple[Landmark, ...]
    districts: tuple[District, ...]


def read_city(path: Path) -> City:
    """Read the file. Raises OSError when it cannot be read, ValueError when it is of another format."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if data.get("format") != FORMAT:
        raise ValueError(f"{path} is not of format {FORMAT}: build the map data again")
    return City(
        name=data["name"],
        also_written=tuple(data["also_written"]),
        center=_point(data["center"]),
        streets=tuple(_street(item) for item in data["streets"]),
        crossings=tuple(_crossing(item) for item in data["crossings"]),
        landmarks=tuple(
            Landmark(item["label"], _point(item["at"])) for item in data["landmarks"]
        ),
        districts=tuple(
            District(item["name"], shape(item["shape"])) for item in data["districts"]
        ),
    )


def _street(item: dict[str, Any]) -> Street:
    return Street(
        item["name"],
        tuple(
            tuple((spot[0], spot[1], spot[2] if len(spot) > 2 else None) for spot in line)
            for line in item["lines"]
        ),
    )


def _crossing(item: dict[str, Any]) -> Crossing:
    return Crossing(item["label"], frozenset(item["streets"]), _point(item["at"]))


def _point(position: list[float]) -> Point:
    return Point(latitude=position[1], longitude=position[0])
