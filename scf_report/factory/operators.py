"""What operators work with."""

from datetime import UTC, datetime
from pathlib import Path

from scf_report.cli.commands import Commands
from scf_report.domain.api_choice import Api
from scf_report.factory.accounts import make_oauth_client
from scf_report.factory.core import DEMO_PLACES, PROJECT, SANDBOX_ROOT, Core
from scf_report.factory.updates import make_mailer
from scf_report.storage.decisions import Decisions
from scf_report.storage.seen import SeenTypes
from scf_report.usecases.decide_delivery import DecideDelivery
from scf_report.usecases.doctor import Doctor
from scf_report.usecases.examine_set_up import Made, SetUp
from scf_report.usecases.operate_outbox import OperateOutbox
from scf_report.usecases.probe import ProbeEndpoint
from scf_report.worker import Worker


def make_commands(core: Core, worker: Worker) -> Commands:
    """Make the commands of ``flask``."""
    settings, name = core.settings, core.endpoint.name
    decisions = Decisions(core.database, name)
    return Commands(
        worker=worker,
        outbox=OperateOutbox(core.outbox, decisions, core.sealer),
        decide=DecideDelivery(
            database=core.database,
            outbox=core.outbox,
            decisions=decisions,
            seen={api: SeenTypes(core.database, name, api) for api in Api},
            sealer=core.sealer,
            gateway=core.gateway,
            apiv2=core.apiv2,
            apiv2_root=core.endpoint.api_root.replace(SANDBOX_ROOT, "/sandbox"),
            site=settings.site,
        ),
        doctor=_doctor(core),
        probe=ProbeEndpoint(core.gateway),
        tidy=core.tidy(),
        migrate=core.database.migrate,
    )


def _doctor(core: Core) -> Doctor:
    return Doctor(
        set_up=_set_up(core),
        database=core.database,
        sealer=core.sealer,
        counts=core.counts,
        gateway=core.gateway,
        watch=core.watch,
        measure=core.measure(),
        mailer=make_mailer(core),
        clock=core.database.clock or (lambda: datetime.now(UTC)),
    )


def _set_up(core: Core) -> SetUp:
    settings, url = core.settings, core.database.url
    made = [
        Made("static files", PROJECT / "build" / "static", vital=False),
        Made("translations", _SPANISH, vital=False),
    ]
    if settings.uses_demo_map:
        made.append(Made("map data", DEMO_PLACES / "chicago", vital=True))
    return SetUp(
        demo=settings.is_demo,
        public_url=settings.public_url,
        trusted_proxies=settings.trusted_proxies,
        data_dir=Path(url.database).parent
        if core.database.is_sqlite and url.database
        else None,
        key_file=None if settings.secret_key else settings.data_dir / "secret_key",
        made=made,
        sign_in=_sign_in(core),
    )


def _sign_in(core: Core) -> str:
    client = make_oauth_client(core)
    if client is None:
        return "off"
    return "implicit" if client.server.implicit else "ok"


_SPANISH = PROJECT / "translations" / "es" / "LC_MESSAGES" / "messages.mo"
