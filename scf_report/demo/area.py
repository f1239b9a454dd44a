"""Where a demo city's service works, and its neighborhoods."""

from collections.abc import Iterable, Mapping

import shapely
from shapely import MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

SHORE_M = 200.0
"""Piers and harbors reach this far into a lake and still count."""
LAKE_M2 = 1_000_000.0
"""Water larger than this is a lake or the sea; rivers and ponds stay inside."""
CURB_M = 15.0
"""A street on the border belongs to the city on both of its sides."""


def service_area(
    covered: BaseGeometry, water: Iterable[BaseGeometry], limits: BaseGeometry
) -> Polygon:
    """Return what is covered, inside the city limits and not far out in a lake; flat meters.

    The largest piece counts, without holes: a harbor basin is part of the lakefront.
    """
    waters = shapely.get_parts(shapely.union_all(list(water))).tolist()
    lake = shapely.union_all([part for part in waters if part.area > LAKE_M2])
    land = shapely.difference(covered, lake)
    reach = shapely.intersection(covered, shapely.buffer(land, SHORE_M))
    area = shapely.intersection(reach, shapely.buffer(limits, CURB_M))
    parts: list[Polygon] = shapely.get_parts(shapely.simplify(area, 5.0)).tolist()
    return Polygon(max(parts, key=lambda part: part.area).exterior)


def cells(side: BaseGeometry, labels: Mapping[str, Point]) -> list[tuple[str, BaseGeometry]]:
    """Give every place on one side of the city limits to its nearest label.

    The data has a label for each neighborhood and suburb, but no borders of theirs.
    """
    inside = {name: at for name, at in labels.items() if side.contains(at)}
    if not inside:
        return []
    drawn = shapely.voronoi_polygons(
        MultiPoint(list(inside.values())), extend_to=side, ordered=True
    )
    return [
        (name, shapely.intersection(cell, side))
        for name, cell in zip(inside, shapely.get_parts(drawn).tolist(), strict=True)
    ]
