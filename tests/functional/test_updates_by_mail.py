"""Updates by e-mail, the whole way: asked for, confirmed, told, ended, and never sent to anybody else."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from scf_report.factory import create_app
from scf_report.factory.updates import make_worker
from scf_report.settings import Settings
from scf_report.storage.mail_queue import MailJob
from scf_report.storage.mail_tables import confirmations, mails, subscriptions
from scf_report.storage.outbox import outbox
from tests.conftest import Clock
from tests.functional.conftest import city
from tests.functional.updates import ROBIN, MailSite, html, link, mailing, run, text
from tests.page import Page, Visitor

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def site(make_settings: Callable[..., Settings], clock: Clock) -> Iterator[MailSite]:
    """Give an installation that sends mail."""
    with mailing(make_settings, clock) as made:
        yield made


def reference(receipt: Page) -> str:
    """Read the reference of a receipt."""
    found = receipt.soup.select_one(".reference")
    assert found
    return found.text


def address(receipt: Page) -> str:
    """Give the receipt's own address."""
    return receipt.path.partition("?")[0]


def ask(site: MailSite, receipt: Page, who: str) -> Page:
    """Give an address at a receipt."""
    page = site.visitor.open(address(receipt))
    return page.form("updates").fill({"E-mail": who}).submit()


def count(site: MailSite, table: sa.Table) -> int:
    """Count a table's rows."""
    with site.core.database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_from_the_box_to_the_last_message(site: MailSite) -> None:
    """Asked on the way, confirmed by a button, told of number and status, ended by a button."""
    receipt = site.report()
    assert "Updates begin when you confirm it there" in receipt.text
    (question,) = site.mail()
    assert question["To"] == ROBIN
    assert reference(receipt) in question["Subject"]

    page = site.visitor.open(link(question, "/mail/"))
    assert page.title == "Do you want updates by e-mail?"
    assert site.mail() == []  # opening it, as scanners do, has confirmed nothing
    page = page.form().submit(do="confirm")
    assert page.title == "You get updates by e-mail"

    site.deliver()
    (accepted,) = site.mail()
    shown = site.visitor.open(address(receipt))
    number = shown.soup.select_one(".receipt .lead strong")
    assert number
    assert f"number {number.text}" in text(accepted)
    assert ROBIN not in text(accepted)
    assert address(receipt) in link(accepted, "/receipt/")
    assert site.visitor.open(link(accepted, "/change/")).title.endswith(reference(receipt))
    assert site.mail() == []

    ended = site.visitor.open(link(accepted, "/mail/")).form().submit(do="end")
    assert ended.title == "The updates have ended"
    assert count(site, subscriptions) == count(site, mails) == 0
    assert site.visitor.open(link(accepted, "/mail/")).status == 404


def test_question_carries_no_typed_text(site: MailSite) -> None:
    """Whoever types somebody else's address can make them read nothing."""
    site.report()
    (question,) = site.mail()
    for part in (text(question), html(question), str(question["Subject"])):
        for typed in ("Madison", "41.88", "deep hole", "Dead animal", "/receipt/", "/change/"):
            assert typed not in part
    assert html(question).count("http") == 1


def test_only_the_confirmed_are_told(site: MailSite) -> None:
    """An address that has not confirmed gets the question and nothing else."""
    site.report()
    assert len(site.mail()) == 1
    site.deliver()
    site.clock.move(days=3)
    site.watch()
    assert site.mail() == []


def test_without_the_box_nothing_is_sent(site: MailSite) -> None:
    """An address alone, given to the city, is no wish for mail."""
    receipt = site.report(updates=False)
    site.deliver()
    assert site.mail() == []
    assert "mailbox" not in receipt.text
    assert count(site, subscriptions) == 0


def test_the_box_wants_an_address(site: MailSite) -> None:
    """Updates without an address are an entry to mend, and the box stays checked."""
    form = site.visitor.open(site.contact_step()).form()
    form.values |= {"choice": ["contact"], "updates": ["yes"], "phone": ["312 555 0142"]}
    page = form.submit()
    assert page.problems == ["Write your e-mail address, so that updates can reach you"]
    assert page.soup.select("input[name=updates][checked]")


def test_check_page_shows_the_wish(site: MailSite) -> None:
    """What was chosen stands on the last page, and going back keeps it."""
    page = site.visitor.open(site.contact_step())
    form = page.form()
    form.values |= {"choice": ["contact"], "updates": ["yes"], "email": [ROBIN]}
    check = form.submit()
    assert "To your e-mail address, once you confirm it" in check.text
    back = site.visitor.open(check.path.replace("/check", "/contact"))
    assert "To your e-mail address" in back.form().submit().text  # kept with the details
    form = back.form().choose("Without my name")
    assert "To your e-mail address" not in form.submit().text


@pytest.mark.parametrize("start", ["/report", "/embed/report"])
def test_asked_for_at_the_receipt(site: MailSite, start: str) -> None:
    """Whoever has the receipt can follow it, in the frame too, and never gets the second key."""
    receipt = site.report("other@example.org", updates=False, start=start)
    page = ask(site, receipt, ROBIN)
    assert "We ask the address whether it wants updates" in page.text
    (question,) = site.mail()
    site.confirm(question)
    site.deliver()
    (accepted,) = site.mail()
    assert accepted["To"] == ROBIN
    assert "/change/" not in text(accepted) + html(accepted)


def test_known_and_unknown_addresses_get_one_answer(site: MailSite) -> None:
    """The page says the same of a new address, one that was asked, and one that has confirmed."""
    receipt = site.report(updates=False)
    first = ask(site, receipt, ROBIN)
    again = ask(site, receipt, ROBIN)
    site.confirm(site.mail()[0])
    confirmed = ask(site, receipt, ROBIN.upper())
    assert first.text == again.text == confirmed.text
    assert count(site, subscriptions) == 1


def test_one_question_a_day(site: MailSite) -> None:
    """Three reports in a day are one question, whose answer is about all of them."""
    receipts = [site.report() for _ in range(2)]
    (question,) = site.mail()
    receipts.append(site.report())
    page = site.visitor.open(link(question, "/mail/"))
    assert [item.text.strip() for item in page.soup.select("main li")] == [
        reference(receipt) for receipt in receipts
    ]
    page.form().submit(do="confirm")
    site.deliver()
    told = site.mail()
    assert {str(letter["Subject"])[-9:] for letter in told} == set(map(reference, receipts))
    site.clock.move(days=2)
    assert site.mail() == []


def test_next_question_comes_a_day_later(site: MailSite) -> None:
    """What came after the question was answered is asked about when the day is over, not before."""
    site.report()
    site.confirm(site.mail()[0])
    site.report()
    site.clock.move(hours=23)
    assert [letter for letter in site.mail() if "want" in letter["Subject"]] == []
    site.clock.move(hours=1)
    assert len([letter for letter in site.mail() if "want" in letter["Subject"]]) == 1


def test_no_deletes_all_that_waits(site: MailSite) -> None:
    """Whoever did not ask presses No, and the address is gone."""
    site.report()
    page = site.visitor.open(link(site.mail()[0], "/mail/"))
    assert page.form().submit(do="end").title == "The updates have ended"
    assert count(site, subscriptions) == 0
    site.report()
    site.clock.move(hours=12)
    assert site.mail() == []  # not even so can anybody ask twice a day


def test_one_click_ends_without_a_token(site: MailSite) -> None:
    """A mail program's POST, of no origin and without a token, ends the updates, and may be repeated."""
    site.report()
    (question,) = site.mail()
    site.confirm(question)
    site.deliver()
    (accepted,) = site.mail()
    assert accepted["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = str(accepted["List-Unsubscribe"]).strip("<>").removeprefix("http://localhost")
    for _ in range(2):
        answer = site.app.test_client().post(url, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert count(site, subscriptions) == 0


@pytest.mark.parametrize("do", ["confirm", "end"])
def test_other_posts_need_origin_and_token(site: MailSite, do: str) -> None:
    """A page of somebody else's cannot press the buttons, nor can a form without its token."""
    site.report()
    path = link(site.mail()[0], "/mail/")
    client = site.app.test_client()
    assert client.post(path, data={"do": do}).status_code == 403
    page = site.visitor.post(path, {"do": do})
    assert page.status == 422
    assert "Nothing has changed yet" in page.text
    assert count(site, subscriptions) == 1


def test_key_is_kept_out_of_caches_and_logs(
    site: MailSite, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page of a key is stored nowhere, and the log has its route alone."""
    site.report()
    path = link(site.mail()[0], "/mail/")
    capsys.readouterr()
    page = site.visitor.open(path)
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["X-Robots-Tag"] == "noindex"
    assert path.partition("?")[0].removeprefix("/mail/") not in capsys.readouterr().err


def test_secrets_are_sealed(site: MailSite) -> None:
    """The database has neither the address nor the key of its page in the clear."""
    site.report()
    key = link(site.mail()[0], "/mail/").partition("?")[0].removeprefix("/mail/")
    with site.core.database.read() as connection:
        for table in (subscriptions, mails, confirmations):
            rows = str(connection.execute(sa.select(table)).all())
            assert ROBIN not in rows
            assert key not in rows


def test_refusal_is_told_with_the_way_to_mend_it(site: MailSite) -> None:
    """The city's reasons reach the reporter, with the second key; a second refusal is told again."""
    receipt = site.report()
    site.confirm(site.mail()[0])
    site.mail()  # that it is saved
    with site.core.database.write() as connection:
        reasons = [{"message": "Too\nlong <b>", "field": None}]
        refused = outbox.update().values(
            state="rejected", attempts=1, due=None, reasons=reasons
        )
        connection.execute(refused)
    (letter,) = site.mail()
    assert letter["Subject"] == f"The city did not take report {reference(receipt)}"
    assert "“Too long <b>”" in text(letter)
    assert "&lt;b&gt;" in html(letter)
    assert link(letter, "/change/")
    with site.core.database.write() as connection:
        connection.execute(outbox.update().values(attempts=2))
    assert len(site.mail()) == 1


def test_message_that_is_no_longer_so_is_not_sent(site: MailSite) -> None:
    """What waited for a mail server while the report went on is dropped for what is true now."""
    site.report()
    site.confirm(site.mail()[0])
    site.sender().queue.gather()
    assert count(site, mails) == 2  # the question, and that it is saved
    site.deliver()
    (letter,) = site.mail()
    assert "accepted" in letter["Subject"]


def test_waiting_report_is_told_first(site: MailSite) -> None:
    """While the city is away, a confirmed reporter gets the second key, and word when it is taken."""
    receipt = site.report()
    city(site.core, fault="down")
    site.confirm(site.mail()[0])
    (saved,) = site.mail()
    assert saved["Subject"] == f"Report {reference(receipt)} is saved"
    assert link(saved, "/change/")
    city(site.core, fault="none")
    site.deliver()
    (accepted,) = site.mail()
    assert "accepted" in accepted["Subject"]


def test_withdrawn_report_is_over(site: MailSite) -> None:
    """Nobody is written to about what they have taken back, and nobody can ask to be."""
    receipt = site.report()
    site.confirm(site.mail()[0])
    with site.core.database.write() as connection:
        connection.execute(outbox.update().values(state="withdrawn"))
    assert site.mail() == []
    assert not site.visitor.open(address(receipt)).soup.select("#updates")
    assert site.visitor.open(f"{address(receipt)}/updates").status == 404


def test_messages_speak_the_reporters_language(site: MailSite) -> None:
    """A report in Spanish is followed in Spanish, in every message and on the page."""
    receipt = site.report(updates=False)
    page = site.visitor.open(f"{address(receipt)}/updates?lang=es")
    page.form("updates").fill({"Correo": ROBIN}).submit()
    (question,) = site.mail()
    assert question["Content-Language"] == "es"
    assert "comprobante" not in str(question["Subject"])
    assert "aviso" in str(question["Subject"])
    page = site.visitor.open(link(question, "/mail/"))
    assert page.soup.html
    assert page.soup.html["lang"] == "es"
    page.form().submit(do="confirm")
    site.deliver()
    (accepted,) = site.mail()
    assert "La ciudad" in str(accepted["Subject"])
    assert 'lang="es"' in html(accepted)


def test_bad_address_is_shown_again(site: MailSite) -> None:
    """An entry that is no address, line breaks among them, is an error at its field and sends nothing."""
    receipt = site.report(updates=False)
    page = ask(site, receipt, "robin")
    assert page.status == 422
    assert page.problems == ["Write the e-mail address in full, like robin@example.org"]
    for attack in ("a@b.example\r\nBcc: c@d.example", "a@b.example,c@d.example", ""):
        assert ask(site, receipt, attack).status == 422
    assert site.mail() == []


def test_receipt_is_no_tool_against_strangers(site: MailSite) -> None:
    """A report can be followed by a few addresses, and one visitor can give only so many."""
    receipt = site.report(updates=False)
    for number in range(8):
        ask(site, receipt, f"stranger{number}@example.org")
    assert len(site.mail()) == 5
    for number in range(22):
        last = ask(site, receipt, f"another{number}@example.org")
    last = site.visitor.open(address(receipt)).form("updates").submit(email="one@example.org")
    assert last.status == 429


def test_unconfirmed_address_is_forgotten(site: MailSite) -> None:
    """After a week without an answer the address goes, and its link is nothing any more."""
    site.report()
    (question,) = site.mail()
    site.clock.move(days=7, seconds=1)
    site.core.tidy().run()
    assert count(site, subscriptions) == count(site, mails) == count(site, confirmations) == 0
    page = site.visitor.open(link(question, "/mail/"))
    assert page.title == "No updates are sent through this link"


def test_updates_go_with_the_personal_data(site: MailSite) -> None:
    """When contact details are deleted, so is who follows the report, and nobody new can."""
    receipt = site.report()
    site.confirm(site.mail()[0])
    site.deliver()
    site.mail()
    site.clock.move(days=31)
    site.core.tidy().run()
    assert count(site, subscriptions) == 0
    assert not site.visitor.open(address(receipt)).soup.select("#updates")


def test_mail_server_that_is_away_delays_nothing(
    make_settings: Callable[..., Settings], clock: Clock
) -> None:
    """Reports are taken and delivered without a mail server; the question comes when there is one."""
    with mailing(make_settings, clock) as site:
        site.postbox.rcpt = "451 try later"
        receipt = site.report()
        site.deliver()
        assert site.visitor.open(address(receipt)).title == "The city has accepted your report"
        assert site.mail() == []
        site.postbox.rcpt = ""
        assert site.mail() == []
        clock.move(minutes=2)
        assert len(site.mail()) == 1


@pytest.mark.parametrize("drop", ["before", "after"])
def test_lost_answer_is_never_a_second_message(site: MailSite, drop: str) -> None:
    """When the server hangs up after the text, the message may have been taken, and is given up."""
    site.postbox.drop = drop
    site.report()
    site.mail()
    site.postbox.drop = ""
    site.clock.move(days=1)
    assert site.mail() == []
    assert len(site.postbox.kept) == (drop == "after")


def test_worker_that_dies_after_the_text_began(site: MailSite) -> None:
    """What a worker had begun when it died is not sent by the next one."""
    site.report()
    dying = site.sender().queue
    job = dying.claim()
    assert isinstance(job, MailJob)
    assert dying.begin(job)
    site.clock.move(minutes=5)
    assert site.mail() == []
    with site.core.database.read() as connection:
        assert connection.execute(sa.select(mails.c.state)).scalar_one() == "given_up"


def test_worker_that_dies_before_the_text_began(site: MailSite) -> None:
    """What a worker had only claimed is sent by the next one, once, and the late one sends nothing."""
    site.report()
    late = site.sender().queue
    job = late.claim()
    assert isinstance(job, MailJob)
    assert site.mail() == []  # still in its hands
    site.clock.move(minutes=4)
    assert len(site.mail()) == 1
    assert not late.begin(job)


def test_two_workers_share_the_messages(site: MailSite) -> None:
    """No message is sent by both."""
    for number in range(4):
        site.report(f"robin{number}@example.org")
    senders = [site.sender(), site.sender()]
    for _ in range(5):
        for sender in senders:
            sender.run_once()
    assert sorted(to for to, _ in site.postbox.kept) == [
        f"robin{number}@example.org" for number in range(4)
    ]


def test_submit_pressed_often_asks_once(site: MailSite) -> None:
    """Every repeat of a submit leads to one receipt and one question."""
    page = site.visitor.open(site.contact_step())
    form = page.form()
    form.values |= {"choice": ["contact"], "updates": ["yes"], "email": [ROBIN]}
    check = form.submit()
    site.clock.move(seconds=10)
    for _ in range(5):
        check.form().submit()
    assert len(site.mail()) == 1
    assert count(site, subscriptions) == 1


def test_without_a_mail_server_no_page_speaks_of_mail(
    make_settings: Callable[..., Settings], clock: Clock
) -> None:
    """Where there is no mail, nothing is offered or promised, and nothing is kept."""
    with mailing(make_settings, clock) as site:
        off = create_app(make_settings(public_url="http://localhost"), clock=clock)
        visitor = Visitor(off.test_client())
        site.visitor = visitor
        contact = site.visitor.open(site.contact_step())
        assert not contact.soup.select("[name=updates]")
        receipt = site.report()  # posts the box all the same
        assert not receipt.soup.select("#updates")
        assert "mailbox" not in receipt.text
        assert "updates" not in visitor.open("/about/privacy").text
        assert visitor.open(f"{address(receipt)}/updates").status == 404
        assert count(site, subscriptions) == 0


def test_worker_sends_on_its_own(site: MailSite) -> None:
    """The worker of ``flask deliver`` has mail and statuses beside its deliveries."""
    site.report()
    worker = make_worker(site.core, site.app)
    for work in worker.beside:
        run(work)
    assert len(site.postbox.kept) == 1
