"""What the city's record says, on the receipt with its age, and by e-mail when it changes."""

import sqlite3
from collections.abc import Callable, Iterator

import pytest

from scf_report.settings import Settings
from tests.conftest import Clock
from tests.functional.conftest import city
from tests.functional.updates import MailSite, link, mailing, text
from tests.page import Page

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def site(make_settings: Callable[..., Settings], clock: Clock) -> Iterator[MailSite]:
    """Give an installation that sends mail."""
    with mailing(make_settings, clock) as made:
        yield made


def number(site: MailSite, receipt: Page) -> str:
    """Read the city's number of a report."""
    shown = site.visitor.open(f"{receipt.path.partition('?')[0]}.json")
    return str((shown.response.get_json() or {})["number"])


def close(site: MailSite, upstream_id: str, *, closed: bool = True) -> None:
    """Let the city close a report, or open it again."""
    connection = sqlite3.connect(site.core.settings.data_dir / "sandbox.sqlite")
    at = site.clock().timestamp() if closed else None
    connection.execute("UPDATE reports SET closed = ? WHERE id = ?", (at, upstream_id))
    connection.commit()
    connection.close()


def test_receipt_tells_the_status_and_its_age(site: MailSite) -> None:
    """Nothing is said before the city was asked; then what it said, and when that was."""
    receipt = site.report(updates=False)
    site.deliver()
    path = receipt.path.partition("?")[0]
    assert "The city’s record" not in site.visitor.open(path).text
    site.clock.move(hours=1)
    site.watch()
    page = site.visitor.open(path)
    assert "The city’s record: Open, as of 10:41 AM" in page.text
    json = site.visitor.open(f"{path}.json")
    tag = json.response.headers["ETag"]
    assert json.response.get_json()["status"] == "open"
    assert json.response.get_json()["status_as_of"] == "2026-11-24T16:41:10+00:00"
    city(site.core, fault="down")
    site.clock.move(days=2)
    site.watch()
    assert "Open, as of November 24, 2026, 10:41 AM" in site.visitor.open(path).text
    city(site.core, fault="none")
    close(site, number(site, receipt))
    site.clock.move(hours=1)
    site.watch()
    assert "The city’s record: Closed, as of" in site.visitor.open(path).text
    spanish = site.visitor.open(f"{path}?lang=es").text
    assert "Registro de la ciudad: Cerrado, última consulta:" in spanish
    assert site.visitor.open(f"{path}.json").response.headers["ETag"] != tag


def test_change_of_status_is_told_once(site: MailSite) -> None:
    """A follower reads of each change once, and of nothing that has not changed."""
    receipt = site.report()
    site.confirm(site.mail()[0])
    site.deliver()
    site.mail()
    for _ in range(3):
        site.clock.move(hours=3)
        site.watch()
        assert site.mail() == []  # open, as it was
    close(site, number(site, receipt))
    site.clock.move(days=1)
    site.watch()
    (letter,) = site.mail()
    assert str(letter["Subject"]).endswith(": Closed")
    assert "Its status at the city: Closed" in text(letter)
    assert link(letter, "/change/")
    site.clock.move(days=1)
    site.watch()
    assert site.mail() == []


def test_late_confirmation_hears_how_things_stand(site: MailSite) -> None:
    """Who confirms when all is over gets one message that says so."""
    receipt = site.report()
    (question,) = site.mail()
    site.deliver()
    site.visitor.open(receipt.path.partition("?")[0])  # so that the city is asked
    close(site, number(site, receipt))
    site.clock.move(hours=1)
    site.watch()
    site.confirm(question)
    (letter,) = site.mail()
    assert "accepted" in str(letter["Subject"])
    assert "Its status at the city: Closed" in text(letter)
