"""The real client of APIv2 on a network of the test's own."""

from collections.abc import Callable

import httpx

from scf_report.clients.seeclickfix.client import SeeClickFixClient
from scf_report.clients.seeclickfix.gateway import SeeClickFixGateway
from scf_report.clients.transport import Transport
from scf_report.domain.delivery import Share

ROOT = "https://city.example/api/v2"
AGENT = "scf-report-tests (tests@example.org)"


class AnyTimes:
    """A budget without a limit that remembers what it was asked."""

    def __init__(self) -> None:
        self.taken: list[Share] = []
        self.pauses: list[float] = []

    def take(self, host: str, share: Share) -> float:  # noqa: ARG002 -- the budget's interface
        """Let every call through."""
        self.taken.append(share)
        return 0.0

    def pause(self, host: str, seconds: float) -> None:  # noqa: ARG002 -- the budget's interface
        """Remember the pause."""
        self.pauses.append(seconds)


class Recorder:
    """A server that remembers what it was asked and answers by the given rule."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.requests: list[httpx.Request] = []
        self.budget = AnyTimes()
        self._answer = answer
        network = httpx.MockTransport(self._handle)
        transport = Transport(ROOT, user_agent=AGENT, budget=self.budget, http=network)
        self.client = SeeClickFixClient(transport)
        self.gateway = SeeClickFixGateway(self.client)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        b"".join(request.stream)  # as a real network does, so that a late body is noticed
        self.requests.append(request)
        return self._answer(request)

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Methods and paths below the root, in order."""
        return [
            (request.method, request.url.path.removeprefix("/api/v2"))
            for request in self.requests
        ]


def serving(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Recorder:
    """Make a server with one answer to everything: bytes as they are, anything else as JSON."""
    if isinstance(body, bytes):
        return Recorder(lambda _: httpx.Response(status, content=body, headers=headers))
    return Recorder(lambda _: httpx.Response(status, json=body, headers=headers))
