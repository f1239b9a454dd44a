"""Seeded issues."""

import json
from pathlib import Path
from typing import Any

import pytest

from scf_report.sandbox import create_sandbox
from scf_report.sandbox.__main__ import main
from tests.contract.sandbox_city import START, SandboxCity


@pytest.fixture
def city(tmp_path: Path) -> SandboxCity:
    """A fresh city."""
    return SandboxCity(tmp_path)


def everything(city: SandboxCity, path: str) -> list[dict[str, Any]]:
    """Read a list to its end."""
    rows: list[dict[str, Any]] = []
    for page in range(1, 20):
        found = city.rows(path, page=str(page), page_size="100")
        if not found:
            break
        rows += found
    return rows


def test_seeding_again_adds_nothing(city: SandboxCity) -> None:
    """The number asked for is the number there is, whatever was there before."""
    assert city.sandbox.seed(30) == 30
    before = everything(city, "/requests.json")
    assert city.sandbox.seed(30) == 0
    assert everything(city, "/requests.json") == before
    assert city.sandbox.seed(40) == 10


def test_seeding_is_the_same_everywhere(city: SandboxCity, tmp_path: Path) -> None:
    """Two sandboxes seeded at the same time show the same."""
    (tmp_path / "other").mkdir()
    other = SandboxCity(tmp_path / "other")
    city.sandbox.seed(50)
    other.sandbox.seed(50)
    assert everything(city, "/requests.json") == everything(other, "/requests.json")


def test_seeded_issues_are_a_city_s_life(city: SandboxCity) -> None:
    """Both cities, all public services, open and closed ones, ids that grow with time."""
    city.sandbox.seed(600)
    chicago = everything(city, "/101/requests.json")
    assert len(chicago) > 200
    services = {row["service_code"] for row in city.rows("/101/services.json")}
    assert services - {row["service_code"] for row in chicago} == {10141, 10142}
    assert {row["status"] for row in chicago} == {"open", "closed"}
    numbers = [row["service_request_id"] for row in chicago]
    assert numbers == sorted(numbers, reverse=True)
    times = [row["requested_datetime"] for row in chicago]
    assert times == sorted(times, reverse=True)
    assert len(everything(city, "/102/requests.json")) > 50
    assert len(everything(city, "/requests.json")) < 600, "some are private"


def test_seeded_issues_lie_in_their_city(city: SandboxCity) -> None:
    """Every seeded issue could have been reported where it is."""
    city.sandbox.seed(60)
    for row in everything(city, "/requests.json"):
        offered = city.rows("/services.json", lat=str(row["lat"]), long=str(row["long"]))
        assert row["service_code"] in {service["service_code"] for service in offered}


def test_places_are_used(tmp_path: Path) -> None:
    """Issues of a city with a places file stand at its addresses, those that lie in the city."""
    (tmp_path / "chicago").mkdir()
    places = [
        {"lat": 41.8814, "long": -87.6568, "address": "1200 W Madison St"},
        {"lat": 40.0, "long": -87.0, "address": "Far away"},
    ]
    (tmp_path / "chicago" / "seeds.json").write_text(json.dumps(places), "utf-8")
    city = SandboxCity(tmp_path)
    city.sandbox = create_sandbox(
        tmp_path / "placed.sqlite", places=tmp_path, clock=lambda: START
    )
    city.http = city.caller("tests (tests@example.org)")
    city.sandbox.seed(20)
    assert {row["address"] for row in everything(city, "/101/requests.json")} == {
        "1200 W Madison St"
    }


def test_seed_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command seeds the named file, wherever the file is named, and says how many were added."""
    file = str(tmp_path / "s.sqlite")
    assert main(["seed", "--issues", "12", "--database", file]) == 0
    assert main(["--database", file, "seed", "--issues", "15"]) == 0
    assert capsys.readouterr().out == f"Added 12 issues to {file}.\nAdded 3 issues to {file}.\n"


@pytest.mark.parametrize("arguments", [["seed"], ["seed", "--issues", "-1"], ["--port", "x"]])
def test_wrong_commands_are_explained(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong command ends with 2 and a line on what is wrong."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_seeded_issues_have_people(city: SandboxCity) -> None:
    """Residents reported some, said something about some; a city is never without talk."""
    city.sandbox.seed(300)
    issues: list[dict[str, Any]] = []
    for page in range(1, 16):
        parameters = {"page": str(page), "details": "true", "status": "open,acknowledged"}
        answer = city.http.get("/api/v2/issues", params=parameters)
        issues += answer.json()["issues"]
    assert {issue["status"] for issue in issues} == {"Open", "Acknowledged"}
    assert {issue["reporter"]["role"] for issue in issues} == {"Guest", "Registered User"}
    assert any(issue["comments"] for issue in issues)
    assert any(issue["vote_count"] for issue in issues)
    assert all(issue["updated_at"] >= issue["created_at"] for issue in issues)
