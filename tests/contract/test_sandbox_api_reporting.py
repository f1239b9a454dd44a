"""Request types and new issues over APIv2."""

from pathlib import Path
from typing import Any

import pytest

from tests.contract.sandbox_api_city import BEN, HERE, ROSA, ApiCity
from tests.contract.sandbox_city import (
    BATCH,
    DEAD_ANIMAL,
    GRAFFITI,
    JPEG,
    MADISON,
    MARKET,
    NOWHERE,
    POTHOLE,
    PRIVATE,
)

NOISE, EMERGENCY, QUESTION = 10151, 10152, 10153
FLAGS = (
    "location_required",
    "block_submission",
    "permit_guest_reporting",
    "permit_anonymous_reporting",
    "private_visibility",
    "is_other",
)
POTHOLE_ANSWERS: dict[str, Any] = {
    "1010101": "LANE_RIGHT",
    "1010102": ["PART_SURFACE", "PART_CURB"],
    "1010105": "SIZE_L",
    "1010107": "ANSWER_NO",
}


@pytest.fixture
def city(tmp_path: Path) -> ApiCity:
    """A fresh city."""
    return ApiCity(tmp_path)


def at(place: dict[str, str]) -> dict[str, str]:
    """Say a place in APIv2's words."""
    return {"lat": place["lat"], "lng": place["long"]}


def test_types_at_a_place_are_open311_s_and_more(city: ApiCity) -> None:
    """Ids are Open311's service codes; types for people with an account are here alone."""
    types = city.ask("issues/new", **at(MADISON))["request_types"]
    guests = {each["id"] for each in types if each["permit_guest_reporting"]}
    services = {each["service_code"] for each in city.rows("/101/services.json")}
    assert guests == services
    assert {each["id"] for each in types} - guests == {NOISE, EMERGENCY, QUESTION}


@pytest.mark.parametrize("place", [MADISON, MARKET])
def test_every_flag_is_met_both_ways(city: ApiCity, place: dict[str, str]) -> None:
    """In either city a client meets each flag set and not set."""
    types = city.ask("issues/new", **at(place))["request_types"]
    for flag in FLAGS:
        assert {each[flag] for each in types} == {True, False}, flag


def test_types_need_a_point(city: ApiCity) -> None:
    """Without a place on Earth the answer is the documented 400."""
    for place in ({}, {"lat": "41.88"}, {"lat": "x", "lng": "1"}, {"lat": "91", "lng": "1"}):
        answer = city.call("GET", "issues/new", params=place)
        assert answer.status_code == 400
        assert answer.json()["message"] == "Point missing from request."


def test_the_generic_type_may_be_a_word(city: ApiCity) -> None:
    """Elsewhere a lone type of nobody is offered, by its number or as other, and taken."""
    [generic] = city.ask("issues/new", **at(NOWHERE))["request_types"]
    assert (generic["id"], generic["organization"]) == (1, None)
    city.turn(other_id="word")
    [other] = city.ask("issues/new", **at(NOWHERE))["request_types"]
    assert other["id"] == "other"
    assert city.http.get(other["url"]).json()["id"] is None
    body = {**at(NOWHERE), "address": "Prairie", "request_type_id": "other"}
    answer = city.call("POST", "issues", ROSA, json=body | {"answers": {"summary": "Fence"}})
    assert answer.status_code == 201


def test_duplicates_have_an_address_of_their_own(city: ApiCity) -> None:
    """Following it finds open issues of the type within about 90 m, nearest first."""
    here = city.made(DEAD_ANIMAL)
    city.report(DEAD_ANIMAL, lat="41.882000", description="a bit north")
    city.report(DEAD_ANIMAL, lat="41.890000", description="far off")
    city.made(NOISE, **{"1015101": True})
    types = city.ask("issues/new", **at(MADISON))["request_types"]
    [url] = [each["potential_duplicate_issues_url"] for each in types if each["id"] == 10106]
    found = city.http.get(url).json()["issues"]
    assert [each["id"] for each in found] == [here["id"], here["id"] + 1]


def test_a_type_lists_its_questions_in_order(city: ApiCity) -> None:
    """Title and text first, the picture last, keys of choices as they are sent."""
    questions = city.ask(f"request_types/{POTHOLE}")["questions"]
    keys = [each["primary_key"] for each in questions]
    numbered = [str(number) for number in range(1010101, 1010109)]
    assert keys == ["summary", "description", *numbered, "issue_image"]
    assert questions[0]["response_required"] is True
    assert questions[1]["response_required"] is False
    assert questions[2]["select_values"][0] == {"key": "LANE_RIGHT", "name": "Right lane"}
    assert questions[9]["answer_kept_private"] is True


def test_all_question_types_are_asked(city: ApiCity) -> None:
    """Every documented question type is in some form, and yes or no is no list."""
    types = city.ask("issues/new", **at(MADISON))["request_types"]
    forms = [city.ask(f"request_types/{each['id']}") for each in types]
    questions = [question for form in forms for question in form["questions"]]
    assert {each["question_type"] for each in questions} == {
        "text",
        "textarea",
        "select",
        "multivaluelist",
        "number",
        "datetime",
        "boolean",
        "note",
        "file",
    }
    assert all(
        ("select_values" in each) == (each["question_type"] in ("select", "multivaluelist"))
        for each in questions
    )


def test_an_unknown_type_is_not_found(city: ApiCity) -> None:
    """A form that does not exist is a 404 in the general shape."""
    answer = city.call("GET", "request_types/77")
    assert answer.status_code == 404
    assert answer.json().keys() == {"message", "documentation_url"}


def test_a_report_is_answered_with_the_issue(city: ApiCity) -> None:
    """201, the issue, and a Location of its page; the reporter is named."""
    answer = city.send(POTHOLE, **POTHOLE_ANSWERS)
    issue = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == issue["html_url"]
    assert (issue["status"], issue["summary"]) == ("Open", "Dead squirrel")
    assert (issue["reporter"]["id"], issue["reporter"]["name"]) == (ROSA, "Rosa Alvarez")
    assert city.ask(f"issues/{issue['id']}") == issue


def test_both_sides_show_one_record(city: ApiCity) -> None:
    """What came over one API is read over the other, under one number."""
    issue = city.made(DEAD_ANIMAL)
    [request] = city.rows()
    assert request["service_request_id"] == issue["id"]
    assert request["description"] == "By the curb"
    number = city.report(DEAD_ANIMAL, description="Raccoon", email="ana@example.org")
    guest = city.ask(f"issues/{number}")
    assert (guest["summary"], guest["description"]) == ("Dead animal", "Raccoon")
    assert guest["reporter"]["role"] == "Guest"
    assert guest["reporter"]["name"] == "Chicago, IL Neighbor"
    assert "ana@example.org" not in str(city.ask(f"issues/{number}", details="true"))


@pytest.mark.parametrize("way", ["form", "multipart"])
def test_a_report_may_be_sent_in_three_ways(city: ApiCity, way: str) -> None:
    """Form-urlencoded and multipart are nested Rails' way, and say the same as JSON."""
    form: dict[str, Any] = {**HERE, "request_type_id": str(POTHOLE)}
    form |= {f"answers[{key}]": text for key, text in POTHOLE_ANSWERS.items()}
    form["answers[1010102][]"] = form.pop("answers[1010102]")
    form["answers[summary]"] = "Hole"
    files = {"answers[issue_image]": ("p.jpg", JPEG)} if way == "multipart" else None
    answer = city.call("POST", "issues", ROSA, data=form, files=files)
    assert answer.status_code == 201, answer.text
    assert city.received()[0]["answers"] == POTHOLE_ANSWERS
    picture = answer.json()["media"]["image_full"]
    if way == "multipart":
        assert city.http.get(picture).content == JPEG
    else:
        assert picture is None


def test_numbers_of_a_list_may_be_indexed(city: ApiCity) -> None:
    """One client numbers the answers of a list; they are read like the others."""
    form = {**HERE, "request_type_id": str(POTHOLE), "answers[summary]": "Hole"}
    form |= {f"answers[{key}]": str(POTHOLE_ANSWERS[key]) for key in ("1010101", "1010105")}
    form |= {"answers[1010107]": "ANSWER_NO", "answers[1010102][0]": "PART_CURB"}
    assert city.call("POST", "issues", ROSA, data=form).status_code == 201
    assert city.received()[0]["answers"]["1010102"] == ["PART_CURB"]


def test_an_issue_without_a_picture_has_a_stand_in(city: ApiCity) -> None:
    """The representative picture is never null; image_full tells whether there is a photo."""
    media = city.made(DEAD_ANIMAL)["media"]
    assert media["image_full"] is None
    assert city.http.get(media["representative_image_url"]).status_code == 200


def test_only_pictures_are_taken(city: ApiCity) -> None:
    """Another file is refused at its own field, and nothing is stored."""
    form = {**HERE, "request_type_id": str(DEAD_ANIMAL), "answers[summary]": "x"}
    files = {"answers[issue_image]": ("p.jpg", b"not a picture")}
    answer = city.call("POST", "issues", ROSA, data=form, files=files)
    assert answer.status_code == 422
    assert answer.json()["errors"].keys() == {"issue_image"}
    assert city.received() == []


def test_reporting_needs_a_token(city: ApiCity) -> None:
    """Without one, with a wrong one and with an old one the answer is 401, and nothing is kept."""
    assert city.send(DEAD_ANIMAL, None).status_code == 401
    wrong = city.http.post("/api/v2/issues", headers={"Authorization": "Bearer nothing"})
    assert wrong.status_code == 401
    assert wrong.headers["WWW-Authenticate"].startswith("Bearer")
    city.token(ROSA)
    city.wait(days=31)
    assert city.send(DEAD_ANIMAL, ROSA).status_code == 401
    assert city.received() == []


def test_a_401_has_several_shapes(city: ApiCity) -> None:
    """Its body is unknown: the general error, OAuth's own, or nothing at all."""
    assert city.send(DEAD_ANIMAL, None).json().keys() == {"message", "documentation_url"}
    city.turn(unauthorized="oauth")
    assert city.send(DEAD_ANIMAL, None).json()["error"] == "invalid_token"
    city.turn(unauthorized="empty")
    assert city.send(DEAD_ANIMAL, None).content == b""


def test_an_empty_report_is_refused_by_field(city: ApiCity) -> None:
    """The documented example: messages by field, which repeat the field's name."""
    body = {"request_type_id": DEAD_ANIMAL}
    answer = city.call("POST", "issues", ROSA, json=body)
    assert answer.status_code == 422
    assert answer.json() == {
        "errors": {
            "address": ["Address can't be blank"],
            "lat": ["Lat can't be blank"],
            "lng": ["Lng can't be blank"],
            "point": [
                "Point can't be blank",
                "Point Issue is not within boundary of associated request type.",
            ],
            "summary": ["Summary can't be blank"],
        }
    }


def test_an_unknown_request_type_is_refused(city: ApiCity) -> None:
    """A missing or unknown type is a refusal of its own field."""
    for code in ("", "77"):
        assert city.send(code).json()["errors"].keys() == {"request_type_id"}


def test_answers_are_held_against_the_questions(city: ApiCity) -> None:
    """A missing or wrong answer is named by its key, or by the question."""
    wrong = {**POTHOLE_ANSWERS, "1010101": "LANE_SKY", "1010103": "deep", "1010105": None}
    errors = city.send(POTHOLE, **wrong).json()["errors"]
    assert errors.keys() == {"1010101", "1010103", "1010105"}
    city.turn(question_errors="question")
    errors = city.send(POTHOLE, **wrong).json()["errors"]
    assert errors["How big is it?"] == ["How big is it? can't be blank"]


def test_yes_and_no_are_true_and_false(city: ApiCity) -> None:
    """A boolean is sent as true or false, in JSON or as text, and shown in words."""
    issue = city.made(NOISE, **{"1015101": False, "1015102": ["DAYS_WEEK", "DAYS_WEEKEND"]})
    shown = city.ask(f"issues/{issue['id']}", details="true")["questions"]
    assert shown == [
        {"question": "Is it going on right now?", "answer": "No"},
        {
            "question": "On which days is it loud?",
            "answer": "Monday to Friday, Saturday and Sunday",
        },
    ]
    assert city.send(NOISE, **{"1015101": "perhaps"}).status_code == 422


def test_what_is_not_json_is_refused(city: ApiCity) -> None:
    """The documented example of a body that cannot be parsed."""
    for body in (b"{", b"[]"):
        headers = {"Content-Type": "application/json"}
        answer = city.http.post("/api/v2/issues", content=body, headers=headers)
        assert answer.status_code == 400
        assert answer.json() == {"request": "Unable to parse JSON"}


def test_a_moderated_report_has_no_number(city: ApiCity) -> None:
    """202 says only that it is held; its reporter sees it once it was released, not before."""
    answer = city.send(GRAFFITI, **{"1010401": "ON_WALL"})
    assert (answer.status_code, answer.json()) == (202, {"metadata": {"moderated": True}})
    assert "Location" not in answer.headers
    number = city.received()[0]["id"]
    assert city.ask("profile/issues", ROSA)["issues"] == []
    assert city.call("GET", f"issues/{number}", ROSA).status_code == 404
    city.turn(release="all")
    assert [each["id"] for each in city.ask("profile/issues", ROSA)["issues"]] == [number]
    assert city.ask(f"issues/{number}")["summary"] == "Dead squirrel"


def test_a_private_report_is_its_reporter_s_alone(city: ApiCity) -> None:
    """Nobody else finds it by number or list, nor can say a word about it."""
    answers = {"1014102": "HELP_FOOD", "1014103": "2026-11-24T08:00:00-06:00"}
    issue = city.made(PRIVATE, **answers)
    number = issue["id"]
    assert issue["private_visibility"] is True
    assert city.ask(f"issues/{number}", ROSA)["id"] == number
    assert [each["id"] for each in city.ask("profile/issues", ROSA)["issues"]] == [number]
    for person in (None, BEN):
        assert city.call("GET", f"issues/{number}", person).status_code == 404
        assert city.call("GET", f"issues/{number}/comments", person).status_code == 404
        assert city.ask("issues", person)["issues"] == []
    assert city.ask("issues", ROSA)["issues"] == []
    for action in ("comments", "vote", "follow", "flag", "close"):
        answer = city.call("POST", f"issues/{number}/{action}", BEN, json={"comment": "x"})
        assert answer.status_code == 404, action


def test_private_answers_are_left_out(city: ApiCity) -> None:
    """An answer that is kept private is stored and not shown, to its reporter neither."""
    issue = city.made(POTHOLE, **POTHOLE_ANSWERS, **{"1010108": "Gate code 99"})
    assert "Gate code 99" not in str(city.ask(f"issues/{issue['id']}", ROSA, details="true"))
    assert city.received()[0]["answers"]["1010108"] == "Gate code 99"


def test_a_reporter_may_be_kept_anonymous(city: ApiCity) -> None:
    """The public sees account 0; the person still finds the report."""
    body = {**HERE, "request_type_id": DEAD_ANIMAL, "anonymize_reporter": True}
    answer = city.call("POST", "issues", ROSA, json=body | {"answers": {"summary": "Rat"}})
    issue = answer.json()
    assert (issue["reporter"]["id"], issue["reporter"]["name"]) == (
        0,
        "An anonymous SeeClickFix user",
    )
    assert "Rosa" not in str(city.ask(f"issues/{issue['id']}", details="true"))
    assert city.ask("profile/issues", ROSA)["issues"] == [issue]
    noise = body | {"request_type_id": NOISE, "answers": {"summary": "x", "1015101": True}}
    refused = city.call("POST", "issues", ROSA, json=noise)
    assert refused.json()["errors"].keys() == {"anonymize_reporter"}


def test_what_only_informs_takes_no_report(city: ApiCity) -> None:
    """A blocked type is refused, over Open311 too."""
    assert city.send(EMERGENCY).status_code == 422
    assert city.post(EMERGENCY).status_code == 400
    assert city.received() == []


def test_guests_may_not_report_everything(city: ApiCity) -> None:
    """Open311 lists what guests may report, or everything, and takes the former alone."""
    codes = {each["service_code"] for each in city.rows("/101/services.json")}
    assert NOISE not in codes
    city.turn(open311_types="all")
    codes = {each["service_code"] for each in city.rows("/101/services.json")}
    assert {NOISE, EMERGENCY} <= codes
    assert city.post(NOISE, **{"attribute[1015101]": "true"}).json().keys() == {"base"}


def test_a_place_may_be_no_matter(city: ApiCity) -> None:
    """A type without location_required is taken without a place, others are not."""
    body = {"request_type_id": QUESTION, "answers": {"summary": "When is the market?"}}
    assert city.call("POST", "issues", ROSA, json=body).status_code == 201
    outside = body | {"lat": NOWHERE["lat"], "lng": NOWHERE["long"]}
    assert city.call("POST", "issues", ROSA, json=outside).status_code == 422


def test_the_same_again_is_taken_or_refused(city: ApiCity) -> None:
    """There is no key against doubles: by default the same report is taken twice."""
    city.made(DEAD_ANIMAL)
    city.made(DEAD_ANIMAL)
    city.turn(api_duplicates="refused")
    assert city.send(DEAD_ANIMAL).json()["errors"].keys() == {"duplicate"}


def test_batch_services_answer_at_once(city: ApiCity) -> None:
    """APIv2 knows no tokens: what Open311 numbers later has its number here."""
    issue = city.made(BATCH, **{"1013201": "WATER_NONE"})
    assert city.ask(f"issues/{issue['id']}")["id"] == issue["id"]
