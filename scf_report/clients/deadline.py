"""A total limit on one call, which httpx does not have: its timeouts start anew with every read and write.

And no call that begins too late: a process may be stopped at any moment and go on much later.
"""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx
from typing_extensions import override

InTime = Callable[[], bool]
"""Asked when a report is about to leave: may it still?"""


def always() -> bool:
    """Have no reason not to send."""
    return True


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """Seconds from the call's start to the last byte of its answer, and whether it may still begin."""

    seconds: float
    in_time: InTime = always


_CONNECTED = (
    "connection.connect_tcp.complete",
    "connection.connect_unix_socket.complete",
    "connection.start_tls.complete",
)


class Deadline:
    """A moment on a monotonic clock."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._end = monotonic() + seconds

    def check(self) -> None:
        """Raise TimeoutError once the moment has passed."""
        if self._monotonic() >= self._end:
            raise TimeoutError("the total deadline has passed")


class TooLateError(Exception):
    """The body was not begun: it was not to leave any more."""


class TimelyBody(httpx.SyncByteStream):
    """A request's body that begins only if it may, and whose every piece leaves before the deadline.

    What comes before it, the connection and the header, carries nothing out; so this is the last
    moment at which a process that was stopped and woken can notice that its time is over.
    """

    def __init__(self, body: object, in_time: InTime, deadline: Deadline) -> None:
        assert isinstance(body, httpx.SyncByteStream)  # noqa: S101  # we make no other requests
        self._body, self._in_time, self._deadline = body, in_time, deadline

    @override
    def __iter__(self) -> Iterator[bytes]:
        if not self._in_time():
            raise TooLateError
        for piece in self._body:
            self._deadline.check()
            yield piece

    @override
    def close(self) -> None:
        self._body.close()


class Watchdog:
    """Cuts the connection that a blocked read or write sits in when its time is up.

    Without it a server that sends one byte of its header at a time holds a worker for ever, and
    a POST could go on arriving long after its lease ran out. ``trace`` is httpcore's callback of
    the same name (httpx documentation, "Extensions"); it tells which socket is in use.
    """

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._bite)
        self._timer.daemon = True
        self._socket: socket.socket | None = None
        self._bitten = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember the socket of a new connection; cut it at once if the time was up before."""
        if event in _CONNECTED:
            self._socket = info["return_value"].get_extra_info("socket")
            if self._bitten:
                self._bite()

    def _bite(self) -> None:
        self._bitten = True
        if self._socket is not None:
            with suppress(OSError):  # the other side was quicker
                self._socket.shutdown(socket.SHUT_RDWR)
