"""What the pages are given to work with; the factory fills it in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from scf_report.domain.endpoint import Endpoint
from scf_report.domain.person import SessionView
from scf_report.forms.csrf import FormTokens
from scf_report.geo.lookup import Places
from scf_report.usecases.act_on_issue import ActOnIssue
from scf_report.usecases.change_report import ChangeReport
from scf_report.usecases.change_report_correction import CorrectReport
from scf_report.usecases.check_report import CheckReport
from scf_report.usecases.fetch_picture import FetchPicture
from scf_report.usecases.fill_draft import FillDraft
from scf_report.usecases.keep_photo import KeepPhoto
from scf_report.usecases.measure import Measure
from scf_report.usecases.my_reports import MyReports
from scf_report.usecases.read_issue import ReadIssue
from scf_report.usecases.readiness import ReadinessCheck
from scf_report.usecases.sign_in import SignIn
from scf_report.usecases.sign_out import SignOut
from scf_report.usecases.submit_report import SubmitReport
from scf_report.usecases.subscribe import Subscribe
from scf_report.usecases.take_on_draft import TakeOnDraft
from scf_report.usecases.track_report import TrackReport
from scf_report.web.context import Brand
from scf_report.web.guard import Guard
from scf_report.web.static_files import StaticFiles


@dataclass(frozen=True, slots=True)
class Accounts:
    """What signing in is made of."""

    sign_in: SignIn
    sign_out: SignOut
    find: Callable[[str], SessionView | None]
    """Says who is signed in under a session's id."""
    implicit: bool
    """The authorization server hands tokens to the browser at once."""


@dataclass(frozen=True, slots=True)
class Issues:
    """What the pages about issues are made of."""

    read: ReadIssue
    act: ActOnIssue
    pictures: FetchPicture
    mine: MyReports


@dataclass(frozen=True, slots=True)
class WebParts:
    """The collaborators of all views."""

    brand: Brand
    guard: Guard
    endpoint: Endpoint
    public_url: str | None
    embed_origins: Sequence[str]
    zone: ZoneInfo
    templates: Path
    static: StaticFiles
    tokens: FormTokens
    places: Places
    fill: FillDraft
    take_on: TakeOnDraft
    photo: KeepPhoto
    check: CheckReport
    submit: SubmitReport
    track: TrackReport
    updates: Subscribe
    change: ChangeReport
    correct: CorrectReport
    issues: Issues
    accounts: Accounts | None
    """None where nobody can sign in."""
    readiness: ReadinessCheck
    measure: Measure
    metrics_token: str | None
    now: Callable[[], datetime]
    log: structlog.typing.FilteringBoundLogger
