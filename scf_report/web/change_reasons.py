"""What a city refused, at the entry that it is about: its own names for fields, found among ours."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from scf_report.domain.delivery import Refusal
from scf_report.domain.draft import Step
from scf_report.domain.report_form import Question, ReportForm
from scf_report.forms.messages import quoted
from scf_report.forms.question_fields import field_name
from scf_report.usecases.change_report import OwnReport
from scf_report.usecases.check_report import CheckedReport
from scf_report.web.field_words import field_label

_DESCRIPTION = ("description", "answers[description]")
_TYPE = ("service_code", "request_type_id")
_PLACE = ("address_string", "address", "lat", "long", "lng")
_FIELDS = {
    "description": (Step.DETAILS, "description", _DESCRIPTION),
    **dict.fromkeys((*_TYPE, "request_type"), (Step.TYPE, "type", _TYPE)),
    **dict.fromkeys(("media", "media_url", "issue_image"), (Step.PHOTOS, "photo", ())),
    **dict.fromkeys((*_PLACE, "point", "address_id"), (Step.WHERE, "place", _PLACE)),
    **{
        name: (Step.CONTACT, name, (name,))
        for name in ("email", "phone", "first_name", "last_name")
    },
}
"""By the names of GeoReport v2 (POST Service Request) and APIv2 (upstream.md 2.2): the step, its form's
field, and what is sent for it."""
_CODE = re.compile(r"attribute\[([^\]]+)\]")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason in the city's words; ``step`` and ``field`` say where it can be mended, if that is known."""

    words: str
    label: str = ""
    step: Step | None = None
    field: str = ""
    sent_as: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """The city's words as they stand at the field."""
        return str(_("The city answered: “%(words)s”", words=self.words))

    def is_open(self, own: OwnReport, checked: CheckedReport) -> bool:
        """Tell whether the entry is still as it was refused."""
        now = tuple(value for name, value in checked.fields if name in self.sent_as)
        return now == own.sent(*self.sent_as)


def reasons(refusals: Sequence[Refusal], form: ReportForm | None) -> tuple[Reason, ...]:
    """Find the entry that each refusal is about; without the form only what is no question."""
    return tuple(_reason(refusal, form) for refusal in refusals)


def _reason(refusal: Refusal, form: ReportForm | None) -> Reason:
    words, name = refusal.message, refusal.field or ""
    question = _question(refusal, form) if form else None
    if question is not None:
        names = (f"attribute[{question.code}]", f"answers[{question.code}]")
        sent_as = (*names, *(f"{each}[]" for each in names))
        label = quoted(question.text)
        return Reason(words, label, Step.DETAILS, field_name(question.code), sent_as)
    # A name that is the upstream's alone tells nobody anything.
    label = field_label(name)
    return Reason(words, "" if label == name else label, *_FIELDS.get(name, ()))


def _question(refusal: Refusal, form: ReportForm) -> Question | None:
    """Find a question by its code or by its words: APIv2 may name it by them (upstream.md 2.2)."""
    name = refusal.field or ""
    # Some servers name the attribute in their sentence alone.
    found = _CODE.search(name) or (None if name else _CODE.search(refusal.message))
    worded = (question for question in form.questions if question.text == name)
    return form.question(found[1] if found else name) or next(worded, None)
