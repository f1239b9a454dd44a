"""The composition root: the one place that names concrete classes and reads the settings."""

import random
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from scf_report import __version__
from scf_report.cli import Commands
from scf_report.clients.open311.client import Open311Client
from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.clients.timing import Timed
from scf_report.clients.transport import Transport
from scf_report.domain.endpoint import Dialect, Endpoint
from scf_report.forms.csrf import FormTokens
from scf_report.geo.lookup import Places
from scf_report.geo.request_types import RequestTypes
from scf_report.observability import configure_logs, log
from scf_report.sandbox import Sandbox, create_sandbox
from scf_report.settings import Settings, read_rate
from scf_report.storage.budget import Rate, UpstreamBudget
from scf_report.storage.cache import ReadCache
from scf_report.storage.claims import Claims
from scf_report.storage.counted_cache import CountedCache
from scf_report.storage.counts import Counts
from scf_report.storage.database import Database
from scf_report.storage.drafts import Drafts
from scf_report.storage.outbox import Outbox, SubmitLimit
from scf_report.storage.photos import DraftPhotos
from scf_report.storage.sealing import Sealer
from scf_report.storage.tickets import Tickets
from scf_report.usecases.change_report import ChangeReport
from scf_report.usecases.check_report import CheckReport
from scf_report.usecases.deliver_report import DeliverReports
from scf_report.usecases.fill_draft import FillDraft
from scf_report.usecases.keep_photo import KeepPhoto
from scf_report.usecases.measure import Measure, UpstreamWatch
from scf_report.usecases.operate_outbox import OperateOutbox
from scf_report.usecases.readiness import ReadinessCheck
from scf_report.usecases.submit_report import SubmitReport
from scf_report.usecases.tidy import Tidy
from scf_report.usecases.track_report import TrackReport
from scf_report.web.app import make_web
from scf_report.web.context import Brand
from scf_report.web.guard import Guard
from scf_report.web.parts import WebParts
from scf_report.web.static_files import StaticFiles
from scf_report.worker import Worker

PROJECT = Path(__file__).resolve().parent.parent
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
    outbox: Outbox
    drafts: Drafts
    tickets: Tickets
    sandbox: Sandbox | None

    def now(self) -> datetime:
        """Tell the time on the outbox's clock."""
        with self.database.read() as connection:
            return self.database.now(connection)

    def tracker(self) -> TrackReport:
        """Make the reader of receipts."""
        return TrackReport(self.database, self.sealer, self.outbox, self.budget, self.tickets)

    def readiness(self) -> ReadinessCheck:
        """Make the judge of whether reports are being delivered."""
        return ReadinessCheck(self.database, self.budget, self.counts)

    def tidy(self) -> Tidy:
        """Make the purge."""
        retention = timedelta(days=self.settings.retention_days)
        return Tidy(self.database, self.cache, self.sealer, retention, log())

    def worker(self) -> Worker:
        """Make one worker, with a name that no other has."""
        owner = f"{socket.gethostname()[:40]}-{secrets.token_hex(6)}"
        claims = Claims(self.database, self.sealer, self.budget, self.counts, owner)
        deliver = DeliverReports(claims, self.gateway, random.random, self.now, log())
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
    host = urlsplit(endpoint.open311_root).hostname or ""
    calls, window = read_rate(settings.upstream_rate)
    budget = UpstreamBudget(
        database, host=host, endpoint=endpoint.name, rate=Rate(calls, window)
    )
    sandbox = _sandbox(settings, clock) if settings.is_demo else None
    if transport is None and sandbox is not None:
        transport = httpx.WSGITransport(sandbox)
    counts = Counts(database, endpoint.name)
    watch = UpstreamWatch(counts)
    transport = Timed(transport, tell=watch.tell)
    agent = f"scf_report/{__version__} (+{settings.public_url or 'https://localhost'})"
    upstream = Transport(endpoint.open311_root, user_agent=agent, budget=budget, http=transport)
    key = settings.open311_api_key
    client = Open311Client(upstream, endpoint, key.get_secret_value() if key else None)
    reports, report_window = read_rate(settings.report_limit)
    return Core(
        settings=settings,
        endpoint=endpoint,
        database=database,
        sealer=sealer,
        cache=CountedCache(database, counts),
        budget=budget,
        counts=counts,
        watch=watch,
        gateway=Open311Gateway(client),
        outbox=Outbox(database, sealer, endpoint.name, SubmitLimit(reports, report_window)),
        drafts=Drafts(database, sealer, endpoint.name),
        tickets=Tickets(database, sealer, endpoint.name),
        sandbox=sandbox,
    )


def make_endpoint(settings: Settings) -> Endpoint:
    """Derive the one upstream from the settings."""
    base = SANDBOX_ROOT if settings.is_demo else settings.upstream
    root = settings.open311_url or f"{base}/open311/v2"
    if settings.organization_id and not settings.open311_url:
        root = f"{root}/{settings.organization_id}"
    return Endpoint(
        name=root.partition("://")[2][-LONGEST_NAME:],
        open311_root=root,
        api_root=f"{base}/api/v2",
        public_root=root.replace(SANDBOX_ROOT, "/sandbox") if settings.is_demo else root,
        organization_id=settings.organization_id,
        brand=settings.brand,
        dialect=Dialect(required_contact=frozenset(settings.open311_contact)),
        demo=settings.is_demo,
    )


def _sandbox(settings: Settings, clock: Clock | None) -> Sandbox:
    public = settings.public_url or f"http://127.0.0.1:{settings.port}"
    return create_sandbox(
        settings.data_dir / "sandbox.sqlite",
        places=DEMO_PLACES,
        clock=clock or (lambda: datetime.now(UTC)),
        public_root=f"{public}/sandbox",
    )


def create_app(
    settings: Settings | None = None,
    *,
    transport: httpx.BaseTransport | None = None,
    clock: Clock | None = None,
) -> Flask:
    """Build the web application with its commands. Raises SettingsError for settings that are wrong."""
    configure_logs()
    core = build_core(settings or Settings.from_environment(), transport=transport, clock=clock)
    core.database.migrate()
    app = make_web(_web_parts(core))
    worker = core.worker()
    operate = OperateOutbox(core.outbox)
    Commands(worker, operate, worker.tidy, core.database.migrate).install(app)
    _wrap(app, core)
    return app


def _web_parts(core: Core) -> WebParts:
    settings = core.settings
    types = RequestTypes(core.gateway, core.cache, core.endpoint)
    checker = CheckReport(core.gateway)
    tracker, token = core.tracker(), settings.metrics_token
    return WebParts(
        brand=Brand(
            core.endpoint.brand,
            core.endpoint.demo,
            settings.uses_demo_map,
            settings.retention_days,
        ),
        guard=Guard(*read_rate(settings.report_limit)),
        endpoint=core.endpoint,
        public_url=settings.public_url,
        embed_origins=settings.embed_origins,
        zone=settings.zone,
        templates=PROJECT / "templates",
        static=StaticFiles(PROJECT / "static", PROJECT / "build" / "static"),
        tokens=FormTokens(settings.secrets(), clock=core.now),
        places=Places.from_files(
            DEMO_PLACES if settings.uses_demo_map else None,
            [settings.area] if settings.area else [],
        ),
        fill=FillDraft(core.drafts, core.outbox, types),
        photo=KeepPhoto(core.drafts, DraftPhotos(core.database, core.endpoint.name)),
        check=checker,
        submit=SubmitReport(core.drafts, core.outbox, core.tickets, checker),
        track=tracker,
        change=ChangeReport(core.outbox, core.sealer, tracker),
        readiness=core.readiness(),
        measure=Measure(core.database, core.budget, core.counts, core.readiness()),
        metrics_token=token.get_secret_value() if token else None,
        now=core.now,
        log=log(),
    )


def _wrap(app: Flask, core: Core) -> None:
    """Put the sandbox, the static files and the trusted proxies around the application."""
    wsgi = app.wsgi_app
    if core.sandbox is not None:
        wsgi = DispatcherMiddleware(wsgi, {"/sandbox": core.sandbox})
    proxies = core.settings.trusted_proxies
    if proxies:
        wsgi = ProxyFix(wsgi, x_for=proxies, x_proto=proxies, x_host=proxies)
    app.wsgi_app = app.extensions["static_files"].serve(wsgi)  # type: ignore[method-assign]
