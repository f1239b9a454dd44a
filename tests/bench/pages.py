"""Pages and form steps, each against a bare Flask page of the same size on the same server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

import httpx

from tests.bench.installation import Installation, installed
from tests.bench.load import BROWSER, CONNECTIONS, Run, for_seconds, press
from tests.bench.table import Line, show

ROUNDS = 5
SECONDS = 1.5
"""Of each run; ours and the floor take turns."""
WARM_UP = 0.5
ISSUES = 50_000
DRAFTS = 100
"""Whose steps are asked for in turn: hardly anybody asks for the same step twice."""


@dataclass
class Page:
    """One kind of page, where it is, and the size of what is answered."""

    name: str
    paths: Sequence[str]
    size: int
    ours: list[Run] = field(default_factory=list)
    floor: list[Run] = field(default_factory=list)

    def ratio(self) -> float:
        """How our rate compares with the floor's: the median over the rounds."""
        return median(o.rate / f.rate for o, f in zip(self.ours, self.floor, strict=True))

    def slowness(self) -> float:
        """How our slowest hundredth compares with the floor's: the median over the rounds."""
        return median(o.p99 / f.p99 for o, f in zip(self.ours, self.floor, strict=True))


def main() -> bool:
    """Measure both kinds and print a table for each; True if every line passes."""
    with installed(issues=ISSUES) as site:
        pages, steps = _paths(site)
        ours, floor = site.serve(), site.serve_bare()
        measured = [_page(ours, *each) for each in (*pages.items(), *steps.items())]
        for _ in range(ROUNDS):
            for page in measured:
                page.floor.append(press(floor, for_seconds(SECONDS, f"/{page.size}")))
                page.ours.append(press(ours, for_seconds(SECONDS, *page.paths)))
    title = f"{CONNECTIONS} connections, median of {ROUNDS} runs"
    without = [line for page in measured if page.name in pages for line in _lines(page)]
    with_form = [_rate(page, 0.25, 0.5) for page in measured if page.name in steps]
    good = show(f"Pages without a form: {title}", without)
    return show(f"Form steps: {title}", with_form) and good


def _paths(site: Installation) -> tuple[dict[str, Sequence[str]], dict[str, Sequence[str]]]:
    receipt = site.submit(site.draft("A deep hole in the right lane"))
    site.deliver()
    drafts = [site.draft(f"A deep hole beside curb {number}").id for number in range(DRAFTS)]
    steps = {
        step: [f"/report/{draft}/{step}" for draft in drafts]
        for step in ("type", "details", "check")
    }
    return {"/": ["/"], "receipt": [f"/receipt/{receipt}"]}, {"/report": ["/report"], **steps}


def _page(port: int, name: str, paths: Sequence[str]) -> Page:
    answer = httpx.get(f"http://127.0.0.1:{port}{paths[0]}", headers=BROWSER)
    answer.raise_for_status()
    press(port, for_seconds(WARM_UP, *paths))
    return Page(name, paths, len(answer.content))


def _lines(page: Page) -> list[Line]:
    ours, floor = (median(run.p99 for run in runs) * 1000 for runs in (page.ours, page.floor))
    slow = Line(
        f"{page.name} p99",
        f"{ours:.0f} ms",
        f"{floor:.0f} ms",
        page.slowness(),
        2.0,
        at_most=True,
    )
    return [_rate(page, 0.45, 0.6), slow]


def _rate(page: Page, reach: float, aim: float) -> Line:
    ours, floor = (median(run.rate for run in runs) for runs in (page.ours, page.floor))
    figure, bare = f"{ours:.0f}/s", f"{floor:.0f}/s at {page.size / 1000:.1f} KB"
    return Line(page.name, figure, bare, page.ratio(), reach, aim)
