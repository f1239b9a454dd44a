"""The sandbox on a socket of its own, with the faults that need one."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from scf_report.sandbox import create_sandbox
from scf_report.sandbox.alone import make_alone

REPORT = {
    "service_code": "10106",
    "lat": "41.8814",
    "long": "-87.6568",
    "description": "Dead squirrel",
}
REQUESTS = "/open311/v2/101/requests.json"
pytestmark = pytest.mark.enable_socket


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[httpx.Client]:
    """Serve a fresh sandbox on a free port of this machine."""
    server = make_alone(create_sandbox(tmp_path / "sandbox.sqlite"), 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with httpx.Client(base_url=f"http://{server.host}:{server.port}", timeout=10) as client:
        yield client
    server.shutdown()
    thread.join()


@contextmanager
def fault(client: httpx.Client, kind: str, **more: str) -> Iterator[None]:
    """Turn a fault on for one POST."""
    form = {"fault": kind, "count": "1", "only": "post", **more}
    assert client.post("/switches", data=form).status_code == 200
    yield


def test_it_answers_on_its_socket(alone: httpx.Client) -> None:
    """The same paths, without a prefix, and absolute addresses that lead back."""
    number = alone.post(REQUESTS, data=REPORT).json()[0]["service_request_id"]
    [endpoint] = alone.get("/open311/v2/101/discovery.json").json()["endpoints"]
    assert alone.get(f"{endpoint['url']}/requests/{number}.json").json()[0]["status"] == "open"


def test_drop_stores_and_does_not_answer(alone: httpx.Client) -> None:
    """The connection ends without a byte, and the report is there."""
    with fault(alone, "drop"), pytest.raises(httpx.RemoteProtocolError):
        alone.post(REQUESTS, data=REPORT)
    assert len(alone.get("/received.json").json()) == 1
    assert alone.post(REQUESTS, data=REPORT).json().keys() == {"duplicate"}


def test_reset_stores_nothing(alone: httpx.Client) -> None:
    """The connection is reset, and the report is not there."""
    body = urlencode(REPORT)
    head = f"POST {REQUESTS} HTTP/1.1\r\nHost: city\r\nUser-Agent: tests\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    address = (alone.base_url.host, alone.base_url.port or 80)
    # A bare socket: a client may meet the reset while it still writes, and name it otherwise.
    with fault(alone, "reset"), socket.create_connection(address) as connection:
        connection.sendall((head + body).encode())
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    assert alone.get("/received.json").json() == []


def test_slow_answers_late(alone: httpx.Client) -> None:
    """The answer comes after the time that the switch says, and the report counts once."""
    started = time.monotonic()
    with fault(alone, "slow", set="slow_seconds:0.4"):
        assert alone.post(REQUESTS, data=REPORT).status_code == 200
    assert time.monotonic() - started >= 0.4
    assert len(alone.get("/received.json").json()) == 1


def test_other_faults_pass_through(alone: httpx.Client) -> None:
    """Faults that need no socket work alone too."""
    with fault(alone, "500-after"):
        assert alone.post(REQUESTS, data=REPORT).status_code == 500
    assert len(alone.get("/received.json").json()) == 1


def test_one_line_a_request(alone: httpx.Client, capfd: pytest.CaptureFixture[str]) -> None:
    """Each request is one plain line, with its status or the reason why there was no answer."""
    alone.get("/open311/v2/101/services.json?q=%1b[31m")
    with fault(alone, "drop"), pytest.raises(httpx.RemoteProtocolError):
        alone.post(REQUESTS, data=REPORT)
    lines = [line.split(" ", 2)[2] for line in capfd.readouterr().err.splitlines()]
    assert lines == [
        "GET /open311/v2/101/services.json?q=%1b[31m HTTP/1.1 200",
        "POST /switches HTTP/1.1 200",
        f"POST {REQUESTS} HTTP/1.1 no answer: dropped by a switch",
    ]


def test_parallel_posts_of_one_report_are_one(alone: httpx.Client) -> None:
    """Ten equal reports at the same moment leave one; the others are duplicates."""
    alone.post("/switches", data={"limit": "1000"})
    answers: list[httpx.Response] = []
    threads = [
        threading.Thread(target=lambda: answers.append(alone.post(REQUESTS, data=REPORT)))
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 9


def test_the_command_serves_until_it_is_ended(tmp_path: Path) -> None:
    """The command prints its address, answers there, and ends by a signal; help shows examples."""
    command = [sys.executable, "-m", "scf_report.sandbox"]
    helped = subprocess.run(  # noqa: S603
        [*command, "--help"], capture_output=True, text=True, check=True
    )
    assert "examples:" in helped.stdout
    options = ["--port", "0", "--database", str(tmp_path / "s.sqlite")]
    with subprocess.Popen(  # noqa: S603
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as served:
        try:
            assert served.stdout is not None
            address = served.stdout.readline().split()[5]
            assert httpx.get(f"{address}open311/v2/102/services.json").status_code == 200
        finally:
            served.terminate()
