"""Show a finished report as it will be sent: the check page is made from the wire fields themselves."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from scf_report.clients.open311 import encode
from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.clients.seeclickfix import posting
from scf_report.clients.seeclickfix.gateway import SeeClickFixGateway
from scf_report.domain.draft import Draft
from scf_report.domain.receipt import PublicPart
from scf_report.domain.report import Report, SignedIn


@dataclass(frozen=True, slots=True)
class CheckedReport:
    """A report with the very fields of its POST. ``digest`` names exactly these fields and this photo.

    ``person`` is as whom it goes out over APIv2; None: over Open311, as nobody in particular.
    """

    report: Report
    fields: tuple[tuple[str, str], ...]
    public: PublicPart
    digest: str
    person: SignedIn | None

    @property
    def person_id(self) -> str | None:
        """The person's number or name upstream, None for nobody."""
        return self.person.person_id if self.person else None

    @property
    def address(self) -> str:
        """The place in words, as it is sent."""
        return self.value("address_string" if self.person is None else "address")

    @property
    def description(self) -> str:
        """What is wrong in words, as it is sent: the reference first."""
        return self.value("description" if self.person is None else posting.DESCRIPTION_FIELD)

    @property
    def title(self) -> str:
        """What stands over it in public: the person's summary, or the kind of problem."""
        return next(iter(self.answers("summary")), self.public.request_type)

    def value(self, name: str) -> str:
        """Return the value of a field that is sent once; "" if it is not sent."""
        return next((value for key, value in self.fields if key == name), "")

    def answers(self, code: str) -> tuple[str, ...]:
        """Return what is sent for the question with this code: one value, several, or none."""
        name = f"{'attribute' if self.person is None else 'answers'}[{code}]"
        return tuple(value for key, value in self.fields if key in (name, f"{name}[]"))


def room_for_description(landmark_limit: int) -> int:
    """Characters that a description may have, whatever landmark is added to it later."""
    return encode.room_for_text("x" * landmark_limit)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Turn a complete draft into what is sent."""

    open311: Open311Gateway
    apiv2: SeeClickFixGateway

    def check(self, draft: Draft) -> CheckedReport:
        """Prepare the report. Raises ValueError while a step is missing."""
        report = draft.report()
        person = report.reporter if isinstance(report.reporter, SignedIn) else None
        fields = (self.apiv2 if person else self.open311).prepare(report)
        photos = 1 if draft.photo_name else 0
        request_type = report.form.request_type
        public = PublicPart(
            address=report.address,
            request_type=request_type.name,
            organization=request_type.organization,
            text=posting.public_text(fields) if person else encode.public_text(fields),
            photos=photos,
            private=request_type.private,
        )
        digest = _digest(fields, draft.photo_mark)
        return CheckedReport(report, fields, public, digest, person)


def _digest(fields: Sequence[tuple[str, str]], photo_mark: str) -> str:
    text = json.dumps([list(fields), photo_mark], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
