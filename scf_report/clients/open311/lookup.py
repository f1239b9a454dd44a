"""Looking a report up by the reference in its text, and knowing when "not there" is proved."""

from collections.abc import Callable
from datetime import UTC, datetime

from scf_report.domain.delivery import Found, LookUp, NotFound
from scf_report.domain.issue import Issue
from scf_report.domain.report import Reference

MOST_PAGES = 50
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)

ReadPage = Callable[[int], tuple[Issue, ...]]
"""Reads the page with this number, counted from 1; empty after the end of the list."""


def look_up(read_page: ReadPage, reference: Reference, since: datetime) -> LookUp:
    """Read a list to its end for records that carry the reference; the oldest is the one that counts.

    ``since`` is the earliest moment at which the record may have been made. Raises what
    ``read_page`` raises.
    """
    issues, complete = _read_list(read_page, since)
    ours = {each.upstream_id: each for each in issues if reference.stands_in(each.description)}
    ids = sorted(
        (issue.requested_at or _END_OF_TIME, upstream_id)
        for upstream_id, issue in ours.items()
        if upstream_id
    )
    if ids:
        return Found(ids[0][1], copies=len(ids))
    # A record with neither number nor words is no record: whatever stood in its place was not read.
    legible = all(issue.upstream_id or issue.description for issue in issues)
    # Ours without a number yet (a batch service): not found, and certainly not absent.
    return NotFound(complete=complete and legible and not ours)


def _read_list(read_page: ReadPage, since: datetime) -> tuple[list[Issue], bool]:
    """Read the pages; tell also whether that was everything since the moment.

    A server that gives the same page again does not know paging, and may have cut its list off:
    that is no proof of anything. A page of other known records is no such thing: the list has
    grown at its top since the page before was read.
    """
    issues: dict[Issue, None] = {}
    before: tuple[Issue, ...] = ()
    for number in range(1, MOST_PAGES + 1):
        page = read_page(number)
        if not page:
            return list(issues), True
        if page == before:
            return list(issues), False
        before = page
        issues |= dict.fromkeys(page)
        if _ran_past(list(issues), since):
            return list(issues), True
    return list(issues), False


def _ran_past(issues: list[Issue], since: datetime) -> bool:
    """Tell whether a list from newest to oldest has come to records from before the moment.

    Spares the rest of a server that ignores ``start_date`` and would list years.
    """
    times = [issue.requested_at for issue in issues if issue.requested_at]
    in_order = len(times) == len(issues) and times == sorted(times, reverse=True)
    return in_order and times[0] > times[-1] and times[-1] < since
