"""The templates and static files fit each other, and a form page stays light."""

import re
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from jinja2 import Environment, FileSystemLoader, meta, nodes

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True
)
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
COMPONENTS = [name for name in NAMES if name.startswith("components/")]
MODULES = STATIC / "js" / "modules"


def source(name: str) -> str:
    """Read a template."""
    return (TEMPLATES / name).read_text()


def parsed(name: str) -> nodes.Template:
    """Parse a template."""
    return ENVIRONMENT.parse(source(name))


def macros(name: str) -> set[str]:
    """Name the macros that a template defines."""
    return {macro.name for macro in parsed(name).find_all(nodes.Macro)}


def called(name: str) -> set[str]:
    """Name what a template calls, or has ``remembered`` call."""
    calls = list(parsed(name).find_all(nodes.Call))
    named = [node for call in calls for node in (call.node, *call.args[:1])]
    return {node.name for node in named if isinstance(node, nodes.Name)}


def imported(name: str) -> dict[str, str]:
    """Give what a template imports, by the name it has there, with its name at home."""
    pairs = [pair for node in parsed(name).find_all(nodes.FromImport) for pair in node.names]
    return dict((pair, pair) if isinstance(pair, str) else (pair[1], pair[0]) for pair in pairs)


@pytest.mark.parametrize("name", NAMES)
def test_imports_are_used(name: str) -> None:
    """A template calls every macro that it imports."""
    assert set(imported(name)) <= called(name)


@pytest.mark.parametrize("name", NAMES)
def test_references_exist(name: str) -> None:
    """What a template extends, includes or imports from is there (its layout comes at run time)."""
    found = {other for other in meta.find_referenced_templates(parsed(name)) if other}
    assert found <= set(NAMES)


def test_every_macro_is_shown_in_the_pattern_library() -> None:
    """Every macro is used, by the pattern library or by another component that it uses."""
    page = "about/patterns.html"
    reachable = set(imported(page).values()) | called(page)
    for name in COMPONENTS * 3:
        if macros(name) & reachable:
            reachable |= called(name) | set(imported(name).values())
    assert set().union(*map(macros, COMPONENTS)) <= reachable


@pytest.mark.parametrize("name", COMPONENTS)
def test_components_open_with_a_usage_comment(name: str) -> None:
    """A component says first what it is for, and names every macro that others may import."""
    comment = re.match(r"\{#-(.*?)-#\}", source(name), re.DOTALL)
    assert comment
    shared = {
        home for other in NAMES if other != name for home in imported(other).values()
    } & macros(name)
    assert not [macro for macro in shared if f"{macro}(" not in comment[1]]


def test_icons_exist_and_are_shown() -> None:
    """Every icon of the sprite is in the pattern library, and every icon used is in the sprite."""
    sprite = set(re.findall(r'<symbol id="i-([\w-]+)"', (STATIC / "icons.svg").read_text()))
    listed = re.search(r"for name in \[(.*?)\]", source("about/patterns.html"))
    assert listed
    assert sprite == set(re.findall(r"'([\w-]+)'", listed[1]))
    used = {
        icon
        for name in NAMES
        for icon in re.findall(r"(?:icon|picture)\('([\w-]+)'", source(name))
    }
    assert used <= sprite


def test_modules_exist_and_are_asked_for() -> None:
    """Every script module is asked for by a component or layout, or imported by another module."""
    text = "".join(map(source, NAMES))
    asked = set(" ".join(re.findall(r'data-module="([\w -]+)"', text)).split())
    asked |= set(re.findall(r"data_module='([\w-]+)'", text))
    asked |= {"receipt-poll"}  # named by the receipt page
    scripts = list(MODULES.glob("*.js"))
    helpers = {
        name for path in scripts for name in re.findall(r'from "\./(.*)\.js"', path.read_text())
    }
    assert {path.stem for path in scripts} == asked | helpers


def test_static_files_of_the_page_exist() -> None:
    """Each static file that a template names is there."""
    named = {path for name in NAMES for path in re.findall(r"static\('(.*?)'\)", source(name))}
    assert {path for path in named if not (STATIC / path).is_file()} == set()
    assert named


def test_classes_in_components_are_styled() -> None:
    """Every class that a component uses is known to the style sheets."""
    css = "".join(path.read_text() for path in (STATIC / "css").glob("*.css"))
    known = set(re.findall(r"\.([a-z][\w-]*)", css))
    used = {
        word
        for name in NAMES
        for words in re.findall(r'class="([\w -]+)"', source(name))
        for word in words.split()
    }
    assert used - known == set()


def test_form_page_is_light() -> None:
    """All style sheets, scripts and icons of a form page together are at most 20 KB compressed."""
    files = [*(STATIC / "css").glob("*.css"), *STATIC.rglob("*.js"), *STATIC.glob("*.svg")]
    assert len(files) > 10
    sizes = {path.name: len(brotli.compress(path.read_bytes())) for path in files}
    assert sum(sizes.values()) <= 20_000, sizes


def test_style_sheets_use_tokens_alone() -> None:
    """Colors are named once, in the tokens, so that a theme and the dark scheme reach everything."""
    for name in ("base.css", "components.css"):
        text = re.sub(r"/\*.*?\*/", "", (STATIC / "css" / name).read_text(), flags=re.DOTALL)
        literal = re.findall(r"#[0-9a-f]{3,8}\b", text)
        assert set(literal) <= {"#fff", "#000", "#17212b"}, name
