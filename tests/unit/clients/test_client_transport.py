"""The one door to every upstream, on a fake network."""

import gzip
from collections.abc import Callable, Iterator

import httpx
import pytest

from scf_report.clients.budget import Budget
from scf_report.clients.deadline import TimeLimit
from scf_report.clients.errors import (
    BrokenError,
    BudgetSpentError,
    NotSentError,
    RefusedError,
    UnansweredError,
    UpstreamError,
)
from scf_report.clients.transport import LARGEST_ANSWER, MediaFile, Transport
from scf_report.domain.delivery import Share

Connect = Callable[..., Transport]
Start = Callable[[str, list[tuple[str, str]]], object]


def _get(transport: Transport) -> bytes:
    return transport.get("/services.json", (("lat", "41.9"),), Share.FORM).body


def _post(transport: Transport, share: Share | None = None) -> bytes:
    fields = (("email", "ana@example.org"), ("a[]", "1"), ("a[]", "2"))
    return transport.post("/requests.json", fields, None, limit=TimeLimit(5), share=share).body


def _raising(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    return handler


def test_every_call_says_who_we_are_and_asks_the_budget(
    connect: Connect, taken: list[Share]
) -> None:
    """SeeClickFix refuses calls without a User-Agent, and counts each one."""
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"[]", headers={"Set-Cookie": "who=ana; Path=/"})

    transport = connect(handler)
    assert (_get(transport), _post(transport)) == (b"[]", b"[]")
    _post(transport, Share.SIGNED_IN)
    assert {request.headers["User-Agent"] for request in seen} == {
        "scf-report-tests (tests@example.org)"
    }
    assert seen[0].headers["Connection"] == "close"
    assert str(seen[0].url) == "https://city.example/open311/v2/services.json?lat=41.9"
    assert seen[1].read() == b"email=ana%40example.org&a%5B%5D=1&a%5B%5D=2"
    assert taken == [Share.FORM, Share.SIGNED_IN]
    assert not any("Cookie" in request.headers for request in seen)


def test_a_photo_goes_along_as_multipart(connect: Connect) -> None:
    """The picture and the fields are in one POST, repeated names kept."""
    bodies: list[bytes] = []

    def handler(request: httpx.Request) -> httpx.Response:
        assert request.headers["Content-Type"].startswith("multipart/form-data")
        bodies.append(request.read())
        return httpx.Response(201)

    photo = MediaFile("hole.jpg", "image/jpeg", b"\xff\xd8picture")
    fields = (("a[]", "1"), ("a[]", "2"))
    connect(handler).post("/requests.json", fields, photo, limit=TimeLimit(5), share=None)
    assert bodies[0].count(b'name="a[]"') == 2
    assert b'name="media"; filename="hole.jpg"\r\nContent-Type: image/jpeg' in bodies[0]
    assert b"\xff\xd8picture" in bodies[0]


def test_a_spent_budget_sends_nothing(connect: Connect, waits: list[float]) -> None:
    """Without a free call nothing leaves, and the caller learns how long to wait."""
    waits += [7.5, 7.5]
    transport = connect(_raising(AssertionError("a call was made")))
    for call in (_get, lambda transport: _post(transport, Share.DELIVERY)):
        with pytest.raises(BudgetSpentError) as caught:
            call(transport)
        assert caught.value.wait == 7.5


def test_a_paid_post_does_not_ask_again(connect: Connect, waits: list[float]) -> None:
    """The claim of a delivery has taken its call already."""
    waits += [60.0]
    assert _post(connect(lambda _: httpx.Response(200, content=b"ok"))) == b"ok"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx.ConnectError("refused"), NotSentError),
        (httpx.ConnectTimeout("slow"), NotSentError),
        (httpx.PoolTimeout("busy"), NotSentError),
        (httpx.UnsupportedProtocol("gopher"), NotSentError),
        (httpx.ReadTimeout("slow"), UnansweredError),
        (httpx.WriteTimeout("slow"), UnansweredError),
        (httpx.ReadError("reset"), UnansweredError),
        (httpx.RemoteProtocolError("closed"), UnansweredError),
        (ZeroDivisionError("a mistake in an embedded application"), UnansweredError),
    ],
)
def test_failures_are_split_by_whether_it_could_have_arrived(
    connect: Connect, error: Exception, expected: type[UpstreamError]
) -> None:
    """Only what certainly was not sent may be sent again without a look-up."""
    for call in (_get, _post):
        with pytest.raises(expected) as caught:
            call(connect(_raising(error)))
        assert type(caught.value) is expected
        assert "lat" not in repr(caught.value)


def test_an_embedded_application_that_fails_leaves_no_answer(door: Budget) -> None:
    """The sandbox's own mistakes look like a lost answer, whether before or amid the body."""

    def at_once(environ: dict[str, object], start_response: Start) -> Iterator[bytes]:
        raise RuntimeError("broken")

    def amid(environ: dict[str, object], start_response: Start) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield b"["
        raise RuntimeError("broken")

    for application in (at_once, amid):
        http = httpx.WSGITransport(app=application)
        transport = Transport("http://city.example", user_agent="t", budget=door, http=http)
        with pytest.raises(UnansweredError):
            _post(transport)


class _Trickle(httpx.SyncByteStream):
    """A body that takes a second for each of its pieces."""

    def __init__(self, clock: list[float], pieces: int) -> None:
        self._clock, self._pieces = clock, pieces

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self._pieces):
            self._clock[0] += 1.0
            yield b"x"


@pytest.mark.parametrize(("pieces", "arrives"), [(4, True), (9, False)])
def test_the_deadline_is_for_the_whole_answer(door: Budget, pieces: int, arrives: bool) -> None:  # noqa: FBT001 -- a table
    """Many short waits add up; httpx's own timeouts would start anew with each."""
    clock = [0.0]
    http = httpx.MockTransport(lambda _: httpx.Response(200, stream=_Trickle(clock, pieces)))
    transport = Transport(
        "http://city.example",
        user_agent="t",
        budget=door,
        http=http,
        monotonic=lambda: clock[0],
    )
    if arrives:
        assert _post(transport) == b"xxxx"
    else:
        with pytest.raises(UnansweredError):
            _post(transport)


@pytest.mark.parametrize("packed", [False, True])
def test_an_endless_answer_is_cut_off(connect: Connect, packed: bool) -> None:  # noqa: FBT001 -- a table
    """Nobody can fill our memory, compressed or not."""
    body = b"x" * (LARGEST_ANSWER + 1)
    headers = {"Content-Encoding": "gzip"} if packed else {}
    body = gzip.compress(body) if packed else body
    with pytest.raises(BrokenError):
        _get(connect(lambda _: httpx.Response(200, content=body, headers=headers)))
    whole = b"x" * LARGEST_ANSWER
    assert len(_get(connect(lambda _: httpx.Response(200, content=whole)))) == LARGEST_ANSWER


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "17"}, 17.0),
        ({"Retry-After": "0.5"}, 0.5),
        (
            {
                "Retry-After": "Tue, 03 Mar 2026 10:00:30 GMT",
                "Date": "Tue, 03 Mar 2026 10:00:00 GMT",
            },
            30.0,
        ),
        (
            {
                "Retry-After": "Tue, 03 Mar 2026 09:00:00 GMT",
                "Date": "Tue, 03 Mar 2026 10:00:00 GMT",
            },
            0.0,
        ),
        ({"Retry-After": "Tue, 03 Mar 2026 10:00:30 GMT"}, 60.0),
        ({"Retry-After": "999999999"}, 86_400.0),
        ({"Retry-After": "soon"}, 60.0),
        ({}, 60.0),
    ],
)
def test_too_many_calls_pause_everybody(
    connect: Connect, pauses: list[tuple[str, float]], headers: dict[str, str], pause: float
) -> None:
    """A 429 stops all processes for as long as the upstream says, a minute if it does not."""
    with pytest.raises(RefusedError) as caught:
        _get(connect(lambda _: httpx.Response(429, headers=headers)))
    assert (caught.value.http_status, caught.value.retry_after) == (429, pause)
    assert pauses == [("city.example", pause)]


def test_server_errors_carry_their_evidence(connect: Connect) -> None:
    """A 5xx tells nothing of the report, and the beginning of it is kept for the operator."""
    handler: Callable[..., httpx.Response] = lambda _: httpx.Response(  # noqa: E731
        503, content=b"down " * 500, headers={"Retry-After": "9"}
    )
    with pytest.raises(BrokenError) as caught:
        _get(connect(handler))
    error = caught.value
    assert (error.http_status, error.retry_after, error.redirected) == (503, 9.0, False)
    assert error.evidence.url == "https://city.example/open311/v2/services.json"
    assert error.evidence.excerpt == "down " * 60


def _redirecting(location: str) -> Callable[[httpx.Request], httpx.Response]:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/new":
            return httpx.Response(200, content=b"moved")
        return httpx.Response(302, headers={"Location": location})

    return handler


@pytest.mark.parametrize("location", ["/new", "https://city.example/new"])
def test_reads_follow_redirects_on_the_same_host(
    connect: Connect, taken: list[Share], location: str
) -> None:
    """SeeClickFix may redirect any call; each hop is a call of its own."""
    assert _get(connect(_redirecting(location))) == b"moved"
    assert len(taken) == 2


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example/new",
        "http://city.example/new",
        "https://city.example:8443/new",
        "file:///etc/passwd",
    ],
)
def test_reads_never_leave_the_configured_host(connect: Connect, location: str) -> None:
    """An upstream cannot send us to another host, port or an unprotected connection."""
    with pytest.raises(BrokenError) as caught:
        _get(connect(_redirecting(location)))
    assert caught.value.redirected


def test_a_redirect_to_nowhere_is_no_answer(connect: Connect) -> None:
    """An address that cannot be read is a broken protocol."""
    with pytest.raises(UnansweredError):
        _get(connect(_redirecting("https://city.example:none/new")))


def test_a_circle_of_redirects_ends(connect: Connect, taken: list[Share]) -> None:
    """After three hops it is enough."""
    with pytest.raises(BrokenError) as caught:
        _get(connect(_redirecting("/old")))
    assert caught.value.redirected
    assert len(taken) == 4


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_post_is_never_redirected(connect: Connect, status: int) -> None:
    """Browsers and httpx would turn it into a GET, and the report would be lost without an error."""
    calls: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(request.method)
        return httpx.Response(status, headers={"Location": "/new"})

    with pytest.raises(BrokenError) as caught:
        _post(connect(handler))
    assert caught.value.redirected
    assert calls == ["POST"]


class _Network(httpx.BaseTransport):
    """Reads a request's body as a connection does, piece by piece, and then answers."""

    def __init__(self) -> None:
        self.sent = b""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Take the body and say thanks."""
        assert isinstance(request.stream, httpx.SyncByteStream)
        for piece in request.stream:
            self.sent += piece
        return httpx.Response(200, content=b"thanks")


@pytest.mark.parametrize("in_time", [True, False])
def test_a_body_begins_only_in_time(door: Budget, *, in_time: bool) -> None:
    """Asked at the very last moment; a body that was not begun has certainly not arrived."""
    network = _Network()
    transport = Transport("http://city.example", user_agent="t", budget=door, http=network)
    limit = TimeLimit(5, lambda: in_time)
    if in_time:
        transport.post("/requests.json", [("a", "1")], None, limit=limit, share=None)
    else:
        with pytest.raises(NotSentError):
            transport.post("/requests.json", [("a", "1")], None, limit=limit, share=None)
    assert network.sent == (b"a=1" if in_time else b"")


def test_no_piece_of_a_body_leaves_after_the_deadline(door: Budget) -> None:
    """A process that is stopped while it sends, and woken much later, says no more; who knows what arrived."""
    network = _Network()
    times = iter([0.0, 1.0, *([99.0] * 9)])
    transport = Transport(
        "http://city.example",
        user_agent="t",
        budget=door,
        http=network,
        monotonic=lambda: next(times),
    )
    photo = MediaFile("hole.jpg", "image/jpeg", bytes(500_000))
    with pytest.raises(UnansweredError):
        transport.post("/requests.json", [("a", "1")], photo, limit=TimeLimit(60), share=None)
    assert 0 < len(network.sent) < 500_000
