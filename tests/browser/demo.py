"""The demo as people start it: web server, delivery worker and sandbox city on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 30
END_SECONDS = 25
ROOMY = {"SCF_REPORT_LIMIT": "1000/3600", "SCF_UPSTREAM_RATE": "1200/60"}
"""One visitor here does the work of many."""


@contextmanager
def running_demo(data: Path, **settings: str) -> Iterator[str]:
    """Run ``python app.py`` on an empty data folder until the block ends; give its address.

    The limits on reports and on upstream calls are raised, on both sides.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with (data / "demo.log").open("wb") as log:
        process = subprocess.Popen(  # our own command
            [sys.executable, "app.py"],
            cwd=PROJECT,
            env=_environment(_own_settings(port, data) | settings),
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(f"{address}/healthz", process)
            turn(address, limit="1200")
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(END_SECONDS)


def _own_settings(port: int, data: Path) -> dict[str, str]:
    return {
        "SCF_PORT": str(port),
        "SCF_DATA_DIR": str(data),
        "SCF_PUBLIC_URL": f"http://127.0.0.1:{port}",
        # Pages speak of mail; nothing listens there, so that none is sent.
        "SCF_MAIL_URL": f"smtp://127.0.0.1:{free_port()}?from=report@city.example",
    }


def turn(address: str, **switches: str) -> None:
    """Turn switches of the sandbox city."""
    httpx.post(f"{address}/sandbox/switches", data=switches).raise_for_status()


def _environment(settings: dict[str, str]) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SCF_")}
    return own | ROOMY | settings


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the demo has ended"
        try:
            httpx.get(url).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the demo does not answer")
