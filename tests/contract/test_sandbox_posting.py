"""What the sandbox takes, and how it refuses."""

from pathlib import Path
from typing import Any

import pytest

from tests.contract.sandbox_city import (
    DEAD_ANIMAL,
    JPEG,
    MADISON,
    MARKET,
    POTHOLE,
    WASTE,
    SandboxCity,
    pothole_answers,
)


@pytest.fixture
def city(tmp_path: Path) -> SandboxCity:
    """A fresh city."""
    return SandboxCity(tmp_path)


def test_success_is_a_list_of_one(city: SandboxCity) -> None:
    """A taken report is answered with 200 and its number, which the list then has."""
    answer = city.post(POTHOLE, **pothole_answers())
    assert answer.status_code == 200
    [body] = answer.json()
    assert body.keys() == {"service_request_id", "service_notice", "account_id"}
    assert isinstance(body["service_request_id"], int)
    assert "5 days" in body["service_notice"]
    [listed] = city.rows()
    assert listed["service_request_id"] == body["service_request_id"]


def test_other_kinds_of_success(city: SandboxCity) -> None:
    """The other statuses and bodies that a client may meet are played by switches."""
    city.turn(post_status="201")
    assert city.post(description="first").status_code == 201
    city.turn(post_body="object")
    assert city.post(description="second").json().keys() == {"id"}
    city.turn(post_body="empty")
    assert city.post(description="third").json()[0]["service_request_id"] is None
    assert len(city.received()) == 3


def test_a_photo_comes_in_the_same_post(city: SandboxCity) -> None:
    """A multipart report keeps its answers, and its photo can be fetched from the listed address."""
    number = city.report(POTHOLE, **pothole_answers(), media=JPEG)
    [listed] = city.rows(f"/requests/{number}.json", extensions="true")
    assert len(listed["attributes"]) == 5
    photo = city.http.get(listed["media_url"])
    assert photo.content == JPEG
    assert photo.headers["Content-Type"] == "image/jpeg"
    again = city.http.get(listed["media_url"], headers={"If-None-Match": photo.headers["ETag"]})
    assert again.status_code == 304
    assert city.http.get("/media/other.jpg").status_code == 404


def test_an_empty_file_part_is_no_photo(city: SandboxCity) -> None:
    """Clients that always post multipart are served."""
    number = city.report(media=b"")
    assert city.rows(f"/requests/{number}.json")[0]["media_url"] is None


@pytest.mark.parametrize("data", [b"GIF89a", b"\x89PNG\r\n"], ids=["gif", "png"])
def test_pictures_are_told_by_content(city: SandboxCity, data: bytes) -> None:
    """PNG and GIF are pictures whatever their name."""
    assert city.report(media=data)


@pytest.mark.parametrize(
    "data", [b"<svg>", JPEG + bytes(20 * 1024 * 1024)], ids=["svg", "large"]
)
def test_only_pictures_are_photos(city: SandboxCity, data: bytes) -> None:
    """Anything else, and more than 20 MB, is refused under media, and nothing is stored."""
    answer = city.post(media=data)
    assert answer.status_code == 400
    assert answer.json().keys() == {"media"}
    assert city.received() == []


def test_a_body_beyond_all_bounds_is_refused(city: SandboxCity) -> None:
    """The refusal of a huge body is in the API's own shape."""
    answer = city.post(media=bytes(26 * 1024 * 1024))
    assert answer.status_code == 413
    assert answer.json()[0]["code"] == 413


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("https://example.org/hole.jpg", "https://example.org/hole.jpg"),
        ("javascript:alert(1)", None),
    ],
)
def test_a_media_url_is_kept(city: SandboxCity, sent: str, kept: str | None) -> None:
    """A web address of a photo is shown as it was sent; anything else is not."""
    number = city.report(media_url=sent)
    assert city.rows(f"/requests/{number}.json")[0]["media_url"] == kept


@pytest.mark.parametrize("description", ["", "   ", None])
def test_description_is_required(city: SandboxCity, description: str | None) -> None:
    """An empty description is refused under its name."""
    answer = city.post(description=description)
    assert answer.status_code == 400
    assert answer.json() == {"description": ["can't be blank"]}


def test_description_is_bounded(city: SandboxCity) -> None:
    """4000 characters are taken, one more is not."""
    assert city.report(description="x" * 4000)
    assert city.post(description="x" * 4001).json().keys() == {"description"}


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"service_code": ""}, "service_code"),
        ({"lat": None}, "lat"),
        ({"long": ""}, "long"),
        ({"lat": "95"}, "lat"),
        ({"long": "nan"}, "lat"),
    ],
)
def test_standard_refusals_are_lists(
    city: SandboxCity, fields: dict[str, Any], word: str
) -> None:
    """What the standard requires is refused in the standard's shape."""
    answer = city.post(**fields)
    assert answer.status_code == 400
    [error] = answer.json()
    assert error["code"] == 400
    assert word in error["description"]


@pytest.mark.parametrize("path", ["/requests.json", "/101/requests.json"])
def test_a_place_outside_is_refused(city: SandboxCity, path: str) -> None:
    """A Chicago service does not take a report from San Francisco."""
    answer = city.post(DEAD_ANIMAL, path, **MARKET)
    assert answer.status_code == 400
    assert answer.json() == {"base": ["Issue is not within the boundary of the request type."]}


@pytest.mark.parametrize("path", ["/requests.json", "/102/requests.json"])
def test_unknown_service_is_not_found(city: SandboxCity, path: str) -> None:
    """A code that the endpoint does not have is a 404."""
    answer = city.post(DEAD_ANIMAL if "102" in path else 99, path)
    assert answer.status_code == 404
    assert answer.json()[0]["code"] == 404


def test_refusals_are_xml_where_xml_was_asked(city: SandboxCity) -> None:
    """SeeClickFix's and the standard's refusals are both errors/error in XML."""
    answer = city.post(DEAD_ANIMAL, "/requests.xml", description="")
    assert answer.status_code == 400
    assert (
        b"<errors><error><code>400</code><description>description can't be blank<"
        in answer.content
    )


def test_the_same_again_is_a_duplicate(city: SandboxCity) -> None:
    """The second of two equal reports is refused, ten meters away and 59 minutes later too."""
    city.report()
    city.wait(minutes=59)
    answer = city.post(lat="41.881490")
    assert answer.status_code == 400
    assert answer.json() == {"duplicate": ["This issue has already been reported."]}
    assert len(city.received()) == 1


@pytest.mark.parametrize(
    ("service", "fields", "minutes"),
    [
        (DEAD_ANIMAL, {"description": "Dead raccoon"}, 0),
        (DEAD_ANIMAL, {"lat": "41.881700"}, 0),
        (DEAD_ANIMAL, {"long": "-87.657200"}, 0),
        (DEAD_ANIMAL, {}, 61),
        (10109, {}, 0),
    ],
    ids=["text", "33 m north", "33 m west", "an hour later", "type"],
)
def test_something_else_is_no_duplicate(
    city: SandboxCity, service: int, fields: dict[str, str], minutes: int
) -> None:
    """Another text, place, hour or type makes another report."""
    city.report()
    city.wait(minutes=minutes)
    assert city.report(service, **fields)


def test_choices_are_posted_by_key(city: SandboxCity) -> None:
    """A choice's name is refused where its key differs, and the key is what is stored."""
    named = pothole_answers(**{"attribute[1010101]": "Right lane"})
    assert city.post(POTHOLE, **named).status_code == 400
    city.report(POTHOLE, **pothole_answers())
    assert city.received()[0]["answers"] == {
        "1010101": "LANE_RIGHT",
        "1010102": ["PART_SURFACE", "PART_CURB"],
        "1010105": "SIZE_L",
        "1010107": "ANSWER_NO",
    }


@pytest.mark.parametrize(
    ("code", "change", "problem"),
    [
        ("1010101", {"attribute[1010101]": ""}, "can't be blank"),
        ("1010102", {"attribute[1010102][]": None}, "can't be blank"),
        (
            "1010102",
            {"attribute[1010102][]": ["PART_CURB", "PART_X"]},
            "is not included in the list",
        ),
        ("1010105", {"attribute[1010105][]": ["SIZE_S"]}, "takes one value"),
        ("1010103", {"attribute[1010103]": "deep"}, "is not a number"),
        ("1010103", {"attribute[1010103]": "inf"}, "is not a number"),
        ("1010104", {"attribute[1010104]": "yesterday"}, "is not a date and time with a zone"),
        (
            "1010104",
            {"attribute[1010104]": "2026-11-20T08:00:00"},
            "is not a date and time with a zone",
        ),
        ("1010106", {"attribute[1010106]": "to a note"}, "is not an attribute of this service"),
        ("55", {"attribute[55]": "x"}, "is not an attribute of this service"),
    ],
)
def test_attributes_are_held_against_the_definition(
    city: SandboxCity, code: str, change: dict[str, Any], problem: str
) -> None:
    """Each wrong answer is refused under base, or under its code by the switch."""
    answer = city.post(POTHOLE, **pothole_answers(**change))
    assert answer.status_code == 400
    [message] = answer.json()["base"]
    assert message.endswith(problem)
    city.turn(attribute_errors="code")
    assert city.post(POTHOLE, **pothole_answers(**change)).json() == {code: [problem]}
    assert city.received() == []


def test_right_answers_of_every_datatype_are_taken(city: SandboxCity) -> None:
    """Numbers, times with a zone, and a single value sent with brackets are all understood."""
    change = {
        "attribute[1010103]": "3.5",
        "attribute[1010104]": "2026-11-20T08:00:00-06:00",
        "attribute[1010108]": "Gate code 12",
        "attribute[1010101]": None,
        "attribute[1010101][]": ["LANE_BIKE"],
    }
    city.report(POTHOLE, **pothole_answers(**change))
    stored = city.received()[0]["answers"]
    assert stored["1010103"] == "3.5"
    assert stored["1010104"] == "2026-11-20T08:00:00-06:00"
    assert stored["1010101"] == "LANE_BIKE"


def test_api_key_may_be_required(city: SandboxCity) -> None:
    """With the switch on, a missing or wrong key is a 403 and the right one is taken."""
    city.turn(api_key="k-1")
    for key in (None, "k-2"):
        answer = city.post(api_key=key)
        assert answer.status_code == 403
        assert answer.json()[0]["code"] == 403
    assert city.report(api_key="k-1")


def test_contact_may_be_required(city: SandboxCity) -> None:
    """With the switch on, each missing contact field is named."""
    city.turn(required_contact="first_name,email")
    assert city.post(email="a@example.org").json() == {"first_name": ["can't be blank"]}
    assert city.report(email="a@example.org", first_name="Ana")


def test_everything_received_can_be_read(city: SandboxCity) -> None:
    """Whoever debugs a client sees the form as it came, contact details included."""
    answers = {"attribute[1010301][]": ["WASTE_TIRES"]}
    city.report(WASTE, description="Tires", email="a@example.org", **answers)
    [record] = city.received()
    assert ["email", "a@example.org"] in record["fields"]
    assert ["attribute[1010301][]", "WASTE_TIRES"] in record["fields"]
    assert record["lat"] == float(MADISON["lat"])
