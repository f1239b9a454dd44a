"""What was said about an issue and what has happened to it, in the order of time."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from scf_report.domain.conversation import Comment, Conversation
from scf_report.forms.clean import clean_line, clean_text
from scf_report.web.issue_pages import ThreadItem
from scf_report.web.times import day_and_time, iso

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_Dated = tuple[datetime, ThreadItem]


def thread(
    found: Conversation,
    zone: ZoneInfo,
    now: datetime,
    picture: Callable[[str | None], str | None],
) -> tuple[ThreadItem, ...]:
    """List both; ``picture`` gives our own address of a picture.

    Dates alone do not tell the status (upstream.md 2.3); they tell what has once happened.
    """

    def words(moment: datetime | None) -> str:
        return day_and_time(moment, zone, now)

    items = [*_events(found, words), *_said(found.comments, words, picture)]
    return tuple(item for _, item in sorted(items, key=lambda dated: dated[0]))


def _events(found: Conversation, words: Callable[[datetime | None], str]) -> Iterator[_Dated]:
    named = found.reporter is not None and found.reporter.id is not None
    by = clean_line(found.reporter.name) if found.reporter and named else ""
    events = (
        ("reported", found.issue.requested_at, by),
        ("acknowledged", found.acknowledged_at, ""),
        ("closed", found.closed_at, ""),
        ("reopened", found.reopened_at, ""),
    )
    for kind, at, who in events:
        if at is not None:
            yield at, ThreadItem(kind, who, "", words(at), iso(at) or "")


def _said(
    comments: tuple[Comment, ...],
    words: Callable[[datetime | None], str],
    picture: Callable[[str | None], str | None],
) -> Iterator[_Dated]:
    latest = _LONG_AGO
    for each in comments:
        # One without a time stands where it came: they come oldest first.
        latest = max(latest, each.at or latest)
        kind = "official" if "official" in each.by.role.lower() else "comment"
        yield (
            latest,
            ThreadItem(
                kind,
                clean_line(each.by.name),
                clean_text(each.text),
                words(each.at),
                iso(each.at) or "",
                picture(each.picture_url),
            ),
        )
