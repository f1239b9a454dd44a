"""The README's settings are the code's."""

import ast
import re
from itertools import pairwise

from scf_report.settings import PREFIX, Settings
from tests.structure.documents import DOCUMENTS, code_of, relative, table, text

NOT_SETTINGS = {
    "SCF_TEST_BACKEND",
    "SCF_TEST_POSTGRES_URL",
    "SCF_TEST_REDIS_URL",
    "SCF_FIXTURES",
}
"""Read by tests alone; CONTRIBUTING has them."""


def rows() -> dict[str, tuple[str, str]]:
    """Give default and meaning of each setting in the README, by name."""
    return {
        code_of(name): (default, words)
        for name, default, words in table("README.md", "setting")
    }


def meanings() -> dict[str, str]:
    """Give the docstring under each field of the settings, in the README's marks."""
    names = ("model", "oauth")
    sources = [ast.parse(text(f"scf_report/settings/{name}.py")) for name in names]
    lines = [
        line
        for source in sources
        for node in source.body
        if isinstance(node, ast.ClassDef) and node.name.endswith("Settings")
        for line in node.body
    ]
    found = {}
    for field, docstring in pairwise(lines):
        match field, docstring:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                found[PREFIX + name.upper()] = " ".join(words.replace("``", "`").split())
            case _:
                continue
    return found


def default(value: object) -> str:
    """Write a default as the README does."""
    return "–" if value is None or value == () else f"`{value}`"


def test_readme_lists_every_setting_with_its_default() -> None:
    """The README has the settings of the code, no others, with the defaults that hold."""
    fields = Settings.model_fields
    expected = {PREFIX + name.upper(): default(field.default) for name, field in fields.items()}
    assert {name: cells[0] for name, cells in rows().items()} == expected


def test_readme_says_what_each_setting_means() -> None:
    """The README explains a setting in the words that stand under its field."""
    assert {name: cells[1] for name, cells in rows().items()} == meanings()


def test_documents_name_no_other_variables() -> None:
    """Every SCF_ variable that a document or a script names exists."""
    scripts = ["Makefile", ".ci/run", "Dockerfile", "compose.yaml"]
    names = [relative(path) for path in DOCUMENTS] + scripts
    known = set(rows()) | NOT_SETTINGS
    for name in names:
        assert set(re.findall(r"\bSCF_[A-Z0-9_]+\b", text(name))) <= known, name


def test_variables_of_the_tests_are_explained() -> None:
    """CONTRIBUTING tells which variables the tests read."""
    assert set(re.findall(r"`(SCF_\w+)`", text("CONTRIBUTING.md"))) == NOT_SETTINGS
