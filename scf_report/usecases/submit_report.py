"""Send a report off: into the outbox, once, whatever happens around it."""

from dataclasses import dataclass
from datetime import datetime

from scf_report.domain.delivery import Numbering
from scf_report.domain.draft import LEAST_FILL_TIME, Draft
from scf_report.storage.drafts import Drafts
from scf_report.storage.mailbox import Mailbox
from scf_report.storage.outbox import Along, NewDelivery, Outbox
from scf_report.storage.submit_limit import TooManyReportsError
from scf_report.storage.tickets import Tickets
from scf_report.usecases.check_report import CheckReport


@dataclass(frozen=True, slots=True)
class Submitted:
    """It is stored: the receipt's address, and a ticket that shows the second key once."""

    receipt: str
    ticket: str


@dataclass(frozen=True, slots=True)
class TooFast:
    """Filled in faster than a person can; asked to press Send again."""


@dataclass(frozen=True, slots=True)
class ChangedMeanwhile:
    """What was checked is not what would be sent: another tab has changed the draft."""


@dataclass(frozen=True, slots=True)
class TooMany:
    """This network address has sent its number of new reports."""

    retry_at: datetime


SubmitResult = Submitted | TooFast | ChangedMeanwhile | TooMany


@dataclass(frozen=True, slots=True)
class SubmitReport:
    """The promise: after Submitted the report cannot be lost and will not be doubled."""

    drafts: Drafts
    outbox: Outbox
    tickets: Tickets
    checker: CheckReport
    mailbox: Mailbox | None = None
    """None where no mail server is configured."""

    def repeat(self, draft_id: str) -> Submitted | None:
        """Answer a repeated submit with the receipt there is; None if it was never submitted."""
        receipt = self.outbox.receipt_of(draft_id)
        return None if receipt is None else Submitted(receipt, self.tickets.issue(receipt))

    def submit(
        self, draft: Draft, digest: str, *, address: str, now: datetime, looks_automatic: bool
    ) -> SubmitResult:
        """Store the report that was checked (``digest``) for the sender's network address.

        Raises ValueError while a step is missing.
        """
        if looks_automatic or now - draft.created_at < LEAST_FILL_TIME:
            return TooFast()
        checked = self.checker.check(draft)
        if checked.digest != digest:
            return ChangedMeanwhile()
        new = NewDelivery(
            draft_id=draft.id,
            reference=draft.reference,
            service_code=checked.report.form.request_type.code,
            fields=checked.fields,
            public=checked.public,
            latitude=checked.report.point.latitude,
            longitude=checked.report.point.longitude,
            numbering=Numbering.of(checked.report.form.request_type),
            person_id=checked.person_id,
        )
        try:
            receipt = self.outbox.enqueue(new, address, self._updates(draft))
        except TooManyReportsError as error:
            return TooMany(error.retry_at)
        return Submitted(receipt, self.tickets.issue(receipt))

    def _updates(self, draft: Draft) -> Along | None:
        to = draft.contact.email
        if self.mailbox is None or not (draft.updates_in and to):
            return None
        return self.mailbox.joining(draft.id, to, draft.updates_in)
