"""Moments in the reader's words, in the zone of the city."""

from datetime import datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_time, gettext as _

from scf_report.web.language import page_language

WRITTEN = 5000
"""Times and dates in words that are kept, as a receipt has several and to write one takes long."""


def clock_time(moment: datetime | None, zone: ZoneInfo) -> str:
    """Write the time of day ("9:41 AM"); "" for None."""
    if moment is None:
        return ""
    return _write_time(_minute(moment, zone).time(), page_language())


def day_and_time(moment: datetime | None, zone: ZoneInfo, now: datetime | None = None) -> str:
    """Write day and time, the day as "Today" where ``now`` is the same one; "" for None."""
    if moment is None:
        return ""
    local = _minute(moment, zone)
    today = now is not None and local.date() == now.astimezone(zone).date()
    return _write(local, page_language(), today=today)


def time_of_late(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Write the time of day alone where ``now`` is the same day, else the day, too."""
    if moment.astimezone(zone).date() == now.astimezone(zone).date():
        return clock_time(moment, zone)
    return day_and_time(moment, zone)


def iso(moment: datetime | None) -> str | None:
    """Write a moment for programs (ISO 8601 with zone), None for None."""
    return moment.isoformat(timespec="seconds") if moment else None


def _minute(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None)


@lru_cache(WRITTEN)
def _write(local: datetime, language: str, *, today: bool) -> str:
    at = _write_time(local.time(), language)
    if today:
        return str(_("Today, %(time)s", time=at))
    return str(_("%(date)s, %(time)s", date=format_date(local.date(), "long"), time=at))


@lru_cache(WRITTEN)
def _write_time(local: time, _language: str) -> str:
    return str(format_time(local, "short", rebase=False))
