"""What all tests share: an app on a fresh database, a clock that is moved by hand, a visitor."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from scf_report.factory import DEMO_PLACES, Core, build_core, create_app
from scf_report.settings import Settings

REQUIRE_ALL = bool(os.environ.get("REQUIRE_ALL"))


def missing(what: str) -> None:
    """Skip, or fail where everything is required."""
    if REQUIRE_ALL:
        pytest.fail(f"{what} is required here")
    pytest.skip(f"{what} is not there")


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 15, 41, tzinfo=UTC))

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.moment

    def move(self, **step: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**step)


@pytest.fixture
def clock() -> Clock:
    """Give a clock at 9:41 in Chicago."""
    return Clock()


@pytest.fixture
def demo_places() -> Path:
    """Give the demo's map data, which set-up builds."""
    if not (DEMO_PLACES / "chicago").is_dir():
        missing("the demo map data")
    return DEMO_PLACES


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """Give the settings that keep this test's things where SCF_TEST_BACKEND says; see tests/stores.py."""
    from tests.stores import BACKEND, whole_store

    if BACKEND.endswith("+redis"):
        request.getfixturevalue("socket_enabled")
    with whole_store(tmp_path) as values:
        yield values


@pytest.fixture
def make_settings(tmp_path: Path, store: Mapping[str, str]) -> Callable[..., Settings]:
    """Make settings on a database of this test's own."""

    def make(**values: Any) -> Settings:
        return Settings.from_environment({"data_dir": tmp_path, **store, **values})

    return make


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Give the demo's settings."""
    return make_settings()


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Flask:
    """Give the demo's application."""
    return create_app(settings, clock=clock)


@pytest.fixture
def core(settings: Settings, app: Flask, clock: Clock) -> Core:
    """Give what a worker works with, on the app's database."""
    return build_core(settings, clock=clock)
