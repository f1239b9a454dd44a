"""The sandbox city on a socket of its own, where any call may meet a fault; it counts what it did.

``python -m tests.faults.faulty_city --port PORT --database FILE``. ``GET /chance/0.15`` sets the
chance of a fault, 0 at first; ``GET /tally.json`` tells the counts.
"""

import argparse
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from werkzeug.serving import make_server

from scf_report.sandbox import create_sandbox
from scf_report.sandbox.alone import HOST, Handler, SocketFaults
from scf_report.sandbox.app import Sandbox
from tests.faults.doomed import HURRY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FAULTS = ("drop", "500-after", "slow", "reset", "500-before", "html", "down")
"""All but 429, which is never to be seen."""
RENEWAL, RENEWED_AT_ONCE = "renewals", "renewals while another was under way"
RENEWED_IN_VAIN = "renewals with what somebody took away who was killed"
RENEWAL_TAKES = 0.4
"""Seconds in which another one who wants to renew the same token can come."""
LEASE = HURRY["scf_report.storage.grants"]["REFRESH_LEASE"].total_seconds()


class Chance:
    """Turns a fault of the sandbox on for one call in so many."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox, self._inner = sandbox, SocketFaults(sandbox)
        self._chance, self._random = 0.0, random.Random(311)  # noqa: S311  # no secret
        self._tally: Counter[str] = Counter()
        self._renewed: dict[str, float] = {}
        self._lock = threading.Lock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer, or pass on."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path.startswith("/chance/"):
            self._chance = float(path.rpartition("/")[2])
        if path.startswith("/chance/") or path == "/tally.json":
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(self._tally).encode()]
        if path == "/oauth/token":
            self._watch_renewal(environ)
        if not path.startswith(("/open311/", "/api/")):
            return self._inner(environ, start_response)
        with self._lock:
            self._tally[method] += 1
            if self._random.random() < self._chance:
                fault = self._random.choice(FAULTS)
                self._tally[f"{method} {fault}"] += 1
                turn = {"fault": fault, "count": "1", "only": method.lower()}
                self._sandbox.switchboard.turn(turn)

        def start(status: str, headers: Any, *more: Any) -> Any:
            self._tally[status[:3]] += 1
            return start_response(status, headers, *more)

        return self._inner(environ, start)

    def _watch_renewal(self, environ: "WSGIEnvironment") -> None:
        """See whether a refresh token comes again; within a lease that is a second one who renews."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        for token in parse_qs(body.decode()).get("refresh_token", []):
            now = time.monotonic()
            with self._lock:
                first = self._renewed.setdefault(token, now)
                kind = RENEWED_AT_ONCE if now - first < LEASE else RENEWED_IN_VAIN
                self._tally[RENEWAL if now == first else kind] += 1
            time.sleep(RENEWAL_TAKES)


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", type=Path, required=True)
    options = parser.parse_args()
    city = Chance(create_sandbox(options.database))
    server = make_server(HOST, options.port, city, threaded=True, request_handler=Handler)
    server.serve_forever()


if __name__ == "__main__":
    main()
