"""The real Open311 client on a fake network, and payloads in the project's own words."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from scf_report.clients.budget import Budget
from scf_report.clients.open311.client import Open311Client
from scf_report.clients.transport import Transport
from scf_report.domain.delivery import Share
from scf_report.domain.endpoint import Dialect, Endpoint

PAYLOADS = Path(__file__).parents[2] / "contract" / "payloads"
ROOT = "https://city.example/open311/v2"


class Door:
    """A budget that opens at once, unless told to wait, and remembers what it was asked."""

    def __init__(
        self, taken: list[Share], pauses: list[tuple[str, float]], waits: list[float]
    ) -> None:
        self._taken, self._pauses, self._waits = taken, pauses, waits

    def take(self, host: str, share: Share) -> float:
        """Let the call through, or say the next of the waits."""
        assert host == "city.example"
        self._taken.append(share)
        return self._waits.pop() if self._waits else 0.0

    def pause(self, host: str, seconds: float) -> None:
        """Remember the pause."""
        self._pauses.append((host, seconds))


@pytest.fixture
def taken() -> list[Share]:
    """List the shares of the calls that the budget was asked for."""
    return []


@pytest.fixture
def pauses() -> list[tuple[str, float]]:
    """List the pauses that were asked for, with their hosts."""
    return []


@pytest.fixture
def waits() -> list[float]:
    """List what the budget answers next, in seconds; while it is empty every call is free."""
    return []


@pytest.fixture
def door(taken: list[Share], pauses: list[tuple[str, float]], waits: list[float]) -> Budget:
    """Give the budget that the test's transport asks."""
    return Door(taken, pauses, waits)


@pytest.fixture
def payload() -> Callable[[str], bytes]:
    """Read one of the project's own payloads by name."""
    return lambda name: (PAYLOADS / name).read_bytes()


@pytest.fixture
def connect(door: Budget) -> Callable[..., Transport]:
    """Make a real transport whose network is the given handler."""

    def make(handler: Callable[[httpx.Request], httpx.Response]) -> Transport:
        agent = "scf-report-tests (tests@example.org)"
        return Transport(ROOT, user_agent=agent, budget=door, http=httpx.MockTransport(handler))

    return make


@pytest.fixture
def client(connect: Callable[..., Transport]) -> Callable[..., Open311Client]:
    """Make a real client of one endpoint; by default of the aggregate one, without a key."""

    def make(
        handler: Callable[[httpx.Request], httpx.Response],
        *,
        organization_id: str | None = None,
        dialect: Dialect | None = None,
        api_key: str | None = None,
    ) -> Open311Client:
        endpoint = Endpoint(
            "city",
            ROOT,
            "https://city.example/api/v2",
            organization_id=organization_id,
            dialect=dialect or Dialect(),
        )
        return Open311Client(connect(handler), endpoint, api_key)

    return make


@pytest.fixture
def serving(
    client: Callable[..., Open311Client], payload: Callable[[str], bytes]
) -> Callable[..., Open311Client]:
    """Make a client of a server that answers every call with one payload."""

    def make(name: str, http_status: int = 200) -> Open311Client:
        body = payload(name)
        return client(lambda _: httpx.Response(http_status, content=body))

    return make
