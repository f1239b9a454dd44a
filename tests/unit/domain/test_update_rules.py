"""When a message is tried again, what it tells of, and how often the city is asked for a status."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from scf_report.domain.delivery import State
from scf_report.domain.issue import IssueStatus
from scf_report.domain.mail import (
    PATIENCE,
    Declined,
    Lost,
    MailKind,
    MailOutcome,
    MailState,
    NotTaken,
    Taken,
    after_mail,
    kind_for,
)
from scf_report.domain.watching import WATCHED_FOR, next_look

NOW = datetime(2026, 11, 24, 15, 41, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Taken(), MailState.SENT),
        (Declined("550"), MailState.FAILED),
        (Lost("reset"), MailState.GIVEN_UP),
    ],
)
def test_ends_are_ends(outcome: MailOutcome, state: MailState) -> None:
    """Taken, refused for good and perhaps taken are never tried again."""
    after = after_mail(outcome, attempts=1, age=timedelta(0), now=NOW, jitter=0.5)
    assert after == (state, None)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (5, 16), (7, 60), (99, 60)])
def test_tries_become_rarer(attempts: int, minutes: int) -> None:
    """The pause doubles from a minute to an hour, and is spread by a quarter either way."""
    for jitter, part in ((0.0, 0.75), (0.5, 1.0), (1.0, 1.25)):
        after = after_mail(
            NotTaken("away"), attempts=attempts, age=HOUR, now=NOW, jitter=jitter
        )
        assert after == (MailState.QUEUED, NOW + part * timedelta(minutes=minutes))


def test_patience_ends() -> None:
    """After two days without a server the message has failed, since it is certain that none has it."""
    late = PATIENCE + timedelta(seconds=1)
    after = after_mail(NotTaken("away"), attempts=50, age=late, now=NOW, jitter=0.5)
    assert after == (MailState.FAILED, None)


def test_each_state_has_its_message() -> None:
    """Only what the city has said is told as such; what was taken back is told to nobody."""
    told = {state: kind_for(state) for state in State}
    assert told.pop(State.ACCEPTED) is MailKind.ACCEPTED
    assert told.pop(State.MODERATED) is MailKind.MODERATED
    assert told.pop(State.REJECTED) is MailKind.REFUSED
    assert told.pop(State.WITHDRAWN) is None
    assert set(told.values()) == {MailKind.WAITING}


def test_looks_become_rarer() -> None:
    """The city is asked after 1, 2, 4, 8 and 16 hours and then daily."""
    looked, times = 0, [NOW]
    while looked < 7:
        due = next_look(looked, NOW, times[-1], IssueStatus.OPEN if looked else None)
        assert due is not None
        times.append(due)
        looked += 1
    between = [(later - earlier) / HOUR for earlier, later in pairwise(times)]
    assert between == [1, 2, 4, 8, 16, 24, 24]


def test_a_late_first_look_is_at_once() -> None:
    """Who opens an old receipt need not wait for an hour that is long over."""
    assert next_look(0, NOW, NOW + 5 * HOUR, None) == NOW + 5 * HOUR


@pytest.mark.parametrize("status", [IssueStatus.CLOSED, IssueStatus.ARCHIVED])
def test_closed_is_the_end(status: IssueStatus) -> None:
    """What is closed is not asked about again."""
    assert next_look(3, NOW, NOW + HOUR, status) is None


def test_nothing_is_watched_for_ever() -> None:
    """After ninety days an open record is left alone."""
    assert next_look(95, NOW, NOW + WATCHED_FOR, IssueStatus.OPEN) is not None
    assert next_look(96, NOW, NOW + WATCHED_FOR + HOUR, IssueStatus.OPEN) is None
