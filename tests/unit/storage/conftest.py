"""A migrated database on either kind, and reports to put into it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scf_report.domain.delivery import Share
from scf_report.domain.receipt import PublicPart
from scf_report.domain.report import Reference
from scf_report.storage.budget import Rate, UpstreamBudget
from scf_report.storage.claims import Claims
from scf_report.storage.counts import Counts
from scf_report.storage.database import Database
from scf_report.storage.outbox import NewDelivery, Outbox
from scf_report.storage.redis_link import RedisLink
from scf_report.storage.sealing import Sealer
from scf_report.storage.submit_limit import SubmitLimit
from tests.stores import KINDS, SHARED, fresh_redis, fresh_url

ENDPOINT = "default"
HOST = "city.example"
SECRET = "the first secret of this installation"


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of an empty database."""
    with fresh_url(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def open_database(url: str, clock: Callable[[], datetime]) -> Iterator[Callable[..., Database]]:
    """Open the test's database as one more process would."""
    opened: list[Database] = []

    def make(clock: Callable[[], datetime] | None = clock) -> Database:
        opened.append(Database(url, clock))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def database(open_database: Callable[..., Database]) -> Database:
    """Give a migrated database whose clock is moved by hand."""
    database = open_database()
    database.migrate()
    return database


@pytest.fixture
def sealer() -> Sealer:
    """Give the seal of an installation with one key."""
    return Sealer([SECRET])


@pytest.fixture
def limit() -> SubmitLimit:
    """Give the limit on new reports."""
    return SubmitLimit(10, timedelta(hours=1))


@pytest.fixture
def outbox(database: Database, sealer: Sealer, limit: SubmitLimit) -> Outbox:
    """Give the outbox."""
    return Outbox(database, sealer, ENDPOINT, limit)


@pytest.fixture
def kept_in(request: pytest.FixtureRequest) -> str:
    """Say what keeps the window and the reads, "database" or "redis"; modules try both."""
    return str(getattr(request, "param", SHARED[0]))


@pytest.fixture
def redis(request: pytest.FixtureRequest, kept_in: str) -> Iterator[RedisLink | None]:
    """Give the link to an empty Redis, and None where the database does its work."""
    if kept_in == "database":
        yield None
        return
    request.getfixturevalue("socket_enabled")
    with fresh_redis() as address:
        link = RedisLink(address)
        yield link
        link.client.close()


@pytest.fixture
def budget(database: Database, redis: RedisLink | None) -> UpstreamBudget:
    """Give the budget of twenty calls a minute."""
    rate = Rate(20, timedelta(seconds=60))
    budget = UpstreamBudget(database, hosts=(HOST,), endpoint=ENDPOINT, rate=rate, redis=redis)
    with database.write() as connection:
        budget.wait_in(
            connection, Share.DELIVERY, 1
        )  # so the count begins before anything else
    return budget


@pytest.fixture
def worker(
    database: Database, sealer: Sealer, budget: UpstreamBudget
) -> Callable[[str], Claims]:
    """Give the claims of a worker with this name."""
    counts = Counts(database, ENDPOINT)
    return lambda name: Claims(database, sealer, budget, counts, name)


@pytest.fixture
def new() -> Callable[..., NewDelivery]:
    """Make what a submit hands over."""

    def make(
        draft_id: str = "draft", service_code: str = "7", person_id: str | None = None
    ) -> NewDelivery:
        reference = Reference.new()
        fields = (
            ("service_code", service_code),
            ("description", f"{reference}: A hole"),
            ("attribute[1]", "gate code 4711"),
            ("attribute[2][]", "a"),
            ("email", "ann@example.org"),
        )
        public = PublicPart("1200 W Madison St", "Pothole", "Streets", "A hole", photos=1)
        return NewDelivery(
            draft_id,
            reference,
            service_code,
            fields,
            public,
            41.88,
            -87.65,
            person_id=person_id,
        )

    return make
