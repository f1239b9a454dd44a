"""Each exchange is told: how long it took, how it ended, and what the other clock said."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from scf_report.clients.timing import Call, Timed


def call(answer: httpx.Response | Exception) -> Call:
    """Make one exchange and return what was told of it."""
    told: list[Call] = []

    def handle(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    client = httpx.Client(transport=Timed(httpx.MockTransport(handle), tell=told.append))
    with client:
        try:
            client.get("http://city.example/")
        except httpx.TransportError:
            assert isinstance(answer, Exception)
    [one] = told
    return one


def test_an_answer_is_told_with_its_status() -> None:
    """Method, status and a time that is not negative."""
    told = call(httpx.Response(404))
    assert (told.method, told.http_status) == ("GET", 404)
    assert told.seconds >= 0


def test_a_call_without_an_answer_is_told_too() -> None:
    """And fails as it would have failed."""
    told = call(httpx.ReadTimeout("slow"))
    assert (told.http_status, told.clock_ahead) == (None, None)


def test_the_other_clock_is_compared() -> None:
    """A city whose clock is ten minutes ahead is told to be."""
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    ahead = call(httpx.Response(200, headers={"Date": date})).clock_ahead
    assert ahead is not None
    assert timedelta(minutes=9, seconds=57) < ahead < timedelta(minutes=10, seconds=1)


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 99 Nov 2026 15:41:00 GMT"])
def test_no_readable_date_is_no_comparison(date: str) -> None:
    """Nothing is said about a clock that says nothing."""
    assert call(httpx.Response(200, headers={"Date": date})).clock_ahead is None


def test_a_date_without_a_zone_is_utc() -> None:
    """RFC 9110, section 5.6.7: HTTP dates are in UTC, even when a server forgets to say so."""
    date = f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} -0000"
    ahead = call(httpx.Response(200, headers={"Date": date})).clock_ahead
    assert ahead is not None
    assert abs(ahead) < timedelta(seconds=5)
