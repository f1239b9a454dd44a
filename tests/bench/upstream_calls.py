"""Calls to the city in an hour of simulated time: the real app, worker, database and city, one clock."""

import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from scf_report.domain.delivery import State
from scf_report.geo.request_types import FRESH
from scf_report.settings import Settings
from tests.bench.quiet import quiet
from tests.bench.table import Line, show
from tests.conftest import Clock
from tests.faults.crowd import QuickVisitor, Town
from tests.functional.conftest import answer, step_of

VISITS, VISITORS, PLACES = 1_000, 200, 50
LISTS = 2
"""Read for each place: Open311's services, and APIv2's flags of the same types."""
SENDS_EACH = 20
"""One visit of so many ends with a report; the others look at the questions and go."""
ALLOWED, WINDOW = 20, timedelta(seconds=60)
"""What SeeClickFix allows (upstream.md 2.1), here and in the city."""
CROWD = (400, 200, 10)
"""The same for another hour, in which each place has twice as many visits."""
HOUR = timedelta(hours=1)
BETWEEN_FIRST_LOOKS = timedelta(seconds=8)


@dataclass
class Hour:
    """What was asked of the city, by whom, and how much of it at each moment."""

    places: int
    reads: int = 0
    """For people who look at pages."""
    worker: list[str] = field(default_factory=list)
    """The methods of the worker's calls."""
    moments: list[tuple[datetime, int]] = field(default_factory=list)
    sent: int = 0
    delivered: int = 0
    refused: int = 0
    turned_away: int = 0

    @property
    def reads_each(self) -> float:
        """Reads for each thing that is read: a place, and the one type's questions."""
        return self.reads / (self.places + 1)

    @property
    def peak(self) -> int:
        """The most calls in any window."""
        return max(
            sum(calls for at, calls in self.moments if begin <= at < begin + WINDOW)
            for begin, _ in self.moments
        )


def main() -> bool:
    """Measure; True if every line passes."""
    hour, crowded = _hour(VISITS, VISITORS, PLACES), _hour(*CROWD)
    bound = (PLACES * LISTS + 1) * (HOUR // FRESH)
    posts, reads = (hour.worker.count(method) for method in ("POST", "GET"))
    each = f"{hour.sent} reports"
    again = f"{LISTS} lists a place and 1 type every {FRESH.seconds // 60} min: {bound}"
    return show(
        f"Calls in an hour: {VISITS} visits by {VISITORS} visitors to {PLACES} places",
        [
            Line(
                "reads for pages", str(hour.reads), again, hour.reads / bound, 1, at_most=True
            ),
            Line(
                "twice the visits a place",
                f"{crowded.reads_each:.1f} reads each",
                f"{hour.reads_each:.1f} with half",
                crowded.reads_each / hour.reads_each,
                1.1,
                at_most=True,
            ),
            Line("turned away", str(hour.turned_away), "", hour.turned_away, 0, at_most=True),
            Line("reports delivered", str(hour.delivered), each, hour.delivered / hour.sent, 1),
            Line("POST a report", str(posts), each, posts / hour.sent, 1, at_most=True),
            Line("reads a report", str(reads), each, reads / hour.sent, 1, at_most=True),
            Line("most in 60 s", str(hour.peak), "", hour.peak, ALLOWED, at_most=True),
            Line("429", str(hour.refused), "", hour.refused, 0, at_most=True),
        ],
    )


def _hour(visits: int, visitors: int, places: int) -> Hour:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = Settings.from_environment(
            {
                "data_dir": Path(folder),
                "geocoder": "none",
                "report_limit": "100000/60",
                "upstream_rate": f"{ALLOWED}/{WINDOW.seconds}",
            }
        )
        town = Town(settings, Clock())
        quiet()
        for place in range(places):  # everything is warm before the hour
            _visit(town.visitor(), place, sends=place == 0, town=town)
            _let_pass(town, Hour(places), BETWEEN_FIRST_LOOKS)
        hour, before = Hour(places), len(town.core.outbox.list(limit=10_000))
        people = [town.visitor() for _ in range(visitors)]
        for number in range(visits):
            sends = number % SENDS_EACH == 0
            told = len(town.line.answers)
            came = _visit(people[number % visitors], number % places, sends=sends, town=town)
            hour.turned_away += not came
            asked = town.line.answers[told:]
            hour.reads += len(asked)
            hour.moments.append((town.clock(), len(asked)))
            _let_pass(town, hour, HOUR / visits)
        _let_pass(town, hour, timedelta(minutes=2))
        rows = town.core.outbox.list(limit=10_000)
        hour.sent = len(rows) - before
        hour.delivered = sum(row["state"] == State.ACCEPTED.value for row in rows) - before
        hour.refused = sum(status == 429 for _, status in town.line.answers)
        return hour


def _visit(visitor: QuickVisitor, place: int, *, sends: bool, town: Town) -> bool:
    """Choose the place and the kind of problem, look at its questions, and send the report or go.

    False where a page could not be shown.
    """
    address = f"41.88{place:02}, -87.6570"
    page = visitor.open("/report", query_string={"address": address})
    while step_of(page) not in ("check", *(() if sends else ("details",))):
        page = answer(page).submit()
        if page.status >= 500:
            return False
    if sends:
        town.clock.move(seconds=3)
        page.form().submit()
    return True


def _let_pass(town: Town, hour: Hour, time: timedelta) -> None:
    """Let the time pass, second by second, in which the worker does what can be done."""
    end = town.clock() + time
    while town.clock() < end:
        told, now = len(town.line.answers), town.clock()
        town.pass_second()
        calls = town.line.answers[told:]
        hour.worker += [method for method, _ in calls]
        hour.moments.append((now, len(calls)))
    town.clock.moment = end
