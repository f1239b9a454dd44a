"""Moments in the reader's words, in the zone of the city."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_time, gettext as _


def clock_time(moment: datetime | None, zone: ZoneInfo) -> str:
    """Write the time of day ("9:41 AM"); "" for None."""
    if moment is None:
        return ""
    return str(format_time(moment.astimezone(zone), "short", rebase=False))


def day_and_time(moment: datetime | None, zone: ZoneInfo, now: datetime | None = None) -> str:
    """Write day and time, the day as "Today" where ``now`` is the same one; "" for None."""
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    time = clock_time(moment, zone)
    if now is not None and local.date() == now.astimezone(zone).date():
        return str(_("Today, %(time)s", time=time))
    date = format_date(local.date(), "long")
    return str(_("%(date)s, %(time)s", date=date, time=time))


def time_of_late(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Write the time of day alone where ``now`` is the same day, else the day, too."""
    if moment.astimezone(zone).date() == now.astimezone(zone).date():
        return clock_time(moment, zone)
    return day_and_time(moment, zone)


def iso(moment: datetime | None) -> str | None:
    """Write a moment for programs (ISO 8601 with zone), None for None."""
    return moment.isoformat(timespec="seconds") if moment else None
