"""Services that number their reports later."""

from pathlib import Path

import pytest

from tests.contract.sandbox_city import BATCH, MADISON, SandboxCity

ANSWERS = {"attribute[1013201]": "WATER_CURB"}


@pytest.fixture
def city(tmp_path: Path) -> SandboxCity:
    """A fresh city."""
    return SandboxCity(tmp_path)


def test_a_token_becomes_a_number(city: SandboxCity) -> None:
    """A batch report answers a token and no number; after ten seconds the token has one."""
    [body] = city.post(BATCH, **ANSWERS).json()
    assert "service_request_id" not in body
    token = body["token"]
    assert city.rows(f"/tokens/{token}.json") == [{"token": token}]
    assert city.rows() == []
    city.wait(seconds=10)
    [answer] = city.rows(f"/tokens/{token}.json")
    assert answer["token"] == token
    [listed] = city.rows()
    assert listed["service_request_id"] == answer["service_request_id"]
    assert city.rows(f"/101/tokens/{token}.json") == [answer]


def test_a_token_waits_in_three_ways(city: SandboxCity) -> None:
    """While there is no number the answer is empty, or not found, by the switch."""
    token = city.post(BATCH, **ANSWERS).json()[0]["token"]
    city.turn(token_pending="empty")
    assert city.rows(f"/tokens/{token}.json") == []
    city.turn(token_pending="missing")
    assert city.get(f"/tokens/{token}.json").status_code == 404


def test_a_token_may_never_resolve(city: SandboxCity) -> None:
    """With token_seconds inf no time is long enough, and the report is never public."""
    city.turn(token_seconds="inf")
    token = city.post(BATCH, **ANSWERS).json()[0]["token"]
    city.wait(days=30)
    assert city.rows(f"/tokens/{token}.json") == [{"token": token}]
    assert city.rows() == []
    [received] = city.received()
    assert city.get(f"/requests/{received['id']}.json").status_code == 404


@pytest.mark.parametrize("path", ["/tokens/none.json", "/102/tokens/{token}.json"])
def test_foreign_tokens_are_not_found(city: SandboxCity, path: str) -> None:
    """An unknown token, or one of the other organization, is a 404."""
    token = city.post(BATCH, **ANSWERS).json()[0]["token"]
    assert city.get(path.format(token=token)).status_code == 404


def test_a_token_in_xml(city: SandboxCity) -> None:
    """The same in XML, where the standard has request elements."""
    answer = city.http.post(
        "/open311/v2/requests.xml",
        data={
            "service_code": str(BATCH),
            "description": "Full of leaves",
            **MADISON,
            **ANSWERS,
        },
    )
    assert b"<service_requests><request><token>" in answer.content
