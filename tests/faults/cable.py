"""A cable to a server on this machine that can be cut and mended."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Cable:
    """Carries every connection to its own port on to the server's."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server, self._whole = server, True
        self._ends: list[socket.socket] = []
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._take, daemon=True).start()

    def cut(self) -> None:
        """End every connection; new ones end at once."""
        with self._lock:
            self._whole = False
            for end in self._ends:
                _end(end)
            self._ends.clear()

    def mend(self) -> None:
        """Let connections through again."""
        self._whole = True

    def close(self) -> None:
        """Take the cable away."""
        self.cut()
        _end(self._door)

    def _take(self) -> None:
        with suppress(OSError):  # closed
            while True:
                near, _ = self._door.accept()
                with self._lock:
                    if not self._whole:
                        _end(near)
                        continue
                    far = socket.create_connection(self._server)
                    self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while piece := one.recv(65536):
            other.sendall(piece)
    _end(other)


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def cable_to(host: str, port: int) -> Iterator[Cable]:
    """Lay a cable for a while."""
    cable = Cable((host, port))
    try:
        yield cable
    finally:
        cable.close()
