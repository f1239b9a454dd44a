"""What each page shows: one frozen object a page, whose fields are the template's variables.

Templates may use these and the names that every page has (see ``web/context.py``), no others:
undefined names are errors.
"""

from dataclasses import dataclass
from typing import ClassVar

from scf_report.domain.draft import Draft
from scf_report.domain.geography import FoundPlace, NearPlace
from scf_report.forms.base import Problem, StepForm


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a summary list."""

    label: str
    value: str
    href: str | None = None
    """Where it can be changed."""
    private: bool = False
    """Only staff read it."""


@dataclass(frozen=True, slots=True)
class HomePage:
    """``/``: what this is, and the search that is already step 1."""

    template: ClassVar[str] = "home.html"
    report_url: str


@dataclass(frozen=True, slots=True)
class WherePage:
    """``/report`` and ``/report/<draft>/where``: find the place and choose it."""

    template: ClassVar[str] = "report/where.html"
    form: StepForm
    """PlaceForm: radios ``place`` over ``results`` and ``landmark``; empty ``results``: no choice shown."""
    problems: tuple[Problem, ...]
    query: str
    """What was searched for, "" at first."""
    search_url: str
    """Where the search form GETs to (parameter ``address``; locate: ``lat`` and ``lng``)."""
    action: str
    """Where the step form POSTs to."""
    back_url: str
    results: tuple[FoundPlace, ...]
    """In the order of the radios; their values are ``form.place.choices``."""
    outside: tuple[FoundPlace, ...]
    """Places that match, but lie outside the area served."""
    outside_near: NearPlace | None
    """For chosen coordinates outside the area: what lies near them."""
    area: str
    """Name of the area served, "" if it is not limited."""
    near: tuple[NearPlace, ...]
    """Named places near the only or first result; each links to the search for itself."""
    notice: str = ""
    """"purged" when an older draft is gone; "token" when the page was open for too long; or ""."""
    wanted_type: str = ""
    """Kept through the search by a hidden field ``type``."""


@dataclass(frozen=True, slots=True)
class Age:
    """From when something is that should be newer; ``failing``: the city cannot be asked right now."""

    as_of: str
    failing: bool


@dataclass(frozen=True, slots=True)
class StepPage:
    """What the pages of a draft share."""

    form: StepForm
    problems: tuple[Problem, ...]
    action: str
    back_url: str
    draft: Draft
    summary: tuple[Row, ...]
    """"Your report so far", with links to change."""
    notice: str = ""
    """As on the where page."""
    age: Age | None = None
    """Of what the city says can be reported or answered here; None while it is new."""


@dataclass(frozen=True, slots=True)
class TypePage(StepPage):
    """``…/type``: choose the kind of problem (``form.type``, radios in groups)."""

    template: ClassVar[str] = "report/type.html"
    sign_in_url: str | None = None
    """Where to sign in for the kind that was chosen, if that is needed and possible."""
    query: str = ""
    count: int = 0
    """How many kinds there are without the search; 0: nobody takes reports here."""
    matching: int = 0
    """How many of them match ``query``."""
    search_url: str = ""


@dataclass(frozen=True, slots=True)
class DetailsPage(StepPage):
    """``…/details``: ``form.description`` and ``form.entries`` (fields and notes in order).

    What only informs has its notes, and no form that goes on.
    """

    template: ClassVar[str] = "report/details.html"


@dataclass(frozen=True, slots=True)
class PhotosPage(StepPage):
    """``…/photos``: one photo or none; going on without is the default."""

    template: ClassVar[str] = "report/photos.html"
    photo_url: str | None = None
    """The kept photo, None if there is none."""
    remove_url: str = ""
    """POST here takes the photo away (own form, with ``form``'s token)."""


@dataclass(frozen=True, slots=True)
class ContactPage(StepPage):
    """``…/contact``: anonymous or with contact details (``form.choice`` and the four fields)."""

    template: ClassVar[str] = "report/contact.html"
    required: frozenset[str] = frozenset()
    """Contact fields that the endpoint demands; if there are any, "anonymous" is not offered."""
    """Details that are kept already are offered by ``form.choice`` itself, shortened."""
    sign_in_url: str | None = None
    """Where to go on as oneself; None where nobody can sign in, or the draft is a person's already."""
    fate_url: str = ""
    """Says when somebody goes on with the draft elsewhere; asked in a frame."""


@dataclass(frozen=True, slots=True)
class CheckPage(StepPage):
    """``…/check``: everything as it will be sent; the form POSTs to ``…/submit``."""

    template: ClassVar[str] = "report/check.html"
    rows: tuple[Row, ...] = ()
    public_title: str = ""
    public_text: str = ""
    """The very description that is sent, reference first."""
    private: bool = False
    """Nobody but staff will read it."""
    address: str = ""
    photo_url: str | None = None
    reference: str = ""
    retry_at: str = ""
    """With the notice "limit": when the next report may be sent, as a local time.

    Other notices of this page: "fast" (press Send again), "changed" (another tab changed it)."""


@dataclass(frozen=True, slots=True)
class TakeOnPage:
    """``…/continue``: what a draft holds, and whether somebody who is signed in goes on with it."""

    template: ClassVar[str] = "report/take_on.html"
    form: StepForm
    problems: tuple[Problem, ...]
    action: str
    name: str
    """Of the person, "" while nobody is signed in."""
    sign_in_url: str | None
    without_url: str
    """Where it goes on without an account."""
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ContinuedPage:
    """Any step of a draft with which somebody who signed in goes on elsewhere."""

    template: ClassVar[str] = "report/continued.html"
    fate: str
    """``continued``, or ``sent`` once it was sent there."""
    fate_url: str
    new_url: str


@dataclass(frozen=True, slots=True)
class SentPage:
    """Any step of a draft that was sent already, but not its receipt."""

    template: ClassVar[str] = "report/sent.html"
    new_url: str


@dataclass(frozen=True, slots=True)
class ApiRule:
    """One row of the first table, in words."""

    who: str
    api: str
    auth: str
    reason: str


@dataclass(frozen=True, slots=True)
class ApiCapabilities:
    """One row of the second table, in words."""

    api: str
    public_only: bool
    geo_scoped: bool
    org_scoped: bool
    private_content: bool
    authentication: str


@dataclass(frozen=True, slots=True)
class ApisPage:
    """``/about/apis``: which API is used when."""

    template: ClassVar[str] = "about/apis.html"
    rules: tuple[ApiRule, ...]
    capabilities: tuple[ApiCapabilities, ...]


@dataclass(frozen=True, slots=True)
class TextPage:
    """A page of plain words; ``template`` says which."""

    template: str


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """Any error: what happened, what it means for the report, what to do."""

    template: ClassVar[str] = "errors/error.html"
    code: int
    title: str
    text: str
    remedy: tuple[str, str] | None = None
    """Label and address."""
    kept: bool = False
    """What was entered is stored."""
    incident: str = ""
    entered: tuple[tuple[str, str], ...] = ()
    """Label and value of what was typed."""
