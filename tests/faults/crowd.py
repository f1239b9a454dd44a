"""Many visitors of the real app in simulated time, read with as little effort as can be."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
from bs4 import BeautifulSoup
from flask import Flask
from typing_extensions import override

from scf_report.factory import Core, build_core, create_app
from scf_report.sandbox import Sandbox, create_sandbox
from scf_report.settings import Settings
from tests.conftest import Clock
from tests.functional.conftest import answer, step_of
from tests.page import SAME_ORIGIN, Page, Visitor


class Counting(httpx.BaseTransport):
    """Another transport whose answers are counted by method and status."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.answers: list[tuple[str, int]] = []

    @override
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        self.answers.append((request.method, response.status_code))
        return response


class QuickPage(Page):
    """A page that is not audited: other tests do that, and here are thousands of them."""

    def __post_init__(self) -> None:
        self.status = self.response.status_code
        self.html = self.response.get_data(as_text=True)
        self.soup = BeautifulSoup(self.html, "html.parser")


class QuickVisitor(Visitor):
    """Somebody in the crowd."""

    @override
    def open(self, path: str, **more: Any) -> Page:
        response = self.client.get(path, headers=SAME_ORIGIN, follow_redirects=True, **more)
        return QuickPage(self, response)

    @override
    def post(self, path: str, data: Any, *, multipart: bool = False) -> Page:
        kind = {"content_type": "multipart/form-data"} if multipart else {}
        response = self.client.post(
            path, data=data, headers=SAME_ORIGIN, follow_redirects=True, **kind
        )
        return QuickPage(self, response)


class Town:
    """The app, a worker and the city, on one clock; the city allows as many calls as SeeClickFix."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.clock = clock
        self.city: Sandbox = create_sandbox(settings.data_dir / "sandbox.sqlite", clock=clock)
        self.line = Counting(httpx.WSGITransport(self.city))
        self.app: Flask = create_app(settings, transport=self.line, clock=clock)
        self.core: Core = build_core(settings, transport=self.line, clock=clock)
        self.told_age = 0
        """Pages that said how old what they show is."""
        self._deliver = self.core.worker().deliver

    def visitor(self) -> QuickVisitor:
        """Let somebody come."""
        return QuickVisitor(self.app.test_client())

    def pass_second(self) -> None:
        """Let the worker do what can be done now, and a second pass."""
        while self._deliver.run_once() == 0:
            pass
        self.clock.move(seconds=1)

    def walk(self, place: str, words: str) -> Iterator[Page]:
        """Go through the steps to the check page, page by page."""
        visitor = self.visitor()
        page = visitor.open("/report", query_string={"address": place})
        while step_of(page) != "check":
            assert page.status < 500 or "csrf_token" in page.html, page.html
            self.told_age += "Kinds of problem as of" in page.html
            yield page
            page = answer(page, words).submit()
        yield page

    def records(self) -> list[dict[str, Any]]:
        """Read everything that the city received."""
        found: list[dict[str, Any]] = self.city.test_client().get("/received.json").get_json()
        return found


def last(pages: Iterator[Page], act: Callable[[], None] = lambda: None) -> Page:
    """Go to the last page, doing something before each."""
    page = next(pages)
    for page in pages:  # noqa: B007
        act()
    return page
