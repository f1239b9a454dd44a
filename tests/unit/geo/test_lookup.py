"""Places as the use cases ask for them."""

import json
import threading
from pathlib import Path

import pytest

from scf_report.domain.geography import FoundPlace, NearPlace, PlaceKind, Point, Sureness
from scf_report.geo.gazetteer import Gazetteer, Gazetteers
from scf_report.geo.lookup import Findings, Places


def test_found_places_are_told_apart_by_the_area(places: Places) -> None:
    """Foundry Way lies beyond the city limits: it is found, but as outside."""
    found = places.find("350 Cedar")
    assert [place.label for place in found.places] == ["350 W Cedar St"]
    assert [place.label for place in found.outside] == ["350 E Cedar St"]


@pytest.mark.parametrize("text", ["40.0002, -90.003", "40.0002° N 90.003° W"])
def test_coordinates_are_a_place_with_a_name(places: Places, text: str) -> None:
    """The point stays as typed; the nearest address is its label."""
    (place,) = places.find(text).places
    assert place.kind is PlaceKind.COORDINATES
    assert place.label == "150 W Cedar St"
    assert place.point == Point(40.0002, -90.003)


def test_coordinates_where_nothing_is_known_are_their_own_name(places: Places) -> None:
    """Outside the data the label is the pair of numbers."""
    (place,) = places.find("10.5, 20.25").outside
    assert place.label == "10.500000, 20.250000"


def test_coordinates_that_do_not_exist_find_nothing(places: Places) -> None:
    """A latitude of 95 degrees is no place and no error."""
    assert places.find("95.5, 20.0") == Findings()


def test_a_point_has_a_name_a_side_of_the_border_and_neighbors(places: Places) -> None:
    """Everything that a page says about a pin."""
    point = Point(40.0002, -90.003)
    near = places.name(point)
    assert near is not None
    assert near.place.label == "150 W Cedar St"
    assert places.covers(point)
    assert not places.covers(Point(40.0, -89.99))
    border = places.border(Point(40.0, -89.99))
    assert border is not None
    assert border.direction == "e"
    assert len(places.near(point, 4)) == 4


def test_without_map_data_reports_are_taken_everywhere(tmp_path: Path) -> None:
    """A city without a gazetteer still takes coordinates; nothing has a name."""
    for bare in (Places.from_files(None), Places.from_files(tmp_path / "nowhere")):
        assert bare.find("1200 W Madison St") == Findings()
        (place,) = bare.find("41.8819, -87.6278").places
        assert place.label == "41.881900, -87.627800"
        assert bare.name(place.point) is None
        assert bare.near(place.point) == ()
        assert bare.covers(place.point)
        assert bare.border(place.point) is None


def test_an_area_without_map_data_still_bounds_the_service(city_folder: Path) -> None:
    """A configured area file counts, whoever the geocoder is."""
    bounded = Places.from_files(None, [city_folder / "area.geojson"])
    assert bounded.covers(Point(40.0, -90.0))
    assert bounded.find("10.5, 20.25").places == ()


def test_several_cities_answer_as_one(tmp_path: Path, city_folder: Path) -> None:
    """Each city's names are found; a guess is dropped where another city has what was typed."""
    other = tmp_path / "other" / "places.json"
    other.parent.mkdir()
    street = {"name": "Willaw St", "lines": [[[-91.0, 41.0, 1], [-91.0, 41.01, 500]]]}
    city = {"format": 1, "name": "Other", "also_written": [], "center": [-91.0, 41.0]}
    lists: dict[str, list[object]] = {"crossings": [], "landmarks": [], "districts": []}
    other.write_text(json.dumps({**city, **lists, "streets": [street]}))
    both = Gazetteers([Gazetteer(city_folder), Gazetteer(other.parent)])
    assert [place.label for place in both.search("Willaw")] == ["Willaw St"]
    assert [place.label for place in both.search("Willow")] == ["N Willow Blvd"]
    assert len(both.search("Willoww")) == 1
    there = both.reverse(Point(41.005, -91.0))
    assert there is not None
    assert there.place.label == "251 Willaw St"
    assert there.place.district == ""
    assert both.near(Point(40.0, -90.0), 2)[0].meters < 1


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    """An old file would be misread; the error says what to do."""
    (tmp_path / "places.json").write_text('{"format": 0}')
    with pytest.raises(ValueError, match="build the map data again"):
        Gazetteer(tmp_path).search("1200 W Madison St")


def test_many_threads_may_ask_first(city_folder: Path) -> None:
    """The file is read once and everybody gets an answer."""
    gazetteer = Gazetteer(city_folder)
    answers: list[tuple[FoundPlace, ...]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(gazetteer.search("Maple")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert answers[0][0].sureness is Sureness.EXACT


class CountingGeocoder:
    """Stands in for a geocoder in the network: knows nothing, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[Point] = []

    def search(self, text: str, limit: int = 8) -> tuple[FoundPlace, ...]:
        """Find nothing."""
        raise AssertionError(f"nobody searched for {text}, {limit}")

    def reverse(self, point: Point) -> NearPlace | None:
        """Know no name, and count."""
        self.asked.append(point)
        return None

    def near(self, point: Point, limit: int = 8) -> tuple[NearPlace, ...]:
        """Know no neighbors."""
        raise AssertionError(f"nobody asked for {limit} neighbors of {point}")


def test_a_remote_geocoder_is_asked_once_for_one_spot() -> None:
    """Points within a meter share one answer, so that a page costs one call at most."""
    geocoder = CountingGeocoder()
    places = Places(geocoder)
    for latitude in (40.0, 40.000001, 39.999999):
        assert places.name(Point(latitude, -90.0)) is None
    assert geocoder.asked == [Point(40.0, -90.0)]
