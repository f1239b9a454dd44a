"""What is installed is what is named, pinned and used."""

import ast
import json
import re
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from tests.structure.documents import CODE, ROOT, project_files, relative, text

NOT_IMPORTED = {
    "brotli": "WhiteNoise and Flask-Compress use it",
    "gunicorn": "a command",
    "psycopg": "SQLAlchemy's driver for PostgreSQL",
}
"""Direct dependencies that no module imports, and why they are there."""
NOT_NAMED = {
    "click": "flask",
    "jinja2": "flask",
    "markupsafe": "flask",
    "werkzeug": "flask",
    "wtforms": "flask-wtf",
    "numpy": "shapely",
    "pydantic": "pydantic-settings",
}
"""Imported packages that a direct dependency brings as a part of its own interface."""


def direct(extra: str | None = None) -> dict[NormalizedName, Requirement]:
    """Give the requirements of pyproject.toml by name, those of the app or of an extra."""
    project = tomllib.loads(text("pyproject.toml"))["project"]
    lines = project["optional-dependencies"][extra] if extra else project["dependencies"]
    found = map(Requirement, lines)
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def pinned(name: str) -> dict[NormalizedName, Version]:
    """Give the versions of a requirement file; each line has to be exact and to have hashes."""
    versions = {}
    for entry in re.split(r"\n(?=[a-z])", text(name).strip()):
        line = entry.splitlines()[0].rstrip(" \\")
        package, exact, version = line.partition(";")[0].strip().partition("==")
        assert exact, line
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), line
        versions[canonicalize_name(package.partition("[")[0])] = Version(version)
    return versions


def imported() -> set[str]:
    """Name the distributions that the package's modules import."""
    found: set[str] = set()
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=names):
                    found |= {alias.name for alias in names}
                case ast.ImportFrom(module=str(module)):
                    found.add(module)
                case _:
                    continue
    known = packages_distributions()
    tops = {name.partition(".")[0] for name in found} - {"scf_report"}
    return {canonicalize_name(known[top][0]) for top in tops if top in known}


@pytest.mark.parametrize(
    ("file", "extra"), [("requirements.txt", None), ("requirements-dev.txt", "dev")]
)
def test_direct_dependencies_are_pinned_as_asked(file: str, extra: str | None) -> None:
    """Each package that pyproject.toml names is pinned, with hashes, to a version that it allows."""
    versions = pinned(file)
    for name, requirement in direct(extra).items():
        assert versions[name] in requirement.specifier, name


def test_tools_are_added_to_what_runs() -> None:
    """The test environment runs the very versions that are run."""
    assert pinned("requirements.txt").items() <= pinned("requirements-dev.txt").items()


def test_set_up_uses_the_locked_uv() -> None:
    """The installer that set-up fetches is the one that the tools have locked."""
    (uv,) = pinned(".ci/uv.txt").items()
    assert uv in pinned("requirements-dev.txt").items()


def test_direct_dependencies_are_used() -> None:
    """Each direct dependency is imported, or there is a reason why not."""
    assert set(direct()) - imported() == set(NOT_IMPORTED)


def test_used_packages_are_named() -> None:
    """Each imported package is a direct dependency, or part of one's interface."""
    assert imported() - set(direct()) == set(NOT_NAMED)
    assert set(NOT_NAMED.values()) <= set(direct())


def test_npm_packages_are_exact() -> None:
    """Each npm package is named in one version, the one that is locked."""
    wanted = json.loads(text("package.json"))
    locked = json.loads(text("package-lock.json"))["packages"]
    packages = wanted.get("dependencies", {}) | wanted["devDependencies"]
    for name, version in packages.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in entry for path, entry in locked.items() if path)


def test_nothing_of_others_is_kept_here() -> None:
    """Third-party code is installed, never stored among the project's own files."""
    names = {relative(path) for path in project_files()}
    foreign = re.compile(
        r"(^|/)(node_modules|vendor|site-packages)/|\.min\.(js|css)$|\.whl$|\.jar$"
    )
    assert {name for name in names if foreign.search(name)} == set()
    ignored = set(text(".gitignore").splitlines())
    assert {"node_modules/", "static/vendor/", ".venv/", "build/", "var/"} <= ignored


def test_stored_files_are_small() -> None:
    """No stored file is larger than 500 KB: pictures are pressed, data is built."""
    sizes = {relative(path): path.stat().st_size for path in project_files()}
    assert {name: size for name, size in sizes.items() if size > 500_000} == {}
    assert (ROOT / "README.md").name in sizes
