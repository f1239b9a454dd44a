"""Chicago's house numbers, which the tiles lack: they follow from the city's numbering grid.

Numbers count from State Street (east and west) and Madison Street (north and south), 800 to
the mile north, and unevenly in the first three miles south. The grid is fitted to
streets whose number is common knowledge.
"""

import math
import statistics
from collections.abc import Mapping, Sequence

from scf_report.demo.streets import Lines

SOUTH = {
    "W Montrose Ave": -4400,
    "W Irving Park Rd": -4000,
    "W Addison St": -3600,
    "W Belmont Ave": -3200,
    "W Diversey Ave": -2800,
    "W Fullerton Ave": -2400,
    "W Armitage Ave": -2000,
    "W North Ave": -1600,
    "W Division St": -1200,
    "W Chicago Ave": -800,
    "W Madison St": 0,
    "W Roosevelt Rd": 1200,
    "W 16th St": 1600,
    "W 18th St": 1800,
    "W 21st St": 2100,
    "W Cermak Rd": 2200,
    "W 26th St": 2600,
    "W 31st St": 3100,
    "W 35th St": 3500,
    "W 43rd St": 4300,
    "W 47th St": 4700,
    "W 51st St": 5100,
    "W 59th St": 5900,
    "W 63rd St": 6300,
}
"""How far south of Madison Street a street runs, in house numbers; north is negative."""
WEST = {
    "N Narragansett Ave": 6400,
    "N Central Ave": 5600,
    "N Cicero Ave": 4800,
    "N Pulaski Rd": 4000,
    "N Kedzie Ave": 3200,
    "N California Ave": 2800,
    "N Western Ave": 2400,
    "N Damen Ave": 2000,
    "N Ashland Ave": 1600,
    "S Racine Ave": 1200,
    "N Halsted St": 800,
    "N State St": 0,
    "S Michigan Ave": -100,
    "S Cottage Grove Ave": -800,
}
"""How far west of State Street a street runs, in house numbers; east is negative."""

Anchors = Sequence[tuple[float, float]]


class Grid:
    """The numbering grid in flat meters, fitted to a city's streets."""

    def __init__(self, streets: Mapping[str, Lines]) -> None:
        self._turn = -statistics.median(
            _bearing(streets[name]) for name in SOUTH if name in streets
        )
        self._south = self._fit(streets, SOUTH, axis=1)
        self._west = self._fit(streets, WEST, axis=0)

    def number(self, street: str, x: float, y: float) -> int | None:
        """Return the house number at a place on a street; None if its name has no direction."""
        east, north = _turned(x, y, self._turn)
        if street.startswith(("N ", "S ")):
            return max(1, round(abs(_read_off(self._south, north))))
        if street.startswith(("E ", "W ")):
            return max(1, round(abs(_read_off(self._west, east))))
        return None

    def place(self, west: float, south: float) -> tuple[float, float]:
        """Return where a corner of the grid lies, from its two numbers."""
        east = _read_off(_swapped(self._west), west)
        north = _read_off(_swapped(self._south), south)
        return _turned(east, north, -self._turn)

    def _fit(
        self, streets: Mapping[str, Lines], known: Mapping[str, int], axis: int
    ) -> Anchors:
        anchors = []
        for name, number in known.items():
            spots = [
                _turned(spot[0], spot[1], self._turn)[axis]
                for line in streets.get(name, ())
                for spot in line.segmentize(100).coords
            ]
            if spots:
                anchors.append((statistics.median(spots), float(number)))
        return sorted(anchors)


def _bearing(lines: Lines) -> float:
    """Return by how many degrees an east-west street is turned from due east."""
    spots = [spot for line in lines for spot in line.segmentize(100).coords]
    slope, _ = statistics.linear_regression([x for x, _ in spots], [y for _, y in spots])
    return math.degrees(math.atan(slope))


def _turned(x: float, y: float, degrees: float) -> tuple[float, float]:
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return x * cosine - y * sine, x * sine + y * cosine


def _swapped(anchors: Anchors) -> Anchors:
    return sorted((number, position) for position, number in anchors)


def _read_off(anchors: Anchors, position: float) -> float:
    """Interpolate between the two nearest anchors, or go on straight beyond the last ones."""
    last = len(anchors) - 1
    after = next((i for i in range(1, last) if anchors[i][0] >= position), last)
    (x0, y0), (x1, y1) = anchors[after - 1], anchors[after]
    return y0 + (position - x0) * (y1 - y0) / (x1 - x0)
