"""What web, worker and commands share, built from the settings."""

import random
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from scf_report import __version__
from scf_report.clients.open311.client import Open311Client
from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.clients.seeclickfix.client import SeeClickFixClient
from scf_report.clients.seeclickfix.gateway import SeeClickFixGateway
from scf_report.clients.timing import Timed
from scf_report.clients.transport import Transport
from scf_report.domain.endpoint import Dialect, Endpoint
from scf_report.geo.request_types import RequestTypes
from scf_report.observability import log
from scf_report.sandbox import Sandbox, create_sandbox
from scf_report.settings import Settings, read_rate
from scf_report.storage.budget import Rate, UpstreamBudget
from scf_report.storage.cache import ReadCache
from scf_report.storage.claims import Claims
from scf_report.storage.counted_cache import CountedCache
from scf_report.storage.counts import Counts
from scf_report.storage.database import Database
from scf_report.storage.drafts import Drafts
from scf_report.storage.outbox import Outbox
from scf_report.storage.redis_link import RedisLink
from scf_report.storage.sealing import Sealer
from scf_report.storage.submit_limit import SubmitLimit
from scf_report.storage.tickets import Tickets
from scf_report.storage.watches import Watches
from scf_report.usecases.deliver_report import DeliverReports
from scf_report.usecases.measure import Measure, UpstreamWatch
from scf_report.usecases.readiness import ReadinessCheck
from scf_report.usecases.senders import Access, NobodySignsIn, Senders
from scf_report.usecases.tidy import Tidy
from scf_report.usecases.track_report import TrackReport
from scf_report.usecases.type_lists import GuestTypes, TypeLists
from scf_report.worker import Worker

PROJECT = Path(__file__).resolve().parents[2]
DEMO_PLACES = PROJECT / "build" / "demo"
"""The demo's map data, made by set-up."""
SANDBOX_ROOT = "http://sandbox.localhost"
"""Where the clients think the embedded sandbox is; no request to it ever leaves the process."""
LONGEST_NAME = 80
"""Characters of an endpoint's name; every row carries it."""

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Core:
    """What web, worker and commands share."""

    settings: Settings
    endpoint: Endpoint
    database: Database
    sealer: Sealer
    cache: ReadCache
    budget: UpstreamBudget
    counts: Counts
    watch: UpstreamWatch
    gateway: Open311Gateway
    apiv2: SeeClickFixGateway
    outbox: Outbox
    drafts: Drafts
    tickets: Tickets
    sandbox: Sandbox | None
    http: httpx.BaseTransport | None
    """What replaces the network: the embedded sandbox, or a test's; None for the network itself."""

    def now(self) -> datetime:
        """Tell the time on the outbox's clock."""
        return self.database.time()

    def tracker(self) -> TrackReport:
        """Make the reader of receipts."""
        watches = self.watches()
        return TrackReport(self.database, self.sealer, watches, self.budget, self.tickets)

    def watches(self) -> Watches:
        """Make the store of what the city says of the reports that it has."""
        endpoint = self.endpoint
        return Watches(self.database, endpoint.name, same_ids=endpoint.same_type_ids)

    def readiness(self) -> ReadinessCheck:
        """Make the judge of whether reports are being delivered."""
        return ReadinessCheck(self.database, self.budget, self.counts)

    def measure(self) -> Measure:
        """Make the measures for operators."""
        return Measure(self.database, self.budget, self.counts, self.readiness())

    def types(self, grants: Access | None = None) -> TypeLists:
        """Make the lists of what can be reported; ``grants`` as for :meth:`worker`."""
        same_ids = self.endpoint.same_type_ids
        guests = (
            RequestTypes(GuestTypes(self.gateway, self.apiv2), self.cache, "guests:")
            if same_ids
            else RequestTypes(self.gateway, self.cache)
        )
        return TypeLists(guests, self.apiv2, grants or NobodySignsIn(), same_ids)

    def tidy(self) -> Tidy:
        """Make the purge."""
        retention = timedelta(days=self.settings.retention_days)
        return Tidy(self.database, self.cache, self.sealer, retention, log())

    def worker(self, grants: Access | None = None) -> Worker:
        """Make one worker, with a name that no other has; without ``grants`` it sends as nobody."""
        owner = f"{socket.gethostname()[:40]}-{secrets.token_hex(6)}"
        claims = Claims(self.database, self.sealer, self.budget, self.counts, owner)
        senders = Senders(self.gateway, self.apiv2, grants or NobodySignsIn())
        deliver = DeliverReports(claims, self.outbox, senders, random.random, self.now, log())
        return Worker(deliver, self.tidy(), self.now, log())


def build_core(
    settings: Settings,
    *,
    transport: httpx.BaseTransport | None = None,
    clock: Clock | None = None,
) -> Core:
    """Build the parts behind the pages. ``transport`` replaces the network, ``clock`` the time."""
    endpoint = make_endpoint(settings)
    database = Database(settings.database_address, clock)
    sealer = Sealer(settings.secrets())
    redis = RedisLink(settings.redis_url) if settings.redis_url else None
    budget = _budget(settings, database, endpoint, redis)
    sandbox = _sandbox(settings, clock) if settings.is_demo else None
    if transport is None and sandbox is not None:
        transport = httpx.WSGITransport(sandbox)
    counts = Counts(database, endpoint.name)
    watch = UpstreamWatch(counts)
    http = Timed(transport, tell=watch.tell)
    upstream, api = (
        Transport(root, user_agent=user_agent(settings), budget=budget, http=http)
        for root in (endpoint.open311_root, endpoint.api_root)
    )
    key = settings.open311_api_key
    client = Open311Client(upstream, endpoint, key.get_secret_value() if key else None)
    return Core(
        settings=settings,
        endpoint=endpoint,
        database=database,
        sealer=sealer,
        cache=CountedCache(database, counts, redis),
        budget=budget,
        counts=counts,
        watch=watch,
        gateway=Open311Gateway(client),
        apiv2=SeeClickFixGateway(SeeClickFixClient(api)),
        outbox=_outbox(settings, database, sealer, endpoint),
        drafts=Drafts(database, sealer, endpoint.name),
        tickets=Tickets(database, sealer, endpoint.name),
        sandbox=sandbox,
        http=transport,
    )


def user_agent(settings: Settings) -> str:
    """Say who calls, with an address to turn to (upstream.md section 2.1)."""
    return f"scf_report/{__version__} (+{settings.public_url or 'https://localhost'})"


def make_endpoint(settings: Settings) -> Endpoint:
    """Derive the one upstream from the settings."""
    base = SANDBOX_ROOT if settings.is_demo else settings.upstream
    root = settings.open311_url or f"{base}/open311/v2"
    if settings.organization_id and not settings.open311_url:
        root = f"{root}/{settings.organization_id}"
    return Endpoint(
        name=root.partition("://")[2][-LONGEST_NAME:],
        open311_root=root,
        api_root=settings.api_url or f"{base}/api/v2",
        public_root=root.replace(SANDBOX_ROOT, "/sandbox") if settings.is_demo else root,
        issues_root=f"{'/sandbox' if settings.is_demo else base}/issues",
        organization_id=settings.organization_id,
        brand=settings.brand,
        dialect=Dialect(required_contact=frozenset(settings.open311_contact)),
        same_type_ids=(
            settings.is_demo if settings.same_type_ids is None else settings.same_type_ids
        ),
        demo=settings.is_demo,
    )


def _budget(
    settings: Settings, database: Database, endpoint: Endpoint, redis: RedisLink | None
) -> UpstreamBudget:
    roots = (endpoint.open311_root, endpoint.api_root)
    hosts = [urlsplit(root).hostname or "" for root in roots]
    rate = Rate(*read_rate(settings.upstream_rate))
    return UpstreamBudget(database, hosts=hosts, endpoint=endpoint.name, rate=rate, redis=redis)


def _outbox(
    settings: Settings, database: Database, sealer: Sealer, endpoint: Endpoint
) -> Outbox:
    limit = SubmitLimit(*read_rate(settings.report_limit))
    hold = timedelta(minutes=settings.hold_minutes)
    return Outbox(database, sealer, endpoint.name, limit, hold=hold)


def _sandbox(settings: Settings, clock: Clock | None) -> Sandbox:
    public = settings.site
    return create_sandbox(
        settings.data_dir / "sandbox.sqlite",
        places=DEMO_PLACES,
        clock=clock or (lambda: datetime.now(UTC)),
        public_root=f"{public}/sandbox",
    )
