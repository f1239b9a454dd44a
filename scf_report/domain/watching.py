"""How long the city's record of a delivered report is watched, and how often it is asked about."""

from datetime import datetime, timedelta

from scf_report.domain.issue import IssueStatus

FIRST_LOOK = timedelta(hours=1)
"""After the city has accepted the report."""
LONGEST_BETWEEN = timedelta(days=1)
WATCHED_FOR = timedelta(days=90)
LOOKED_AT_LATELY = timedelta(days=7)
"""A record that nobody follows by e-mail is asked about while its receipt was read this recently."""
_OVER = frozenset({IssueStatus.CLOSED, IssueStatus.ARCHIVED})


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
