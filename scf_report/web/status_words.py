"""The status of the city's record in the reader's words, and how old that knowledge is."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from scf_report.domain.issue import IssueStatus
from scf_report.domain.watching import CityStatus
from scf_report.forms.clean import clean_line
from scf_report.web.times import clock_time, day_and_time


def status_word(status: IssueStatus, words: str = "") -> str:
    """Name a status; one that we do not know is quoted in the city's own ``words``."""
    match status:
        case IssueStatus.OPEN:
            return str(_("Open"))
        case IssueStatus.ACKNOWLEDGED:
            return str(_("Acknowledged"))
        case IssueStatus.CLOSED:
            return str(_("Closed"))
        case IssueStatus.ARCHIVED:
            return str(_("Archived"))
        case IssueStatus.UNKNOWN:
            return str(_("“%(words)s”", words=clean_line(words)))


def status_line(found: CityStatus | None, zone: ZoneInfo, now: datetime) -> str:
    """Write "Open, as of 9:41 am"; "" when nothing is known."""
    if found is None or (found.status is IssueStatus.UNKNOWN and not clean_line(found.words)):
        return ""
    today = found.as_of.astimezone(zone).date() == now.astimezone(zone).date()
    time = clock_time(found.as_of, zone) if today else day_and_time(found.as_of, zone)
    status = status_word(found.status, found.words)
    return str(_("%(status)s, as of %(time)s", status=status, time=time))
