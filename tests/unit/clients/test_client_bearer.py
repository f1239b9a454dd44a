"""Calls that carry a token, and what else APIv2 needs of the one door."""

from collections.abc import Callable

import httpx
import pytest

from scf_report.clients.deadline import TimeLimit
from scf_report.clients.errors import BrokenError
from scf_report.clients.transport import MediaFile, Transport
from scf_report.domain.delivery import Share

Connect = Callable[..., Transport]
ACTING = TimeLimit(5)


def test_a_token_goes_with_every_call_of_its_own_door_alone(connect: Connect) -> None:
    """One person's token is never used for another, or for nobody."""
    seen: list[tuple[str, str | None]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append((request.method, request.headers.get("Authorization")))
        return httpx.Response(200)

    anybody = connect(handler)
    ana, ben = anybody.bearing("ana-token"), anybody.bearing("ben-token")
    ana.get("/profile", (), Share.FORM)
    ben.post("/issues", (), None, limit=ACTING, share=None)
    ana.delete("/issues/1/vote", limit=ACTING, share=Share.SIGNED_IN)
    anybody.get("/issues", (), Share.LIST)
    ana.bearing(None).get("/issues", (), Share.LIST)
    assert seen == [
        ("GET", "Bearer ana-token"),
        ("POST", "Bearer ben-token"),
        ("DELETE", "Bearer ana-token"),
        ("GET", None),
        ("GET", None),
    ]


def test_a_token_is_not_shown_to_another_host(connect: Connect) -> None:
    """A redirect on the host takes it along; one that leads elsewhere is not followed."""
    seen: list[tuple[str, str | None]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append((request.url.host, request.headers.get("Authorization")))
        target = "/moved" if len(seen) == 1 else "https://evil.example/moved"
        return httpx.Response(302, headers={"Location": target})

    door = connect(handler).bearing("ana-token")
    with pytest.raises(BrokenError) as caught:
        door.get("/issues", (), Share.LIST)
    assert "ana-token" not in repr(caught.value)
    assert len(seen) == 2
    assert {host for host, _ in seen} == {"city.example"}
    assert {token for _, token in seen} == {"Bearer ana-token"}


def test_taking_back_asks_the_budget(connect: Connect, taken: list[Share]) -> None:
    """It is a call like any other, without a body."""
    bodies: list[bytes] = []

    def handler(request: httpx.Request) -> httpx.Response:
        bodies.append(request.read())
        return httpx.Response(204)

    answer = connect(handler).delete("/issues/1/vote", limit=ACTING, share=Share.SIGNED_IN)
    assert (answer.method, answer.status, bodies) == ("DELETE", 204, [b""])
    assert taken == [Share.SIGNED_IN]


def test_a_file_goes_in_the_part_that_it_names(connect: Connect) -> None:
    """Another API, another name for the photo."""
    bodies: list[bytes] = []

    def handler(request: httpx.Request) -> httpx.Response:
        bodies.append(request.read())
        return httpx.Response(201, headers={"Location": "/issues/9"})

    photo = MediaFile("hole.jpg", "image/jpeg", b"picture", part="answers[issue_image]")
    answer = connect(handler).post("/issues", (), photo, limit=ACTING, share=None)
    assert b'name="answers[issue_image]"; filename="hole.jpg"' in bodies[0]
    assert answer.location == "/issues/9"
