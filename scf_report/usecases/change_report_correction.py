"""Let the owner of the second key change a report until a worker begins it, and mend a refused one."""

from dataclasses import dataclass

from scf_report.domain.delivery import Numbering
from scf_report.domain.draft import Draft
from scf_report.storage.corrections import Corrected, copy_id
from scf_report.storage.drafts import Drafts
from scf_report.storage.mailbox import Mailbox
from scf_report.storage.outbox import Along
from scf_report.usecases.change_report import ChangeReport, OwnReport
from scf_report.usecases.check_report import CheckedReport, CheckReport


@dataclass(frozen=True, slots=True)
class CheckedCorrection:
    """A correction as it will be sent, beside the report as it is kept.

    ``mark`` names exactly these fields, this photo, and the tries made before.
    """

    own: OwnReport
    checked: CheckedReport
    mark: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The correction has taken its place."""


@dataclass(frozen=True, slots=True)
class ChangedMeanwhile:
    """What was checked is not what would be saved: another tab has changed it."""


@dataclass(frozen=True, slots=True)
class TriedMeanwhile:
    """A worker has tried to send the report since it was checked, and it can be changed again."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """A worker has begun the report, or it is settled: what was entered is kept, and not used."""


CorrectionResult = Saved | ChangedMeanwhile | TriedMeanwhile | TooLate


@dataclass(frozen=True, slots=True)
class CorrectReport:
    """The entries of a correction are a draft, so that all steps and checks are those of a report."""

    change: ChangeReport
    drafts: Drafts
    checker: CheckReport
    mailbox: Mailbox | None
    """None where no mail server is configured."""

    def open(self, key: str) -> Draft | None:
        """Return the entries as changed so far, or as they were sent.

        None when there is no such report, or nothing was changed and it is too late to begin.
        """
        own = self.change.open(key)
        if own is None:
            return None
        mine = copy_id(own.outbox_id)
        draft = self.drafts.load(mine)
        if draft is None and self.change.corrections.begin(own.outbox_id):
            draft = self.drafts.load(mine)
        return draft

    def check(self, own: OwnReport, draft: Draft) -> CheckedCorrection:
        """Prepare what will be saved. Raises ValueError while a step is missing."""
        checked = self.checker.check(draft)
        return CheckedCorrection(own, checked, f"{own.receipt.attempts}-{checked.digest}")

    def save(self, key: str, draft: Draft, mark: str) -> CorrectionResult:
        """Put what was checked in place of what is kept. A report that the city refused is sent again."""
        own = self.change.open(key)
        if own is None or not own.correctable:
            return TooLate()
        correction = self.check(own, draft)
        if correction.mark != mark:
            tried = mark.partition("-")[0] != str(own.receipt.attempts)
            return TriedMeanwhile() if tried else ChangedMeanwhile()
        checked = correction.checked
        corrected = Corrected(
            outbox_id=own.outbox_id,
            kept=own.kept,
            attempts=own.receipt.attempts,
            service_code=checked.report.form.request_type.code,
            fields=checked.fields,
            public=checked.public,
            point=checked.report.point,
            numbering=Numbering.of(checked.report.form.request_type),
            person_id=checked.person_id,
        )
        saved = self.change.corrections.save(corrected, self._updates(own, draft))
        return Saved() if saved else self._overtaken(key, correction)

    def _updates(self, own: OwnReport, draft: Draft) -> Along | None:
        if self.mailbox is None:
            return None
        to = draft.contact.email if draft.updates_in else ""
        return self.mailbox.moving(own.outbox_id, to, draft.updates_in)

    def _overtaken(self, key: str, correction: CheckedCorrection) -> CorrectionResult:
        """Say who came first: a second press of the same button, another tab, or a worker."""
        own = self.change.open(key)
        used = self.drafts.load(copy_id(correction.own.outbox_id)) is None
        if used and own is not None and own.fields == correction.checked.fields:
            return Saved()
        return ChangedMeanwhile() if own and own.receipt.changeable else TooLate()
