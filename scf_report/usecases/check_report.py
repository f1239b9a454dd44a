"""Show a finished report as it will be sent: the check page is made from the wire fields themselves."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from scf_report.clients.open311.encode import public_text, room_for_text
from scf_report.clients.open311.gateway import Open311Gateway
from scf_report.domain.draft import Draft
from scf_report.domain.receipt import PublicPart
from scf_report.domain.report import Report


@dataclass(frozen=True, slots=True)
class CheckedReport:
    """A report with the very fields of its POST. ``digest`` names exactly these fields and this photo."""

    report: Report
    fields: tuple[tuple[str, str], ...]
    public: PublicPart
    digest: str

    def value(self, name: str) -> str:
        """Return the value of a field that is sent once; "" if it is not sent."""
        return next((value for key, value in self.fields if key == name), "")

    def answers(self, code: str) -> tuple[str, ...]:
        """Return what is sent for the question with this code: one value, several, or none."""
        names = (f"attribute[{code}]", f"attribute[{code}][]")
        return tuple(value for key, value in self.fields if key in names)


def room_for_description(landmark_limit: int) -> int:
    """Characters that a description may have, whatever landmark is added to it later."""
    return room_for_text("x" * landmark_limit)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Turn a complete draft into what is sent."""

    gateway: Open311Gateway

    def check(self, draft: Draft) -> CheckedReport:
        """Prepare the report. Raises ValueError while a step is missing."""
        report = draft.report()
        fields = tuple(self.gateway.prepare(report))
        photos = 1 if draft.photo_name else 0
        request_type = report.form.request_type
        public = PublicPart(
            address=report.address,
            request_type=request_type.name,
            organization=request_type.organization,
            text=public_text(fields),
            photos=photos,
        )
        return CheckedReport(report, fields, public, _digest(fields, draft.photo_mark))


def _digest(fields: Sequence[tuple[str, str]], photo_mark: str) -> str:
    text = json.dumps([list(fields), photo_mark], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
