"""Redis counts the calls and is away: nobody may call, and operators are told that it is Redis."""

import dataclasses
from datetime import timedelta

import pytest

from scf_report.factory.operators import make_commands
from scf_report.storage.budget import Rate, UpstreamBudget
from scf_report.storage.redis_link import RedisLink
from scf_report.usecases.findings import Verdict
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
        core.database, hosts=("city.example",), endpoint=endpoint, rate=rate, redis=nobody
    )
    readiness = ReadinessCheck(core.database, budget, core.counts)
    desk.submit()
    desk.clock.move(minutes=6)
    found = readiness.check()
    assert (found.ready, found.budget_known) == (False, False)
    measure = Measure(core.database, budget, core.counts, readiness)
    assert b"scf_report_upstream_calls_left 0.0" in write_metrics(measure.take())
    doctor = make_commands(core, core.worker()).doctor
    findings = [
        (each.thing, each.code, each.verdict)
        for each in dataclasses.replace(doctor, measure=measure).examine()
    ]
    assert ("budget", "unknown", Verdict.FAIL) in findings
