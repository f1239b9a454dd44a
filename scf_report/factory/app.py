"""The web application with its commands."""

import httpx
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from scf_report.factory.accounts import make_accounts, make_grants
from scf_report.factory.core import DEMO_PLACES, PROJECT, Clock, Core, build_core
from scf_report.factory.issues import make_issues
from scf_report.factory.operators import make_commands
from scf_report.factory.updates import make_mailbox, make_worker
from scf_report.forms.csrf import FormTokens
from scf_report.geo.lookup import Places
from scf_report.observability import configure_logs, log
from scf_report.settings import Settings, read_rate
from scf_report.storage.corrections import Corrections
from scf_report.storage.handovers import Handovers
from scf_report.storage.photos import DraftPhotos
from scf_report.usecases.change_report import ChangeReport
from scf_report.usecases.change_report_correction import CorrectReport
from scf_report.usecases.check_report import CheckReport
from scf_report.usecases.errors import StoreAwayError
from scf_report.usecases.fill_draft import FillDraft
from scf_report.usecases.keep_photo import KeepPhoto
from scf_report.usecases.submit_report import SubmitReport
from scf_report.usecases.subscribe import Subscribe
from scf_report.usecases.take_on_draft import TakeOnDraft
from scf_report.usecases.track_report import TrackReport
from scf_report.web.app import make_web
from scf_report.web.context import Brand
from scf_report.web.guard import Guard
from scf_report.web.parts import WebParts
from scf_report.web.static_files import StaticFiles


def create_app(
    settings: Settings | None = None,
    *,
    transport: httpx.BaseTransport | None = None,
    clock: Clock | None = None,
) -> Flask:
    """Build the web application with its commands. Raises SettingsError for settings that are wrong."""
    configure_logs()
    core = build_core(settings or Settings.from_environment(), transport=transport, clock=clock)
    _migrate(core)
    app = make_web(_web_parts(core))
    make_commands(core, make_worker(core, app)).install(app)
    _wrap(app, core)
    return app


def _migrate(core: Core) -> None:
    """Bring the tables up to date, unless the database is away: pages say so, and a worker does it later."""
    try:
        core.database.migrate()
    except StoreAwayError:
        log().exception("store away")


def _web_parts(core: Core) -> WebParts:
    settings = core.settings
    fill = FillDraft(core.drafts, core.outbox, core.types(make_grants(core)))
    checker = CheckReport(core.gateway, core.apiv2)
    tracker, token = core.tracker(), settings.metrics_token
    change = _change(core, tracker)
    mailbox = make_mailbox(core)
    asked = mailbox if settings.mail_url else None
    return WebParts(
        brand=_brand(core),
        guard=Guard(*read_rate(settings.report_limit), settings.redis_url),
        endpoint=core.endpoint,
        public_url=settings.public_url,
        embed_origins=settings.embed_origins,
        zone=settings.zone,
        templates=PROJECT / "templates",
        static=StaticFiles(PROJECT / "static", PROJECT / "build" / "static"),
        tokens=FormTokens(settings.secrets(), clock=core.now),
        places=_places(settings),
        fill=fill,
        take_on=TakeOnDraft(fill, Handovers(core.database, core.sealer, core.endpoint.name)),
        photo=KeepPhoto(core.drafts, DraftPhotos(core.database, core.endpoint.name)),
        check=checker,
        submit=SubmitReport(core.drafts, core.outbox, core.tickets, checker, asked),
        track=tracker,
        updates=Subscribe(mailbox),
        change=change,
        issues=make_issues(core),
        accounts=make_accounts(core),
        correct=CorrectReport(change, core.drafts, checker, asked),
        readiness=core.readiness(),
        measure=core.measure(),
        metrics_token=token.get_secret_value() if token else None,
        now=core.now,
        log=log(),
    )


def _change(core: Core, tracker: TrackReport) -> ChangeReport:
    corrections = Corrections(core.database, core.sealer, core.endpoint.name)
    return ChangeReport(core.outbox, corrections, core.sealer, tracker)


def _brand(core: Core) -> Brand:
    settings = core.settings
    return Brand(
        core.endpoint.brand,
        core.endpoint.demo,
        settings.uses_demo_map,
        settings.retention_days,
        mail=settings.mail_url is not None,
    )


def _places(settings: Settings) -> Places:
    map_data = DEMO_PLACES if settings.uses_demo_map else None
    return Places.from_files(map_data, [settings.area] if settings.area else [])


def _wrap(app: Flask, core: Core) -> None:
    """Put the sandbox, the static files and the trusted proxies around the application."""
    wsgi = app.wsgi_app
    if core.sandbox is not None:
        wsgi = DispatcherMiddleware(wsgi, {"/sandbox": core.sandbox})
    proxies = core.settings.trusted_proxies
    if proxies:
        wsgi = ProxyFix(wsgi, x_for=proxies, x_proto=proxies, x_host=proxies)
    app.wsgi_app = app.extensions["static_files"].serve(wsgi)  # type: ignore[method-assign]
