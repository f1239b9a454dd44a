"""What stands before and behind every call of APIv2, and the faults that are played there."""

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scf_report.sandbox.alone import make_alone
from tests.contract.sandbox_api_city import BEN, HERE, ROSA, ApiCity
from tests.contract.sandbox_city import DEAD_ANIMAL


@pytest.fixture
def city(tmp_path: Path) -> ApiCity:
    """A fresh city."""
    return ApiCity(tmp_path)


@pytest.fixture
def alone(city: ApiCity) -> Iterator[httpx.Client]:
    """Serve the same city on a free port of this machine."""
    server = make_alone(city.sandbox, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with httpx.Client(base_url=f"http://{server.host}:{server.port}", timeout=10) as client:
        yield client
    server.shutdown()
    thread.join()


def test_the_rate_limit_is_shared_with_open311(city: ApiCity) -> None:
    """One address and User-Agent has one minute for both APIs."""
    city.turn(limit="2")
    city.rows()
    assert city.call("GET", "issues").status_code == 200
    refused = city.call("GET", "issues")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert refused.json().keys() == {"message", "documentation_url"}


def test_a_user_agent_is_demanded_here_too(city: ApiCity) -> None:
    """A call without one is refused."""
    city.http.headers.pop("User-Agent")
    assert city.call("GET", "issues").status_code == 403


def test_unchanged_issues_are_304(city: ApiCity) -> None:
    """An issue can be kept by its ETag until somebody says something."""
    path = f"/api/v2/issues/{city.report()}"
    tag = city.http.get(path).headers["ETag"]
    headers = {"If-None-Match": tag}
    assert city.http.get(path, headers=headers).status_code == 304
    city.call("POST", f"{path.removeprefix('/api/v2/')}/vote", BEN)
    assert city.http.get(path, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "stored"),
    [("down", 503, 0), ("429", 429, 0), ("500-before", 500, 0), ("500-after", 500, 1)],
)
def test_faults_hit_reports(city: ApiCity, fault: str, status: int, stored: int) -> None:
    """Each fault has its status, and stores the report or does not, as it says."""
    city.turn(fault=fault, only="post", count="1")
    assert city.call("GET", "issues").status_code == 200
    assert city.send(DEAD_ANIMAL).status_code == status
    assert len(city.received()) == stored
    assert city.send(DEAD_ANIMAL).status_code == 201


def test_faults_hit_what_is_taken_back(city: ApiCity) -> None:
    """A fault of changes hits DELETE as well, and spares reading."""
    path = f"issues/{city.report()}/vote"
    city.call("POST", path, BEN)
    city.turn(fault="500-before", only="post", count="1")
    assert city.call("DELETE", path, BEN).status_code == 500
    assert city.call("DELETE", path, BEN).status_code == 204


@pytest.mark.enable_socket
def test_a_dropped_report_is_stored(city: ApiCity, alone: httpx.Client) -> None:
    """The connection ends without an answer, and the report is there."""
    alone.post("/switches", data={"fault": "drop", "only": "post", "count": "1"})
    body = {**HERE, "request_type_id": DEAD_ANIMAL, "answers": {"summary": "Rat"}}
    headers = {"Authorization": f"Bearer {city.token(ROSA)}"}
    with pytest.raises(httpx.RemoteProtocolError):
        alone.post("/api/v2/issues", json=body, headers=headers)
    found = alone.get("/api/v2/profile/issues", headers=headers)
    assert [each["summary"] for each in found.json()["issues"]] == ["Rat"]


def test_addresses_follow_where_the_city_stands(city: ApiCity) -> None:
    """Mounted below a path, all addresses in an answer carry it."""
    city.report()
    client = city.sandbox.test_client()
    answer = client.get("/api/v2/issues", base_url="http://127.0.0.1:5000/sandbox")
    [issue] = answer.get_json()["issues"]
    for name in ("url", "html_url", "comment_url", "flag_url"):
        assert issue[name].startswith("http://127.0.0.1:5000/sandbox/")
    assert issue["request_type"]["url"].startswith("http://127.0.0.1:5000/sandbox/api/v2/")
