"""Comments, votes and the other things that people do, with the odd answers that they get."""

from collections.abc import Mapping

import httpx
import pytest

from scf_report.clients.errors import BrokenError, RefusedError, UnansweredError
from scf_report.clients.transport import MediaFile
from scf_report.domain.conversation import (
    Action,
    ActionResult,
    Declined,
    Done,
    HeldForReview,
    SignInAgain,
)
from scf_report.domain.delivery import Refusal, Share
from tests.contract.seeclickfix_network import Recorder, serving

PHOTO = MediaFile("hole.jpg", "image/jpeg", b"\xff\xd8picture")
SPOKEN = {"moderated": False, "comment": "x", "issue": {"status": "Closed", "rating": 2}}
NO = {"base": "You have not voted on this issue."}
NO_REASON = (Refusal("You have not voted on this issue."),)


@pytest.mark.parametrize(
    ("action", "method", "path", "body"),
    [
        (Action.COMMENT, "POST", "comments", b"comment=Me+too"),
        (Action.CLOSE, "POST", "close", b"comment=Me+too"),
        (Action.REOPEN, "POST", "open", b"comment=Me+too"),
        (Action.ACKNOWLEDGE, "POST", "acknowledge", b"comment=Me+too"),
        (Action.FLAG, "POST", "flag", b"message=Me+too"),
        (Action.VOTE, "POST", "vote", b""),
        (Action.UNVOTE, "DELETE", "vote", b""),
        (Action.FOLLOW, "POST", "follow", b""),
        (Action.UNFOLLOW, "DELETE", "follow", b""),
    ],
)
def test_each_action_is_one_call(action: Action, method: str, path: str, body: bytes) -> None:
    """It is made as the person and counts as an act of theirs."""
    server = serving(SPOKEN, 201)
    assert server.gateway.act(action, "23", "secret-token", "Me too") == Done("Closed")
    (request,) = server.requests
    assert server.asked == [(method, f"/issues/23/{path}")]
    assert request.content == body
    assert request.headers["Authorization"] == "Bearer secret-token"
    assert server.budget.taken == [Share.SIGNED_IN]


def test_a_comment_may_have_a_photo() -> None:
    """It goes in a part of its own name."""
    server = serving(SPOKEN, 201)
    server.gateway.act(Action.COMMENT, "23", "token", "Me too", PHOTO)
    assert b'name="image"; filename="hole.jpg"' in server.requests[0].content


def test_a_comment_is_flagged_by_its_own_number() -> None:
    """The issue is not touched."""
    server = serving({"flagged": 1}, 201)
    assert server.gateway.flag_comment("88", "token", "Rude") == Done()
    assert server.asked == [("POST", "/comments/88/flag")]
    assert server.requests[0].content == b"message=Rude"
    assert serving(b"", 401).gateway.flag_comment("88", "token") == SignInAgain()


@pytest.mark.parametrize(
    ("status", "body", "result"),
    [
        (201, SPOKEN, Done("Closed")),
        (201, {"vote": 1, "errors": {}}, Done()),
        (204, b"", Done()),
        (200, b"", Done()),
        (202, {"metadata": {"moderated": True}}, HeldForReview()),
        (202, {}, HeldForReview()),
        (201, {**SPOKEN, "moderated": True}, HeldForReview()),
        (200, {"errors": NO}, Declined(200, NO_REASON)),
        (401, {"message": "Please sign in.", "documentation_url": "x"}, SignInAgain()),
        (
            403,
            {"message": "You are not permitted.", "documentation_url": "x"},
            Declined(403, (Refusal("You are not permitted."),)),
        ),
        (404, b"<html>", Declined(404)),
        (422, NO, Declined(422, NO_REASON)),
        (
            422,
            {"errors": {"comment": ["can't be blank"]}},
            Declined(422, (Refusal("can't be blank", "comment"),)),
        ),
    ],
)
def test_what_an_answer_to_an_act_means(
    status: int, body: object, result: ActionResult
) -> None:
    """A no is the upstream's own, and nobody has to sign in for a role that they lack."""
    assert serving(body, status).gateway.act(Action.UNVOTE, "23", "token") == result


def _following(*, following: bool, details: int = 200) -> Recorder:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(422, json={"base": "You already follow this."})
        relation: Mapping[str, object] = {"following": following}
        body = {"id": 23, "current_user_relationship": relation}
        return httpx.Response(details, json=body)

    return Recorder(answer)


def test_a_second_follow_is_no_failure() -> None:
    """The upstream says no, and yet the person follows the issue."""
    server = _following(following=True)
    assert server.gateway.act(Action.FOLLOW, "23", "token") == Done()
    assert server.asked == [("POST", "/issues/23/follow"), ("GET", "/issues/23")]


@pytest.mark.parametrize(
    "server",
    [_following(following=False), _following(following=True, details=500)],
    ids=["not following", "not known"],
)
def test_another_no_to_a_follow_is_told(server: Recorder) -> None:
    """Unless it is known that the person follows it, the reason stands."""
    reason = (Refusal("You already follow this."),)
    assert server.gateway.act(Action.FOLLOW, "23", "token") == Declined(422, reason)


def test_unclear_answers_are_errors() -> None:
    """It may be done or not; and too many calls are nobody's refusal."""
    with pytest.raises(BrokenError):
        serving(b"<html>", 201).gateway.act(Action.VOTE, "23", "token")
    with pytest.raises(BrokenError):
        serving(b"", 500).gateway.act(Action.UNVOTE, "23", "token")
    with pytest.raises(RefusedError):
        serving(b"", 429).gateway.act(Action.VOTE, "23", "token")

    def cut(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow")

    with pytest.raises(UnansweredError):
        Recorder(cut).gateway.act(Action.VOTE, "23", "token")
