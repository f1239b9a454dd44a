"""Redis counts the calls and is away: nobody may call, and operators are told that it is Redis."""

from datetime import timedelta

import pytest

from scf_report.storage.budget import Rate, UpstreamBudget
from scf_report.storage.redis_link import RedisLink
from scf_report.usecases.measure import Measure
from scf_report.usecases.readiness import ReadinessCheck
from scf_report.web.metrics import write_metrics
from tests.unit.usecases.conftest import Desk


@pytest.mark.enable_socket
def test_what_is_left_is_unknown_and_said_so(desk: Desk) -> None:
    """After five minutes with something due it is not ready, and not because workers are gone."""
    core = desk.core
    endpoint, nobody = core.endpoint.name, RedisLink("redis://127.0.0.1:1/0")
    rate = Rate(20, timedelta(seconds=60))
    budget = UpstreamBudget(
        core.database, host="city.example", endpoint=endpoint, rate=rate, redis=nobody
    )
    readiness = ReadinessCheck(core.database, budget, core.counts)
    desk.submit()
    desk.clock.move(minutes=6)
    found = readiness.check()
    assert (found.ready, found.budget_known) == (False, False)
    measures = Measure(core.database, budget, core.counts, readiness).take()
    assert b"scf_report_upstream_calls_left 0.0" in write_metrics(measures)
