"""The total deadline against a real server that says a little at a time."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scf_report.clients.budget import Budget
from scf_report.clients.deadline import TimeLimit, Watchdog
from scf_report.clients.errors import UnansweredError
from scf_report.clients.transport import Transport
from scf_report.domain.delivery import Share


@pytest.fixture
def trickling(tmp_path: Path) -> Iterator[str]:
    """Serve one connection with a header that never ends, a byte every 50 ms."""
    path = str(tmp_path / "s")
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(path)
    server.listen(1)

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            try:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                for _ in range(200):
                    connection.sendall(b"x")
                    time.sleep(0.05)
            except OSError:
                pass  # the other side has hung up, as it should

    thread = threading.Thread(target=serve)
    thread.start()
    yield path
    thread.join()
    server.close()


def test_a_header_that_never_ends_cannot_hold_a_worker(trickling: str, door: Budget) -> None:
    """Every byte comes in time, and yet the call ends at its deadline as unanswered."""
    transport = Transport(
        "http://city.example",
        user_agent="t",
        budget=door,
        http=httpx.HTTPTransport(uds=trickling),
    )
    start = time.monotonic()
    with pytest.raises(UnansweredError):
        transport.post("/requests.json", (("a", "1"),), None, limit=TimeLimit(0.4), share=None)
    assert time.monotonic() - start < 5


def test_no_connection_is_used_twice(tmp_path: Path, door: Budget) -> None:
    """A server that would keep the connection is asked over a new one for the next call."""
    path = str(tmp_path / "s")
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(path)
        server.listen(2)
        server.settimeout(5)

        def serve() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(answer)
                    connection.recv(4096)  # until the client hangs up

        thread = threading.Thread(target=serve)
        thread.start()
        http = httpx.HTTPTransport(uds=path)
        transport = Transport("http://city.example", user_agent="t", budget=door, http=http)
        for _ in range(2):
            assert transport.get("/services.json", (), Share.FORM).body == b"ok"
        thread.join()


class _Stream:
    """What httpcore hands out for a connection that has just been made."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def get_extra_info(self, name: str) -> socket.socket:
        """Give the socket."""
        assert name == "socket"
        return self._end


def test_a_connection_made_too_late_is_cut_at_once() -> None:
    """When the time was up before there was a connection, nothing is sent over it any more."""
    ours, theirs = socket.socketpair()
    with ours, theirs, Watchdog(0.0) as watchdog:
        time.sleep(0.1)
        watchdog.trace("connection.connect_tcp.complete", {"return_value": _Stream(ours)})
        theirs.settimeout(5)
        assert theirs.recv(1) == b""
        # The server may have hung up before us; that is no error.
        ours.close()
        watchdog.trace("connection.start_tls.complete", {"return_value": _Stream(ours)})
