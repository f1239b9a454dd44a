"""One address cannot fill the disk with drafts, nor the machine with photos."""

from collections.abc import Callable

from scf_report.factory import create_app
from scf_report.settings import Settings
from tests.conftest import Clock
from tests.page import Visitor


def test_endless_new_drafts_are_slowed_down(
    make_settings: Callable[..., Settings], clock: Clock, demo_places: object
) -> None:
    """Thirty drafts for each report that an address may send, then a page that says to wait."""
    app = create_app(make_settings(report_limit="1/3600"), clock=clock)
    visitor = Visitor(app.test_client())
    form = visitor.open("/report?address=1200 W Madison").form()
    for _ in range(30):
        assert form.submit().title == "What is the problem?"
    page = form.submit()
    assert page.status == 429
    assert page.title == "That was a lot in a short time"
    elsewhere = app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    form = Visitor(elsewhere).open("/report?address=1200 W Madison").form()
    assert form.submit().title == "What is the problem?"
