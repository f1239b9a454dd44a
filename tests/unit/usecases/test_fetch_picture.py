"""A picture is fetched once for all, cleaned, and only if a page has shown it."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from scf_report.clients.pictures import Pictures, Uncounted
from scf_report.clients.transport import Transport
from scf_report.storage.cache import ReadCache
from scf_report.storage.database import Database
from scf_report.storage.sealing import Sealer
from scf_report.usecases.fetch_picture import FetchPicture
from tests.conftest import Clock
from tests.functional.taking_part import photo

ROOT = "https://city.example"
URL = f"{ROOT}/hole.jpg"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


class City:
    """A host with one picture that counts how often it is asked."""

    def __init__(self, content: bytes = b"", status: int = 200) -> None:
        self.content, self.status, self.asked = content, status, 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        assert str(request.url) == URL
        self.asked += 1
        return httpx.Response(self.status, content=self.content)


@pytest.fixture
def fetcher(tmp_path: Path, clock: Clock) -> Callable[[City], FetchPicture]:
    """Give the use case on a city of the test's own."""
    database = Database(f"sqlite:///{tmp_path}/app.sqlite", clock)
    database.migrate()

    def make(city: City) -> FetchPicture:
        network = httpx.MockTransport(city)
        door = Transport(ROOT, user_agent="tests", budget=Uncounted(), http=network)
        cache = ReadCache(database, "city")
        return FetchPicture(Pictures(ROOT, door), cache, Sealer(["a key for tests"]))

    return make


def test_fetched_once(fetcher: Callable[[City], FetchPicture]) -> None:
    """However many look, the city is asked once; what they get is a picture made anew."""
    original = photo() + b"Exif hidden"
    city = City(original)
    found = fetcher(city)
    name = found.name(URL)
    assert name is not None
    assert found.name(URL) == name
    first, second = found.fetch(name), found.fetch(name)
    assert first == second
    assert first is not None
    assert first.startswith(b"\xff\xd8\xff")
    assert b"hidden" not in first
    assert city.asked == 1


@pytest.mark.parametrize("name", ["", "0" * 64, URL, "../hole.jpg"])
def test_names_that_no_page_has_shown(
    fetcher: Callable[[City], FetchPicture], name: str
) -> None:
    """Nobody can make us fetch anything by making up a name."""
    city = City(photo())
    assert fetcher(city).fetch(name) is None
    assert city.asked == 0


@pytest.mark.parametrize("content", [SVG, b"<!doctype html>", b"\xff\xd8\xff cut off", b""])
def test_what_is_no_photo(fetcher: Callable[[City], FetchPicture], content: bytes) -> None:
    """Other files are not passed on, and not fetched again and again."""
    city = City(content)
    found = fetcher(city)
    name = found.name(URL)
    assert name is not None
    assert (found.fetch(name), found.fetch(name)) == (None, None)
    assert city.asked == 1


def test_other_hosts_have_no_name(fetcher: Callable[[City], FetchPicture]) -> None:
    """A picture elsewhere is not shown at all."""
    found = fetcher(City())
    assert found.name("https://elsewhere.example/hole.jpg") is None
    assert found.name(None) is None


def test_city_away_for_a_while(fetcher: Callable[[City], FetchPicture], clock: Clock) -> None:
    """A picture that could not be fetched is tried again after a pause."""
    city = City(photo(), status=500)
    found = fetcher(city)
    name = found.name(URL)
    assert name is not None
    assert (found.fetch(name), found.fetch(name)) == (None, None)
    assert city.asked == 1
    city.status = 200
    clock.move(minutes=1)
    assert found.fetch(name) is not None
