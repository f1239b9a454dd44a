"""Clients that ask as fast as they are answered, each on a connection of its own that it keeps."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import cycle

from tests.page import SAME_ORIGIN

CONNECTIONS = 16
BROWSER = {"Accept-Encoding": "gzip, deflate, br", "Accept-Language": "en-US", **SAME_ORIGIN}
"""What a browser says of itself, so that answers are compressed for it."""
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; with a body it is a form's POST."""

    path: str
    body: bytes | None = None

    def send(self, connection: HTTPConnection) -> int:
        """Ask, read the answer to its end, and return its status."""
        headers: Mapping[str, str] = BROWSER
        if self.body is not None:
            headers = {**BROWSER, "Content-Type": "application/x-www-form-urlencoded"}
        method = "GET" if self.body is None else "POST"
        connection.request(method, self.path, self.body, dict(headers))
        response = connection.getresponse()
        response.read()
        return response.status


@dataclass
class Run:
    """What came of one run: how long each answer took, and all of it, in seconds."""

    took: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.took) / self.seconds

    @property
    def p99(self) -> float:
        """Seconds in which 99 of 100 answers came."""
        return sorted(self.took)[int(len(self.took) * 0.99)]


class _Shared:
    """One list of requests for all clients; ``next`` is safe among threads."""

    def __init__(self, asks: Iterable[Ask]) -> None:
        self._asks, self._lock = iter(asks), threading.Lock()

    def __iter__(self) -> Iterator[Ask]:
        return self

    def __next__(self) -> Ask:
        with self._lock:
            return next(self._asks)


def for_seconds(seconds: float, *paths: str) -> Iterator[Ask]:
    """Ask for these pages in turn for so long."""
    end = time.monotonic() + seconds
    for path in cycle(paths):
        if time.monotonic() > end:
            return
        yield Ask(path)


def press(port: int, asks: Iterable[Ask], status: int = 200) -> Run:
    """Send all requests over 16 connections. Any other status is an error, not a figure."""
    shared, run = _Shared(asks), Run()
    began = time.monotonic()
    with ThreadPoolExecutor(CONNECTIONS) as clients:
        for work in [clients.submit(_client, port, shared, status) for _ in range(CONNECTIONS)]:
            run.took += work.result()
    run.seconds = time.monotonic() - began
    return run


def _client(port: int, asks: Iterable[Ask], status: int) -> list[float]:
    took = []
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    for ask in asks:
        began = time.monotonic()
        found = ask.send(connection)
        took.append(time.monotonic() - began)
        if found != status:
            raise RuntimeError(f"{ask.path} answered {found}, not {status}")
    connection.close()
    return took
