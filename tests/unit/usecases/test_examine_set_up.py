"""What the check-up sees without asking anybody."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scf_report.usecases.examine_set_up import LITTLE, TOO_LITTLE, Made, SetUp
from scf_report.usecases.findings import Verdict

Examine = Callable[..., dict[str, tuple[Verdict, str]]]


@pytest.fixture
def examine(tmp_path: Path) -> Examine:
    """Examine a set-up in which all is well but what the test says."""

    def run(folder: Path | None = tmp_path, *made: Made) -> dict[str, tuple[Verdict, str]]:
        set_up = SetUp(
            demo=True,
            public_url=None,
            trusted_proxies=0,
            data_dir=folder,
            key_file=None,
            made=made,
            sign_in="ok",
        )
        return {each.thing: (each.verdict, each.code) for each in set_up.examine()}

    return run


def test_a_folder_that_is_not_used_is_not_examined(examine: Examine) -> None:
    """PostgreSQL keeps its data elsewhere."""
    assert "data folder" not in examine(None)


def test_a_folder_that_is_missing(examine: Examine, tmp_path: Path) -> None:
    """Or something else in its place."""
    (tmp_path / "file").touch()
    for name in ("nothing", "file"):
        assert examine(tmp_path / name)["data folder"] == (Verdict.FAIL, "missing")


@pytest.mark.parametrize(
    ("free", "found"),
    [
        (TOO_LITTLE - 1, (Verdict.FAIL, "full")),
        (TOO_LITTLE, (Verdict.WARN, "little room")),
        (LITTLE - 1, (Verdict.WARN, "little room")),
        (LITTLE, (Verdict.OK, "ok")),
    ],
)
def test_room_for_reports(
    examine: Examine,
    monkeypatch: pytest.MonkeyPatch,
    free: int,
    found: tuple[Verdict, str],
) -> None:
    """A disk that fills up is told before reports are refused."""
    usage = shutil.disk_usage("/")._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert examine()["data folder"] == found


def test_a_folder_that_cannot_be_written(
    examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as one that belongs to another user."""
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    assert examine()["data folder"] == (Verdict.FAIL, "read only")


def test_what_set_up_makes(examine: Examine, tmp_path: Path) -> None:
    """What is vital is a failure when it is missing, the rest worth a look."""
    found = examine(
        tmp_path,
        Made("map data", tmp_path / "none", vital=True),
        Made("translations", tmp_path / "none", vital=False),
        Made("static files", tmp_path, vital=False),
    )
    assert found["map data"] == (Verdict.FAIL, "missing")
    assert found["translations"] == (Verdict.WARN, "missing")
    assert found["static files"] == (Verdict.OK, "ok")


@pytest.mark.parametrize(
    ("way", "verdict"),
    [("ok", Verdict.OK), ("off", Verdict.OK), ("implicit", Verdict.WARN)],
)
def test_how_people_sign_in(way: str, verdict: Verdict) -> None:
    """The weaker flow is worth a second look; no signing in at all is a choice."""
    set_up = SetUp(
        demo=True,
        public_url=None,
        trusted_proxies=0,
        data_dir=None,
        key_file=None,
        made=(),
        sign_in=way,
    )
    [found] = [each for each in set_up.examine() if each.thing == "sign-in"]
    assert (found.verdict, found.code) == (verdict, way)
