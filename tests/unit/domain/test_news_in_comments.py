"""Which comments are news to somebody who follows a report."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scf_report.domain.conversation import Comment, Commenter, Conversation
from scf_report.domain.issue import Issue, IssueStatus
from scf_report.domain.watching import newest_comment

REPORTED = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ISSUE = Conversation(
    Issue("7", IssueStatus.OPEN, "Open", requested_at=REPORTED),
    acknowledged_at=REPORTED + DAY,
    closed_at=REPORTED + 2 * DAY,
    reopened_at=REPORTED + 3 * DAY,
)


def said(*times: datetime | None, by: str | None = "5") -> Conversation:
    """Let somebody comment at these times."""
    return replace(
        ISSUE, comments=tuple(Comment("Me too", Commenter("Ana", by), at) for at in times)
    )


def test_the_newest_counts() -> None:
    """Comments come in any order; one without a time tells nothing."""
    at = REPORTED + timedelta(hours=1)
    assert newest_comment(said(at + DAY / 2, at, None), None) == at + DAY / 2
    assert newest_comment(said(), None) is None


@pytest.mark.parametrize("days", [0, 1, 2, 3])
@pytest.mark.parametrize("seconds", [-1, 0, 16])
def test_what_comes_with_a_change_is_told_by_the_change(days: int, seconds: int) -> None:
    """Notes at acceptance, acknowledging, closing and reopening stand within seconds of it."""
    moment = REPORTED + days * DAY + timedelta(seconds=seconds)
    assert newest_comment(said(moment), None) is None


def test_a_minute_later_somebody_has_spoken() -> None:
    """What is said some time after a change is news, also next to what is not."""
    later = REPORTED + DAY + timedelta(minutes=2)
    assert newest_comment(said(later, REPORTED + 2 * DAY), None) == later


def test_the_reporters_own_words_are_no_news() -> None:
    """They are told apart by number; somebody anonymous is nobody in particular."""
    at = REPORTED + timedelta(hours=1)
    assert newest_comment(said(at), "5") is None
    assert newest_comment(said(at), "6") == at
    assert newest_comment(said(at, by=None), None) == at
