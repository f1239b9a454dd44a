"""The real demo data: Chicago and San Francisco as built from the npm package."""

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from scf_report.domain.geography import PlaceKind, Point, Sureness, distance_m
from scf_report.geo.lookup import Places

DEMO = Path(__file__).parents[3] / "build" / "demo"
QUERIES = 200
FIRST = 3

if not (DEMO / "stamp.txt").is_file():
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail("the demo's map data is missing: python -m scf_report.demo")
    pytest.skip("the demo's map data has not been built", allow_module_level=True)


@pytest.fixture(scope="module")
def demo_places() -> Places:
    """Give the place look-up of the demo cities."""
    return Places.from_files(DEMO)


def _drawn(city: dict[str, Any], draw: random.Random) -> list[str]:
    """Draw addresses and crossings, half of each, as the data writes them."""
    numbered = [item for item in city["streets"] if len(item["lines"][0][0]) == 3]
    labels = []
    for _ in range(QUERIES // 2):
        street = draw.choice(numbered)
        spot = draw.choice(draw.choice(street["lines"]))
        labels += [f"{spot[2]} {street['name']}", draw.choice(city["crossings"])["label"]]
    return labels


def _mistyped(label: str, draw: random.Random) -> str:
    """Leave the suffixes out, or change one letter."""
    if draw.random() < 0.5:
        return " and ".join(part.rsplit(" ", 1)[0] for part in label.split(" and "))
    i = draw.choice([i for i, sign in enumerate(label) if sign.isalpha()])
    return label[:i] + draw.choice("abcdefghijklmnopqrstuvwxyz") + label[i + 1 :]


def test_nine_of_ten_places_are_among_the_first_three(demo_places: Places) -> None:
    """Of 200 places, half typed badly, at least 180 are found near the top."""
    text = (DEMO / "chicago" / "places.json").read_text(encoding="utf-8")
    draw = random.Random(20261124)  # noqa: S311 - a fixed draw
    missed = []
    for i, label in enumerate(_drawn(json.loads(text), draw)):
        typed = label if i % 4 < 2 else _mistyped(label, draw)
        found = demo_places.find(typed)
        if label not in [place.label for place in (*found.places, *found.outside)][:FIRST]:
            missed.append((typed, label))
    assert len(missed) <= QUERIES // 10, missed


@pytest.mark.parametrize(
    ("text", "label", "where"),
    [
        ("1200 W Madison", "1200 W Madison St", (41.8816, -87.6571)),
        ("1200 w madison st chicago il 60607", "1200 W Madison St", (41.8816, -87.6571)),
        ("Damen and Milwaukee", "N Damen Ave and N Milwaukee Ave", (41.9104, -87.6775)),
        ("Madison St at Racine Ave", "W Madison St and N Racine Ave", (41.8816, -87.6570)),
        ("1060 W Addison St", "1060 W Addison St", (41.9474, -87.6560)),
        ("Union Station", "Chicago Union Station", (41.8787, -87.6404)),
        ("800 w chicago", "800 W Chicago Ave", (41.8964, -87.6478)),
        ("haight & cole", "Cole St and Haight St", (37.7697, -122.4508)),
    ],
)
def test_known_places_lie_where_they_do_in_the_world(
    demo_places: Places, text: str, label: str, where: tuple[float, float]
) -> None:
    """The first answer has the right name, within 120 m of where the place truly is."""
    place = demo_places.find(text).places[0]
    assert place.label == label
    assert distance_m(place.point, Point(*where)) < 120


def test_oak_park_is_found_but_outside(demo_places: Places) -> None:
    """Lake St in Oak Park is another street than W Lake St; reports are not taken there."""
    found = demo_places.find("1012 Lake St, Oak Park")
    assert found.places == ()
    assert [place.label for place in found.outside] == ["Lake St"]
    assert found.outside[0].district == "Oak Park"


@pytest.mark.parametrize(
    ("where", "inside"),
    [
        ((41.8819, -87.6278), True),
        ((41.8918, -87.6042), True),
        ((41.9474, -87.6560), True),
        ((41.8850, -87.7845), False),
        ((41.8456, -87.7539), False),
        ((41.7640, -87.6800), False),
        ((41.9000, -87.5900), False),
        ((37.7697, -122.4530), True),
    ],
    ids=["Loop", "Navy Pier", "Wrigley", "Oak Park", "Cicero", "78th St", "lake", "Haight"],
)
def test_the_service_works_inside_the_city_limits(
    demo_places: Places, where: tuple[float, float], *, inside: bool
) -> None:
    """Chicago as far as it is covered, with its piers, without the suburbs; and San Francisco."""
    assert demo_places.covers(Point(*where)) is inside


def test_the_border_of_oak_park_is_austin_boulevard(demo_places: Places) -> None:
    """A place in Oak Park lies west of the border, and the border has a name."""
    border = demo_places.border(Point(41.8884, -87.7803))
    assert border is not None
    assert border.name == "Chicago"
    assert border.direction == "w"
    assert 300 < border.meters < 600
    near = demo_places.name(border.at)
    assert near is not None
    assert "N Austin Blvd" in near.place.label


def test_every_seed_has_a_name_and_lies_inside(demo_places: Places) -> None:
    """The sandbox's issues lie where the look-up says that they do."""
    for city, at_least in (("chicago", 600), ("sanfrancisco", 400)):
        seeds = json.loads((DEMO / city / "seeds.json").read_text(encoding="utf-8"))
        assert len(seeds) >= at_least
        for seed in seeds:
            point = Point(seed["lat"], seed["long"])
            near = demo_places.name(point)
            assert demo_places.covers(point)
            assert near is not None
            assert near.meters < 20


def test_an_address_found_and_named_again_is_the_same(demo_places: Places) -> None:
    """Search and reverse look-up agree to the house."""
    for typed in ("1326 N Milwaukee Ave", "2533 W Cermak Rd", "5130 S Ashland Ave"):
        (place,) = demo_places.find(typed).places
        assert (place.kind, place.sureness) == (PlaceKind.ADDRESS, Sureness.EXACT)
        near = demo_places.name(place.point)
        assert near is not None
        assert near.meters < 3
        assert abs(int(near.place.label.split()[0]) - int(typed.split()[0])) <= 2
