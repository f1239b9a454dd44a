"""How much a first visit loads (quality.md, "weight")."""

import pytest

from scf_report.web.static_files import fingerprint
from tests.browser.conftest import Visit
from tests.browser.demo import PROJECT
from tests.conftest import missing

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

LARGEST = 30_000  # bytes on the wire, headers included


@pytest.mark.parametrize("path", ["/report", "/embed/report", "/"])
def test_first_visit_is_light(visit: Visit, path: str) -> None:
    """Page, styles, scripts and icons together stay below 30 KB, compressed."""
    if not (PROJECT / "build" / "static" / fingerprint(PROJECT / "static")).is_dir():
        missing("the compressed copy of static/")
    page = visit("/healthz")
    loaded: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on(
        "Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"])
    )
    page.goto(path, wait_until="networkidle")
    assert len(loaded) > 4
    assert sum(loaded) <= LARGEST
