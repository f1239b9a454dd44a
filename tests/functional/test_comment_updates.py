"""What people say about a report is told to those who follow it: once, and without anybody's words."""

from collections.abc import Callable, Iterator

import pytest

from scf_report.domain.conversation import Action, Done, HeldForReview
from scf_report.settings import Settings
from tests.conftest import Clock
from tests.contract.sandbox_sign_in import BEN
from tests.functional.conftest import city
from tests.functional.test_city_status import number
from tests.functional.updates import MailSite, html, link, mailing, text
from tests.unit.usecases.accounts import Accounts

pytestmark = pytest.mark.enable_socket

WORDS = "I saw it too, two of them by now"


@pytest.fixture
def site(make_settings: Callable[..., Settings], clock: Clock) -> Iterator[MailSite]:
    """Give an installation that sends mail."""
    with mailing(make_settings, clock) as made:
        yield made


@pytest.fixture
def ben(site: MailSite) -> Callable[..., object]:
    """Let Ben, who has an account at the city, do something to an issue."""

    def act(issue: str, words: str = WORDS, action: Action = Action.COMMENT) -> object:
        accounts = Accounts(site.core)
        token = accounts.access_token(accounts.sign_in(BEN))
        done = site.core.apiv2.act(action, issue, token, words)
        assert isinstance(done, Done | HeldForReview)
        return done

    return act


def followed(site: MailSite) -> str:
    """Have a report delivered whose reporter follows it; gives the city's number."""
    receipt = site.report()
    site.confirm(site.mail()[0])
    site.deliver()
    assert len(site.mail()) == 1
    return number(site, receipt)


def test_new_comment_is_told_once(site: MailSite, ben: Callable[..., object]) -> None:
    """The message leads to the page with what was said, and repeats none of it."""
    issue = followed(site)
    site.clock.move(hours=1)
    site.watch()
    assert site.mail() == []  # nobody has said anything
    ben(issue)
    site.clock.move(hours=2)
    site.watch()
    (letter,) = site.mail()
    assert str(letter["Subject"]).startswith("There is a new comment on report ")
    assert "List-Unsubscribe" in letter
    for part in (text(letter), html(letter)):
        assert "Somebody has said something about it in public." in part
        for foreign in ("I saw it", "Ben", "Okafor"):
            assert foreign not in part
    page = site.visitor.open(link(letter, "/issues/"))
    assert WORDS in page.text
    assert link(letter, "/receipt/")
    for _ in range(3):
        site.clock.move(days=1)
        site.watch()
        assert site.mail() == []


def test_several_comments_are_one_message(site: MailSite, ben: Callable[..., object]) -> None:
    """What comes between two looks, or while a message still waits, makes no second one."""
    issue = followed(site)
    site.clock.move(minutes=5)
    ben(issue)
    ben(issue, "And another one")
    site.clock.move(hours=1)
    site.watch()
    site.postbox.rcpt = "451 try later"
    assert site.mail() == []
    site.clock.move(hours=3)
    ben(issue, "Now they are three")
    site.watch()
    assert site.mail() == []
    site.postbox.rcpt = ""
    site.clock.move(hours=1)
    assert len(site.mail()) == 1
    ben(issue, "Four")
    site.clock.move(days=1)
    site.watch()
    assert len(site.mail()) == 1


def test_what_was_said_before_is_no_news(site: MailSite, ben: Callable[..., object]) -> None:
    """Who follows later is not told of what stood there already."""
    receipt = site.report()
    (question,) = site.mail()
    site.deliver()
    issue = number(site, receipt)
    site.clock.move(minutes=10)
    ben(issue)
    site.clock.move(minutes=10)
    site.confirm(question)
    assert "accepted" in str(site.mail()[0]["Subject"])
    site.clock.move(hours=1)
    site.watch()
    assert site.mail() == []


def test_change_of_status_is_no_comment(site: MailSite, ben: Callable[..., object]) -> None:
    """Closing takes a comment, and the system notes it; the follower reads once that it is closed."""
    issue = followed(site)
    site.clock.move(hours=2)
    ben(issue, "We have filled it", Action.CLOSE)
    site.clock.move(minutes=1)
    site.watch()
    (letter,) = site.mail()
    assert str(letter["Subject"]).endswith(": Closed")


def test_comment_that_is_held_is_told_when_it_shows(
    site: MailSite, ben: Callable[..., object]
) -> None:
    """What somebody at the city has to read first is nobody's news before."""
    issue = followed(site)
    site.clock.move(minutes=30)
    city(site.core, set="comments_moderated:yes")
    ben(issue)
    site.clock.move(hours=1)
    site.watch()
    assert site.mail() == []
    city(site.core, release="all")
    site.clock.move(hours=3)
    site.watch()
    (letter,) = site.mail()
    assert "comment" in str(letter["Subject"])


def test_city_that_is_away_is_read_later(site: MailSite, ben: Callable[..., object]) -> None:
    """Nothing is said while nothing can be read; then it is told, once."""
    issue = followed(site)
    site.clock.move(minutes=30)
    ben(issue)
    site.clock.move(hours=1)
    city(site.core, fault="down")
    site.watch()
    assert site.mail() == []
    city(site.core, fault="none")
    site.clock.move(minutes=11)
    site.watch()
    assert len(site.mail()) == 1


def test_comment_is_told_in_the_readers_language(
    site: MailSite, ben: Callable[..., object]
) -> None:
    """A follower who asked in Spanish reads Spanish."""
    receipt = site.report(updates=False)
    page = site.visitor.open(f"{receipt.path.partition('?')[0]}?lang=es")
    page.form("updates").submit(email="robin@example.org")
    site.confirm(site.mail()[0])
    site.deliver()
    site.mail()
    site.clock.move(minutes=5)
    ben(number(site, receipt))
    site.clock.move(hours=1)
    site.watch()
    (letter,) = site.mail()
    assert str(letter["Subject"]).startswith("Hay un comentario nuevo sobre el aviso ")
    assert "Leer lo que se ha dicho" in text(letter)
    assert "lang=es" in link(letter, "/issues/")


def test_ended_updates_tell_of_no_comment(site: MailSite, ben: Callable[..., object]) -> None:
    """The link under a comment's message ends the updates, as under every other."""
    issue = followed(site)
    site.clock.move(minutes=5)
    ben(issue)
    site.clock.move(hours=1)
    site.watch()
    (letter,) = site.mail()
    ended = site.visitor.open(link(letter, "/mail/")).form().submit(do="end")
    assert ended.title == "The updates have ended"
    ben(issue, "More")
    site.clock.move(days=1)
    site.watch()
    assert site.mail() == []
