"""Joins the tiles' street labels into whole streets and finds where they cross."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely import LineString, Point, STRtree
from shapely.geometry.base import BaseGeometry

from scf_report.demo.plane import Plane
from scf_report.demo.tiles import Feature

UNNAMEABLE = frozenset({"ferry", "motorway", "path", "track"})
"""Classes of ``road_label`` at which nobody lives and which cross streets on bridges only."""
TOUCHING_M = 4.0
"""Lines nearer than this meet: a tile's steps are 0.9 m and its lines are simplified."""
ONE_CROSSING_M = 60.0
"""Two streets that meet twice within this distance have one crossing (divided roads)."""

Lines = Sequence[LineString]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where two streets meet, in flat meters; ``streets`` in the order in which they are written."""

    streets: tuple[str, str]
    at: Point


def join_streets(features: Iterable[Feature], plane: Plane) -> dict[str, Lines]:
    """Collect the streets by name, each as few lines as possible, in flat meters."""
    parts: dict[str, list[BaseGeometry]] = defaultdict(list)
    for feature in features:
        usable = feature.layer == "road_label" and feature.kind not in UNNAMEABLE
        if usable and feature.name:
            parts[feature.name].append(plane.flatten(feature.shape))
    return {name: _merged(shapes) for name, shapes in sorted(parts.items())}


def _merged(shapes: Iterable[BaseGeometry]) -> Lines:
    merged = shapely.line_merge(shapely.union_all(list(shapes)))
    lines = [part for part in shapely.get_parts(merged) if isinstance(part, LineString)]
    return sorted(lines, key=lambda line: (-line.length, line.coords[0]))


def find_crossings(streets: Mapping[str, Lines]) -> list[Crossing]:
    """Find every place where two streets meet; streets that only continue each other do not."""
    lines = [(name, line) for name, its_lines in streets.items() for line in its_lines]
    shapes = [line for _, line in lines]
    pairs = STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCHING_M)
    meetings: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for first, second in zip(*pairs.tolist(), strict=True):
        (name, line), (other_name, other) = lines[first], lines[second]
        if first < second and _trunk(name) != _trunk(other_name):
            meetings[written(name, other_name)].extend(_meeting_points(line, other))
    return [
        Crossing(names, at)
        for names, points in sorted(meetings.items())
        for at in _apart(points)
    ]


def written(first: str, second: str) -> tuple[str, str]:
    """Put two street names in the local order: the one that runs east and west goes first."""
    ordered = sorted((first, second), key=lambda name: (name[:2] not in ("E ", "W "), name))
    return ordered[0], ordered[1]


def _trunk(name: str) -> str:
    """Return the name without its direction: N State St and S State St are one road."""
    return name[2:] if name[:2] in ("N ", "S ", "E ", "W ") else name


def _meeting_points(line: LineString, other: LineString) -> list[Point]:
    meeting = shapely.intersection(line, other)
    if meeting.is_empty:
        return [shapely.shortest_line(line, other).centroid]
    return [part.centroid for part in shapely.get_parts(meeting)]


def _apart(points: Iterable[Point]) -> list[Point]:
    """Keep one of several points that belong to one crossing."""
    kept: list[Point] = []
    for point in sorted(points, key=lambda point: (point.x, point.y)):
        if all(point.distance(other) > ONE_CROSSING_M for other in kept):
            kept.append(point)
    return kept
