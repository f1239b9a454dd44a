"""An installation that sends mail, and a visitor's way through reporting with updates."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage

from flask import Flask

from scf_report.domain.geography import Point
from scf_report.domain.report_form import ReportForm, RequestType
from scf_report.factory import Core, build_core, create_app
from scf_report.factory.updates import make_comments, make_sender, make_statuses
from scf_report.settings import Settings
from scf_report.usecases.send_mail import SendMail
from scf_report.usecases.watch_status import WatchStatus
from tests.conftest import Clock
from tests.functional.conftest import WORDS
from tests.mail_server import Postbox, serving
from tests.page import Page, Visitor

ROBIN = "robin@example.org"
SITE = "http://localhost"
LINK = re.compile(rf"{SITE}(/\S+)")


@dataclass
class MailSite:
    """The app, its worker's hands, the clock and the reporters' mailboxes."""

    app: Flask
    core: Core
    clock: Clock
    postbox: Postbox
    visitor: Visitor

    def sender(self) -> SendMail:
        """Make one more worker's hands for mail."""
        sender = make_sender(self.core, self.app)
        assert sender is not None
        return sender

    def statuses(self) -> WatchStatus:
        """Make the watcher of the city's records."""
        return make_statuses(self.core)

    def deliver(self) -> None:
        """Deliver all reports that are due."""
        run(self.core.worker().deliver.run_once)

    def watch(self) -> None:
        """Ask the city about all records that are due, and for what was said about them."""
        run(self.statuses().run_once)
        run(make_comments(self.core).run_once)

    def mail(self) -> list[EmailMessage]:
        """Send all messages that are due; gives what has arrived since the last time."""
        before = len(self.postbox.kept)
        run(self.sender().run_once)
        return [message for _, message in self.postbox.kept[before:]]

    def report(
        self, address: str = ROBIN, *, updates: bool = True, start: str = "/report"
    ) -> Page:
        """Send a report with this address; gives the receipt."""
        page = self.visitor.open(self.contact_step(start))
        wanted = {"updates": ["yes"]} if updates else {}
        form = page.form()
        form.values["choice"] = ["contact"]
        form.values["email"] = [address]
        page = form.submit(**wanted)
        assert page.problems == []
        self.clock.move(seconds=10)
        return page.form().submit()

    def contact_step(self, start: str = "/report") -> str:
        """Answer everything before the contact step; gives its address."""
        draft = replace(
            self.core.drafts.create(),
            point=Point(41.8814, -87.6568),
            address="1200 W Madison St",
            form=ReportForm(RequestType("10106", "Dead animal", has_questions=False)),
            description=WORDS,
            photos_seen=True,
        )
        return f"{start}/{self.core.drafts.save(draft).id}/contact"

    def confirm(self, letter: EmailMessage) -> Page:
        """Follow a confirmation's link and press its button."""
        return self.visitor.open(link(letter, "/mail/")).form().submit(do="confirm")


@contextmanager
def mailing(
    make_settings: Callable[..., Settings], clock: Clock, **values: object
) -> Iterator[MailSite]:
    """Set an installation up, with a mail server that runs."""
    postbox = Postbox()
    with serving(postbox) as port:
        url = f"smtp://127.0.0.1:{port}?from=report@city.example"
        settings = make_settings(mail_url=url, public_url=SITE, **values)
        app = create_app(settings, clock=clock)
        core = build_core(settings, clock=clock)
        yield MailSite(app, core, clock, postbox, Visitor(app.test_client()))


def run(work: Callable[[], float]) -> None:
    """Work until there is nothing to do now."""
    for _ in range(50):
        if work() > 0:
            return
    raise AssertionError("the worker goes round in circles")


def text(letter: EmailMessage) -> str:
    """Read the plain text of a message."""
    body = letter.get_body(("plain",))
    assert body is not None
    content: str = body.get_content().replace("\r\n", "\n")
    return content


def html(letter: EmailMessage) -> str:
    """Read the HTML of a message."""
    body = letter.get_body(("html",))
    assert body is not None
    content: str = body.get_content()
    return content


def link(letter: EmailMessage, start: str) -> str:
    """Find the address in a message that begins like this, without the site."""
    found = [path for path in LINK.findall(text(letter)) if path.startswith(start)]
    assert len(found) == 1, text(letter)
    return str(found[0])
