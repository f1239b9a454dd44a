"""One command does each thing, on a fresh machine too."""

import re

import pytest

from tests.structure.documents import ROOT, project_files, relative, text

LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX)\b|[Ll]orem ipsum|/(?:home|root|Users)/\w")
"""Unfinished business, filler, and paths of somebody's machine."""
LOCKS = {"package-lock.json", "requirements.txt", "requirements-dev.txt"}


@pytest.mark.parametrize("target", ["run", "test", "test-all", "check", "help"])
def test_make_has_the_target_and_explains_it(target: str) -> None:
    """The commands that people are promised are there, with a line for `make help`."""
    assert re.search(rf"^{target}:.*## \w", text("Makefile"), re.MULTILINE)


def test_commands_run_whatever_lies_around() -> None:
    """Each command of the Makefile is declared as one, so that no file of its name stops it."""
    declared = re.search(r"^\.PHONY: (.*)$", text("Makefile"), re.MULTILINE)
    assert declared
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    assert targets <= set(declared[1].split())


def test_the_fresh_machine_gets_what_tests_need() -> None:
    """The script for a fresh machine installs every service, requires it, and runs both targets."""
    script = text(".ci/run")
    for package in ("chromium", "postgresql", "redis-server", "default-jre-headless"):
        assert re.search(rf"apt-get install .*\b{package}\b", script), package
    assert re.search(r"^export .*\bREQUIRE_ALL=1\b", script, re.MULTILINE)
    assert re.findall(r"^make .*", script, re.MULTILINE) == ["make test", "make test-all"]


def test_the_fresh_machine_names_every_service() -> None:
    """Each service that a test reads the address of is started and named."""
    tests = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/*.py"))
    named = set(re.findall(r"\bSCF_TEST_[A-Z]+_URL\b", tests))
    assert named <= set(re.findall(r"export (SCF_TEST_\w+)=", text(".ci/run")))


def test_no_leftovers() -> None:
    """No file has unfinished business, filler, or a path of somebody's machine in it."""
    found = {}
    for path in project_files():
        name = relative(path)
        if name in LOCKS or name == relative(ROOT / "tests/structure/test_tools.py"):
            continue
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if hit := LEFTOVERS.search(content):
            found[name] = hit[0]
    assert found == {}
