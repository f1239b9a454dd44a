"""Writes a city as the plain files that the geo-lookup, the map and the sandbox read.

``places.json`` holds, with positions as in GeoJSON (longitude first)::

    {"format": 1, "name": "Chicago", "also_written": ["il"], "center": [-87.6, 41.9],
     "streets":   [{"name": "W Madison St", "lines": [[[-87.7, 41.9, 1200], …], …]}, …],
     "crossings": [{"label": "A St and B St", "streets": [0, 7, 8], "at": [-87.6, 41.9]}, …],
     "landmarks": [{"label": "Union Station", "at": [-87.6, 41.9]}, …],
     "districts": [{"name": "Loop", "shape": GeoJSON geometry}, …]}

The third number of a street's position is the house number there, where it is known.
``area.geojson`` is one feature with the city's name and the area; ``seeds.json`` a list of
``{"lat", "long", "address"}``.
"""

import random
from typing import Any

import shapely
from shapely import Point
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from scf_report.demo.city_map import CityMap, spots

FORMAT = 1
SEED = 311


def places(city_map: CityMap) -> dict[str, Any]:
    """Return the content of ``places.json``."""
    city, order = city_map.city, {name: i for i, name in enumerate(city_map.streets)}
    return {
        "format": FORMAT,
        "name": city.name,
        "also_written": list(city.also_written),
        "center": list(city.center),
        "streets": [
            {"name": name, "lines": [_positions(city_map, name, line) for line in lines]}
            for name, lines in city_map.streets.items()
        ],
        "crossings": [
            {
                "label": crossing.label,
                "streets": [order[name] for name in crossing.streets],
                "at": _position(city_map, crossing.at),
            }
            for crossing in city_map.crossings
        ],
        "landmarks": [
            {"label": label, "at": _position(city_map, at)} for label, at in city_map.landmarks
        ],
        "districts": [
            {"name": name, "shape": _geometry(city_map, shape)}
            for name, shape in city_map.districts
        ],
    }


def area(city_map: CityMap) -> dict[str, Any]:
    """Return the content of ``area.geojson`` (RFC 7946)."""
    return {
        "type": "Feature",
        "properties": {"name": city_map.city.name},
        "geometry": _geometry(city_map, city_map.area),
    }


def seeds(city_map: CityMap) -> list[dict[str, Any]]:
    """Return the content of ``seeds.json``: addresses where they are known, else crossings."""
    known = _addresses(city_map) if city_map.grid else _crossings(city_map)
    inside = [(x, y, address) for x, y, address in known if city_map.area.contains(Point(x, y))]
    drawn = random.Random(SEED).sample(inside, min(city_map.city.seeds, len(inside)))  # noqa: S311 - a fixed draw, no secret
    result = []
    for x, y, address in drawn:
        longitude, latitude = city_map.plane.degrees(x, y)
        result.append({"lat": latitude, "long": longitude, "address": address})
    return result


def _addresses(city_map: CityMap) -> list[tuple[float, float, str]]:
    return [
        (x, y, f"{number} {name}")
        for name, lines in city_map.streets.items()
        for line in lines
        for x, y in spots(line)
        if (number := city_map.number(name, x, y)) is not None
    ]


def _crossings(city_map: CityMap) -> list[tuple[float, float, str]]:
    return [(crossing.at.x, crossing.at.y, crossing.label) for crossing in city_map.crossings]


def _positions(city_map: CityMap, name: str, line: shapely.LineString) -> list[list[float]]:
    if city_map.number(name, 0.0, 0.0) is None:
        return [list(city_map.plane.degrees(x, y)) for x, y in line.coords]
    return [
        [*city_map.plane.degrees(x, y), city_map.number(name, x, y) or 1]
        for x, y in spots(line)
    ]


def _position(city_map: CityMap, at: Point) -> list[float]:
    return list(city_map.plane.degrees(at.x, at.y))


def _geometry(city_map: CityMap, shape: BaseGeometry) -> dict[str, Any]:
    restored = shapely.orient_polygons(city_map.plane.restore(shape))
    return dict(mapping(restored))
