"""Every page of the flow is valid HTML, says html-validate and says the W3C's own checker (vnu)."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Response

from tests.browser.demo import PROJECT
from tests.browser.gallery import SCENES, make_addresses, show
from tests.conftest import missing

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.full]

NODE_MODULES = PROJECT / "node_modules"
VNU = NODE_MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
RULES = {
    "root": True,
    "extends": ["html-validate:recommended"],
    "rules": {
        "form-dup-name": ["error", {"shared": ["radio", "checkbox"]}],  # one name for all boxes
        "no-trailing-whitespace": "off",  # how Jinja leaves lines
    },
}


@pytest.fixture(scope="module")
def saved(chromium: Browser, demo: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save every page of the flow as the server sent it."""
    folder = tmp_path_factory.mktemp("pages")
    addresses = make_addresses(chromium, demo)
    context = chromium.new_context(base_url=demo, locale="en-US")
    page = context.new_page()
    sent: list[Response] = []
    page.on("response", lambda got: sent.append(got) if _is_page(got) else None)
    for name in SCENES:
        sent.clear()
        show(page, name, addresses)
        (folder / f"{name}.html").write_bytes(sent[-1].body())
    context.close()
    return folder


def _is_page(response: Response) -> bool:
    return response.headers.get("content-type", "").startswith("text/html")


def test_html_validate_finds_nothing(saved: Path) -> None:
    """The recommended rules hold on every page."""
    node = shutil.which("node")
    script = NODE_MODULES / "html-validate" / "bin" / "html-validate.mjs"
    if not node or not script.exists():
        missing("html-validate")
        return
    (saved / ".htmlvalidate.json").write_text(json.dumps(RULES), encoding="utf-8")
    done = subprocess.run(  # noqa: S603  # our own command
        [node, str(script), "--formatter=text", *map(str, sorted(saved.glob("*.html")))],
        capture_output=True,
        text=True,
        check=False,
        cwd=saved,
        timeout=100,
    )
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr


def test_vnu_finds_nothing(saved: Path) -> None:
    """The W3C's checker has no error and no warning on any page."""
    java = shutil.which("java")
    if not java or not VNU.exists():
        missing("Java with vnu.jar")
        return
    done = subprocess.run(  # noqa: S603  # our own command
        [java, "-jar", str(VNU), "--skip-non-html", str(saved)],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.stderr == ""
    assert done.returncode == 0
