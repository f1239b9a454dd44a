"""One exchange with another server: a request out and its whole answer back, bounded in time and size."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from scf_report.clients.deadline import Deadline, Watchdog


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds for all of it and for the connection alone, and the bytes of the longest answer."""

    seconds: float
    connect: float
    largest: int


def make_client(
    user_agent: str, http: httpx.BaseTransport | None, headers: Mapping[str, str]
) -> httpx.Client:
    """Make a client that keeps nothing between its calls. ``http`` replaces the network."""
    return httpx.Client(
        transport=http,
        trust_env=False,
        headers={
            "User-Agent": user_agent,
            # A connection kept open may die just as a POST starts, and leave its outcome unknown.
            "Connection": "close",
            **headers,
        },
        # One upstream's cookie must not tie one person's call to another's.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
    )


def exchange(
    client: httpx.Client, request: httpx.Request, bounds: Bounds, deadline: Deadline
) -> tuple[httpx.Response, bytes]:
    """Send the request and read the answer; raises whatever httpx does, and TimeoutError.

    Of an answer that is too long, a little more than the longest that is allowed comes back.
    """
    with Watchdog(bounds.seconds) as watchdog:
        request.extensions |= {
            "trace": watchdog.trace,
            "timeout": httpx.Timeout(bounds.seconds, connect=bounds.connect).as_dict(),
        }
        response = client.send(request, stream=True)
        try:
            return response, _read(response, bounds.largest, deadline)
        finally:
            response.close()


def _read(response: httpx.Response, largest: int, deadline: Deadline) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        deadline.check()
        body += piece
        if len(body) > largest:
            break
    return bytes(body)
