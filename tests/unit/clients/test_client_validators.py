"""Reads of what is kept already ask whether it still holds, as RFC 9110, section 13, has it."""

from collections.abc import Callable

import httpx
import pytest

from scf_report.clients.errors import BrokenError
from scf_report.clients.transport import Transport
from scf_report.clients.validators import UnchangedError, Validators
from scf_report.domain.delivery import Share

Connect = Callable[..., Transport]
DATE = "Tue, 24 Nov 2026 15:00:00 GMT"


def get(transport: Transport, known: Validators | None) -> bytes:
    """Read the list of services."""
    return transport.get("/services.json", (), Share.FORM, known).body


def test_answers_name_their_validators_and_the_next_request_has_them(
    connect: Connect, taken: list[Share]
) -> None:
    """The second answer is "not modified", for the price of a call; another content comes whole."""
    seen: list[httpx.Request] = []
    etag = '"one"'

    def city(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.headers.get("If-None-Match") == etag:
            return httpx.Response(304)
        return httpx.Response(
            200, content=etag.encode(), headers={"ETag": etag, "Last-Modified": DATE}
        )

    transport, known = connect(city), Validators()
    assert get(transport, known) == b'"one"'
    assert known == Validators('"one"', DATE)
    with pytest.raises(UnchangedError):
        get(transport, known)
    assert known == Validators('"one"', DATE)
    etag = 'W/"two"'
    assert get(transport, known) == b'W/"two"'
    assert known.etag == 'W/"two"'
    assert [request.headers.get("If-Modified-Since") for request in seen] == [None, DATE, DATE]
    assert len(taken) == 3


def test_conditions_follow_a_redirect(connect: Connect) -> None:
    """What has moved can be unchanged, too."""

    def city(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/services.json"):
            return httpx.Response(301, headers={"Location": "/elsewhere.json"})
        return httpx.Response(304 if request.headers.get("If-None-Match") == '"x"' else 200)

    with pytest.raises(UnchangedError):
        get(connect(city), Validators('"x"'))


@pytest.mark.parametrize("known", [None, Validators()])
def test_not_modified_that_nobody_asked_for_is_no_answer(
    connect: Connect, known: Validators | None
) -> None:
    """Without a condition there is nothing that could be unchanged."""
    with pytest.raises(BrokenError):
        get(connect(lambda _: httpx.Response(304)), known)


@pytest.mark.parametrize("value", ["é", "x" * 500])
def test_validators_that_cannot_be_sent_back_are_left(connect: Connect, value: str) -> None:
    """A strange server is asked as if for the first time, always."""

    def city(request: httpx.Request) -> httpx.Response:
        assert "If-None-Match" not in request.headers
        return httpx.Response(200, headers=[(b"ETag", value.encode())])

    transport, known = connect(city), Validators()
    for _ in range(2):
        get(transport, known)
    assert known.etag == ""
