"""The app without its pages: residents' reports, workers, and a sandbox city that can break."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs
from structlog.typing import EventDict

from scf_report.domain.delivery import Share
from scf_report.domain.draft import Draft
from scf_report.domain.geography import Point
from scf_report.domain.receipt import Receipt
from scf_report.domain.report import Anonymous, Contact, SignedIn
from scf_report.domain.report_form import Answer, Question, QuestionKind, RequestType
from scf_report.factory import Core, build_core
from scf_report.settings import Settings
from scf_report.storage.outbox import outbox
from scf_report.usecases.check_report import CheckReport
from scf_report.usecases.deliver_report import DeliverReports
from scf_report.usecases.fill_draft import FillDraft
from scf_report.usecases.submit_report import SubmitReport, Submitted
from tests.conftest import Clock
from tests.stores import KINDS, fresh_url
from tests.unit.usecases.accounts import Accounts

DEAD_ANIMAL, BATCH, PRIVATE, MODERATED = "10106", "10132", "10141", "10104"
MADISON = Point(41.8814, -87.6568)
WHO_KNOWS = 0.5
"""Jitter in the middle: a delay is what its doubling says."""


@dataclass
class Desk:
    """What a resident and an operator can do, and what the city has."""

    core: Core
    clock: Clock

    def draft(self, service: str = DEAD_ANIMAL, words: str = "Dead squirrel") -> Draft:
        """Fill a draft to its end, in the time that a person needs."""
        kind = RequestType(service, f"Service {service}", has_questions=service != DEAD_ANIMAL)
        form = self.core.gateway.report_form(kind, MADISON)
        draft = dataclasses.replace(
            self.core.drafts.create(),
            point=MADISON,
            address="1200 W Madison St",
            form=form,
            description=words,
            answers={q.code: _answer(q) for q in form.questions if q.required},
            photos_seen=True,
            reporter=Anonymous(),
        )
        self.clock.move(seconds=3)
        return self.core.drafts.save(draft)

    def submitter(self) -> SubmitReport:
        """Make the use case that sends reports off."""
        checker = CheckReport(self.core.gateway, self.core.apiv2)
        return SubmitReport(self.core.drafts, self.core.outbox, self.core.tickets, checker)

    def submit(
        self,
        service: str = DEAD_ANIMAL,
        words: str = "Dead squirrel",
        reporter: Contact | None = None,
    ) -> str:
        """Send a report; returns its receipt."""
        draft = self.draft(service, words)
        if reporter is not None:
            draft = self.core.drafts.save(dataclasses.replace(draft, reporter=reporter))
        submit = self.submitter()
        digest = submit.checker.check(draft).digest
        result = submit.submit(
            draft, digest, address=draft.id, now=self.clock(), looks_automatic=False
        )
        assert isinstance(result, Submitted), result
        return result.receipt

    def submit_as(self, person: SignedIn, kind: RequestType, words: str, token: str) -> str:
        """Send a report over APIv2; returns its receipt."""
        form = self.core.apiv2.report_form(kind, token)
        draft = dataclasses.replace(
            self.draft(words=words),
            form=form,
            answers={q.code: _answer(q) for q in form.questions if q.required},
            reporter=person,
        )
        self.core.drafts.save(draft)
        submit = self.submitter()
        digest = submit.checker.check(draft).digest
        result = submit.submit(
            draft, digest, address=draft.id, now=self.clock(), looks_automatic=False
        )
        assert isinstance(result, Submitted), result
        return result.receipt

    def receipt(self, receipt: str) -> Receipt:
        """Read a receipt."""
        found = self.core.tracker().track(receipt)
        assert found is not None
        return found

    def worker(self) -> DeliverReports:
        """Make one more worker's hands, without chance."""
        return dataclasses.replace(self.core.worker().deliver, jitter=lambda: WHO_KNOWS)

    def work(self, worker: DeliverReports | None = None) -> int:
        """Work until there is nothing to do now; returns the pieces done."""
        worker, done = worker or self.worker(), 0
        while worker.run_once() == 0.0:
            done += 1
            assert done < 200, "the worker goes round in circles"
        return done

    def work_for(self, step: float = 10, **span: float) -> None:
        """Work through a span of time."""
        worker, until = self.worker(), Clock(self.clock.moment)
        until.move(**span)
        while self.clock.moment < until.moment:
            self.work(worker)
            self.clock.move(seconds=step)
        self.work(worker)

    def turn(self, **switches: str) -> None:
        """Turn switches of the sandbox city; whatever is no switch of its own is a variant."""
        assert self.core.sandbox is not None
        own = ("fault", "count", "only", "limit", "release")
        form: dict[str, Any] = {key: value for key, value in switches.items() if key in own}
        form["set"] = [f"{key}:{value}" for key, value in switches.items() if key not in own]
        answer = self.core.sandbox.test_client().post("/switches", data=form)
        assert answer.status_code == 200, answer.text

    def city(self) -> list[dict[str, Any]]:
        """Read everything that the city received."""
        assert self.core.sandbox is not None
        records: list[dict[str, Any]] = (
            self.core.sandbox.test_client().get("/received.json").get_json()
        )
        return records

    def post(self, fields: Mapping[str, str]) -> None:
        """Report to the city past the app, as somebody else."""
        assert self.core.sandbox is not None
        answer = self.core.sandbox.test_client().post(
            "/open311/v2/101/requests.json", data=fields, headers={"User-Agent": "somebody"}
        )
        assert answer.status_code == 200, answer.text

    def row(self, receipt: str) -> dict[str, Any]:
        """Read the outbox row of a receipt."""
        found = self.core.outbox.find_by_receipt(receipt)
        assert found is not None
        return dict(found)

    def change(self, receipt: str, **values: object) -> None:
        """Change a row behind everybody's back."""
        query = outbox.update().where(outbox.c.receipt == receipt).values(**values)
        with self.core.database.write() as connection:
            connection.execute(query)

    def learn(self, service: str = DEAD_ANIMAL) -> None:
        """Let a report of this type be delivered and found in the city's list."""
        self.submit(service, "The first of its kind")
        self.work()
        self.clock.move(seconds=30)
        self.work()

    def count(self, table: sa.Table) -> int:
        """Count a table's rows."""
        with self.core.database.read() as connection:
            query = sa.select(sa.func.count()).select_from(table)
            return connection.execute(query).scalar_one()


def types_at(fill: FillDraft, point: Point) -> tuple[RequestType, ...]:
    """Read what anybody can report there."""
    return fill.types_for(dataclasses.replace(fill.drafts.create(), point=point))


def _answer(question: Question) -> Answer:
    """Answer anything."""
    match question.kind:
        case QuestionKind.SINGLE:
            return question.choices[0].key
        case QuestionKind.MULTI:
            return (question.choices[0].key,)
        case QuestionKind.DATETIME:
            return "2026-11-20T08:00:00-06:00"
        case _:
            return "1"


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of an empty database."""
    with fresh_url(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def make_desk(
    make_settings: Callable[..., Settings], database_url: str, clock: Clock
) -> Iterator[Callable[..., Desk]]:
    """Make a desk with these settings."""
    made: list[Desk] = []

    def make(**values: Any) -> Desk:
        values = {"upstream_rate": "200/60", "database_url": database_url, **values}
        core = build_core(make_settings(**values), clock=clock)
        core.database.migrate()
        with core.database.write() as connection:
            # So that the count of calls begins before anything else is known of the city.
            core.budget.wait_in(connection, Share.DELIVERY, 1)
        made.append(Desk(core, clock))
        made[-1].turn(limit="100000")
        return made[-1]

    yield make
    for desk in made:
        desk.core.database.close()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """Give a desk with a budget that is not in the way."""
    return make_desk()


@pytest.fixture
def accounts(desk: Desk) -> Accounts:
    """Give people who can sign in, and workers that know them."""
    return Accounts(desk.core)


@pytest.fixture
def logs() -> Iterator[list[EventDict]]:
    """Collect what is logged."""
    with capture_logs() as entries:
        yield entries
