"""A line to the embedded city on which everything can go wrong, in simulated time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl

import httpx
from typing_extensions import override

from scf_report.domain.delivery import TOTAL_DEADLINE
from tests.conftest import Clock


@dataclass(frozen=True)
class Trouble:
    """What one call meets. ``taken``: seconds until the city has it all the same; None: never.

    Left out is what no client can tell from the truth: a city that stores a report and says 4xx,
    "not now" (429, 503 with Retry-After) or "elsewhere", or that gives a number and stores nothing.
    """

    name: str
    answer: Callable[[], httpx.Response] | type[httpx.TransportError]
    taken: float | None = None
    lasts: float = 0
    """Seconds until the answer, or until the line is cut."""


def _says(status: int, body: object = None, **headers: str) -> Callable[[], httpx.Response]:
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, str):
        return lambda: httpx.Response(status, text=body, headers=headers)
    return lambda: httpx.Response(status, json=body, headers=headers)


_ANSWERED_AT = datetime.fromisoformat("2026-11-24T15:41:00Z")
_DATES = {
    "Date": format_datetime(_ANSWERED_AT, usegmt=True),
    "Retry_After": format_datetime(_ANSWERED_AT + timedelta(seconds=90), usegmt=True),
}
_LATE = TOTAL_DEADLINE.total_seconds()
_HTML = "<!doctype html><title>Thanks</title><p>We have received your request."
_NEVER_TAKEN = [
    Trouble("refused", httpx.ConnectError),
    Trouble("TLS error", httpx.ConnectError),
    Trouble("422", _says(422, {"base": ["Please call us instead."]})),
    Trouble("429", _says(429, Retry_After="30")),
    Trouble("429 with a date", _says(429, **_DATES)),
    Trouble("429 without Retry-After", _says(429)),
    Trouble("503 with Retry-After", _says(503, Retry_After="120")),
    Trouble("redirect", _says(302, Location="/elsewhere")),
]
_WHO_KNOWS: dict[str, Callable[[], httpx.Response] | type[httpx.TransportError]] = {
    "500": _says(500, {"message": "Something went wrong."}),
    "503": _says(503),
    "see other": _says(303, Location="/thanks"),
    "HTML": _says(200, _HTML),
    "nothing": _says(200, ""),
    "empty id": _says(200, [{"service_request_id": None}]),
    "reset": httpx.ReadError,
    "broken": httpx.RemoteProtocolError,
}
TROUBLES = (
    *_NEVER_TAKEN,
    *(Trouble(f"{name} before", answer) for name, answer in _WHO_KNOWS.items()),
    *(Trouble(f"{name} after", answer, taken=0) for name, answer in _WHO_KNOWS.items()),
    Trouble("slow", httpx.ReadTimeout, taken=0, lasts=_LATE),
    Trouble("too slow", httpx.ReadTimeout, lasts=_LATE),
    Trouble("late", httpx.ReadTimeout, taken=_LATE + 1, lasts=_LATE),
    Trouble("very late", httpx.ReadError, taken=100),
)


@dataclass
class Wire(httpx.BaseTransport):
    """Carries calls to the city on a clock that is moved by hand; the next ones meet trouble."""

    city: httpx.BaseTransport
    clock: Clock
    shows_doubles: bool = True
    """The city takes the same report again and again; else it refuses it as a duplicate."""
    taken: int = 0
    coming: list[tuple[Trouble, str]] = field(default_factory=list)
    """What the next calls with these methods meet, in order."""
    under_way: list[tuple[datetime, httpx.Request]] = field(default_factory=list)
    """What the city will have taken at these times."""

    @override
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        trouble = next((each for each in self.coming if each[1] in request.method), None)
        if trouble is None:
            return self._carry(request)
        self.coming.remove(trouble)
        return self._meet(trouble[0], request)

    def _meet(self, trouble: Trouble, request: httpx.Request) -> httpx.Response:
        if trouble.taken is not None and request.method == "POST":
            at = self.clock() + timedelta(seconds=trouble.taken)
            self.under_way.append((at, request))
        self.wait(trouble.lasts)
        if isinstance(trouble.answer, type):
            raise trouble.answer(trouble.name)
        return trouble.answer()

    def _carry(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and self.shows_doubles:
            # It has no switch for that: two with different words are two reports to it.
            self.taken += 1
            fields = parse_qsl(request.content.decode(), keep_blank_values=True)
            more = {"description": f" ({self.taken})"}
            body = {name: value + more.get(name, "") for name, value in fields}
            request = httpx.Request("POST", request.url, headers={"User-Agent": "x"}, data=body)
        return self.city.handle_request(request)

    def wait(self, seconds: float) -> None:
        """Let time pass, in which the city takes what is under way to it."""
        until = self.clock() + timedelta(seconds=seconds)
        for at, request in sorted(self.under_way, key=lambda each: each[0]):
            if at <= until:
                self.under_way.remove((at, request))
                self.clock.moment = max(at, self.clock.moment)
                self._carry(request).read()
        self.clock.moment = until
