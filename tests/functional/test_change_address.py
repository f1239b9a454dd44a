"""Updates by e-mail follow a corrected address: the new one is asked, the old one is forgotten."""

from collections.abc import Callable, Iterator

import pytest

from scf_report.settings import Settings
from tests.conftest import Clock
from tests.functional.conftest import change_path
from tests.functional.updates import ROBIN, MailSite, mailing
from tests.page import FilledForm, Page

pytestmark = pytest.mark.enable_socket
KIM = "kim@example.org"


@pytest.fixture
def site(make_settings: Callable[..., Settings], clock: Clock) -> Iterator[MailSite]:
    """Give an installation that sends mail and holds reports back for a while."""
    with mailing(make_settings, clock, hold_minutes=10) as made:
        yield made


def contact_of(receipt: Page) -> FilledForm:
    """Go to the contact step of a correction."""
    page = receipt.visitor.open(f"{change_path(receipt)}/contact")
    assert page.status == 200
    return page.form()


def receivers(site: MailSite) -> list[str]:
    """Send what is due and name who got it."""
    return [str(letter["To"]) for letter in site.mail()]


def test_corrected_address_is_asked(site: MailSite) -> None:
    """A mistyped address hears nothing more; the right one is asked, and told once it has confirmed."""
    receipt = site.report()
    assert receivers(site) == [ROBIN]
    form = contact_of(receipt).choose("With other contact details").fill({"E-mail": KIM})
    form.submit(updates=["yes"]).form().submit()
    [question] = site.mail()
    assert question["To"] == KIM
    site.confirm(question)
    site.clock.move(minutes=11)
    site.deliver()
    assert set(receivers(site)) == {KIM}


def test_address_that_stays_is_not_asked_again(site: MailSite) -> None:
    """Other words leave the updates alone."""
    receipt = site.report()
    [question] = site.mail()
    site.confirm(question)
    assert "is saved" in str(site.mail()[0]["Subject"])
    page = receipt.visitor.open(f"{change_path(receipt)}/details")
    page.form().fill({"What is wrong?": "Two dead animals"}).submit().form().submit()
    assert receivers(site) == []
    site.clock.move(minutes=11)
    site.deliver()
    assert receivers(site) == [ROBIN]


def test_name_taken_back_ends_the_updates(site: MailSite) -> None:
    """Whoever reports without a name after all gets no more mail."""
    receipt = site.report()
    [question] = site.mail()
    site.confirm(question)
    contact_of(receipt).choose("Without my name").submit().form().submit()
    site.clock.move(minutes=11)
    site.deliver()
    assert receivers(site) == []
