"""What the check-up finds where machines share a database."""

import dataclasses
from datetime import timedelta

import pytest

from scf_report.factory.operators import make_commands
from scf_report.usecases.findings import Verdict
from tests.unit.usecases.conftest import Desk


@pytest.mark.parametrize(("seconds", "told"), [(5, []), (-5, []), (6, [6]), (-6, [6])])
def test_a_machine_whose_clock_differs_from_the_databases(
    desk: Desk, seconds: int, told: list[int]
) -> None:
    """In either direction, by more than a few seconds."""
    doctor = make_commands(desk.core, desk.core.worker()).doctor
    apart = desk.clock() + timedelta(seconds=seconds)
    found = dataclasses.replace(doctor, clock=lambda: apart).examine()
    clocks = [each for each in found if (each.thing, each.code) == ("clock", "database")]
    assert [each.facts["seconds"] for each in clocks] == told
    assert all(each.verdict is Verdict.WARN for each in clocks)
