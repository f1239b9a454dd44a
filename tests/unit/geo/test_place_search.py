"""What people type, and what they find."""

import pytest
from hypothesis import given, strategies as st

from scf_report.domain.geography import PlaceKind, Point, Sureness, distance_m
from scf_report.geo.gazetteer import Gazetteer
from scf_report.geo.geocoder import RESULT_LIMIT

PIECES = [
    "150",
    "0",
    "n",
    "w",
    "5th",
    "5tj",
    "cedar",
    "mapel",
    "willow",
    "st",
    "ave",
    "and",
    "&",
    ",",
    "#",
]


def labels(gazetteer: Gazetteer, text: str) -> list[str]:
    """List the labels found for a text."""
    return [place.label for place in gazetteer.search(text)]


@pytest.mark.parametrize(
    "text",
    [
        "150 N Maple Ave",
        "150 n maple",
        "150 North Maple Avenue",
        "  150 N. MAPLE AVE.  ",
        "150 maple av",
        "150 Maple Ave N",
        "150-158 N Maple Ave",
        "150A N Maple Ave",
        "150 N Maple Ave, Tamarack, MN 55001-1234",
        "150 n maple ave tamarack minnesota 55001 usa",
        "150 N Maple Ave Apt 3, Tamarack",
        "150 N Maple Ave #4",
        "150 N Maple Ave, second floor, ask for Ann",
        "150 N Máple Ave",
        "\u202e150 N\u200b Maple Ave\u202c",
        "\uff11\uff15\uff10 N Maple Ave",
    ],
)
def test_an_address_is_found_however_it_is_written(gazetteer: Gazetteer, text: str) -> None:
    """Case, abbreviations, accents, tails and invisible signs make no difference."""
    (place,) = gazetteer.search(text)
    assert (place.label, place.kind, place.sureness) == (
        "150 N Maple Ave",
        PlaceKind.ADDRESS,
        Sureness.EXACT,
    )
    assert distance_m(place.point, Point(40.00225, -90.0)) < 1
    assert place.district == "Riverside"


@pytest.mark.parametrize(
    "text",
    [
        "5th and Willow",
        "Willow & 5th",
        "W 5th St/N Willow Blvd",
        "fifth street at willow boulevard",
        "5th @ Willow, Tamarack",
        "Willow y 5th",
        "the corner of Willow and 5th",
        "esquina de Willow y 5th",
    ],
)
def test_a_crossing_is_found_in_either_order(gazetteer: Gazetteer, text: str) -> None:
    """Both streets may be short, in any order, joined by any usual sign or word."""
    (place,) = gazetteer.search(text)
    assert (place.label, place.kind, place.sureness) == (
        "W 5th St and N Willow Blvd",
        PlaceKind.CROSSING,
        Sureness.EXACT,
    )


def test_a_crossing_of_three_streets_is_found_by_any_two(gazetteer: Gazetteer) -> None:
    """E Cedar St continues W Cedar St; the crossing with Maple is one place."""
    assert labels(gazetteer, "E Cedar St and Maple") == ["W Cedar St and N Maple Ave"]
    assert labels(gazetteer, "Cedar and Maple") == ["W Cedar St and N Maple Ave"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("penrose park", "Penrose Park"),
        ("Cafe Zoe", "Café Zoë"),
        ("the central station", "Tamarack Central Station"),
        ("W North Ave", "W North Ave"),
        ("north ave", "W North Ave"),
        ("la salle", "N LaSalle St"),
        ("Saint Clair", "W St Clair Ave"),
        ("ada king drive", "N Doctor Ada King Dr"),
        ("King Dr", "N Doctor Ada King Dr"),
        ("foundry way", "Foundry Way"),
    ],
)
def test_landmarks_and_streets_are_found_by_name(
    gazetteer: Gazetteer, text: str, label: str
) -> None:
    """Names are found by the words that people use for them."""
    assert labels(gazetteer, text) == [label]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("150 N Wilow Blvd", "150 N Willow Blvd"),
        ("150 N Willlow Blvd", "150 N Willow Blvd"),
        ("150 N Wiklow Blvd", "150 N Willow Blvd"),
        ("150 N Wlilow Blvd", "150 N Willow Blvd"),
        ("150 N Willow Blvf", "150 N Willow Blvd"),
        ("150 M Willow Blvd", "150 N Willow Blvd"),
        ("150 Nroth Willow Blvd", "150 N Willow Blvd"),
        ("150 W Willow Blvd", "150 N Willow Blvd"),
        ("150 N Willow Ave", "150 N Willow Blvd"),
        ("Wilow ans Ceder", "W Cedar St and N Willow Blvd"),
        ("W 5tj St and N Willow Blvd", "W 5th St and N Willow Blvd"),
        ("penrse parl", "Penrose Park"),
    ],
)
def test_one_error_a_word_is_forgiven(gazetteer: Gazetteer, text: str, label: str) -> None:
    """A letter left out, doubled, wrong or swapped still leads there, and is marked as a guess."""
    place = gazetteer.search(text)[0]
    assert (place.label, place.sureness) == (label, Sureness.POSSIBLE)


def test_a_correct_name_is_not_drowned_in_guesses(gazetteer: Gazetteer) -> None:
    """Mapel Ct exists, so that Maple Ave one letter away is no answer, and the other way round."""
    assert labels(gazetteer, "Mapel") == ["N Mapel Ct"]
    assert labels(gazetteer, "Maple") == ["N Maple Ave"]


def test_several_readings_are_likely_and_nearest_to_the_center_comes_first(
    gazetteer: Gazetteer,
) -> None:
    """Cedar has an east and a west half: both are offered and neither is called exact."""
    found = gazetteer.search("150 Cedar St")
    assert {place.label for place in found} == {"150 W Cedar St", "150 E Cedar St"}
    assert {place.sureness for place in found} == {Sureness.LIKELY}
    far, near = gazetteer.search("350 Cedar"), gazetteer.search("E Cedar St")
    assert len(far) == 2
    assert [place.sureness for place in near] == [Sureness.EXACT]


def test_exact_comes_before_likely(gazetteer: Gazetteer) -> None:
    """A name that was typed in full goes before one of which only some words were typed."""
    found = gazetteer.search("king dr")
    assert [place.sureness for place in found] == [Sureness.LIKELY]
    center_first = gazetteer.search("maple")
    assert center_first[0].sureness is Sureness.EXACT


def test_a_number_up_to_a_block_beyond_the_street_is_likely(gazetteer: Gazetteer) -> None:
    """W Cedar St ends at 400: 450 is put at its end and marked."""
    (place,) = gazetteer.search("450 W Cedar St")
    assert (place.label, place.sureness) == ("450 W Cedar St", Sureness.LIKELY)
    assert distance_m(place.point, Point(40.0, -90.008)) < 1


@pytest.mark.parametrize("text", ["9000 W Cedar St", "99999 W Cedar St"])
def test_a_number_far_beyond_the_street_is_not_invented(
    gazetteer: Gazetteer, text: str
) -> None:
    """Only the street is named, so that nobody is sent kilometers away."""
    (place,) = gazetteer.search(text)
    assert (place.label, place.kind, place.sureness) == (
        "W Cedar St",
        PlaceKind.STREET,
        Sureness.LIKELY,
    )


def test_a_street_without_numbers_is_found_without_one(gazetteer: Gazetteer) -> None:
    """Foundry Way has no numbers in the data: the street is the best answer."""
    assert labels(gazetteer, "12 Foundry Way") == ["Foundry Way"]


def test_a_named_neighborhood_chooses_among_readings(gazetteer: Gazetteer) -> None:
    """The east half of Cedar reaches Brandt Mills, the west half does not."""
    assert labels(gazetteer, "350 Cedar St, Brandt Mills") == ["350 E Cedar St"]
    assert labels(gazetteer, "350 Cedar St, Old Town, Tamarack") == ["350 W Cedar St"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\U0001f648\U0001f4a9",
        "\u202e\u202d\u200f\ufeff",
        "a" * 10_000,
        "150 " * 5_000,
        "&/@+,;&&//",
        "and and and",
        "\x00\x01\n\t",
        "-1 - - 1",
        "0 W Cedar St",
        "123456789 W Cedar St",
        "12",
        "%27%20OR%201=1--",
        "<script>alert(1)</script>",
        "Ж" * 300,
        "½ ² Ⅷ ١٢",
        "the of and",
    ],
)
def test_junk_finds_nothing_and_breaks_nothing(gazetteer: Gazetteer, text: str) -> None:
    """Whatever is typed, the answer is a list; for junk it is empty."""
    assert gazetteer.search(text) == ()


@given(text=st.text() | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_any_text_is_answered(gazetteer: Gazetteer, text: str) -> None:
    """Nothing that can be typed raises, and the answers are few and in order of sureness."""
    found = gazetteer.search(text)
    assert len(found) <= RESULT_LIMIT
    order = [list(Sureness).index(place.sureness) for place in found]
    assert order == sorted(order)


def test_no_more_than_the_limit(gazetteer: Gazetteer) -> None:
    """A short list is asked for, a short list comes."""
    assert len(gazetteer.search("150 Cedar", limit=1)) == 1
