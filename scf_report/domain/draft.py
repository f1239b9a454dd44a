"""A report on its way to being complete: what the steps have gathered so far."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from scf_report.domain.geography import Point
from scf_report.domain.report import Anonymous, Contact, Reference, Report, Reporter, SignedIn
from scf_report.domain.report_form import Answer, ReportForm

DRAFT_LIFE = timedelta(hours=24)
"""A draft is purged this long after its last save."""
LEAST_FILL_TIME = timedelta(seconds=3)
"""Nobody reads and fills the steps faster; a submit before that is asked for again."""


class Step(Enum):
    """The pages of a report, in their order; the values are the last part of their addresses."""

    WHERE = "where"
    TYPE = "type"
    DETAILS = "details"
    PHOTOS = "photos"
    CONTACT = "contact"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a draft holds. ``id`` is its only credential: at least 128 random bits, never logged.

    ``reference`` is drawn with the draft, because the check page shows the very text that is
    sent, and the reference is part of it.
    """

    id: str
    endpoint: str
    created_at: datetime
    saved_at: datetime
    reference: Reference
    point: Point | None = None
    address: str = ""
    landmark: str = ""
    form: ReportForm | None = None
    """As asked when the type was chosen, so that an upstream that goes down stops no one."""
    description: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    reporter: Reporter | None = None
    """None until the contact step was answered."""
    photo_mark: str = ""
    """Names the kept photo's bytes, so that another photo under the same name is noticed."""
    photo_name: str | None = None
    """Name of the kept photo's file, None if there is none."""
    photos_seen: bool = False
    """The photo step was passed, with or without a photo."""
    carried: tuple[tuple[str, str], ...] = ()
    """Details as posted to an older draft that was gone: shown again once the questions are known."""
    updates_in: str = ""
    """Language of the updates by e-mail that were asked for; "" if none were."""
    wanted_type: str = ""
    """A type that a link asked for (``/report?type=``); chosen beforehand on the type page."""
    person: SignedIn | None = None
    """Who has taken it on when they were signed in: nobody else may see it."""
    continued_in: str = ""
    """Id of the draft in which somebody who signed in goes on; this one is not used any more, then."""

    def first_missing(self) -> Step:
        """Say which step has to be answered next; CHECK when nothing is missing."""
        if self.point is None:
            return Step.WHERE
        if self.form is None:
            return Step.TYPE
        if not self._details_are_there():
            return Step.DETAILS
        if not self.photos_seen:
            return Step.PHOTOS
        if self.reporter is None:
            return Step.CONTACT
        return Step.CHECK

    def reaches(self, step: Step) -> bool:
        """Tell whether everything before this step was answered."""
        order = list(Step)
        return order.index(step) <= order.index(self.first_missing())

    def _details_are_there(self) -> bool:
        """Tell whether all that this kind of problem asks for was answered; what only informs never is."""
        if self.form is None or self.form.request_type.information_only:
            return False
        asked = {each.code for each in self.form.questions if each.required and each.is_asked}
        return bool(self.description) and asked <= self.answers.keys()

    @property
    def goes_as(self) -> SignedIn | None:
        """The person as whom it goes out over APIv2; None: over Open311, without an account."""
        if self.reporter is None:
            return self.person
        return self.reporter if isinstance(self.reporter, SignedIn) else None

    @property
    def contact(self) -> Contact:
        """The contact details, empty ones if none were given."""
        return self.reporter if isinstance(self.reporter, Contact) else Contact()

    def report(self) -> Report:
        """Make the finished report. Raises ValueError while a step is missing."""
        if self.point is None or self.form is None or not self.reaches(Step.CHECK):
            raise ValueError(f"the step {self.first_missing().value!r} is missing")
        return Report(
            reference=self.reference,
            point=self.point,
            address=self.address,
            form=self.form,
            description=self.description,
            landmark=self.landmark,
            answers=self.answers,
            reporter=self.reporter or Anonymous(),
        )
