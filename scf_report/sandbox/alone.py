"""The sandbox on a socket of its own, which adds faults that no application can play."""

import socket
import struct
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from scf_report.sandbox.app import Sandbox
from scf_report.sandbox.pages import OWNS_SOCKET
from scf_report.sandbox.switchboard import SOCKET_FAULTS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST = "127.0.0.1"


class SocketFaults:
    """Stands before the sandbox and plays ``slow``, ``drop`` and ``reset`` on API calls."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer, late or not at all."""
        environ[OWNS_SOCKET] = True
        if not environ["PATH_INFO"].startswith(("/open311/", "/api/")):
            return self._sandbox(environ, start_response)
        switchboard = self._sandbox.switchboard
        fault = switchboard.take_fault(environ["REQUEST_METHOD"], SOCKET_FAULTS)
        if fault == "reset":
            _reset(environ["werkzeug.socket"])
        if fault == "slow":
            time.sleep(float(switchboard.state()["slow_seconds"]))
        if fault == "drop":
            for _ in self._sandbox(environ, lambda *_: lambda _: None):
                pass
            raise ConnectionAbortedError("dropped by a switch")
        return self._sandbox(environ, start_response)


def _reset(connection: socket.socket) -> None:
    """Close with RST in place of FIN (SO_LINGER of zero seconds)."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    raise ConnectionResetError("reset by a switch")


class Handler(WSGIRequestHandler):
    """Writes one plain line a request to standard error."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write time, caller's address, request and status."""
        del size
        line = f"{self.requestline} {int(code) if isinstance(code, int) else code}"
        clean = line.translate(self._control_char_table)
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        sys.stderr.write(f"{moment} {self.client_address[0]} {clean}\n")

    def connection_dropped(
        self, error: BaseException, environ: "WSGIEnvironment | None" = None
    ) -> None:
        """Write the line of a request without an answer, and keep the connection no longer."""
        # Without this the handler waits for another request on the connection it should drop.
        self.close_connection = True
        if environ is not None:
            self.log_request(f"no answer: {error}")


def make_alone(sandbox: Sandbox, port: int) -> BaseWSGIServer:
    """Bind to the port on this machine (0: any free one); ``serve_forever()`` serves it.

    Raises SystemExit with a message where the port is taken.
    """
    return make_server(
        HOST, port, SocketFaults(sandbox), threaded=True, request_handler=Handler
    )
