"""The owner deletes personal data: at once where it is settled, by withdrawing where nobody has begun."""

import base64
import json
from collections.abc import Callable
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from scf_report.domain.delivery import State
from scf_report.factory import Core
from scf_report.storage.drafts import drafts
from scf_report.storage.outbox import outbox
from scf_report.storage.photos import outbox_photos
from scf_report.storage.retention import deletions
from scf_report.storage.sent_drafts import sent_drafts
from tests.conftest import Clock
from tests.functional.conftest import PERSONAL, PRIVATE_ANSWER, WORDS, bare, change_path, city
from tests.page import Page

NOW = "Delete my personal data now"


def kept(core: Core, table: sa.Table) -> int:
    """Count the rows of a table."""
    with core.database.read() as connection:
        found: int = connection.execute(
            sa.select(sa.func.count()).select_from(table)
        ).scalar_one()
    return found


def test_settled_report_is_stripped_at_once(
    app: Flask, send: Callable[..., Page], work: Callable[[], int], core: Core
) -> None:
    """Contact details, answers and entries are gone; receipt, text and number stay; a log row is left."""
    receipt = send()
    work()
    owner = receipt.visitor.open(change_path(receipt))
    page = owner.form_to(NOW).submit()
    assert "Your personal data is deleted" in page.text
    exported = (
        app.test_client().get(f"{change_path(receipt)}/report.json").get_data(as_text=True)
    )
    for secret in (*PERSONAL.values(), PRIVATE_ANSWER):
        assert secret not in page.html
        assert secret not in exported
    assert WORDS in page.text
    assert NOW not in page.text
    assert receipt.visitor.open(bare(receipt)).title == "The city has accepted your report"
    assert kept(core, sent_drafts) == 0
    with core.database.read() as connection:
        [logged] = connection.execute(sa.select(deletions)).mappings().all()
    assert logged["asked"] is True
    assert logged["reference"] in exported
    assert not {str(value) for value in logged.values()} & set(PERSONAL.values())


def test_report_that_waits_is_withdrawn_and_stripped(
    send: Callable[..., Page], work: Callable[[], int], core: Core
) -> None:
    """Before anybody has begun, deleting says that it withdraws, and does both."""
    receipt = send()
    owner = receipt.visitor.open(change_path(receipt))
    assert "Deleting withdraws it" in owner.text
    page = owner.form_to("Withdraw the report and delete my data").submit()
    assert "and the report is not sent" in page.text
    assert PERSONAL["E-mail"] not in page.html
    assert work() == 0
    assert receipt.visitor.open(bare(receipt)).title == "This report was withdrawn"


@pytest.mark.parametrize(
    "state", [State.SENDING, State.UNCERTAIN, State.AWAITING_ID, State.UNDECIDED]
)
def test_report_under_way_must_wait(
    send: Callable[..., Page], core: Core, state: State
) -> None:
    """While it is not known whether the city has it, the page says to come back, and nothing goes."""
    receipt = send()
    form = receipt.visitor.open(change_path(receipt)).form_to("Withdraw the report and delete")
    with core.database.write() as connection:
        connection.execute(outbox.update().values(state=state.value))
    page = form.submit()
    assert page.status == 409
    assert "Your personal data cannot be deleted yet" in page.text
    assert "Come back when the receipt shows how it ended" in page.text
    assert PERSONAL["E-mail"] in page.text
    assert kept(core, deletions) == 0


def test_refused_report_cannot_be_mended_without_its_data(
    send: Callable[..., Page], core: Core, work: Callable[[], int]
) -> None:
    """Deleting the data of a refused report says that it ends mending, and does."""
    city(core, set="required_contact:first_name")
    receipt = send()
    with core.database.write() as connection:
        values = {"state": "rejected", "due": None, "settled_at": core.now()}
        connection.execute(outbox.update().values(**values))
    owner = receipt.visitor.open(change_path(receipt))
    assert "cannot be mended and sent again after that" in owner.text
    mending = owner.follow("Mend the report")
    page = owner.form_to(NOW).submit()
    assert "Mend the report" not in page.text
    late = mending.form().submit()
    assert PERSONAL["E-mail"] not in late.html
    assert core.outbox.list()[0]["state"] == "rejected"
    assert work() == 0


def test_photo_and_unsaved_changes_go_too(
    at_step: Callable[..., Page], core: Core, work: Callable[[], int], clock: Clock
) -> None:
    """The photo and what was entered for a correction are deleted along with the rest."""
    out = BytesIO()
    Image.new("RGB", (64, 48)).save(out, "JPEG")
    page = at_step("photos").form().fill({"Photo": ("a.jpg", out.getvalue())}).submit()
    page = page.form().choose("Without my name").submit()
    clock.move(seconds=5)
    receipt = page.form().submit()
    receipt.visitor.open(f"{change_path(receipt)}/check")
    work()
    assert kept(core, outbox_photos) == 1
    path = f"{change_path(receipt)}/report.json"
    exported = receipt.visitor.client.get(path).get_json()["photo"]
    picture = base64.b64decode(exported.removeprefix("data:image/jpeg;base64,"))
    assert Image.open(BytesIO(picture)).size == (64, 48)
    receipt.visitor.open(change_path(receipt)).form_to(NOW).submit()
    assert kept(core, outbox_photos) == 0
    assert receipt.visitor.client.get(path).get_json()["photo"] is None
    with core.database.read() as connection:
        assert connection.execute(sa.select(drafts.c.id)).all() == []


def test_deleting_needs_a_token(
    app: Flask, send: Callable[..., Page], work: Callable[[], int], core: Core
) -> None:
    """Without the form's own token nothing is deleted; a foreign page is refused."""
    receipt = send()
    work()
    form = receipt.visitor.open(change_path(receipt)).form_to(NOW)
    page = form.submit(csrf_token="x")
    assert page.status == 422
    assert "Nothing has changed yet" in page.text
    path = f"{change_path(receipt)}/delete"
    answered = app.test_client().post(
        path, data=form.values, headers={"Origin": "https://evil.example"}
    )
    assert answered.status_code == 403
    assert kept(core, deletions) == 0
    assert receipt.visitor.open(path).path == change_path(receipt)


def test_deletion_log_of_old_reports(
    send: Callable[..., Page], work: Callable[[], int], core: Core, clock: Clock
) -> None:
    """What the worker deletes because its time is over is logged apart from what was asked for."""
    receipt = send()
    work()
    clock.move(days=31)
    core.tidy().run()
    with core.database.read() as connection:
        [logged] = connection.execute(sa.select(deletions)).mappings().all()
    assert logged["asked"] is False
    page = receipt.visitor.open(change_path(receipt))
    assert "It is deleted here." in page.text
    assert json.loads(
        page.visitor.client.get(f"{change_path(receipt)}/report.json").get_data()
    )["personal_data_deleted"]
