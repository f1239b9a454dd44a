"""What stands before every API call: User-Agent, rate limit, unchanged answers."""

from pathlib import Path

import pytest

from scf_report.sandbox import create_sandbox
from tests.contract.sandbox_city import SandboxCity


@pytest.fixture
def city(tmp_path: Path) -> SandboxCity:
    """A fresh city."""
    return SandboxCity(tmp_path)


def test_user_agent_is_required(city: SandboxCity) -> None:
    """A caller that does not say who it is gets a 403 with a message."""
    city.http.headers.pop("User-Agent")
    answer = city.get("/101/services.json")
    assert answer.status_code == 403
    assert "User-Agent" in answer.json()["message"]


def test_general_errors_have_a_message(city: SandboxCity) -> None:
    """The general error shape is the one that SeeClickFix documents."""
    city.turn(fault="down")
    assert city.get("/101/services.json").json().keys() == {"message", "documentation_url"}


def test_twenty_requests_a_minute(city: SandboxCity) -> None:
    """The 21st request within a minute is refused until the first one is a minute old."""
    city.turn(limit="20")
    for _ in range(19):
        assert city.get("/101/requests.json").status_code == 200
    city.wait(seconds=10.5)
    city.report()
    refused = city.post()
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "50"
    assert city.http.get("/").status_code == 200
    city.wait(seconds=50)
    assert city.get("/101/requests.json").status_code == 200
    assert len(city.received()) == 1


def test_callers_are_counted_apart(city: SandboxCity) -> None:
    """Another User-Agent, or another address, has a minute of its own."""
    city.turn(limit="1")
    path = "/open311/v2/101/services.json"
    one, other = city.caller("one"), city.caller("other")
    assert [one.get(path).status_code, one.get(path).status_code] == [200, 429]
    assert other.get(path).status_code == 200
    assert city.caller("one", "192.0.2.7").get(path).status_code == 200


def test_processes_share_the_count(city: SandboxCity, tmp_path: Path) -> None:
    """A second sandbox on the same file counts on, and sees what the first one took."""
    city.turn(limit="2")
    city.report()
    second = SandboxCity.__new__(SandboxCity)
    second.sandbox = create_sandbox(tmp_path / "sandbox.sqlite", clock=lambda: city.moment)
    second.http = second.caller("tests (tests@example.org)")
    assert len(second.rows()) == 1
    assert city.get("/requests.json").status_code == 429


def test_unchanged_answers_are_304(city: SandboxCity) -> None:
    """An answer can be kept by its ETag until something changes."""
    path = "/open311/v2/requests.json"
    tag = city.http.get(path).headers["ETag"]
    kept = city.http.get(path, headers={"If-None-Match": tag})
    assert (kept.status_code, kept.content) == (304, b"")
    city.report()
    assert city.http.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", ["/nothing.json", "/requests.html", "/requests/abc.xml"])
def test_wrong_addresses_answer_in_the_api_s_shape(city: SandboxCity, path: str) -> None:
    """A mistyped address is an error list, not a page."""
    answer = city.get(path)
    assert answer.status_code == 404
    assert "<html" not in answer.text


def test_nothing_is_opened_before_the_first_request(tmp_path: Path) -> None:
    """Building a sandbox makes no file; migrate does."""
    sandbox = create_sandbox(tmp_path / "deep" / "sandbox.sqlite")
    assert not (tmp_path / "deep").exists()
    sandbox.migrate()
    assert (tmp_path / "deep" / "sandbox.sqlite").exists()


def test_addresses_follow_the_mount_point_or_the_public_root(tmp_path: Path) -> None:
    """Mounted below a path the sandbox's addresses carry it; a public root replaces them."""
    mounted = create_sandbox(tmp_path / "a.sqlite").test_client()
    page = mounted.get("/open311/v2/discovery.json", base_url="http://127.0.0.1:5000/sandbox")
    assert page.get_json()["endpoints"][0]["url"] == "http://127.0.0.1:5000/sandbox/open311/v2"
    public = create_sandbox(
        tmp_path / "b.sqlite", public_root="https://demo.example/sandbox/"
    ).test_client()
    page = public.get("/open311/v2/101/discovery.json")
    assert (
        page.get_json()["endpoints"][0]["url"] == "https://demo.example/sandbox/open311/v2/101"
    )
