"""A total limit on one call, which httpx does not have: its timeouts start anew with every read and write."""

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

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
