"""Reading issues over APIv2: lists, pages, one issue, the caller's own."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.contract.sandbox_api_city import BEN, MANAGER, ROSA, ApiCity
from tests.contract.sandbox_city import CHICAGO, DEAD_ANIMAL, JPEG, LIGHT, MADISON, MARKET

FIXTURES = Path(
    os.environ.get("SCF_FIXTURES") or Path(__file__).parents[3] / "shared" / "fixtures"
)
RECORDED = "scf_apiv2_hootdunk_fayetteville_2023"
BOX = {"min_lat": "41.88", "max_lat": "41.89", "min_lng": "-87.66", "max_lng": "-87.65"}


@pytest.fixture
def city(tmp_path: Path) -> ApiCity:
    """A fresh city."""
    return ApiCity(tmp_path)


def recorded(path: str) -> Any:
    """Read a recorded answer, or skip where the fixtures are not there."""
    file = FIXTURES / path
    if not file.exists():
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(f"{file} is missing")
        pytest.skip(f"{file} is missing")
    return json.loads(file.read_text("utf-8"))


def ids(city: ApiCity, person: int | None = None, /, **parameters: str) -> list[int]:
    """List the numbers of public issues."""
    return [each["id"] for each in city.ask("issues", person, **parameters)["issues"]]


def key_sets(value: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """Walk through a body, and name the keys of each object in it; the first of a list counts."""
    yield at, frozenset(value)
    for name, each in value.items():
        inner = each[0] if isinstance(each, list) and each else each
        if isinstance(inner, dict) and name != "transitions":
            yield from key_sets(inner, f"{at}/{name}")


def test_issues_have_the_recorded_keys(city: ApiCity) -> None:
    """An issue in a list has exactly the keys that were recorded in 2026, inner ones too."""
    list_2026 = recorded("scf_civicbot_2026/apiv2_issues_sort_created.json")
    city.report()
    played = dict(key_sets(city.ask("issues")))
    assert played == dict(key_sets(list_2026))


def test_details_have_the_recorded_keys(city: ApiCity) -> None:
    """So has an issue with details and a comment; keys that came and went by 2026 follow suit."""
    details_2023 = recorded(f"{RECORDED}/issue-with-details.json")
    number = city.made(LIGHT, **{"1010201": "LIGHT_OUT"})["id"]
    city.call("POST", f"issues/{number}/comments", BEN, json={"comment": "Still dark"})
    played = dict(key_sets(city.ask(f"issues/{number}", details="true")))
    expected = dict(key_sets(details_2023))
    expected[""] = expected[""] - {"shortened_url"} | {"show_blocked_issue_text"}
    expected["/comments"] |= {"show_blocked_comment_text"}
    del expected["/integrations"]
    assert played == expected


def test_request_types_have_the_recorded_keys(city: ApiCity) -> None:
    """Lists of types and the form of one have exactly the keys that were recorded."""
    place = {"lat": MADISON["lat"], "lng": MADISON["long"]}
    assert dict(key_sets(city.ask("issues/new", **place))) == dict(
        key_sets(recorded(f"{RECORDED}/request-types.json"))
    )
    assert dict(key_sets(city.ask("request_types/10106"))) == dict(
        key_sets(recorded(f"{RECORDED}/request-type.json"))
    )


def test_a_profile_has_the_documented_keys(city: ApiCity) -> None:
    """A profile has the documented keys, and counts what the person did."""
    number = city.made(DEAD_ANIMAL)["id"]
    city.call("POST", f"issues/{number}/vote", ROSA)
    profile = city.ask("profile", ROSA)
    documented = recorded("scf_docs_examples/user.json")
    assert documented.keys() <= profile.keys()
    assert (profile["id"], profile["name"]) == (ROSA, "Rosa Alvarez")
    assert (profile["reported_issue_count"], profile["voted_issue_count"]) == (1, 1)
    assert profile["permissions"] == {"can_acknowledge": False}
    assert city.ask("profile", MANAGER)["permissions"] == {"can_acknowledge": True}


def test_a_profile_without_a_good_token_is_nobody_s(city: ApiCity) -> None:
    """The answer is 200 and a person without a number."""
    assert city.ask("profile") == {"id": None}
    headers = {"Authorization": "Bearer nothing"}
    answer = city.http.get("/api/v2/profile", headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"id": None})


def test_own_reports_need_a_token(city: ApiCity) -> None:
    """A list of one's own reports is refused to nobody, and has no one else's."""
    number = city.made(DEAD_ANIMAL)["id"]
    assert city.call("GET", "profile/issues").status_code == 401
    assert [each["id"] for each in city.ask("profile/issues", ROSA)["issues"]] == [number]
    assert city.ask("profile/issues", BEN)["issues"] == []


def test_a_bad_token_reads_as_nobody(city: ApiCity) -> None:
    """Public lists are open to an expired token."""
    number = city.report()
    headers = {"Authorization": "Bearer nothing"}
    answer = city.http.get("/api/v2/issues", headers=headers)
    assert [each["id"] for each in answer.json()["issues"]] == [number]


def test_a_point_does_not_filter(city: ApiCity) -> None:
    """With lat and lng alone the list has issues of the whole platform."""
    numbers = [city.report(), city.report(10209, **MARKET)]
    place = {"lat": MADISON["lat"], "lng": MADISON["long"]}
    assert sorted(ids(city, **place)) == numbers


def test_a_point_sorts_by_distance(city: ApiCity) -> None:
    """With sort=distance the nearest comes first."""
    far = city.report(10209, **MARKET)
    near = city.report()
    place = {"lat": MADISON["lat"], "lng": MADISON["long"]}
    assert ids(city, **place, sort="distance") == [near, far]


def test_a_box_filters(city: ApiCity) -> None:
    """Four edges make a box; three make none."""
    number = city.report()
    other = city.report(10209, **MARKET)
    assert ids(city, **BOX) == [number]
    three = {name: value for name, value in BOX.items() if name != "min_lat"}
    assert sorted(ids(city, **three)) == [number, other]


def test_a_place_filters(city: ApiCity) -> None:
    """place_url names a place; an unknown one has nothing."""
    number = city.report()
    other = city.report(10209, **MARKET)
    assert ids(city, place_url="chicago") == [number]
    assert ids(city, place_url="sanfrancisco") == [other]
    assert ids(city, place_url="atlantis") == []


def test_places_are_listed_nearest_first(city: ApiCity) -> None:
    """Both cities have the documented keys, and an address of their own."""
    documented = recorded("scf_docs_examples/place.json")
    market = {"lat": MARKET["lat"], "lng": MARKET["long"]}
    near, far = city.ask("places", **market)["places"]
    assert (near["name"], far["name"]) == ("San Francisco", "Chicago")
    assert dict(key_sets(near)) == dict(key_sets(documented))
    assert city.ask(f"places/{far['id']}") == far
    assert city.call("GET", "places").status_code == 400
    assert city.call("GET", "places/1").status_code == 404


def test_statuses_filter(city: ApiCity) -> None:
    """Statuses are lower case; archived issues are listed only when asked for."""
    number = city.made(DEAD_ANIMAL)["id"]
    left = city.made(DEAD_ANIMAL)["id"]
    city.call("POST", f"issues/{number}/close", BEN, json={"comment": "Gone"})
    assert ids(city, status="closed") == [number]
    assert ids(city, status="open,acknowledged") == [left]
    city.wait(days=8)
    assert city.ask(f"issues/{number}")["status"] == "Archived"
    assert ids(city) == [left]
    assert ids(city, status="archived") == [number]


def test_words_are_searched(city: ApiCity) -> None:
    """Every word must stand in the title or the text, in any case."""
    number = city.made(DEAD_ANIMAL, description="R7F3-K2QX By the curb")["id"]
    city.report(description="Something else")
    assert ids(city, search="r7f3-k2qx") == [number]
    assert ids(city, search="squirrel CURB") == [number]
    assert ids(city, search="squirrel tree") == []


def test_types_and_times_filter(city: ApiCity) -> None:
    """request_types is a comma list; times bound creation or the last change."""
    number = city.report(DEAD_ANIMAL)
    city.wait(hours=1)
    light = city.report(LIGHT, **{"attribute[1010201]": "LIGHT_OUT"})
    assert ids(city, request_types=f"{LIGHT},77") == [light]
    moment = "2026-11-24T15:30:00Z"
    assert ids(city, after=moment) == [light]
    assert ids(city, before=moment) == [number]
    city.call("POST", f"issues/{number}/comments", BEN, json={"comment": "Seen it"})
    assert ids(city, updated_at_after=moment, sort="updated_at") == [light, number]
    wrong = city.call("GET", "issues", params={"after": "yesterday"})
    assert wrong.status_code == 400


def test_lists_are_newest_first_unless_told(city: ApiCity) -> None:
    """created_at downwards, or as sort and sort_direction say."""
    first = city.report()
    city.wait(minutes=1)
    second = city.report(description="another")
    city.call("POST", f"issues/{first}/vote", BEN)
    assert ids(city) == [second, first]
    assert ids(city, sort_direction="ASC") == [first, second]
    assert ids(city, sort="rating") == [first, second]


def test_pages_are_told_as_recorded(city: ApiCity) -> None:
    """Pagination counts everything, names its neighbors and ends."""
    city.sandbox.seed(60)
    first = city.ask("issues")
    pagination = first["metadata"]["pagination"]
    assert (pagination["page"], pagination["per_page"], len(first["issues"])) == (1, 20, 20)
    assert (pagination["previous_page"], pagination["previous_page_url"]) == (None, None)
    second = city.http.get(pagination["next_page_url"]).json()
    assert not {each["id"] for each in first["issues"]} & {
        each["id"] for each in second["issues"]
    }
    assert second["metadata"]["pagination"]["previous_page"] == 1
    last = city.ask("issues", page=str(pagination["pages"]))
    assert last["metadata"]["pagination"]["next_page"] is None
    beyond = city.ask("issues", page="999")
    assert (beyond["issues"], beyond["errors"]) == ([], {})


def test_pages_have_bounds(city: ApiCity) -> None:
    """At least 10; at most 20 without an account or with details, else 100."""
    city.sandbox.seed(200)
    asked = {None: 20, ROSA: 100}
    for person, most in asked.items():
        assert len(ids(city, person, per_page="3")) == 10
        assert len(ids(city, person, per_page="500")) == most
    assert len(ids(city, ROSA, per_page="500", details="true")) == 20


def test_a_list_can_be_paged_through_so_far(city: ApiCity) -> None:
    """Beyond the window the list is empty although entries counts more."""
    city.sandbox.seed(60)
    city.turn(list_window="30")
    second = city.ask("issues", page="2")
    assert len(second["issues"]) == 10
    assert second["metadata"]["pagination"]["next_page"] is None
    assert second["metadata"]["pagination"]["entries"] > 30
    assert ids(city, page="3") == []


def test_fields_can_be_chosen(city: ApiCity) -> None:
    """fields[issue] leaves the named keys."""
    number = city.report()
    found = city.ask("issues", **{"fields[issue]": "id,status"})["issues"]
    assert found == [{"id": number, "status": "Open"}]


def test_lists_carry_details(city: ApiCity) -> None:
    """details=true writes each issue of a list in full."""
    city.report()
    [issue] = city.ask("issues", details="true")["issues"]
    assert issue["current_user_relationship"]["following"] is False


def test_new_issues_may_lag(city: ApiCity) -> None:
    """A new issue is read at once by its number, and found in lists later."""
    city.turn(search_lag="30")
    number = city.made(DEAD_ANIMAL)["id"]
    assert ids(city) == []
    assert city.ask(f"issues/{number}")["id"] == number
    city.wait(seconds=31)
    assert ids(city, search="squirrel") == [number]


def test_times_of_issues_are_eastern(city: ApiCity) -> None:
    """Every time has the US-Eastern offset."""
    issue = city.made(DEAD_ANIMAL)
    assert issue["created_at"] == "2026-11-24T10:00:00-05:00"


def test_unknown_issues_are_not_found(city: ApiCity) -> None:
    """A number that nobody has, and an address that does not exist, are 404s with a message."""
    for path in ("issues/1", "issues/1/comments", "places/1"):
        answer = city.call("GET", path)
        assert answer.status_code == 404
        assert answer.json().keys() == {"message", "documentation_url"}


def test_pictures_of_open311_reports_are_absolute(city: ApiCity) -> None:
    """A photo that came over Open311 is the issue's picture here."""
    number = city.report(DEAD_ANIMAL, f"/{CHICAGO}/requests.json", media=JPEG)
    picture = city.ask(f"issues/{number}")["media"]["image_full"]
    assert city.http.get(picture).content == JPEG
