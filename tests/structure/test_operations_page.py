"""The tables for operators are the code's: states, tries, times, log events, data kept."""

import ast
import re
from datetime import timedelta
from importlib import import_module

from scf_report.domain.delivery import CHANGEABLE, FINAL, WORKED_ON, State, retry_delay
from scf_report.storage.database import metadata
from scf_report.web.problem import LARGEST_UPLOAD
from tests.structure.documents import CODE, ROOT, code_of, table, text

PAGE = "docs/operations.md"
UNITS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "days": timedelta(days=1),
}


def test_states_are_the_codes() -> None:
    """Each state stands in the table with what a worker and the resident may do in it."""

    def yes(state: State, states: frozenset[State]) -> str:
        return "yes" if state in states else "no"

    written = {code_of(row[0]): row[2:] for row in table(PAGE, "state")}
    assert written == {
        state.value: [yes(state, WORKED_ON), yes(state, CHANGEABLE), yes(state, FINAL)]
        for state in State
    }


def test_retry_schedule_is_the_codes() -> None:
    """After each number of failed tries the next comes within the range that is written."""
    rows = table(PAGE, "failed tries")
    for number, row in enumerate(rows, 1):
        least, most = (retry_delay(number, jitter).total_seconds() for jitter in (0, 1))
        assert row[1] == f"{least:.0f}–{most:.0f}", row
    assert rows[-1][0].endswith("and more")
    assert retry_delay(1000, 1) == retry_delay(len(rows), 1)


def test_times_are_the_codes() -> None:
    """Each time in the table is the constant that it names."""
    for _, written, where in table(PAGE, "what | how long"):
        amount, unit = written.split()
        module, _, name = code_of(where).rpartition(".")
        assert getattr(import_module(module), name) == int(amount) * UNITS[unit], where


def logged() -> dict[str, set[str]]:
    """Give every event that the code logs, with its levels."""
    events: dict[str, set[str]] = {}
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=function, args=[ast.Constant(value=str(event)), *_]):
                    levels = set(re.findall(r"log\.(\w+)", ast.unparse(function)))
                    if levels:
                        events.setdefault(event, set()).update(levels)
                case _:
                    continue
    return events


def test_log_events_are_the_codes() -> None:
    """Each event of the log is explained, with its levels, and no other."""
    written = {code_of(row[0]): set(row[1].split(", ")) for row in table(PAGE, "event")}
    expected = {
        event: {level.replace("exception", "error") for level in levels}
        for event, levels in logged().items()
    }
    assert written == expected


def test_every_table_of_the_database_is_explained() -> None:
    """The privacy page tells of each table what it holds and for how long."""
    for path in (ROOT / "scf_report" / "storage").glob("*.py"):
        import_module(f"scf_report.storage.{path.stem}")  # each declares its own tables
    written = {code_of(row[0]) for row in table("docs/privacy.md", "table")}
    assert written == set(metadata.tables)


def test_proxy_lets_photos_through_that_the_app_refuses_kindly() -> None:
    """The proxy in the recipe takes as much as the app reads, so that the app's own page is seen."""
    allowed = re.search(r"client_max_body_size (\d+)m;", text(PAGE))
    assert allowed
    assert int(allowed[1]) * 1024 * 1024 > LARGEST_UPLOAD
