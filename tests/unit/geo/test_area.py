"""Where the service works."""

import json
from pathlib import Path

import pytest

from scf_report.domain.geography import Point
from scf_report.geo.area import Area


@pytest.fixture
def area(city_folder: Path) -> Area:
    """Give the invented city's area, which ends at longitude -89.996."""
    return Area([city_folder / "area.geojson"])


def test_a_point_is_inside_or_outside_and_the_border_counts(area: Area) -> None:
    """The city is named where it takes reports."""
    assert area.name(Point(40.0, -90.0)) == "Tamarack"
    assert area.contains(Point(40.0, -89.996))
    assert area.name(Point(40.0, -89.99)) is None
    assert not area.contains(Point(40.0, -89.99))


def test_the_border_is_told_in_meters_and_direction(area: Area) -> None:
    """A point east of the city lies east of its border, at the same latitude."""
    border = area.border(Point(40.001, -89.99))
    assert border.name == "Tamarack"
    assert border.direction == "e"
    assert border.meters == pytest.approx(511, abs=2)
    assert border.at.longitude == pytest.approx(-89.996, abs=1e-5)
    assert border.at.latitude == pytest.approx(40.001, abs=1e-5)


def test_the_distance_counts_from_inside_too(area: Area) -> None:
    """Two blocks west of the eastern border."""
    assert area.border(Point(40.0, -90.0)).meters == pytest.approx(341, abs=2)


def test_several_cities_are_one_area(tmp_path: Path, city_folder: Path) -> None:
    """A collection counts like single files; the nearest border is the nearest city's."""
    ring = [[10, 50], [11, 50], [11, 51], [10, 51], [10, 50]]
    feature = {
        "type": "Feature",
        "properties": {"name": "Elsewhere"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    other = tmp_path / "other.geojson"
    other.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    area = Area([city_folder / "area.geojson", other])
    assert area.name(Point(50.5, 10.5)) == "Elsewhere"
    assert area.name(Point(40.0, -90.0)) == "Tamarack"
    assert area.border(Point(50.5, 9.9)).name == "Elsewhere"
    assert area.names == ["Tamarack", "Elsewhere"]


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [10, 50]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
    ],
    ids=["no area", "a bow tie"],
)
def test_a_file_without_a_proper_polygon_is_refused(
    tmp_path: Path, geometry: dict[str, object]
) -> None:
    """An area that cannot be right is an error, not an area that nobody is in."""
    file = tmp_path / "area.geojson"
    feature = {"type": "Feature", "properties": {"name": "Wrong"}, "geometry": geometry}
    file.write_text(json.dumps(feature))
    with pytest.raises(ValueError, match="Wrong"):
        Area([file]).contains(Point(0, 0))


def test_an_empty_collection_is_refused(tmp_path: Path) -> None:
    """A file without a feature would make the whole world outside."""
    file = tmp_path / "area.geojson"
    file.write_text('{"type": "FeatureCollection", "features": []}')
    with pytest.raises(ValueError, match="no feature"):
        Area([file]).contains(Point(0, 0))
