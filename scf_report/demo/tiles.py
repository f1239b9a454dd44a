"""Reads the Mapbox vector tiles (Streets v7) of npm ``@mapbox/mvt-fixtures`` as shapes in degrees.

The map data in them is OpenStreetMap's of about 2017 (ODbL 1.0).
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import mapbox_vector_tile
import shapely
from numpy import float64
from numpy.typing import NDArray
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry

EXTENT = 4096
"""Steps across one tile; what lies beyond is the overlap with its neighbors."""
LAYERS = ("road_label", "place_label", "poi_label", "rail_station_label", "water")


@dataclass(frozen=True, slots=True)
class Feature:
    """One named or drawn thing, cut at its tile's edge; ``kind`` is the layer's ``class`` or ``type``."""

    layer: str
    kind: str
    name: str
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class _Tile:
    zoom: int
    x: int
    y: int

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """Turn steps in the tile into longitude and latitude (inverse Web Mercator)."""
        across = 2**self.zoom
        east = (self.x + x / EXTENT) / across
        south = (self.y + y / EXTENT) / across
        latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * south))))
        return east * 360 - 180, latitude

    def restore(self, shape: BaseGeometry) -> BaseGeometry:
        """Turn a shape in steps into one in degrees."""

        def in_degrees(spots: NDArray[float64]) -> NDArray[float64]:
            for spot in spots:
                spot[:] = self.degrees(*spot)
            return spots

        return shapely.transform(shape, in_degrees)


def tile_files(folder: Path) -> list[Path]:
    """List a city's tiles in a fixed order. Raises FileNotFoundError when there are none."""
    files = sorted(folder.glob("*.mvt"))
    if not files:
        raise FileNotFoundError(f"no vector tiles in {folder}")
    return files


def covered(folder: Path) -> BaseGeometry:
    """Return the rectangle that the tiles of a folder cover."""
    edges = []
    for path in tile_files(folder):
        tile = _tile(path)
        edges.append(box(*tile.degrees(0, EXTENT), *tile.degrees(EXTENT, 0)))
    return shapely.envelope(shapely.union_all(edges))


def read_features(folder: Path) -> Iterator[Feature]:
    """Read every feature of the layers that make a gazetteer, tile by tile."""
    for path in tile_files(folder):
        tile = _tile(path)
        layers = mapbox_vector_tile.decode(
            path.read_bytes(), default_options={"y_coord_down": True}
        )
        for layer in LAYERS:
            for raw in layers.get(layer, {}).get("features", ()):
                cut = _cut(raw["geometry"])
                if cut.is_empty:
                    continue
                about = raw["properties"]
                kind = about.get("class") or about.get("type") or about.get("network") or ""
                yield Feature(layer, kind, about.get("name") or "", tile.restore(cut))


def _tile(path: Path) -> _Tile:
    numbers = re.fullmatch(r"(\d+)-(\d+)-(\d+)", path.stem)
    if numbers is None:
        raise ValueError(f"{path.name} is not named zoom-x-y.mvt")
    return _Tile(*(int(part) for part in numbers.groups()))


def _cut(geometry: dict[str, object]) -> BaseGeometry:
    drawn = shape(geometry)
    if drawn.geom_type.endswith("Polygon"):
        drawn = shapely.make_valid(drawn)
    return shapely.clip_by_rect(drawn, 0, 0, EXTENT, EXTENT)
