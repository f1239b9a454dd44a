"""Looking a report up by the reference in its text, over lists that name their end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scf_report.clients.seeclickfix.issues import IssuePage
from scf_report.domain.delivery import Found, LookUp, NotFound
from scf_report.domain.issue import Issue
from scf_report.domain.report import Reference

MOST_PAGES = 25
"""A list ends after about 500 to 1,000 issues, whatever it has (upstream.md 2.1)."""
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)

ReadPage = Callable[[int], IssuePage]
"""Reads the page with this number, counted from 1."""


@dataclass(slots=True)
class Reading:
    """What was read so far in search of one report; ``complete``: each list to its end."""

    reference: Reference
    ours: dict[str, datetime] = field(default_factory=dict)
    complete: bool = True

    def read(self, read_page: ReadPage, since: datetime) -> None:
        """Read one list, or as much of one from newest to oldest as is not before the moment.

        Raises what ``read_page`` raises.
        """
        issues, to_its_end = _read_list(read_page, since)
        # An issue without a number is none: whatever stood in its place was not read.
        self.complete &= to_its_end and all(issue.upstream_id for issue in issues)
        for issue in issues:
            if issue.upstream_id and self.reference.stands_in(issue.description):
                self.ours[issue.upstream_id] = issue.requested_at or _END_OF_TIME

    def result(self) -> LookUp:
        """Say what follows; of several the oldest is the one that counts."""
        if self.ours:
            oldest = min(self.ours, key=lambda number: (self.ours[number], number))
            return Found(oldest, copies=len(self.ours))
        return NotFound(self.complete)


def _read_list(read_page: ReadPage, since: datetime) -> tuple[list[Issue], bool]:
    """Read the pages; tell also whether that was everything since the moment.

    A page without anything new is from a server that does not know paging, and a list that ends
    before all that it promised is a capped one: neither proves anything.
    """
    issues: dict[Issue, None] = {}
    number = 1
    for _ in range(MOST_PAGES):
        page = read_page(number)
        found = dict.fromkeys(each.issue for each in page.issues)
        if found and found.keys() <= issues.keys():
            break
        issues |= found
        if _ran_past(list(issues), since):
            return list(issues), True
        if page.next_page is None:
            return list(issues), page.entries is None or len(issues) >= page.entries
        number = page.next_page
    return list(issues), False


def _ran_past(issues: list[Issue], since: datetime) -> bool:
    """Tell whether a list from newest to oldest has come to issues from before the moment."""
    times = [issue.requested_at for issue in issues if issue.requested_at]
    in_order = len(times) == len(issues) and times == sorted(times, reverse=True)
    return bool(times) and in_order and times[0] > times[-1] and times[-1] < since
