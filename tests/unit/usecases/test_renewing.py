"""What the city says can be reported is kept, renewed cheaply, and its age is known."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from scf_report.domain.draft import Draft
from scf_report.domain.report_form import RequestType
from scf_report.factory import build_core
from scf_report.geo.request_types import Staleness
from scf_report.settings import Settings
from scf_report.storage.counts import UPSTREAM_CALLS
from scf_report.usecases.errors import TypeGoneError, UpstreamAwayError
from scf_report.usecases.fill_draft import FillDraft
from tests.conftest import Clock
from tests.stores import settle
from tests.unit.usecases.conftest import DEAD_ANIMAL, MADISON, Desk, types_at

POTHOLE = "10101"


def filler(desk: Desk) -> FillDraft:
    """Make the steps of a desk."""
    core = desk.core
    return FillDraft(core.drafts, core.outbox, core.types())


def calls(desk: Desk) -> dict[str, float]:
    """Count the upstream's answers by their class."""
    desk.core.counts.flush()
    found: dict[str, float] = {}
    with desk.core.database.read() as connection:
        totals = desk.core.counts.totals(connection, UPSTREAM_CALLS)
    for labels, total in totals.items():
        found[labels[1]] = found.get(labels[1], 0) + total
    return found


def at_madison(fill: FillDraft) -> Draft:
    """Begin a draft there, with a pothole chosen."""
    draft = fill.save_place(fill.start(), MADISON, "1200 W Madison St", "")
    kinds = {found.code: found for found in types_at(fill, MADISON)}
    return fill.choose_type(draft, kinds[POTHOLE])


def test_unchanged_answers_renew_what_is_kept(make_desk: Callable[..., Desk]) -> None:
    """After a quarter of an hour one call each finds that nothing has changed."""
    desk = make_desk(same_type_ids=False)
    fill = filler(desk)
    draft = at_madison(fill)
    known, questions = types_at(fill, MADISON), draft.form
    assert calls(desk) == {"2xx": 2}
    assert (fill.types_staleness(draft), fill.form_staleness(draft)) == (None, None)
    desk.clock.move(minutes=16)
    assert types_at(fill, MADISON) == known
    assert questions is not None
    assert fill.choose_type(draft, questions.request_type).form == questions
    settle()
    assert calls(desk) == {"2xx": 2, "3xx": 2}
    assert (fill.types_staleness(draft), fill.form_staleness(draft)) == (None, None)
    assert types_at(fill, MADISON) == known
    assert fill.choose_type(draft, questions.request_type).form == questions
    assert calls(desk) == {"2xx": 2, "3xx": 2}


def test_age_is_told_once_it_matters(desk: Desk) -> None:
    """Old, and after a failed try known to be so for a while."""
    fill = filler(desk)
    draft = at_madison(fill)
    desk.turn(fault="down")
    desk.clock.move(hours=1)
    assert fill.types_staleness(draft) == Staleness(timedelta(hours=1), failing=False)
    types_at(fill, MADISON)
    settle()
    assert fill.types_staleness(draft) == Staleness(timedelta(hours=1), failing=True)
    assert fill.form_staleness(draft) == Staleness(timedelta(hours=1), failing=False)


def test_a_spent_share_shows_what_is_kept(make_desk: Callable[..., Desk]) -> None:
    """An old list needs no call; a new place says that there have been too many."""
    desk = make_desk(upstream_rate="3/600", same_type_ids=False)
    fill = filler(desk)
    draft = at_madison(fill)
    desk.clock.move(minutes=8)
    with pytest.raises(UpstreamAwayError) as busy:
        fill.choose_type(draft, RequestType("10104", "Graffiti"))
    assert busy.value.busy
    assert busy.value.retry_seconds == 121.0
    with pytest.raises(UpstreamAwayError) as again:
        fill.choose_type(draft, RequestType("10104", "Graffiti"))
    assert 0 < (again.value.retry_seconds or 0) <= 30
    assert types_at(fill, MADISON)


def test_a_kind_that_is_gone_is_asked_for_once(
    make_settings: Callable[..., Settings], database_url: str, clock: Clock
) -> None:
    """The city's "not found" is kept like any other answer."""
    asked: list[str] = []

    def city(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        problem = {"code": 404, "description": "service_code was not found"}
        return httpx.Response(404, json=[problem])

    settings = make_settings(
        upstream="http://city.example",
        secret_key="a secret for this test alone",
        database_url=database_url,
    )
    core = build_core(settings, transport=httpx.MockTransport(city), clock=clock)
    core.database.migrate()
    fill = filler(Desk(core, clock))
    draft = fill.save_place(fill.start(), MADISON, "1200 W Madison St", "")
    for _ in range(3):
        with pytest.raises(TypeGoneError):
            fill.choose_type(draft, RequestType(DEAD_ANIMAL, "Dead animal"))
    assert len(asked) == 1
    assert fill.open(draft.id).form is None
    core.database.close()
