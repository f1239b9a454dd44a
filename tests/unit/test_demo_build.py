"""The demo's map data, built from a few streets in tiles made here."""

import json
import math
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
from shapely import LineString, Point, Polygon, box, transform
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from scf_report.demo.__main__ import main
from scf_report.demo.build import build

CHICAGO = (13, 2101, 3044)
"""Zoom, column and row of the tile that holds the Near West Side and the Loop."""
SAN_FRANCISCO = (15, 5237, 12665)


def in_tile(tile: tuple[int, int, int], drawn: BaseGeometry) -> BaseGeometry:
    """Project degrees to the steps of a tile (Web Mercator, y down)."""
    zoom, column, row = tile
    across = 2**zoom

    def steps(spots: Any) -> Any:
        for spot in spots:
            mercator = math.asinh(math.tan(math.radians(spot[1]))) / math.pi
            spot[:] = (
                ((spot[0] + 180) / 360 * across - column) * 4096,
                ((1 - mercator) / 2 * across - row) * 4096,
            )
        return spots

    return transform(drawn, steps)


def write_tile(
    source: Path,
    city: str,
    tile: tuple[int, int, int],
    features: list[tuple[str, str, str, Any]],
) -> None:
    """Write one tile; a feature is layer, class, name and shape in degrees."""
    layers: dict[str, list[dict[str, Any]]] = {}
    for layer, kind, name, drawn in features:
        about = {"class": kind, "type": kind, **({"name": name} if name else {})}
        layers.setdefault(layer, []).append(
            {"geometry": in_tile(tile, drawn), "properties": about}
        )
    encoded = mapbox_vector_tile.encode(
        [{"name": name, "features": content} for name, content in layers.items()],
        default_options={"y_coord_down": True},
    )
    folder = source / "real-world" / city
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "{}-{}-{}.mvt".format(*tile)).write_bytes(encoded)


def street(name: str, west: float, south: float, east: float, north: float) -> tuple[Any, ...]:
    """Draw a straight street."""
    return ("road_label", "street", name, LineString([(west, south), (east, north)]))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Give a package folder with one tile a city; Chicago's streets lie where they truly do."""
    chicago = [
        street("W Madison St", -87.6700, 41.8814, -87.6280, 41.8820),
        street("W Chicago Ave", -87.6700, 41.8960, -87.6280, 41.8967),
        street("N State St", -87.6282, 41.9000, -87.6278, 41.8819),
        street("S State St", -87.6278, 41.8819, -87.6275, 41.8740),
        street("N Halsted St", -87.6478, 41.9000, -87.6472, 41.8817),
        street("S Halsted St", -87.6472, 41.8817, -87.6470, 41.8740),
        street("N Ashland Ave", -87.6674, 41.9000, -87.6668, 41.8815),
        street("Harbor Dr", -87.6310, 41.8890, -87.6300, 41.8895),
        (
            "road_label",
            "motorway",
            "Kennedy Expy",
            LineString([(-87.65, 41.90), (-87.64, 41.87)]),
        ),
        ("road_label", "street", "", LineString([(-87.66, 41.89), (-87.65, 41.89)])),
        ("place_label", "neighbourhood", "Near West Side", Point(-87.66, 41.88)),
        ("place_label", "neighbourhood", "Loop", Point(-87.63, 41.88)),
        ("poi_label", "park", "Union Park", Point(-87.6650, 41.8838)),
        ("poi_label", "park", "", Point(-87.66, 41.8838)),
        ("rail_station_label", "rail-metro", "Clinton", Point(-87.6410, 41.8857)),
        ("rail_station_label", "rail-metro", "Clinton", Point(-87.6412, 41.8858)),
        ("rail_station_label", "rail", "Union Station", Point(-87.6404, 41.8787)),
        ("water", "", "", box(-87.6300, 41.8700, -87.6280, 41.8720)),
    ]
    san_francisco = [
        street("Haight St", -122.460, 37.7720, -122.454, 37.7728),
        street("Cole St", -122.4570, 37.7710, -122.4585, 37.7780),
    ]
    write_tile(tmp_path, "chicago", CHICAGO, chicago)
    write_tile(tmp_path, "sanfrancisco", SAN_FRANCISCO, san_francisco)
    return tmp_path


def read(file: Path) -> Any:
    """Read a file that was built."""
    return json.loads(file.read_text(encoding="utf-8"))


def test_streets_crossings_and_landmarks_are_taken_from_the_tiles(
    source: Path, tmp_path: Path
) -> None:
    """Named streets and what lies between them are kept; motorways and nameless things are not."""
    build(source, tmp_path / "out")
    city = read(tmp_path / "out" / "chicago" / "places.json")
    names = [item["name"] for item in city["streets"]]
    assert "W Madison St" in names
    assert "Kennedy Expy" not in names
    crossings = [item["label"] for item in city["crossings"]]
    assert crossings.count("W Madison St and N Halsted St") == 1
    assert "W Madison St and S Halsted St" not in crossings
    assert not any("N State St and S State St" in label for label in crossings)
    halsted = city["crossings"][crossings.index("W Madison St and N Halsted St")]
    assert {names[i] for i in halsted["streets"]} == {
        "W Madison St",
        "N Halsted St",
        "S Halsted St",
    }
    landmarks = [item["label"] for item in city["landmarks"]]
    assert landmarks == ["Clinton station", "Union Park", "Union Station"]
    assert {item["name"] for item in city["districts"]} == {"Near West Side", "Loop"}


def test_house_numbers_follow_chicagos_grid(source: Path, tmp_path: Path) -> None:
    """Halsted is 800 west and Chicago Avenue 800 north; streets without a direction have no numbers."""
    build(source, tmp_path / "out")
    city = read(tmp_path / "out" / "chicago" / "places.json")
    streets = {item["name"]: item["lines"] for item in city["streets"]}
    at_halsted = [
        spot for spot in streets["W Madison St"][0] if abs(spot[0] + 87.6472) < 0.0007
    ]
    assert all(abs(spot[2] - 800) < 40 for spot in at_halsted)
    assert at_halsted
    assert abs(max(spot[2] for spot in streets["N Ashland Ave"][0]) - 1012) < 40
    assert len(streets["Harbor Dr"][0][0]) == 2
    elsewhere = read(tmp_path / "out" / "sanfrancisco" / "places.json")
    assert all(
        len(spot) == 2
        for item in elsewhere["streets"]
        for line in item["lines"]
        for spot in line
    )


def test_seeds_lie_on_streets_inside_the_area(source: Path, tmp_path: Path) -> None:
    """The sandbox's issues get an address, and crossings where there are no numbers."""
    build(source, tmp_path / "out")
    for city, ending in (("chicago", ("St", "Ave")), ("sanfrancisco", ("Haight St",))):
        area = shape(read(tmp_path / "out" / city / "area.geojson")["geometry"])
        seeds = read(tmp_path / "out" / city / "seeds.json")
        assert isinstance(area, Polygon)
        assert seeds
        for seed in seeds:
            assert area.contains(Point(seed["long"], seed["lat"]))
            assert seed["address"].endswith(ending)


def test_building_twice_gives_the_same_and_does_nothing(source: Path, tmp_path: Path) -> None:
    """A second run leaves the files alone; a fresh run elsewhere writes the same bytes."""
    one, other = tmp_path / "one", tmp_path / "other"
    assert build(source, one)
    written = (one / "chicago" / "places.json").stat().st_mtime_ns
    assert not build(source, one)
    assert (one / "chicago" / "places.json").stat().st_mtime_ns == written
    assert build(source, other)
    for name in ("places.json", "area.geojson", "seeds.json"):
        assert (one / "chicago" / name).read_bytes() == (other / "chicago" / name).read_bytes()
    assert "OpenStreetMap contributors" in (one / "ATTRIBUTION.txt").read_text(encoding="utf-8")


def test_other_tiles_are_built_again(source: Path, tmp_path: Path) -> None:
    """The stamp names the tiles' content: a new package version is noticed."""
    out = tmp_path / "out"
    build(source, out)
    write_tile(
        source,
        "sanfrancisco",
        SAN_FRANCISCO,
        [street("Page St", -122.460, 37.7709, -122.450, 37.7722)],
    )
    assert build(source, out)
    names = [item["name"] for item in read(out / "sanfrancisco" / "places.json")["streets"]]
    assert names == ["Page St"]


def test_the_command_says_what_it_did(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Built, up to date, or what is missing and how to get it."""
    arguments = ["--source", str(source), "--out", str(tmp_path / "out")]
    assert main(arguments) == 0
    assert "built" in capsys.readouterr().out
    assert main(arguments) == 0
    assert "up to date" in capsys.readouterr().out
    assert main(["--source", str(tmp_path / "nowhere"), "--out", str(tmp_path / "new")]) == 1
    assert "npm ci" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_file_that_is_no_tile_is_named(source: Path, tmp_path: Path) -> None:
    """A stray file among the tiles is an error that names it."""
    stray = source / "real-world" / "chicago" / "copy of tile.mvt"
    stray.write_bytes(b"")
    with pytest.raises(ValueError, match="copy of tile"):
        build(source, tmp_path / "out")
