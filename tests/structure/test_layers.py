"""The rule for imports covers the whole package, and the README shows it."""

import tomllib
from typing import Any

from tests.structure.documents import ROOT, text


def layers_contract() -> dict[str, Any]:
    """Give import-linter's contract of the layers."""
    contracts = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    contract: dict[str, Any] = next(found for found in contracts if found["id"] == "layers")
    return contract


def test_every_part_of_the_package_has_its_layer() -> None:
    """A package or module that is in no layer is one of the three that stand beside them."""
    contract = layers_contract()
    layered = {name for layer in contract["layers"] for name in layer.split(" | ")}
    parts = {
        path.stem
        for path in (ROOT / "scf_report").iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.stem != "__init__"
    }
    assert contract["exhaustive"]
    assert layered | set(contract["exhaustive_ignores"]) == parts
    assert set(contract["exhaustive_ignores"]) == {"sandbox", "demo", "settings"}


def test_readme_shows_the_layers() -> None:
    """The README's order of imports is the one that is checked."""
    line = " → ".join(f"`{layer}`" for layer in layers_contract()["layers"])
    assert line in text("README.md")
