"""Pictures are fetched from one place, bounded, and never from elsewhere."""

import httpx
import pytest

from scf_report.clients.errors import BrokenError, UpstreamError
from scf_report.clients.pictures import Pictures, Uncounted
from scf_report.clients.transport import LARGEST_ANSWER, Transport

ROOT = "https://city.example"
PICTURE = f"{ROOT}/rails/redirect/abc--def/hole.jpg?size=640&name=a%20b"


def pictures(network: httpx.MockTransport, root: str = ROOT) -> Pictures:
    """Reach the pictures of a city behind a network of the test's own."""
    door = Transport(root, user_agent="tests", budget=Uncounted(), http=network)
    return Pictures(ROOT, door)


def test_address_stays_whole() -> None:
    """The picture is asked for under its own address, query included."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, content=b"picture")

    assert pictures(httpx.MockTransport(answer)).fetch(PICTURE) == b"picture"
    [url] = asked
    assert (url.host, url.path) == ("city.example", "/rails/redirect/abc--def/hole.jpg")
    assert dict(url.params) == {"size": "640", "name": "a b"}


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/hole.jpg",
        "https://city.example.elsewhere.example/hole.jpg",
        "https://city.example@elsewhere.example/hole.jpg",
        "http://city.example/hole.jpg",
        "https://city.example:8443/hole.jpg",
        "//city.example/hole.jpg",
        "file:///etc/passwd",
        "",
    ],
)
def test_other_places_are_never_asked(url: str) -> None:
    """Whatever is not below the city's own address leads to no request."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    found = pictures(httpx.MockTransport(answer))
    assert not found.has(url)
    assert found.fetch(url) is None


def test_redirects_elsewhere_are_not_followed() -> None:
    """A redirect leads nowhere but to the same host."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(302, headers={"Location": "http://169.254.169.254/"})

    with pytest.raises(UpstreamError):
        pictures(httpx.MockTransport(answer)).fetch(PICTURE)
    assert asked == ["city.example"]


def test_bounds() -> None:
    """What is too large is not taken, and what is not there is nothing."""
    large = httpx.MockTransport(
        lambda _: httpx.Response(200, content=b"x" * (LARGEST_ANSWER + 1))
    )
    with pytest.raises(BrokenError):
        pictures(large).fetch(PICTURE)
    gone = httpx.MockTransport(lambda _: httpx.Response(404, content=b"no"))
    assert pictures(gone).fetch(PICTURE) is None
