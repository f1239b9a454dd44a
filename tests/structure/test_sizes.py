"""Modules and functions stay small enough to be read at once."""

import ast
from pathlib import Path
from statistics import median

import pytest

from tests.structure.documents import CODE, relative

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
"""Lines, the docstring aside."""
MEDIAN_MODULE = 90
LISTS = "scf_report/storage/migrations/versions/"
"""Migrations list columns; cutting the list into functions would not make it clearer."""


def lines(path: Path) -> int:
    """Count a module's lines."""
    return len(path.read_text(encoding="utf-8").splitlines())


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its docstring."""
    docstring = ast.get_docstring(function, clean=False) or ""
    total = (function.end_lineno or 0) - function.lineno + 1
    return total - len(docstring.splitlines())


@pytest.mark.parametrize("path", CODE, ids=relative)
def test_module_is_small(path: Path) -> None:
    """A module has at most 300 lines."""
    assert lines(path) <= LONGEST_MODULE


@pytest.mark.parametrize("path", CODE, ids=relative)
def test_functions_are_small(path: Path) -> None:
    """A function has at most 40 lines."""
    if relative(path).startswith(LISTS):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [node for node in ast.walk(tree) if isinstance(node, kinds)]
    assert {
        node.name: length(node) for node in functions if length(node) > LONGEST_FUNCTION
    } == {}


def test_most_modules_are_shorter() -> None:
    """Half of the modules have 90 lines or fewer."""
    assert median(map(lines, CODE)) <= MEDIAN_MODULE
