"""Faults and variants that are turned on by hand or by a test."""

from pathlib import Path

import pytest

from tests.contract.sandbox_city import SandboxCity

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def city(tmp_path: Path) -> SandboxCity:
    """A fresh city."""
    return SandboxCity(tmp_path)


@pytest.mark.parametrize(
    ("fault", "status", "stored"),
    [
        ("down", 503, 0),
        ("429", 429, 0),
        ("500-before", 500, 0),
        ("500-after", 500, 1),
        ("html", 200, 0),
    ],
)
def test_faults_of_a_post(city: SandboxCity, fault: str, status: int, stored: int) -> None:
    """Each fault has its status, and stores the report or does not, as it says."""
    city.turn(fault=fault)
    assert city.post().status_code == status
    assert len(city.received()) == stored
    city.turn(fault="none")
    assert city.get("/requests.json").status_code == 200


def test_down_may_name_a_time(city: SandboxCity) -> None:
    """A 503 says when to come back, or leaves that to the client."""
    city.turn(fault="down", retry_after="7")
    assert city.get("/requests.json").headers["Retry-After"] == "7"
    assert city.post().headers["Retry-After"] == "7"
    city.turn(retry_after="none")
    assert "Retry-After" not in city.post().headers


def test_html_is_no_json(city: SandboxCity) -> None:
    """A 200 may be a web page."""
    city.turn(fault="html")
    answer = city.post()
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.text.startswith("<!doctype html>")


def test_a_429_may_name_no_time(city: SandboxCity) -> None:
    """Retry-After of the fault is a number of seconds, or absent."""
    city.turn(fault="429", retry_after="7")
    assert city.post().headers["Retry-After"] == "7"
    city.turn(retry_after="none")
    assert "Retry-After" not in city.post().headers


def test_count_ends_a_fault(city: SandboxCity) -> None:
    """A counted fault hits so many requests and is over."""
    city.turn(fault="500-before", count="2")
    assert [city.post().status_code for _ in range(3)] == [500, 500, 200]
    assert city.http.get("/switches").json()["fault"] == "none"


def test_only_spares_the_others(city: SandboxCity) -> None:
    """A fault for POSTs neither hits nor counts GETs."""
    city.turn(fault="500-before", count="1", only="post")
    assert city.get("/requests.json").status_code == 200
    assert [city.post().status_code, city.post().status_code] == [500, 200]
    city.turn(fault="down", only="get")
    assert city.report(description="another")
    assert city.get("/requests.json").status_code == 503


def test_a_new_fault_forgets_the_old_count(city: SandboxCity) -> None:
    """Turning another fault on without a count means without end."""
    city.turn(fault="down", count="1", only="get")
    city.turn(fault="500-before")
    assert [city.post().status_code for _ in range(3)] == [500, 500, 500]


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({"fault": "fire"}, "fault"),
        ({"fault": "drop"}, "fault"),
        ({"set": "fault:drop"}, "fault"),
        ({"count": "-1"}, "count"),
        ({"limit": "0"}, "limit"),
        ({"set": "token_seconds"}, "NAME:VALUE"),
        ({"set": "color:red"}, "color"),
        ({"set": "token_seconds:soon"}, "token_seconds"),
        ({"release": "some"}, "release"),
    ],
)
def test_wrong_switches_are_named(city: SandboxCity, form: dict[str, str], word: str) -> None:
    """A switch that does not exist is refused in words, and nothing is turned."""
    before = city.http.get("/switches").json()
    answer = city.http.post("/switches", data={"only": "post", **form})
    assert answer.status_code == 400
    assert word in answer.json()["error"]
    assert city.http.get("/switches").json() == before


def test_switches_are_a_page_for_people(city: SandboxCity) -> None:
    """A browser gets a form; posting it leads back to it, or shows it again with what is wrong."""
    page = city.http.get("/switches", headers=PAGE)
    assert "<form" in page.text
    assert "drop" not in page.text
    turned = city.http.post("/switches", data={"fault": "down"}, headers=PAGE)
    assert (turned.status_code, turned.headers["Location"]) == (303, "/switches")
    wrong = city.http.post("/switches", data={"limit": "none"}, headers=PAGE)
    assert wrong.status_code == 400
    assert '<p role="alert">' in wrong.text
    assert city.http.get("/switches", headers=PAGE).text.count("<code>down</code>") == 1


def test_home_says_what_this_is(city: SandboxCity) -> None:
    """The first page warns, names the endpoints and shows the newest reports, escaped."""
    city.report(description="<b>Squirrel</b>")
    page = city.http.get("/")
    assert "No city reads it" in page.text
    assert "http://city.test/open311/v2/101" in page.text
    assert "&lt;b&gt;Squirrel" in page.text
    assert "/received.json" in page.text
    assert "/received.json" not in city.caller("Mozilla/5.0", "192.0.2.7").get("/").text
    assert "no reports yet" not in page.text


def test_an_issue_has_a_page(city: SandboxCity) -> None:
    """The address that APIv2 names for people shows a public report, escaped, and no other."""
    number = city.report(description="<b>Squirrel</b>")
    address = city.http.get(f"/api/v2/issues/{number}").json()["html_url"]
    page = city.http.get(address)
    assert page.status_code == 200
    assert "&lt;b&gt;Squirrel" in page.text
    assert city.http.get(f"/issues/{number + 1}").status_code == 404


def test_facts_are_a_page(city: SandboxCity) -> None:
    """Whoever tries a client here can read what is known and what is guessed."""
    page = city.http.get("/facts").text
    assert "box 750 m wide" in page
    assert "unknown; both variants" in page


def test_pages_allow_nothing_foreign(city: SandboxCity) -> None:
    """The pages cannot be framed, and load their own style sheet alone."""
    headers = city.http.get("/").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Frame-Options"] == "DENY"
    assert city.http.get("/static/sandbox.css").status_code == 200
