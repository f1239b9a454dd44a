"""The way in: ``app:create_app()`` for a WSGI server, ``python app.py`` for everything at once.

The latter is a small supervisor: it starts web server and delivery worker together and ends
them together.
"""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from flask import Flask

from scf_report.settings import Settings, SettingsError

PROJECT = Path(__file__).resolve().parent

PROCESSES = 2
"""Of the web server: threads of one share one core (docs/adr/0016-two-web-processes.md)."""
THREADS = 16
"""Of each, since an answer may have to wait for the city."""
GRACE_SECONDS = 20
"""How long both may take to finish what they have in hand."""


def create_app() -> Flask:
    """Build the application from the environment. Raises SettingsError for settings that are wrong."""
    from scf_report import factory  # noqa: PLC0415  # the supervisor does without, and starts sooner

    return factory.create_app()


def main() -> int:
    """Start both, end both when either ends or a signal comes. Returns the exit status."""
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    web = subprocess.Popen(web_command(settings), cwd=PROJECT)  # noqa: S603  # our own command
    worker = subprocess.Popen(_worker(), cwd=PROJECT)  # noqa: S603  # our own command
    return _watch([web, worker], settings)


def web_command(settings: Settings) -> list[str]:
    """Give the command of the web server; its last argument names the application."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        f"--bind=127.0.0.1:{settings.port}",
        "--worker-class=gthread",
        f"--workers={PROCESSES}",
        f"--threads={THREADS}",
        f"--graceful-timeout={GRACE_SECONDS}",
        "--log-level=warning",
        "--no-control-socket",
        "app:create_app()",
    ]


def _worker() -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "app", "deliver"]


def _announce(settings: Settings) -> None:
    address = settings.site
    lines = [f"Report a problem:  {address}/", f"In a frame:        {address}/embed/report"]
    if settings.is_demo:
        lines.append(f"The sandbox city:  {address}/sandbox/")
    sys.stdout.write("\n".join([*lines, "Ctrl+C ends it.", ""]))
    sys.stdout.flush()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _watch(children: list[subprocess.Popen[bytes]], settings: Settings) -> int:
    stopping, announced = False, False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.2)
        if not announced and _answers(settings.port):
            announced = True
            _announce(settings)
    codes = [child.poll() for child in children]
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
    return 0 if stopping else next((code for code in codes if code), 1)


if __name__ == "__main__":
    sys.exit(main())
