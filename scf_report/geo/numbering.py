"""Finds a house number on a street, and the number at a place on it."""

from dataclasses import dataclass
from itertools import pairwise

from scf_report.domain.geography import Point
from scf_report.geo.city_file import Spot, Street

AS_GOOD_AS_KNOWN = 10
"""A number this little beyond a piece of street is on its last lot."""
ONE_BLOCK = 100
"""American cities give each block a hundred numbers."""


@dataclass(frozen=True, slots=True)
class House:
    """Where a number is; ``known`` is False when it lies up to a block beyond the known ones."""

    at: Point
    known: bool


def locate(street: Street, number: int) -> House | None:
    """Find a house number on a street.

    Between known numbers it is interpolated; up to a block beyond them it is put at the end
    of the street. Further off, and where a street has no numbers, the answer is None: a
    place kilometers away is worse than none.
    """
    nearest: tuple[int, Spot] | None = None
    for line in street.lines:
        for start, end in pairwise(line):
            between = _between(start, end, number)
            if between is not None:
                return House(between, known=True)
            for spot in (start, end):
                gap = abs((spot[2] or 0) - number)
                if spot[2] is not None and (nearest is None or gap < nearest[0]):
                    nearest = gap, spot
    if nearest is None or nearest[0] > ONE_BLOCK:
        return None
    gap, spot = nearest
    return House(Point(spot[1], spot[0]), known=gap <= AS_GOOD_AS_KNOWN)


def interpolate(start: Spot, end: Spot, share: float) -> int | None:
    """Return the house number at a share (0 to 1) of the way between two spots."""
    if start[2] is None or end[2] is None:
        return None
    return round(start[2] + (end[2] - start[2]) * share)


def _between(start: Spot, end: Spot, number: int) -> Point | None:
    if start[2] is None or end[2] is None:
        return None
    low, high = sorted((start[2], end[2]))
    if not low <= number <= high:
        return None
    share = (number - start[2]) / (end[2] - start[2]) if low < high else 0.0
    return Point(start[1] + (end[1] - start[1]) * share, start[0] + (end[0] - start[0]) * share)
