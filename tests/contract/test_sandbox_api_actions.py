"""What people with an account do about an issue over APIv2."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.sandbox_api_city import BEN, MANAGER, REQUESTER, ROSA, ApiCity
from tests.contract.sandbox_city import DEAD_ANIMAL, JPEG, LIGHT, MARKET

ACTIONS = (
    ("POST", "comments"),
    ("POST", "close"),
    ("POST", "open"),
    ("POST", "acknowledge"),
    ("POST", "vote"),
    ("DELETE", "vote"),
    ("POST", "follow"),
    ("DELETE", "follow"),
    ("POST", "flag"),
)


@pytest.fixture
def city(tmp_path: Path) -> ApiCity:
    """A fresh city."""
    return ApiCity(tmp_path)


@pytest.fixture
def number(city: ApiCity) -> int:
    """A report of Rosa's."""
    issue = city.made(DEAD_ANIMAL)
    assert isinstance(issue["id"], int)
    return issue["id"]


def say(
    city: ApiCity, number: int, action: str, person: int = BEN, text: str = "Seen"
) -> httpx.Response:
    """Comment on an issue, or change its status with a comment."""
    return city.call("POST", f"issues/{number}/{action}", person, json={"comment": text})


def comments(city: ApiCity, number: int) -> list[dict[str, Any]]:
    """Read an issue's comments."""
    said = city.ask(f"issues/{number}/comments")["comments"]
    assert isinstance(said, list)
    return said


@pytest.mark.parametrize(("method", "action"), ACTIONS)
def test_every_action_needs_a_token(
    city: ApiCity, number: int, method: str, action: str
) -> None:
    """Nobody and a wrong token get a 401, whatever they want to do."""
    assert city.call(method, f"issues/{number}/{action}").status_code == 401


@pytest.mark.parametrize(("method", "action"), ACTIONS)
def test_what_does_not_exist_cannot_be_acted_on(
    city: ApiCity, method: str, action: str
) -> None:
    """An unknown number is a 404."""
    assert city.call(method, f"issues/1/{action}", BEN).status_code == 404


def test_a_comment_is_answered_and_listed(city: ApiCity, number: int) -> None:
    """The documented answer: not moderated, the text twice, the issue's status and rating."""
    answer = say(city, number, "comments", text="Pothole getting larger every day")
    body = answer.json()
    assert answer.status_code == 201
    assert body.keys() == {
        "moderated",
        "comment",
        "body",
        "created_at",
        "updated_at",
        "commenter",
        "issue",
        "media",
    }
    assert (body["moderated"], body["body"]) == (False, "Pothole getting larger every day")
    assert body["issue"] == {"status": "Open", "rating": 1}
    [said] = comments(city, number)
    assert said["comment"] == "Pothole getting larger every day"
    assert (said["commenter"]["name"], said["commenter"]["id"]) == ("Ben Okafor", BEN)
    assert said["editable_until"] is not None


def test_comments_are_oldest_first_and_have_no_id(city: ApiCity, number: int) -> None:
    """The list is in one piece; only flag_url names a comment."""
    say(city, number, "comments", text="One")
    say(city, number, "comments", ROSA, text="Two")
    said = comments(city, number)
    assert [each["comment"] for each in said] == ["One", "Two"]
    assert all("id" not in each for each in said)
    assert city.ask(f"issues/{number}", details="true")["comments_count"] == 2


def test_a_comment_may_carry_a_picture(city: ApiCity, number: int) -> None:
    """Multipart with a part image; the picture is served by the city."""
    data = {"comment": "Look", "youtube_url": "https://www.youtube.com/watch?v=x"}
    files = {"image": ("p.jpg", JPEG)}
    answer = city.call("POST", f"issues/{number}/comments", BEN, data=data, files=files)
    assert answer.status_code == 201
    [said] = comments(city, number)
    assert said["media"]["video_url"] == data["youtube_url"]
    assert city.http.get(said["media"]["image_full"]).content == JPEG


def test_only_pictures_come_with_comments(city: ApiCity, number: int) -> None:
    """Another file is refused, and the comment with it."""
    files = {"image": ("p.jpg", b"not a picture")}
    data = {"comment": "Look"}
    answer = city.call("POST", f"issues/{number}/comments", BEN, data=data, files=files)
    assert answer.status_code == 422
    assert answer.json()["errors"].keys() == {"image"}
    assert comments(city, number) == []


@pytest.mark.parametrize("action", ["comments", "close"])
def test_a_comment_must_say_something(city: ApiCity, number: int, action: str) -> None:
    """An empty comment is refused at its field, and changes nothing."""
    answer = say(city, number, action, text="  ")
    assert (answer.status_code, answer.json()["errors"].keys()) == (422, {"comment"})
    assert city.ask(f"issues/{number}")["status"] == "Open"


def test_comments_may_be_held(city: ApiCity, number: int) -> None:
    """By a switch a comment is answered with 202 and shown once it was released."""
    city.turn(comments_moderated="yes")
    answer = say(city, number, "comments")
    assert (answer.status_code, answer.json()) == (202, {"metadata": {"moderated": True}})
    assert comments(city, number) == []
    city.turn(release="all")
    assert len(comments(city, number)) == 1


def test_anybody_closes_and_reopens(city: ApiCity, number: int) -> None:
    """The status changes, both times stay, and Open311 sees it with the comment as notes."""
    closed = say(city, number, "close", text="Pothole is gone")
    assert closed.status_code == 201
    assert closed.json()["issue"]["status"] == "Closed"
    assert "body" not in closed.json()
    [request] = city.rows()
    assert (request["status"], request["status_notes"]) == ("closed", "Pothole is gone")
    city.wait(hours=1)
    assert say(city, number, "open", ROSA, "Pothole is back!").json()["issue"] == {
        "status": "Open",
        "rating": 1,
    }
    issue = city.ask(f"issues/{number}")
    assert issue["status"] == "Open"
    assert issue["closed_at"] == "2026-11-24T10:00:00-05:00"
    assert issue["reopened_at"] == "2026-11-24T11:00:00-05:00"
    assert city.rows()[0]["status"] == "open"


def test_the_system_notes_changes_as_comments(city: ApiCity, number: int) -> None:
    """After the person's words stands what happened, by the city and not editable."""
    say(city, number, "close", text="Gone")
    own, event = comments(city, number)
    assert (own["comment"], own["commenter"]["id"]) == ("Gone", BEN)
    assert event["comment"] == "Ben Okafor closed this issue."
    assert (event["commenter"]["name"], event["editable_until"]) == ("Chicago", None)


def test_officials_acknowledge(city: ApiCity, number: int) -> None:
    """A resident and a Requester are refused with 403; a Manager is not."""
    for person in (ROSA, BEN, REQUESTER):
        answer = say(city, number, "acknowledge", person)
        assert answer.status_code == 403
        assert "message" in answer.json()
    answer = say(city, number, "acknowledge", MANAGER)
    assert answer.json()["issue"]["status"] == "Acknowledged"
    issue = city.ask(f"issues/{number}")
    assert issue["acknowledged_at"] == "2026-11-24T10:00:00-05:00"
    assert [each["id"] for each in city.ask("issues", status="acknowledged")["issues"]] == [
        number
    ]


def test_officials_acknowledge_at_home_only(city: ApiCity) -> None:
    """A member of Chicago's organization is a resident elsewhere."""
    number = city.report(10209, **MARKET)
    assert say(city, number, "acknowledge", MANAGER).status_code == 403


def test_reopening_ends_the_acknowledgment(city: ApiCity, number: int) -> None:
    """An issue that was acknowledged, closed and reopened is open, and keeps its times."""
    for action in ("acknowledge", "close", "open"):
        assert say(city, number, action, MANAGER).status_code == 201
    issue = city.ask(f"issues/{number}")
    assert issue["status"] == "Open"
    assert issue["acknowledged_at"] is not None


@pytest.mark.parametrize("steps", [["open"], ["close", "close"], ["close", "acknowledge"]])
def test_what_the_status_does_not_allow_is_refused(
    city: ApiCity, number: int, steps: list[str]
) -> None:
    """A change to where the issue is already is a 422, and no comment is kept."""
    answers = [say(city, number, step, MANAGER) for step in steps]
    assert answers[-1].status_code == 422
    assert answers[-1].json()["errors"].keys() == {"base"}
    assert len(comments(city, number)) == 2 * (len(steps) - 1)


def test_transitions_are_hints(city: ApiCity, number: int) -> None:
    """They are offered to nobody in particular, and what is not offered may still work."""
    path = f"issues/{number}"
    assert city.ask(path)["transitions"].keys() == {"close_url"}
    assert city.ask(path, MANAGER)["transitions"].keys() == {"close_url", "acknowledge_url"}
    say(city, number, "acknowledge", MANAGER)
    assert city.ask(path, BEN)["transitions"] == {}
    assert say(city, number, "close").status_code == 201
    assert city.ask(path)["transitions"].keys() == {"open_url"}


def test_archived_issues_are_frozen(city: ApiCity, number: int) -> None:
    """Seven days after closing nothing can be said or changed; taking back still works."""
    city.call("POST", f"issues/{number}/follow", BEN)
    say(city, number, "close")
    city.wait(days=7)
    for action in ("comments", "close", "open", "vote", "follow"):
        answer = say(city, number, action)
        assert answer.status_code == 422, action
        assert "archived" in answer.json()["errors"]["base"][0]
    assert city.call("DELETE", f"issues/{number}/follow", BEN).status_code == 204
    assert city.ask(f"issues/{number}")["transitions"] == {}


def test_votes_count_once(city: ApiCity, number: int) -> None:
    """The documented answer, a second vote is ignored, and the rating follows."""
    for _ in range(2):
        answer = city.call("POST", f"issues/{number}/vote", BEN)
        assert (answer.status_code, answer.json()) == (201, {"vote": 1})
    issue = city.ask(f"issues/{number}", BEN, details="true")
    assert (issue["vote_count"], issue["rating"]) == (1, 2)
    assert issue["current_user_relationship"]["voted"] is True
    gone = city.call("DELETE", f"issues/{number}/vote", BEN)
    assert (gone.status_code, gone.content) == (204, b"")
    assert city.ask(f"issues/{number}")["rating"] == 1


def test_a_vote_that_is_not_there_cannot_be_taken_back(city: ApiCity, number: int) -> None:
    """The documented example of a flat error."""
    answer = city.call("DELETE", f"issues/{number}/vote", BEN)
    assert answer.status_code == 422
    assert answer.json() == {"base": "You have not voted on this issue."}


def test_a_second_follow_is_an_error(city: ApiCity, number: int) -> None:
    """Unlike a vote; and unfollowing twice is one, too."""
    path = f"issues/{number}/follow"
    answer = city.call("POST", path, BEN)
    assert (answer.status_code, answer.json()) == (201, {"follow": 1})
    assert city.call("POST", path, BEN).status_code == 422
    issue = city.ask(f"issues/{number}", BEN, details="true")
    assert issue["current_user_relationship"]["following"] is True
    assert city.call("DELETE", path, BEN).status_code == 204
    assert city.call("DELETE", path, BEN).status_code == 422


def test_a_relationship_is_the_caller_s(city: ApiCity, number: int) -> None:
    """Each caller reads what they are to the issue, nobody is nothing."""
    city.call("POST", f"issues/{number}/vote", BEN)
    seen = {
        person: city.ask(f"issues/{number}", person, details="true")[
            "current_user_relationship"
        ]
        for person in (None, ROSA, BEN)
    }
    nothing = {"following": False, "voted": False, "reporter": False, "assignee": False}
    assert seen == {
        None: nothing,
        ROSA: nothing | {"reporter": True},
        BEN: nothing | {"voted": True},
    }


def test_issues_and_comments_can_be_flagged(city: ApiCity, number: int) -> None:
    """Both say flagged, again and again; a comment by the address it carries."""
    say(city, number, "comments")
    message = {"message": "This is spam"}
    for _ in range(2):
        answer = city.call("POST", f"issues/{number}/flag", ROSA, json=message)
        assert (answer.status_code, answer.json()) == (201, {"flagged": 1})
    url = comments(city, number)[0]["flag_url"].removeprefix("http://city.test/api/v2/")
    assert city.call("POST", url, ROSA, data=message).json() == {"flagged": 1}
    assert city.call("POST", url).status_code == 401
    assert city.call("POST", "comments/999/flag", ROSA).status_code == 404


def test_comments_change_the_issue(city: ApiCity, number: int) -> None:
    """A comment moves updated_at, so that clients find what is new."""
    city.wait(minutes=5)
    say(city, number, "comments")
    assert city.ask(f"issues/{number}")["updated_at"] == "2026-11-24T10:05:00-05:00"


def test_answers_of_the_same_issue_stay_apart(city: ApiCity) -> None:
    """What is said about one issue is not shown at another."""
    one = city.report(LIGHT, **{"attribute[1010201]": "LIGHT_OUT"})
    other = city.report()
    say(city, one, "comments")
    assert comments(city, other) == []
