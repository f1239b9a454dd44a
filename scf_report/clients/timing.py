"""How long upstreams take to answer, and how far their clocks are from ours: told to whoever counts."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Call:
    """One exchange, redirects counted each.

    ``http_status`` is None when no answer began; ``seconds`` go from the start to the answer's
    head. ``clock_ahead`` is how far the upstream's Date is ahead of this machine's clock, to the
    second, if it named one.
    """

    method: str
    http_status: int | None
    seconds: float
    clock_ahead: timedelta | None


class Timed(httpx.BaseTransport):
    """Another transport, each of whose calls is told to ``tell`` when its answer begins."""

    def __init__(
        self, inner: httpx.BaseTransport | None, *, tell: Callable[[Call], None]
    ) -> None:
        self._inner = inner or httpx.HTTPTransport(trust_env=False)
        self._tell = tell

    @override
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        began = time.monotonic()
        try:
            response = self._inner.handle_request(request)
        except Exception:
            self._tell(Call(request.method, None, time.monotonic() - began, None))
            raise
        seconds = time.monotonic() - began
        self._tell(Call(request.method, response.status_code, seconds, _ahead(response)))
        return response

    @override
    def close(self) -> None:
        self._inner.close()


def _ahead(response: httpx.Response) -> timedelta | None:
    """Read the Date header (RFC 9110, section 6.6.1), which is to the second."""
    try:
        told = parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return None
    if told.tzinfo is None:
        told = told.replace(tzinfo=UTC)
    return told - datetime.now(UTC)
