"""What the sandbox keeps from the public."""

from pathlib import Path
from typing import Any

import pytest

from tests.contract.sandbox_city import (
    GRAFFITI,
    MADISON,
    POTHOLE,
    PRIVATE,
    SandboxCity,
    pothole_answers,
)

HELP: dict[str, Any] = {
    "attribute[1014102]": "HELP_FOOD",
    "attribute[1014103]": "2026-11-24T08:00:00-06:00",
}
WALL = {"attribute[1010401]": "ON_WALL"}


@pytest.fixture
def city(tmp_path: Path) -> SandboxCity:
    """A fresh city."""
    return SandboxCity(tmp_path)


def seen(city: SandboxCity, number: int, text: str) -> list[str]:
    """Return the public addresses that show the report."""
    addresses = ["/open311/v2/requests.json", "/open311/v2/101/requests.xml", "/"]
    addresses += [f"/open311/v2/requests.json?service_request_id={number}"]
    addresses += [f"/open311/v2/requests.json?lat={MADISON['lat']}&long={MADISON['long']}"]
    addresses += [f"/open311/v2/requests/{number}.json", f"/open311/v2/requests/{number}.xml"]
    return [address for address in addresses if text in city.http.get(address).text]


def test_private_reports_have_a_number_and_are_nowhere(city: SandboxCity) -> None:
    """The number of a private report opens nothing, in no list and no form."""
    number = city.report(PRIVATE, description="Cold and alone", **HELP)
    assert seen(city, number, "Cold and alone") == []
    assert city.get(f"/requests/{number}.json").status_code == 404
    assert city.received()[0]["hidden"] == "private"


def test_moderated_reports_wait_for_release(city: SandboxCity) -> None:
    """Nobody sees a moderated report before it is released; then everybody does."""
    number = city.report(GRAFFITI, description="Tags all over", **WALL)
    assert seen(city, number, "Tags all over") == []
    city.turn(release=str(number))
    assert len(seen(city, number, "Tags all over")) == 7


def test_a_moderated_report_may_have_no_number(city: SandboxCity) -> None:
    """By the switch the answer is 202 and says only that it is held."""
    city.turn(moderated_id="hidden")
    answer = city.post(GRAFFITI, **WALL)
    assert answer.status_code == 202
    assert answer.json() == {"metadata": {"moderated": True}}
    other = city.post(GRAFFITI, "/requests.xml", **WALL | {"description": "More tags"})
    assert b"<moderated>true</moderated>" in other.content
    city.turn(release="all")
    assert len(city.rows()) == 2


def test_releasing_all_leaves_private_reports_alone(city: SandboxCity) -> None:
    """Private is not moderated."""
    number = city.report(PRIVATE, description="Cold and alone", **HELP)
    city.turn(release="all")
    assert seen(city, number, "Cold and alone") == []


def test_private_answers_are_not_shown(city: SandboxCity) -> None:
    """An answer that is kept private is stored, and in no public answer."""
    number = city.report(POTHOLE, **pothole_answers(**{"attribute[1010108]": "Gate code 99"}))
    assert "Gate code 99" not in city.get(f"/requests/{number}.json", extensions="true").text
    assert city.received()[0]["answers"]["1010108"] == "Gate code 99"


def test_contact_details_are_not_shown(city: SandboxCity) -> None:
    """Who reported is in no public answer."""
    number = city.report(email="ana@example.org", first_name="Ana")
    assert "ana@example.org" not in city.get(f"/requests/{number}.json", extensions="true").text
    assert "ana@example.org" not in city.http.get("/").text


@pytest.mark.parametrize("path", ["/received.json", "/switches"])
def test_strangers_do_not_see_the_back_office(city: SandboxCity, path: str) -> None:
    """Other machines are refused, and so is an address that cannot be read."""
    for address in ("192.0.2.7", "2001:db8::1", ""):
        assert city.caller("Mozilla/5.0", address).get(path).status_code == 403
    assert city.caller("Mozilla/5.0", "::1").get(path).status_code == 200


def test_a_caller_in_the_same_process_is_no_stranger(city: SandboxCity) -> None:
    """A WSGI caller that names no address at all stands within the machine."""
    client = city.sandbox.test_client()
    assert client.get("/switches", environ_overrides={"REMOTE_ADDR": None}).status_code == 200


def test_another_site_cannot_turn_switches(city: SandboxCity) -> None:
    """A page of another site, open in a browser on this machine, is refused."""
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = city.http.post("/switches", data={"fault": "down"}, headers=headers)
    assert answer.status_code == 403
    assert city.rows() == []
