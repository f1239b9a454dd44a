"""Dates and times are the local ones of the place, with their offset from UTC."""

from zoneinfo import ZoneInfo

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from scf_report.forms.moment import MomentField


class OneMoment(Form):
    """Asks for one time in Chicago."""

    seen = MomentField("First seen?", zone=ZoneInfo("America/Chicago"))


def typed(date: str, time: str) -> OneMoment:
    """Return the validated form in which these were typed."""
    form = OneMoment(MultiDict({"seen-date": date, "seen-time": time}))
    form.validate()
    return form


@pytest.mark.parametrize(
    ("date", "time", "moment"),
    [
        ("2026-11-21", "17:30", "2026-11-21T17:30:00-06:00"),
        ("2026-07-04", "00:00:59", "2026-07-04T00:00:59-05:00"),
        ("2026-11-21", "", "2026-11-21T12:00:00-06:00"),
        ("2026-11-01", "01:30", "2026-11-01T01:30:00-05:00"),
        (" 2026-11-21\x00", "17:30 ", "2026-11-21T17:30:00-06:00"),
        ("", "", ""),
    ],
)
def test_a_moment_has_the_offset_of_its_day(date: str, time: str, moment: str) -> None:
    """Summer and winter differ, a date alone means noon, an hour that comes twice is the first."""
    form = typed(date, time)
    assert not form.errors
    assert form.seen.moment == moment


@pytest.mark.parametrize(
    ("date", "time", "focus", "message"),
    [
        ("", "17:30", "seen-date", "“First seen” must have a date, like 2026-11-21"),
        ("yesterday", "", "seen-date", "“First seen” must have a date, like 2026-11-21"),
        ("2026-02-30", "", "seen-date", "“First seen” must have a date, like 2026-11-21"),
        ("20261121", "", "seen-date", "“First seen” must have a date, like 2026-11-21"),
        (
            "0001-01-01",
            "",
            "seen-date",
            "The date for “First seen” must be between 1900 and 2100",
        ),
        (
            "9999-12-31",
            "",
            "seen-date",
            "The date for “First seen” must be between 1900 and 2100",
        ),
        ("2026-11-21", "25:00", "seen-time", "The time for “First seen” must be like 17:30"),
        ("2026-11-21", "5 pm", "seen-time", "The time for “First seen” must be like 17:30"),
        (
            "2026-03-08",
            "02:30",
            "seen-time",
            "Choose another time for “First seen”: the clocks were put forward and skipped this one",
        ),
    ],
)
def test_no_moment_is_asked_again(date: str, time: str, focus: str, message: str) -> None:
    """The message leads to the input that is wrong; what was typed stays, nothing is passed on."""
    form = typed(date, time)
    assert form.seen.errors == [message]
    assert form.seen.focus_id == focus
    assert (form.seen.date_text, form.seen.time_text) == (date, time)
    assert form.seen.moment == ""


def test_a_stored_moment_is_shown_as_it_was_typed() -> None:
    """The wall time of the place, whatever zone the server is in."""
    form = OneMoment(data={"seen": "2026-07-04T17:30:00-05:00"})
    assert (form.seen.date_text, form.seen.time_text) == ("2026-07-04", "17:30")


@pytest.mark.parametrize("stored", ["soon", "", None, ("a",)])
def test_stored_nonsense_is_shown_as_empty(stored: object) -> None:
    """An answer of another kind of question does not upset the page."""
    form = OneMoment(data={"seen": stored})
    assert (form.seen.date_text, form.seen.time_text, form.seen.moment) == ("", "", "")
