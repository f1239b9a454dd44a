"""The real thing: web server and worker as processes, against a city on another address."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIEnvironment

import httpx
import pytest
from flask.testing import FlaskClient
from werkzeug import Request, Response
from werkzeug.test import Client

from scf_report.factory import PROJECT
from scf_report.web.problem import LARGEST_UPLOAD
from tests.functional.conftest import POINT, WORDS, answer, step_of
from tests.page import SAME_ORIGIN, Page, Visitor

pytestmark = pytest.mark.enable_socket
PATIENCE = 25.0
"""Seconds for processes to start and for a report to arrive."""


def wait_for(what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Ask until there is an answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := what():
                return found
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("it took too long")


@contextmanager
def running(command: list[str], **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command of ours, without the settings of this shell, until it is told to end."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("SCF_")}
    with subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, *command],
        cwd=PROJECT,
        env={**inherited, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for the files of both processes."""
    return tmp_path_factory.mktemp("standalone")


@pytest.fixture(scope="module")
def city(folder: Path) -> Iterator[str]:
    """Run the sandbox city alone; give its address."""
    options = ["--port", "0", "--database", str(folder / "city.sqlite")]
    with running(["-m", "scf_report.sandbox", *options]) as process:
        assert process.stdout
        yield process.stdout.readline().split()[5].rstrip("/")


@pytest.fixture(scope="module")
def site(city: str, folder: Path) -> Iterator[str]:
    """Run the app against the city, by environment variables alone; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    settings = {
        "SCF_UPSTREAM": city,
        "SCF_SECRET_KEY": "a key of sixteen or more",
        "SCF_DATA_DIR": str(folder / "data"),
        "SCF_GEOCODER": "none",
        "SCF_PORT": port,
    }
    with running(["app.py"], **settings) as process:
        base = f"http://127.0.0.1:{port}"
        wait_for(lambda: httpx.get(f"{base}/healthz").is_success)
        yield base
    assert process.returncode == 0


def through(base: str) -> FlaskClient:
    """Make a client whose requests go over a real connection."""

    def forward(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        request = Request(environ)
        headers = {
            k: v for k, v in request.headers if k not in ("Host", "Content-Length") and v
        }
        query = request.query_string.decode()
        answered = httpx.request(
            request.method,
            f"{base}{request.path}{'?' if query else ''}{query}",
            headers=headers,
            content=request.get_data(),
        )
        kept = [
            (k, v)
            for k, v in answered.headers.multi_items()
            if k not in ("content-encoding", "content-length", "transfer-encoding")
        ]
        return Response(answered.content, answered.status_code, kept)(environ, start_response)

    return cast("FlaskClient", Client(forward))


def test_report_by_environment_alone(city: str, site: str) -> None:
    """Nothing but settings leads a report to another city, where it arrives once."""
    visitor = Visitor(through(site))
    page = visitor.open("/report", query_string={"address": POINT})
    while step_of(page) != "check":
        page = answer(page).submit()
        assert page.problems == []
        assert "Demo city" not in page.html

    def sent() -> Page | None:  # the first presses are too fast
        shown = page.form().submit()
        return shown if shown.path.startswith("/receipt/") else None

    path = wait_for(sent).path.partition("?")[0]

    def accepted() -> Any:
        shown = httpx.get(f"{site}{path}.json").json()
        return shown if shown["state"] == "accepted" else None

    shown = wait_for(accepted)
    assert shown["link"] == f"{city}/open311/v2/requests/{shown['number']}.json"
    [record] = httpx.get(shown["link"], headers={"User-Agent": "tests"}).json()
    assert record["description"] == f"{shown['reference']}: {WORDS}"
    assert len(httpx.get(f"{city}/received.json").json()) == 1


def test_upload_beyond_all_measure_over_a_connection(site: str) -> None:
    """A browser that sends more than 80 MB gets the page, not a broken connection."""
    visitor = Visitor(through(site))
    page = visitor.open("/report", query_string={"address": POINT})
    while step_of(page) != "photos":
        page = answer(page).submit()
    token = page.form().values["csrf_token"][0]
    for size, status in ((30_000_000, 422), (LARGEST_UPLOAD + 1, 413)):
        answered = httpx.post(
            f"{site}{page.path}",
            data={"csrf_token": token},
            files={"photo": ("hole.jpg", b"\xff\xd8\xff" + b"\0" * size)},
            headers=SAME_ORIGIN,
            timeout=PATIENCE,
        )
        assert answered.status_code == status
        assert "<h1" in answered.text
