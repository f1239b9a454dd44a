"""A report that the city refuses is mended and sent again: one reference, one receipt, one record."""

from collections.abc import Callable

import pytest
from flask import Flask

from scf_report.factory import Core
from scf_report.storage.outbox import outbox
from scf_report.storage.sent_drafts import sent_drafts
from tests.functional.conftest import WORDS, bare, change_path, city
from tests.functional.test_change_report import change_words, records
from tests.page import Page

Walk = Callable[..., Page]


@pytest.fixture
def refused(at_check: Walk, core: Core, work: Callable[[], int]) -> Callable[..., Page]:
    """Send a report without a name to a city that wants an e-mail address; give the receipt."""

    def walk(**switches: str) -> Page:
        city(core, **(switches or {"set": "required_contact:email"}))
        receipt = at_check().form().submit()
        work()
        assert [row["state"] for row in core.outbox.list()] == ["rejected"]
        return receipt

    return walk


def refuse(core: Core, message: str, field: str | None) -> None:
    """Have the city refuse what was sent, in these words about its field."""
    reasons = [{"message": message, "field": field}]
    values = {"state": "rejected", "due": None, "settled_at": core.now(), "attempts": 1}
    with core.database.write() as connection:
        connection.execute(outbox.update().values(**values, reasons=reasons))


def mend(receipt: Page) -> Page:
    """Go from the owner's page to the look at the refused report."""
    page = receipt.visitor.open(change_path(receipt)).follow("Mend the report")
    assert page.title == "Mend your report"
    return page


def test_refused_receipt_tells_where_the_key_is(refused: Walk) -> None:
    """Whoever has the receipt alone reads why, and where the secret link is; no link leads to it."""
    receipt = refused()
    page = receipt.visitor.open(bare(receipt))
    assert page.title == "The city did not take your report"
    assert "can't be blank" in page.text
    assert "Use the secret link to your report." in page.text
    assert "/change/" not in page.html


def test_reason_stands_at_its_field(refused: Walk) -> None:
    """What the city refused is told first, names the field, and leads to it."""
    page = mend(refused())
    assert "E-mail:" in page.text
    step = page.follow("Mend this : E-mail")
    assert step.status == 200
    assert step.title == "How do you want to send this?"
    assert step.problems == ["The city answered: “can't be blank”"]
    [link] = step.soup.select(".error-summary a")
    assert step.soup.find(id=str(link["href"]).removeprefix("#"))["name"] == "email"  # type: ignore[index]
    [chosen] = step.soup.select("input[type=radio][checked]")
    assert chosen["value"] == "contact"


def test_mended_report_is_taken(
    app: Flask, refused: Walk, core: Core, work: Callable[[], int]
) -> None:
    """Mended, the same report goes out again and is accepted under its reference and receipt."""
    receipt = refused()
    before = core.outbox.list()[0]
    step = mend(receipt).follow("Mend this : E-mail")
    page = step.form().fill({"E-mail": "robin@example.org"}).submit()
    assert page.title == "Mend your report"
    again = page.follow("Mend this : E-mail")
    assert again.problems == []
    sent = page.form().submit()
    assert "Your changes are saved" in sent.text
    assert receipt.visitor.open(bare(receipt)).title == "Your report is saved"
    work()
    page = receipt.visitor.open(bare(receipt))
    assert page.title == "The city has accepted your report"
    [row] = core.outbox.list()
    assert (row["attempts"], row["state"], row["reasons"]) == (2, "accepted", [])
    for name in ("id", "receipt", "reference", "change_key_hash", "saved_at"):
        assert row[name] == before[name]
    [record] = records(app)
    assert str(row["reference"]) in record["description"]


def test_sent_again_unchanged_is_refused_again(
    refused: Walk, core: Core, work: Callable[[], int]
) -> None:
    """The owner may try without a change; the city's answer is then the same."""
    receipt = refused()
    mend(receipt).form().submit()
    work()
    assert "can't be blank" in mend(receipt).text
    assert core.outbox.list()[0]["attempts"] == 2


@pytest.mark.parametrize(
    ("field", "about"),
    [
        ("attribute[1010101]", "Which lane is it in"),
        ("summary", ""),
        ("142", ""),
        ("description", "What is wrong"),
        ("point", "Where"),
        ("issue_image", "Photo"),
        (None, ""),
    ],
)
def test_receipt_tells_what_a_reason_is_about(
    at_check: Walk, core: Core, field: str | None, about: str
) -> None:
    """In words that the person has read before; a name of the city's system alone is left out."""
    receipt = at_check().form().submit()
    refuse(core, "is <odd>", field)
    page = receipt.visitor.open(bare(receipt))
    [reason] = page.soup.select(".notice.error p")
    label = reason.find("strong")
    assert (label.text if label else "") == (about and f"{about}:")
    assert reason.text.endswith("“is <odd>”")


def test_reason_stands_alone_once_the_entries_are_deleted(at_check: Walk, core: Core) -> None:
    """The questions go with what was entered; the city's answer stays."""
    receipt = at_check().form().submit()
    refuse(core, "is odd", "142")
    with core.database.write() as connection:
        connection.execute(sent_drafts.delete())
    page = receipt.visitor.open(bare(receipt))
    [reason] = page.soup.select(".notice.error p")
    assert reason.text == "“is odd”"


def test_question_is_named_by_its_words(at_check: Walk, core: Core) -> None:
    """An attribute's code becomes its question, and the message stands at its field."""
    receipt = at_check().form().submit()
    refuse(core, "is not one of the choices", "attribute[1010101]")
    page = mend(receipt)
    assert "1010101" not in page.text
    step = page.follow("Mend this")
    assert step.title == "Tell us about the problem"
    assert step.problems == ["The city answered: “is not one of the choices”"]


@pytest.mark.parametrize(
    ("field", "title"),
    [
        ("description", "Tell us about the problem"),
        ("address_string", "Where is the problem?"),
        ("lat", "Where is the problem?"),
        ("media", "Do you have a photo?"),
        ("service_code", "What is the problem?"),
        ("phone", "How do you want to send this?"),
    ],
)
def test_each_field_has_its_step(at_check: Walk, core: Core, field: str, title: str) -> None:
    """The standard's own names for fields lead to the steps at which they are entered."""
    receipt = at_check().form().submit()
    refuse(core, "is <odd>", field)
    step = mend(receipt).follow("Mend this")
    assert step.title == title
    assert step.status == 200
    assert step.problems == ["The city answered: “is <odd>”"]


def test_kept_contact_details_are_pointed_out(send: Walk, core: Core) -> None:
    """Details that were given are not shown in full: the choice between them and others is marked."""
    receipt = send()
    refuse(core, "is unknown", "email")
    step = mend(receipt).follow("Mend this : E-mail")
    assert step.problems == ["The city answered: “is unknown”"]
    assert "robin@example.org" not in step.html
    page = step.form().choose("With other contact details").fill({"E-mail": "kim@example.org"})
    assert page.submit().title == "Mend your report"


def test_reason_about_the_whole_report(
    app: Flask, at_check: Walk, core: Core, work: Callable[[], int]
) -> None:
    """A reason that names no field is shown as the city wrote it, with nothing to follow."""
    receipt = at_check().form().submit()
    refuse(core, "We know of <this> already", None)
    mending = mend(receipt)
    assert "“We know of <this> already”" in mending.text
    assert "Mend this" not in mending.text
    change_words(mending, f"{WORDS}, and another one beside it").form().submit()
    work()
    assert receipt.visitor.open(bare(receipt)).title == "The city has accepted your report"
    assert len(records(app)) == 1


def test_worker_never_gets_half_a_correction(
    app: Flask, refused: Walk, core: Core, work: Callable[[], int]
) -> None:
    """Until it is saved nothing of a refused report is sent, however long its owner mends it."""
    receipt = refused()
    change_words(mend(receipt), "Half of a")
    assert work() == 0
    assert records(app) == []


def test_withdrawn_while_it_is_mended(refused: Walk) -> None:
    """Withdrawn in another tab, a report cannot be sent again from this one."""
    receipt = refused()
    page = change_words(mend(receipt), "A deeper hole")
    receipt.visitor.open(change_path(receipt)).form_to("Withdraw the report").submit()
    late = page.form().submit()
    assert late.status == 409
    assert "It was withdrawn. You can write a new report." in late.text
    assert "A deeper hole" in late.text
