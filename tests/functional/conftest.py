"""Visitors, workers, and the way through all steps."""

from collections.abc import Callable

import pytest
from flask import Flask

from scf_report.factory import Core
from scf_report.usecases.deliver_report import DeliverReports
from tests.conftest import Clock
from tests.page import FilledForm, Page, Visitor

POTHOLE = "Pothole in street"


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Give somebody with a browser and no cookies."""
    return Visitor(app.test_client())


@pytest.fixture
def deliver(core: Core) -> DeliverReports:
    """Give one worker's hands."""
    return core.worker().deliver


@pytest.fixture
def work(deliver: DeliverReports) -> Callable[[], int]:
    """Give a worker that works until there is nothing to do; it returns the pieces done."""

    def run() -> int:
        done = 0
        while deliver.run_once() == 0.0:
            done += 1
            assert done < 100, "the worker goes round in circles"
        return done

    return run


@pytest.fixture
def at_check(visitor: Visitor, clock: Clock, demo_places: object) -> Callable[..., Page]:
    """Give the way to the check page, without a photo or a name."""

    def walk(start: str = "/report", words: str = "A deep hole in the right lane") -> Page:
        page = visitor.open(start, query_string={"address": "1200 W Madison"})
        page = page.form().choose("1200 W Madison St").submit()
        page = page.form().choose(POTHOLE).submit()
        page = fill_pothole(page, words).submit()
        page = page.form().submit()
        page = page.form().choose("Without my name").submit()
        assert page.title == "Check your report"
        clock.move(seconds=10)
        return page

    return walk


def fill_pothole(page: Page, words: str) -> FilledForm:
    """Describe a pothole and answer what is required about it."""
    form = page.form().fill({"What is wrong?": words, "Which parts": ["Curb"]})
    return form.choose("Right lane").choose("Up to a car tire").choose("No")
