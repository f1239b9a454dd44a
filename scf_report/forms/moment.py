"""A date with a time of day, typed into two inputs."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, Protocol

from typing_extensions import override
from wtforms import Field
from wtforms.form import BaseForm

from scf_report.forms.clean import clean_line
from scf_report.forms.fields import shown_around
from scf_report.forms.messages import (
    choose_date,
    choose_time,
    date_range,
    refuse,
    skipped_time,
)

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(?::\d\d)?", re.ASCII)
_NOON = "12:00"


class _Posted(Protocol):
    def getlist(self, key: str, /) -> list[Any]: ...


class MomentField(Field):
    """Inputs ``<name>-date`` and ``<name>-time``, whose ids are their names, hold local wall time.

    ``moment`` is the answer. A date without a time means noon: that stays on its day in whatever
    zone the answer is read. Of a time that the clocks pass twice, the first is meant.
    """

    date_text = ""
    time_text = ""
    shown = property(shown_around)

    def __init__(self, *args: Any, zone: tzinfo, **options: Any) -> None:  # noqa: ANN401  # WTForms'
        super().__init__(*args, **options)
        self.zone = zone

    @override
    def process(
        self,
        formdata: _Posted | None,
        data: object = None,
        extra_filters: object = None,
    ) -> None:
        self.process_errors = []
        if formdata is None:
            self.date_text, self.time_text = _parts(data)
        else:
            self.date_text = _first(formdata, f"{self.name}-date")
            self.time_text = _first(formdata, f"{self.name}-time")
        self.data = f"{self.date_text} {self.time_text}".strip()
        self.moment, self._refusal = self._read()

    @property
    def focus_id(self) -> str:
        """The time input when only the time is wrong, else the date input."""
        return f"{self.id}-time" if self._refusal in _ABOUT_TIME else f"{self.id}-date"

    @override
    def pre_validate(self, form: BaseForm) -> None:
        if self._refusal:
            refuse(self._refusal(self.label.text))

    def _read(self) -> tuple[str, Callable[[str], str] | None]:
        """Return the moment in ISO 8601 with its offset, "" if there is none, and what to say."""
        if not self.data:
            return "", None
        day = _date(self.date_text)
        if day is None:
            return "", choose_date
        if not 1900 <= day.year <= 2100:
            return "", date_range
        clock = _time(self.time_text or _NOON)
        if clock is None:
            return "", choose_time
        local = datetime.combine(day, clock, self.zone)
        if local.astimezone(UTC).astimezone(self.zone) != local:  # in the gap of a spring night
            return "", skipped_time
        return local.isoformat(timespec="seconds"), None


_ABOUT_TIME = (choose_time, skipped_time)


def _first(posted: _Posted, name: str) -> str:
    return clean_line(next(iter(posted.getlist(name)), ""))


def _parts(stored: object) -> tuple[str, str]:
    """Split a stored answer into its date and its time, as they were typed."""
    try:
        moment = datetime.fromisoformat(stored) if isinstance(stored, str) else None
    except ValueError:
        moment = None
    return (f"{moment:%Y-%m-%d}", f"{moment:%H:%M}") if moment else ("", "")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if _TIME.fullmatch(text) else None
    except ValueError:
        return None
