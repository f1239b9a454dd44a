"""A world for one schedule of faults: what may happen in it, one step after another, and what must hold."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from scf_report.domain.delivery import State
from scf_report.domain.report_form import ReportForm
from scf_report.factory import Core, build_core
from scf_report.sandbox import create_sandbox
from scf_report.settings import Settings
from scf_report.storage.claim import Claim, Work as Kind
from scf_report.usecases.deliver_report import DeliverReports
from tests.conftest import Clock
from tests.faults.reports import enqueue, fill
from tests.faults.wire import Trouble, Wire

RESTING = {State.ACCEPTED, State.MODERATED, State.REJECTED, State.UNDECIDED}
ROUNDS = 3000
"""More pieces of work, one after another, than any schedule needs."""


@dataclass(frozen=True)
class Report:
    """Somebody sends a report of this service."""

    service: str


@dataclass(frozen=True)
class Meet:
    """The next so many calls of a method meet this trouble."""

    trouble: Trouble
    method: str
    calls: int


@dataclass(frozen=True)
class Turn:
    """The city changes its ways."""

    name: str
    value: str


@dataclass(frozen=True)
class Wait:
    """Nobody works for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Work:
    """A worker does so many pieces of work, if there are any."""

    pieces: int


@dataclass(frozen=True)
class Die:
    """A worker claims something, and dies before or after its call to the city."""

    after_call: bool


@dataclass(frozen=True)
class Sleep:
    """A worker stands still with a claim in its hands, another one works, then it goes on."""

    seconds: float
    after_call: bool


Step = Report | Meet | Turn | Wait | Work | Die | Sleep


class World:
    """The use case on a fresh database, the embedded city, the line between them, and one clock."""

    def __init__(self, folder: Path, forms: dict[str, ReportForm], **values: Any) -> None:
        self.clock, self.forms = Clock(), forms
        self.sandbox = create_sandbox(folder / "city.sqlite", clock=self.clock)
        self.sandbox.switchboard.turn({"limit": "100000"})
        self.wire = Wire(httpx.WSGITransport(self.sandbox), self.clock)
        values = {"data_dir": folder, "upstream_rate": "1000/60", "geocoder": "none", **values}
        self.core: Core = build_core(
            Settings.from_environment(values), transport=self.wire, clock=self.clock
        )

    def worker(self) -> DeliverReports:
        """Make one more worker's hands, without chance."""
        return dataclasses.replace(self.core.worker().deliver, jitter=lambda: 0.5)

    def take(self, step: Step) -> None:
        """Let one thing happen."""
        match step:
            case Report(service):
                enqueue(self.core, fill(self.core, self.forms[service], "A hole"))
            case Meet(trouble, method, calls):
                self.wire.coming += [(trouble, method)] * calls
            case Turn(name, value):
                self.sandbox.switchboard.turn({name: value})
            case Wait(seconds):
                self.wire.wait(seconds)
            case Work(pieces):
                self.work(self.worker(), pieces)
            case Die(after_call):
                self.claim_and_call(self.worker(), call=after_call)
            case Sleep(seconds, after_call):
                self.sleep(seconds, after_call=after_call)

    def work(self, worker: DeliverReports, pieces: int) -> None:
        """Do so many pieces of work."""
        for _ in range(pieces):
            if worker.run_once() > 0:
                return

    def claim_and_call(self, worker: DeliverReports, *, call: bool) -> Claim | None:
        """Claim what there is and send it, but write nothing down."""
        job = worker.claims.claim()
        if not isinstance(job, Claim):
            return None
        if call and job.work is Kind.SEND:
            self.core.gateway.send(job.fields, None, lambda: worker.claims.has_time(job))
        return job

    def sleep(self, seconds: float, *, after_call: bool) -> None:
        """Let a worker stand still at the worst of places: before its call, or before it writes."""
        worker, asleep = self.worker(), [seconds]
        job = worker.claims.claim()
        if not isinstance(job, Claim):
            return
        if not after_call:
            self._others(asleep.pop())

        def now() -> datetime:
            while asleep:
                self._others(asleep.pop())
            return self.clock()

        dataclasses.replace(worker, now=now)._work(job)  # noqa: SLF001  # what follows its claim

    def _others(self, seconds: float) -> None:
        self.wire.wait(seconds)
        self.work(self.worker(), 20)

    def settle(self) -> None:
        """Let everything work from now on, until each report has come to rest."""
        self.wire.coming.clear()
        worker = self.worker()
        for _ in range(ROUNDS):
            if worker.run_once() == 0:
                continue
            rows = self.core.outbox.list(limit=1000)
            if {State(row["state"]) for row in rows} <= RESTING:
                break
            due = min(row["due"] for row in rows if row["due"] is not None)
            self.wire.wait(max(20.0, (due - self.clock()).total_seconds()))
        self.wire.wait(1000)

    def judge(self) -> None:
        """Check that each receipt tells the truth, and that nothing is in the city twice or unasked."""
        client = self.sandbox.test_client()
        records = client.get("/received.json").get_json()
        rows = self.core.outbox.list(limit=1000)
        for row in rows:
            ours = [each for each in records if row["reference"] in each["description"]]
            records = [each for each in records if each not in ours]
            assert len(ours) <= 1, "doubled"
            match State(row["state"]):
                case State.ACCEPTED:
                    assert [row["upstream_id"]] == [str(each["id"]) for each in ours], "lost"
                case State.MODERATED:
                    assert len(ours) == 1, "lost"
                case State.REJECTED:
                    assert ours == [], "refused, but there"
                case State.UNDECIDED:
                    pass  # says of itself that nobody knows
                case other:
                    pytest.fail(f"still {other}")
        assert records == []
