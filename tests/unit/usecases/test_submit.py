"""Sending off: once, what was checked, not too fast and not too often."""

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from scf_report.domain.delivery import State
from scf_report.domain.draft import Draft
from scf_report.domain.report import Contact
from scf_report.storage.corrections import Corrections
from scf_report.storage.decisions import Decisions
from scf_report.storage.outbox import outbox
from scf_report.usecases.change_report import ChangeReport
from scf_report.usecases.operate_outbox import SHOWN, OperateOutbox
from scf_report.usecases.submit_report import (
    ChangedMeanwhile,
    SubmitResult,
    Submitted,
    TooFast,
    TooMany,
)
from tests.unit.usecases.conftest import PRIVATE, Desk

HERE = "192.0.2.7"


def send(desk: Desk, draft: Draft, **changes: object) -> SubmitResult:
    """Press Send on the check page of a draft."""
    submit = desk.submitter()
    values: dict[str, object] = {
        "digest": submit.checker.check(draft).digest,
        "address": HERE,
        "now": desk.clock(),
        "looks_automatic": False,
        **changes,
    }
    return submit.submit(draft, **values)  # type: ignore[arg-type]


def changer(desk: Desk) -> ChangeReport:
    """Make what the second key opens."""
    core = desk.core
    corrections = Corrections(core.database, core.sealer, core.endpoint.name)
    return ChangeReport(core.outbox, corrections, core.sealer, core.tracker())


def test_twenty_clicks_are_one_report(desk: Desk) -> None:
    """From two addresses at once, and again after delivery: one receipt, one record in the city."""
    draft = desk.draft()
    with ThreadPoolExecutor(10) as pool:
        results = list(
            pool.map(lambda n: send(desk, draft, address=HERE if n % 2 else "x"), range(20))
        )
    desk.work()
    results += [send(desk, draft)]
    assert all(isinstance(result, Submitted) for result in results)
    assert len({result.receipt for result in results if isinstance(result, Submitted)}) == 1
    desk.work_for(minutes=5)
    assert desk.count(outbox) == 1
    assert len(desk.city()) == 1


def test_every_click_gets_a_ticket_of_its_own(desk: Desk) -> None:
    """So that a double click still shows the second key; and it opens this report alone."""
    draft = desk.draft()
    first, second = send(desk, draft), desk.submitter().repeat(draft.id)
    assert isinstance(first, Submitted)
    assert isinstance(second, Submitted)
    assert first.ticket != second.ticket
    track = desk.core.tracker()
    key = track.change_key(first.receipt, first.ticket)
    assert key is not None
    assert track.change_key(first.receipt, second.ticket) == key
    assert track.change_key(first.receipt, first.ticket) is None
    own = changer(desk).open(key)
    assert own is not None
    assert own.receipt_id == first.receipt
    assert desk.submitter().repeat("never sent") is None


def test_what_was_checked_is_what_is_sent(desk: Desk) -> None:
    """A draft that another tab has changed since is shown again, and nothing is stored."""
    draft = desk.draft()
    digest = desk.submitter().checker.check(draft).digest
    changed = desk.core.drafts.save(dataclasses.replace(draft, description="Something else"))
    assert send(desk, changed, digest=digest) == ChangedMeanwhile()
    assert desk.count(outbox) == 0


def test_nobody_is_that_fast(desk: Desk) -> None:
    """Three seconds from the first step at least, and no field that people cannot see."""
    draft = desk.draft()
    assert send(desk, draft, now=draft.created_at + timedelta(seconds=2)) == TooFast()
    assert send(desk, draft, looks_automatic=True) == TooFast()
    assert isinstance(send(desk, draft), Submitted)


def test_an_incomplete_draft_is_not_sent(desk: Desk) -> None:
    """A step that is missing is the caller's mistake."""
    draft = desk.draft()
    checker = desk.submitter().checker
    with pytest.raises(ValueError, match="details"):
        checker.check(dataclasses.replace(draft, description=""))


def test_the_limit_is_told_with_its_end(make_desk: Callable[..., Desk]) -> None:
    """Two in an hour here: the third hears when it may come, and then it does."""
    desk = make_desk(report_limit="2/3600")
    drafts = [desk.draft() for _ in range(3)]
    first_at = desk.clock()
    results = [send(desk, draft) for draft in drafts]
    assert results[2] == TooMany(first_at + timedelta(hours=1))
    desk.clock.move(hours=1)
    assert isinstance(send(desk, drafts[2]), Submitted)


def test_the_check_page_is_made_of_the_very_fields(desk: Desk) -> None:
    """Text, answers and photo count; the digest names them all."""
    draft = desk.draft(PRIVATE)
    checker = desk.submitter().checker
    checked = checker.check(draft)
    assert (
        checked.value("description")
        == checked.public.text
        == f"{draft.reference}: Dead squirrel"
    )
    assert checked.value("email") == ""
    answered = [code for code in draft.answers if checked.answers(code)]
    assert answered == list(draft.answers)
    assert checked.answers("none") == ()
    with_photo = checker.check(
        dataclasses.replace(draft, photo_name="hole.jpg", photo_mark="1")
    )
    another = checker.check(dataclasses.replace(draft, photo_name="hole.jpg", photo_mark="2"))
    assert (checked.public.photos, with_photo.public.photos) == (0, 1)
    named = checker.check(dataclasses.replace(draft, reporter=Contact(email="ann@example.org")))
    assert len({checked.digest, with_photo.digest, another.digest, named.digest}) == 4


def test_the_owner_sees_everything_and_withdraws_in_time(desk: Desk) -> None:
    """All fields that are kept; withdrawing works until a worker has begun, and then says that it is late."""
    receipt = desk.submit(reporter=Contact(email="ann@example.org"))
    change = changer(desk)
    key = desk.core.sealer.open(desk.row(receipt)["change_key"])
    own = change.open(key)
    assert own is not None
    assert ("email", "ann@example.org") in own.fields
    assert own.receipt.changeable
    assert change.withdraw(key) is True
    assert change.withdraw(key) is False
    desk.work_for(minutes=2)
    assert desk.city() == []
    assert desk.receipt(receipt).state is State.WITHDRAWN
    late = desk.submit()
    desk.work()
    assert change.withdraw(desk.core.sealer.open(desk.row(late)["change_key"])) is False
    assert change.open("made up") is None
    assert change.withdraw("made up") is False


def test_a_receipt_shows_the_public_part_alone(desk: Desk) -> None:
    """Place, problem and text; an unknown receipt is none."""
    receipt = desk.submit(reporter=Contact(first_name="Ann", email="ann@example.org"))
    found = desk.receipt(receipt)
    assert (found.public.address, found.public.request_type) == (
        "1200 W Madison St",
        "Service 10106",
    )
    assert found.saved_at == desk.clock()
    assert "ann" not in repr(found).lower()
    assert desk.core.tracker().track("made up") is None


def test_the_operator_sees_no_personal_data(desk: Desk) -> None:
    """By reference, however it is typed; a refused report is retried, a delivered one is not."""
    desk.turn(required_contact="email")
    receipt = desk.submit(words="Secret words")
    desk.work()
    reference = str(desk.receipt(receipt).reference)
    operate = OperateOutbox(
        desk.core.outbox,
        Decisions(desk.core.database, desk.core.endpoint.name),
        desk.core.sealer,
    )
    shown = operate.show(f" {reference.lower()} ")
    assert shown is not None
    assert tuple(shown) == (*SHOWN, "decisions")
    assert "Secret" not in repr(shown)
    listed = {name: shown[name] for name in SHOWN}
    assert operate.list(State.REJECTED) == operate.list(None) == [listed]
    assert operate.show("R7F3-K2QX") is None
    desk.turn(required_contact="")
    assert operate.retry(reference) is True
    desk.work()
    assert desk.receipt(receipt).state is State.ACCEPTED
    assert operate.retry(reference) is False
    assert operate.retry("R7F3-K2QX") is False
