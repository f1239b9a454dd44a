"""Comments on reports: read rarely, as anybody, and only for somebody who follows."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from structlog.typing import EventDict

from scf_report.domain.conversation import Action, Done
from scf_report.domain.delivery import Share, State
from scf_report.domain.issue import IssueStatus
from scf_report.factory.updates import make_comments, make_mailbox, make_statuses
from scf_report.storage.mail_tables import subscriptions
from scf_report.storage.watches import watches
from tests.contract.sandbox_sign_in import BEN, ROSA
from tests.unit.usecases.accounts import Accounts
from tests.unit.usecases.conftest import DEAD_ANIMAL, PRIVATE, Desk


def followed(desk: Desk, service: str = DEAD_ANIMAL, **row: object) -> str:
    """Have a report delivered that a confirmed address follows; gives its receipt."""
    receipt = desk.submit(service, f"Number {len(desk.city())}")
    desk.work()
    assert desk.receipt(receipt).state is State.ACCEPTED
    if row:
        desk.change(receipt, **row)
    make_mailbox(desk.core).ask(receipt, "robin@example.org", "en")
    with desk.core.database.write() as connection:
        connection.execute(subscriptions.update().values(confirmed_at=desk.clock()))
    return receipt


def say(desk: Desk, receipt: str, person: int = BEN, action: Action = Action.COMMENT) -> None:
    """Let somebody comment on a report at the city."""
    accounts = Accounts(desk.core)
    token = accounts.access_token(accounts.sign_in(person))
    issue = desk.receipt(receipt).upstream_id
    assert issue
    assert desk.core.apiv2.act(action, issue, token, "I saw it, too") == Done(
        "Closed" if action is Action.CLOSE else "Open"
    )


def watch(desk: Desk) -> None:
    """Ask for what is due: statuses, then comments."""
    for work in (make_statuses(desk.core).run_once, make_comments(desk.core).run_once):
        while work() == 0.0:
            pass


def heard(desk: Desk) -> datetime | None:
    """Tell when the newest comment was made that is news."""
    with desk.core.database.read() as connection:
        found: datetime | None = connection.execute(
            sa.select(watches.c.commented_at)
        ).scalar_one()
        return found


def reads(logs: list[EventDict]) -> list[bool]:
    """Tell of the times that an issue was read, whether there was one to read."""
    return [entry["found"] for entry in logs if entry["event"] == "comments read"]


def test_comments_are_read_with_the_status(desk: Desk, logs: list[EventDict]) -> None:
    """One look for each look at the status, and what was said is known after it."""
    receipt = followed(desk)
    watch(desk)
    assert reads(logs) == []  # an hour is not over
    desk.clock.move(minutes=30)
    say(desk, receipt)
    said_at = desk.clock()
    desk.clock.move(minutes=30)
    watch(desk)
    assert heard(desk) == said_at
    watch(desk)
    assert reads(logs) == [True]
    for _ in range(46):
        desk.clock.move(hours=1)
        watch(desk)
    assert reads(logs) == [True] * 5  # after 1, 2, 4, 8 and 16 hours


def test_without_a_follower_nothing_is_read(desk: Desk, logs: list[EventDict]) -> None:
    """Whoever reads the receipt wants the status alone."""
    receipt = followed(desk)
    with desk.core.database.write() as connection:
        connection.execute(subscriptions.delete())
    desk.core.tracker().show(receipt)
    desk.clock.move(hours=1)
    watch(desk)
    assert reads(logs) == []
    assert desk.receipt(receipt).city is not None


@pytest.mark.parametrize("same_ids", [True, False])
def test_private_report_is_never_read(
    make_desk: Callable[..., Desk], logs: list[EventDict], *, same_ids: bool
) -> None:
    """Neither one that the public list does not show, nor one that was private when it was sent."""
    desk = make_desk(same_type_ids=same_ids)
    accounts = Accounts(desk.core)
    accounts.sign_in(ROSA)
    receipt = followed(desk, PRIVATE)
    row = desk.row(receipt)
    payload = desk.core.sealer.open(row["payload"])
    payload["public"]["private"] = True
    sealed = desk.core.sealer.seal(payload)
    desk.change(receipt, api="apiv2", person_id=str(ROSA), payload=sealed)
    for _ in range(30):
        desk.clock.move(hours=1)
        watch(desk)
    assert reads(logs) == []


def test_a_number_of_open311_alone_is_not_read(
    make_desk: Callable[..., Desk], logs: list[EventDict]
) -> None:
    """Where the numbers differ it would be somebody else's issue."""
    desk = make_desk(same_type_ids=False)
    followed(desk)
    desk.clock.move(hours=2)
    watch(desk)
    assert reads(logs) == []


def test_report_over_apiv2_is_read_where_numbers_differ(
    make_desk: Callable[..., Desk], logs: list[EventDict]
) -> None:
    """It is read by the schedule of statuses, until it is closed, and its status is kept, too."""
    desk = make_desk(same_type_ids=False)
    receipt = followed(desk, api="apiv2", person_id=str(ROSA))
    desk.clock.move(minutes=30)
    say(desk, receipt)
    said_at = desk.clock()
    watch(desk)
    assert reads(logs) == []
    desk.clock.move(minutes=30)
    watch(desk)
    assert reads(logs) == [True]
    assert heard(desk) == said_at
    desk.clock.move(hours=1)
    watch(desk)
    assert reads(logs) == [True]
    say(desk, receipt, action=Action.CLOSE)
    desk.clock.move(hours=1)
    watch(desk)
    known = desk.receipt(receipt).city
    assert known is not None
    assert known.status is IssueStatus.CLOSED
    assert heard(desk) == said_at
    desk.clock.move(days=2)
    watch(desk)
    assert reads(logs) == [True] * 2


def test_issue_that_nobody_may_read_any_more(
    make_desk: Callable[..., Desk], logs: list[EventDict]
) -> None:
    """What is gone from the public is not asked for again, and what was known stays."""
    desk = make_desk(same_type_ids=False)
    followed(desk, api="apiv2", person_id=str(ROSA), upstream_id="999999")
    for _ in range(5):
        desk.clock.move(hours=2)
        watch(desk)
    assert reads(logs) == [False]


def test_reporters_own_comment_is_no_news(desk: Desk) -> None:
    """Who reported as themselves knows what they have said."""
    receipt = followed(desk, person_id=str(ROSA))
    desk.clock.move(minutes=30)
    say(desk, receipt, ROSA)
    desk.clock.move(minutes=30)
    watch(desk)
    assert heard(desk) is None


def test_comment_that_was_taken_back_stays_told(desk: Desk, logs: list[EventDict]) -> None:
    """Otherwise the one before it would be told again as new."""
    receipt = followed(desk)
    desk.clock.move(minutes=30)
    say(desk, receipt)
    desk.clock.move(minutes=30)
    watch(desk)
    said_at = heard(desk)
    desk.change(receipt, person_id=str(BEN))  # so that nothing is news any more
    desk.clock.move(hours=2)
    watch(desk)
    assert len(reads(logs)) == 2
    assert heard(desk) == said_at


def test_deliveries_and_people_go_first(make_desk: Callable[..., Desk]) -> None:
    """Reading comments takes no call that somebody could need: it stops at two fifths of the rate."""
    desk = make_desk(upstream_rate="5/60")
    followed(desk)
    desk.clock.move(hours=1)
    status = make_statuses(desk.core)
    while status.run_once() == 0.0:
        pass
    comments = make_comments(desk.core)
    host = urlsplit(desk.core.endpoint.api_root).hostname or ""
    desk.core.budget.take(host, Share.FORM)
    assert comments.run_once() > 0
    assert comments.watches.claim() is None  # put off
    desk.clock.move(seconds=61)
    assert comments.run_once() == 0.0


def test_two_workers_read_once(desk: Desk) -> None:
    """What one is reading another leaves alone, unless the first never returns."""
    followed(desk)
    desk.clock.move(hours=1)
    make_statuses(desk.core).run_once()
    first, second = make_comments(desk.core), make_comments(desk.core)
    assert first.watches.claim() is not None
    assert second.watches.claim() is None
    desk.clock.move(minutes=3)
    assert second.watches.claim() is not None
