"""What the documents point at is there, and what they tell people to type works."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.structure.documents import DOCUMENTS, ROOT, code_blocks, relative, text

NAMES = [relative(path) for path in DOCUMENTS]
ADRS = [name for name in NAMES if name.startswith("docs/adr/")]


def anchors(document: Path) -> set[str]:
    """Give the addresses of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    """Every link to a file of the project leads to one, and to a heading that it has."""
    for target in re.findall(r"\]\(([^)]+)\)", text(name)):
        if target.startswith(("https://", "http://")):
            continue
        path, _, anchor = target.partition("#")
        found = (ROOT / name).parent / path if path else ROOT / name
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


@pytest.mark.parametrize("name", NAMES)
def test_named_files_exist(name: str) -> None:
    """Files that a document names are there."""
    folders = r"(?:scf_report|tests|docs|templates|static|\.ci)/[\w./-]*[\w/]"
    for path in re.findall(rf"`({folders})`", text(name)):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("name", NAMES)
def test_make_targets_exist(name: str) -> None:
    """Every target that a document tells people to make is one."""
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)", code_blocks(name))) <= targets


@pytest.mark.parametrize("name", NAMES)
def test_flask_commands_exist(name: str, app: Flask) -> None:
    """Every command for operators that a document names is one."""
    commands = re.findall(r"\bflask (?:--app app )?([a-z]+)", code_blocks(name))
    assert set(commands) <= set(app.cli.commands), name


def test_operators_commands_are_explained(app: Flask) -> None:
    """The pages for operators name every command of the app."""
    shown = code_blocks("docs/operations.md") + code_blocks("docs/privacy.md")
    assert [name for name in app.cli.commands if f"app {name}" not in shown] == []


@pytest.mark.parametrize("name", ADRS)
def test_decisions_have_one_form(name: str) -> None:
    """A decision says context, decision, status and consequences, on about a page, under its number."""
    source = text(name)
    headings = re.findall(r"^## (.*)$", source, re.MULTILINE)
    assert headings == ["Context", "Decision", "Status", "Consequences"]
    assert source.startswith(f"# {int(Path(name).name[:4])}. ")
    assert len(source.split()) <= 600


def test_decisions_are_numbered_through() -> None:
    """No number of a decision is missing or given twice."""
    assert [int(Path(name).name[:4]) for name in ADRS] == list(range(1, len(ADRS) + 1))


def test_changelog_tells_what_is_coming() -> None:
    """The changelog has what is not released yet, with something under it."""
    _, unreleased = text("CHANGELOG.md").split("## [Unreleased]")
    assert re.search(
        r"^### (Added|Changed|Fixed)\n+.*^- \w", unreleased, re.MULTILINE | re.DOTALL
    )


def test_test_folders_are_explained() -> None:
    """CONTRIBUTING explains every folder that has tests, and names none that is not there."""
    folders = {
        path.relative_to(ROOT / "tests").parts[0] for path in ROOT.glob("tests/*/**/test_*.py")
    }
    explained = re.findall(r"^\| `tests/(\w+)/`", text("CONTRIBUTING.md"), re.MULTILINE)
    assert folders <= set(explained)
    assert all((ROOT / "tests" / name).is_dir() for name in explained)
