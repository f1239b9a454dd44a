"""For any schedule of faults, crashes and pauses: each receipt is one record of the city, or says that it is not."""

import dataclasses
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from structlog.testing import capture_logs

from scf_report.domain.delivery import Attempt, Next, Outcome, State, Uncertain, after_attempt
from scf_report.domain.report_form import ReportForm
from scf_report.usecases import deliver_report
from tests.faults.reports import BATCH, MODERATED, PRIVATE, PUBLIC, read_form
from tests.faults.wire import TROUBLES
from tests.faults.world import Die, Meet, Report, Sleep, Step, Turn, Wait, Work, World

SPANS = st.sampled_from([1.0, 10.0, 29.0, 31.0, 61.0, 89.0, 91.0, 181.0, 3700.0])
SERVICES = st.sampled_from([PUBLIC, PUBLIC, PRIVATE, MODERATED, BATCH])
MEETINGS = st.builds(
    Meet,
    st.sampled_from(TROUBLES),
    st.sampled_from(["POST", "POST", "GET"]),
    st.sampled_from([1, 1, 2, 9]),
)
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(Report, SERVICES),
    MEETINGS,
    st.builds(Work, st.sampled_from([1, 2, 20])),
    st.builds(Wait, SPANS),
    st.builds(Die, st.booleans()),
    st.builds(Sleep, SPANS, st.booleans()),
    st.builds(Turn, st.just("token_seconds"), st.sampled_from(["0", "100", "4000"])),
    st.builds(Turn, st.just("search_lag"), st.sampled_from(["0", "20", "40"])),
    st.builds(Turn, st.just("moderated_id"), st.sampled_from(["shown", "hidden"])),
)
INCIDENTS: st.SearchStrategy[list[Step]] = st.builds(
    lambda meet, service, next_step: [meet, Report(service), next_step, Work(20)],
    MEETINGS,
    SERVICES,
    STEPS,
)
LEARNED: list[Step] = [Report(PUBLIC), Work(20), Wait(31.0), Work(20)]
"""A first report that was found in the list: from here on an absence can be proved."""
SCHEDULES = st.builds(
    lambda start, parts: [*start, *(step for part in parts for step in part)],
    st.sampled_from([[], LEARNED]),
    st.lists(INCIDENTS | STEPS.map(lambda step: [step]), max_size=10),
)


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ReportForm]:
    """Read the city's forms once."""
    world = World(tmp_path_factory.mktemp("forms"), {})
    services = [PUBLIC, PRIVATE, MODERATED, BATCH]
    world.core.database.migrate()
    found = {service: read_form(world.core, service) for service in services}
    world.core.database.close()
    return found


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database that is migrated and empty, to be copied."""
    world = World(tmp_path_factory.mktemp("empty"), {})
    world.core.database.migrate()
    world.core.database.close()
    return Path(str(world.core.database.url.database))


@contextmanager
def a_world(empty: Path, forms: dict[str, ReportForm]) -> Iterator[World]:
    """Give a world of its own to one schedule, in memory where the machine has such a folder."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder of its own below it
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        shutil.copy(empty, folder)
        world = World(Path(folder), forms)
        try:
            yield world
        finally:
            world.core.database.close()


def holds(
    empty: Path, forms: dict[str, ReportForm], schedule: list[Step], *, shows_doubles: bool
) -> None:
    """Check the promise for one schedule."""
    with a_world(empty, forms) as world, capture_logs():
        world.wire.shows_doubles = shows_doubles
        for step in schedule:
            world.take(step)
        world.settle()
        world.judge()


def meet(name: str, method: str = "POST") -> Meet:
    """Let the next call meet the trouble with this name."""
    return Meet(next(each for each in TROUBLES if each.name == name), method, 1)


BATCH_LATER: list[Step] = [
    Turn("token_seconds", "0"),
    Report(BATCH),
    Work(20),
    Wait(31),
    Work(20),
    Wait(61),
    Work(20),
    Turn("token_seconds", "4000"),
    meet("500 after"),
    Report(BATCH),
    Work(20),
]
"""A type whose reports showed at once, and then do so an hour later."""
CASES: list[list[Step]] = [
    BATCH_LATER,
    [*LEARNED, meet("very late"), Report(PUBLIC), Work(20), Wait(91), Work(20)],
    [*LEARNED, meet("500 before"), Report(PUBLIC), Work(20)],
    [*LEARNED, meet("500 after"), Report(PUBLIC), Work(20)],
    [*LEARNED, Report(PUBLIC), Sleep(181, after_call=False)],
    [*LEARNED, Report(PUBLIC), Sleep(181, after_call=True)],
    [meet("reset after"), Report(PRIVATE), Work(20)],
    [*LEARNED, meet("empty id before", "GET"), Report(PUBLIC), Sleep(3700, after_call=True)],
]


@pytest.mark.parametrize("schedule", CASES, ids=count())
def test_a_schedule_keeps_the_promise(
    empty: Path, forms: dict[str, ReportForm], schedule: list[Step]
) -> None:
    """The plainest ways to be doubled or lost."""
    holds(empty, forms, schedule, shows_doubles=True)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("examples", [40, pytest.param(1500, marks=pytest.mark.full)])
def test_any_schedule_keeps_the_promise(
    empty: Path, forms: dict[str, ReportForm], examples: int
) -> None:
    """Down, slow, late, refusing, lying by omission, workers dying and sleeping: nothing lost or doubled."""

    @settings(
        max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(schedule=SCHEDULES, shows_doubles=st.booleans())
    def search(schedule: list[Step], *, shows_doubles: bool) -> None:
        holds(empty, forms, schedule, shows_doubles=shows_doubles)

    search()


@pytest.mark.timeout(600)
def test_a_planted_bug_is_found(
    empty: Path, forms: dict[str, ReportForm], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With "uncertain → queued", the mistake of a job queue, the property fails: it can see a double."""

    def careless(outcome: Outcome, attempt: Attempt, *, now: datetime, jitter: float) -> Next:
        following = after_attempt(outcome, attempt, now=now, jitter=jitter)
        if isinstance(outcome, Uncertain):
            return dataclasses.replace(following, state=State.QUEUED)
        return following

    monkeypatch.setattr(deliver_report, "after_attempt", careless)

    @settings(
        max_examples=200,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(schedule=SCHEDULES)
    def search(schedule: list[Step]) -> None:
        holds(empty, forms, schedule, shows_doubles=True)

    with pytest.raises(AssertionError, match="doubled"):
        search()


def test_a_token_that_never_resolves_goes_to_a_person(
    empty: Path, forms: dict[str, ReportForm]
) -> None:
    """After days of polling, through an outage and a worker that dies at it."""
    with a_world(empty, forms) as world:
        outage = Meet(next(each for each in TROUBLES if each.name == "refused"), "GET", 9)
        steps: list[Step] = [
            Turn("token_seconds", "inf"),
            Report(BATCH),
            Work(20),
            outage,
            Wait(3700),
        ]
        steps += [Work(20), Die(after_call=True), Wait(91)]
        for step in steps:
            world.take(step)
        world.settle()
        assert [row["state"] for row in world.core.outbox.list()] == ["undecided"]
