"""A small invented city in the format of the map data."""

import json
from pathlib import Path
from typing import Any

import pytest

from scf_report.geo.gazetteer import Gazetteer
from scf_report.geo.lookup import Places

WEST, NORTH = -90.0, 40.0
BLOCK_EAST, BLOCK_NORTH = 0.002, 0.0015
"""One block: about 170 m wide and 167 m high."""

EAST_WEST = {"Cedar St": 0, "5th St": 1, "St Clair Ave": 2, "North Ave": 3}
"""Streets that run east and west, by how many blocks they lie north of the center."""
NORTH_SOUTH = {"Maple Ave": 0, "Willow Blvd": 1, "LaSalle St": 2, "Mapel Ct": 3}
"""Streets that run north and south, by how many blocks they lie west of the center."""


def position(west: float, north: float) -> list[float]:
    """Return longitude and latitude of a corner, in blocks from the center."""
    return [round(WEST - west * BLOCK_EAST, 6), round(NORTH + north * BLOCK_NORTH, 6)]


def _streets() -> list[dict[str, Any]]:
    reach = range(5)
    streets: list[dict[str, Any]] = [
        {
            "name": f"W {name}",
            "lines": [[[*position(west, north), max(1, west * 100)] for west in reach]],
        }
        for name, north in EAST_WEST.items()
    ]
    streets.append(
        {
            "name": "E Cedar St",
            "lines": [[[*position(-east, 0), max(1, east * 100)] for east in reach]],
        }
    )
    streets += [
        {
            "name": f"N {name}",
            "lines": [[[*position(west, north), max(1, north * 100)] for north in reach]],
        }
        for name, west in NORTH_SOUTH.items()
    ]
    streets.append({"name": "Foundry Way", "lines": [[position(-3, 0), position(-3, 4)]]})
    streets.append(
        {"name": "N Doctor Ada King Dr", "lines": [[position(4, 0), position(4, 4)]]}
    )
    return streets


def _crossings(names: list[str]) -> list[dict[str, Any]]:
    crossings: list[dict[str, Any]] = [
        {
            "label": f"W {across} and N {down}",
            "streets": [names.index(f"W {across}"), names.index(f"N {down}")],
            "at": position(west, north),
        }
        for across, north in EAST_WEST.items()
        for down, west in NORTH_SOUTH.items()
    ]
    crossings[0]["streets"].append(names.index("E Cedar St"))
    foundry = [names.index("E Cedar St"), names.index("Foundry Way")]
    crossings.append(
        {"label": "E Cedar St and Foundry Way", "streets": foundry, "at": position(-3, 0)}
    )
    return crossings


def _box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [
        position(west, south),
        position(east, south),
        position(east, north),
        position(west, north),
        position(west, south),
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def write_city(folder: Path) -> Path:
    """Write the invented city: its service area ends two blocks east of the center."""
    streets = _streets()
    city = {
        "format": 1,
        "name": "Tamarack",
        "also_written": ["mn", "minnesota"],
        "center": position(0, 0),
        "streets": streets,
        "crossings": _crossings([street["name"] for street in streets]),
        "landmarks": [
            {"label": "Penrose Park", "at": position(1.5, 2.5)},
            {"label": "Tamarack Central Station", "at": position(0.3, 0.5)},
            {"label": "Café Zoë", "at": position(2.4, 1.6)},
            {"label": "Lighthouse", "at": position(0, -2)},
        ],
        "districts": [
            {"name": "Old Town", "shape": _box(5, -5, 1.5, 5)},
            {"name": "Riverside", "shape": _box(1.5, -5, -2, 5)},
            {"name": "Brandt Mills", "shape": _box(-2, -5, -5, 5)},
        ],
    }
    area = {
        "type": "Feature",
        "properties": {"name": "Tamarack"},
        "geometry": _box(5, -5, -2, 5),
    }
    folder.mkdir(parents=True)
    (folder / "places.json").write_text(json.dumps(city), encoding="utf-8")
    (folder / "area.geojson").write_text(json.dumps(area), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def city_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the invented city."""
    return write_city(tmp_path_factory.mktemp("cities") / "tamarack")


@pytest.fixture(scope="session")
def gazetteer(city_folder: Path) -> Gazetteer:
    """Give the names of the invented city."""
    return Gazetteer(city_folder)


@pytest.fixture(scope="session")
def places(city_folder: Path) -> Places:
    """Give the place look-up of the invented city."""
    return Places.from_files(city_folder.parent)
