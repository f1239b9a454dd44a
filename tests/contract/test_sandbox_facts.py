"""The table of facts holds together with the tests that are said to prove it."""

import ast
from pathlib import Path

from scf_report.sandbox.facts import FACTS, MARKS


def functions(module: str) -> set[str]:
    """Return the names of the test functions in one of the sandbox's test modules."""
    source = (Path(__file__).parent / f"test_sandbox_{module}.py").read_text("utf-8")
    return {
        node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)
    }


def test_every_fact_names_a_test_that_exists() -> None:
    """No row is without proof, and no proof serves two rows."""
    for fact in FACTS:
        module, _, function = fact.test.partition("::")
        assert function in functions(module), fact
    assert len({fact.test for fact in FACTS}) == len(FACTS)


def test_every_fact_is_marked_and_sourced() -> None:
    """A reader can tell what is known from what is guessed, and where it is from."""
    for fact in FACTS:
        assert fact.mark in MARKS
        assert fact.source[0].isdigit()
        assert fact.statement.endswith(".")
