"""Names the neighborhood of a point."""

from collections.abc import Sequence

import shapely
from shapely import STRtree

from scf_report.domain.geography import Point
from scf_report.geo.city_file import District


class Districts:
    """The neighborhoods of a city, quick to ask."""

    def __init__(self, districts: Sequence[District]) -> None:
        self.names = tuple(district.name for district in districts)
        shapes = [district.shape for district in districts]
        for one in shapes:
            shapely.prepare(one)
        self._tree = STRtree(shapes)

    def name(self, point: Point) -> str:
        """Return the district's name, "" outside all of them; on a border the first one's."""
        spot = shapely.Point(point.longitude, point.latitude)
        hits = self._tree.query(spot, predicate="intersects").tolist()
        return self.names[min(hits)] if hits else ""
