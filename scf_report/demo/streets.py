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
_Meeting = tuple[Point, frozenset[str]]
_SPOKEN = {"W ": 0, "E ": 1, "S ": 3, "N ": 4}


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where streets meet, in flat meters.

    ``streets`` are all that end or pass here, in the order in which people say them.
    """

    streets: tuple[str, ...]
    at: Point

    @property
    def label(self) -> str:
        """The place as it is written locally, by two of its streets."""
        first = self.streets[0]
        others = [name for name in self.streets if _trunk(name) != _trunk(first)]
        return f"{first} and {others[-1]}"


def join_streets(features: Iterable[Feature], plane: Plane) -> dict[str, Lines]:
    """Collect the streets by name, each as few lines as possible, in flat meters."""
    parts: dict[str, list[BaseGeometry]] = defaultdict(list)
    for feature in features:
        usable = feature.layer == "road_label" and feature.kind not in UNNAMEABLE
        if usable and feature.name:
            parts[_spelled(feature.name)].append(plane.flatten(feature.shape))
    return {name: _merged(shapes) for name, shapes in sorted(parts.items())}


def _spelled(name: str) -> str:
    """Write "St. Louis" as the rest of the data does: "St Louis"."""
    return name.replace(". ", " ")


def _merged(shapes: Iterable[BaseGeometry]) -> Lines:
    merged = shapely.line_merge(shapely.union_all(list(shapes)))
    lines = [part for part in shapely.get_parts(merged) if isinstance(part, LineString)]
    return sorted(lines, key=lambda line: (-line.length, line.coords[0]))


def find_crossings(streets: Mapping[str, Lines]) -> list[Crossing]:
    """Find every place where two streets meet; streets that only continue each other do not."""
    lines = [(name, line) for name, its_lines in streets.items() for line in its_lines]
    shapes = [line for _, line in lines]
    pairs = STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCHING_M)
    meetings: dict[frozenset[str], list[_Meeting]] = defaultdict(list)
    for first, second in zip(*pairs.tolist(), strict=True):
        (name, line), (other_name, other) = lines[first], lines[second]
        trunks = frozenset((_trunk(name), _trunk(other_name)))
        if first < second and len(trunks) == 2:
            for at in _meeting_points(line, other):
                meetings[trunks].append((at, frozenset((name, other_name))))
    crossings = [crossing for met in meetings.values() for crossing in _joined(met)]
    return sorted(
        crossings, key=lambda crossing: (crossing.streets, crossing.at.x, crossing.at.y)
    )


def _trunk(name: str) -> str:
    """Return the name without its direction: N State St and S State St are one road."""
    return name[2:] if name[:2] in ("N ", "S ", "E ", "W ") else name


def _meeting_points(line: LineString, other: LineString) -> list[Point]:
    meeting = shapely.intersection(line, other)
    if meeting.is_empty:
        return [shapely.shortest_line(line, other).centroid]
    return [part.centroid for part in shapely.get_parts(meeting)]


def _joined(meetings: Iterable[_Meeting]) -> list[Crossing]:
    """Make one crossing of the meetings that are one to a passer-by.

    N and S Racine Ave both end at W Madison St: one crossing of three streets.
    """
    kept: list[tuple[Point, set[str]]] = []
    for at, names in sorted(meetings, key=lambda met: (met[0].x, met[0].y, sorted(met[1]))):
        there = next((one for one in kept if at.distance(one[0]) <= ONE_CROSSING_M), None)
        if there:
            there[1].update(names)
        else:
            kept.append((at, set(names)))
    return [Crossing(tuple(_written(names)), at) for at, names in kept]


def _written(names: Iterable[str]) -> list[str]:
    """Order street names as people say them: what runs east and west first, west before east.

    North comes last, so that the crossing is named after the northern street of two.
    """
    return sorted(names, key=lambda name: (_SPOKEN.get(name[:2], 2), name))
