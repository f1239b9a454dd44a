"""How long the city's record of a delivered report is watched, how often, and what of it is news."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scf_report.domain.conversation import Conversation
from scf_report.domain.issue import IssueStatus

FIRST_LOOK = timedelta(hours=1)
"""After the city has accepted the report."""
LONGEST_BETWEEN = timedelta(days=1)
WATCHED_FOR = timedelta(days=90)
LOOKED_AT_LATELY = timedelta(days=7)
"""A record that nobody follows by e-mail is asked about while its receipt was read this recently."""
SAID_WITH_A_CHANGE = timedelta(minutes=1)
"""What is said so shortly before or after a change of status is said about it."""
NOTE_SEEN_AGAIN = timedelta(hours=1)
"""That a receipt is read is written down once in this time, however often it is."""
_OVER = frozenset({IssueStatus.CLOSED, IssueStatus.ARCHIVED})


@dataclass(frozen=True, slots=True)
class CityStatus:
    """The status of the city's record, in our words and in its own, as of that moment."""

    status: IssueStatus
    words: str
    as_of: datetime


def next_look(
    looks: int, accepted_at: datetime, now: datetime, status: IssueStatus | None
) -> datetime | None:
    """Say when to ask next: after 1, 2, 4, 8 and 16 hours, then daily; None: never again.

    ``looks`` counts those so far; ``status`` is what the last one said, None if nothing.
    """
    if status in _OVER or now - accepted_at > WATCHED_FOR:
        return None
    if looks == 0:
        return max(now, accepted_at + FIRST_LOOK)
    between: timedelta = min(LONGEST_BETWEEN, FIRST_LOOK * 2 ** min(looks, 10))
    return now + between


def newest_comment(issue: Conversation, reporter_id: str | None) -> datetime | None:
    """Say when somebody last said something that is news to those who follow; None: never.

    It is none what the reporter says, and what comes with a change of status: that is told by
    itself, and what the system notes looks like any other comment (upstream.md 2.3).
    """
    record = issue.issue
    changes = [
        moment
        for moment in (
            record.requested_at,
            issue.acknowledged_at,
            issue.closed_at,
            issue.reopened_at,
        )
        if moment
    ]
    times = [
        comment.at
        for comment in issue.comments
        if comment.at
        and not (reporter_id and comment.by.id == reporter_id)
        and all(abs(comment.at - moment) > SAID_WITH_A_CHANGE for moment in changes)
    ]
    return max(times, default=None)
