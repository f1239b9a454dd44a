"""What a point on the map is called."""

from scf_report.domain.geography import PlaceKind, Point
from scf_report.geo.gazetteer import Gazetteer


def test_a_point_beside_a_street_gets_the_nearest_address(gazetteer: Gazetteer) -> None:
    """The house number is interpolated; meters and direction are seen from the address."""
    near = gazetteer.reverse(Point(40.0002, -90.003))
    assert near is not None
    assert (near.place.label, near.place.kind) == ("150 W Cedar St", PlaceKind.ADDRESS)
    assert near.place.district in {"Old Town", "Riverside"}
    assert 20 < near.meters < 25
    assert near.direction == "n"


def test_a_point_on_a_crossing_is_named_after_it(gazetteer: Gazetteer) -> None:
    """Ten meters from the middle is on the crossing."""
    near = gazetteer.reverse(Point(40.0015, -90.0021))
    assert near is not None
    assert (near.place.label, near.place.kind) == (
        "W 5th St and N Willow Blvd",
        PlaceKind.CROSSING,
    )
    assert near.direction == "w"


def test_where_houses_have_no_numbers_the_next_crossing_says_more(
    gazetteer: Gazetteer,
) -> None:
    """On Foundry Way the crossing is named while it is near, then the street alone."""
    near = gazetteer.reverse(Point(40.0005, -89.994))
    far = gazetteer.reverse(Point(40.004, -89.994))
    assert near is not None
    assert far is not None
    assert near.place.label == "E Cedar St and Foundry Way"
    assert (far.place.label, far.place.kind) == ("Foundry Way", PlaceKind.STREET)


def test_off_the_streets_a_nearer_landmark_names_the_point(gazetteer: Gazetteer) -> None:
    """In the middle of a park the park is the better name, on its edge the street."""
    inside = gazetteer.reverse(Point(40.00372, -90.00302))
    edge = gazetteer.reverse(Point(40.0043, -90.003))
    assert inside is not None
    assert edge is not None
    assert inside.place.label == "Penrose Park"
    assert edge.place.label == "150 W North Ave"


def test_far_from_streets_only_a_landmark_is_left(gazetteer: Gazetteer) -> None:
    """The lighthouse stands 300 m off the last street; 600 m further there is nothing."""
    pier = gazetteer.reverse(Point(39.996, -90.0))
    lake = gazetteer.reverse(Point(39.99, -90.0))
    assert pier is not None
    assert pier.place.label == "Lighthouse"
    assert lake is None


def test_outside_the_data_nothing_is_named(gazetteer: Gazetteer) -> None:
    """Another continent has no name here."""
    assert gazetteer.reverse(Point(-33.9, 151.2)) is None
    assert gazetteer.near(Point(-33.9, 151.2)) == ()


def test_named_places_near_a_point_are_sorted_and_hold_a_landmark(
    gazetteer: Gazetteer,
) -> None:
    """Crossings would crowd out every landmark; one in three is kept for them."""
    near = gazetteer.near(Point(40.0001, -90.0001), 3)
    assert [place.place.label for place in near] == [
        "W Cedar St and N Maple Ave",
        "Tamarack Central Station",
        "W 5th St and N Maple Ave",
    ]
    assert [place.meters for place in near] == sorted(place.meters for place in near)
    assert near[1].place.kind is PlaceKind.LANDMARK
