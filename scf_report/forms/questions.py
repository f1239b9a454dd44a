"""The details step: a form made from the questions of one request type, and the answers it gives."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from typing import Any, ClassVar

from flask_babel import get_locale, gettext as _
from typing_extensions import override
from wtforms import Field

from scf_report.domain.report_form import Answer, Question, QuestionKind, ReportForm
from scf_report.forms.base import FormData, StepForm
from scf_report.forms.choices import CheckboxesField, Offer, RadioField, SelectField
from scf_report.forms.clean import clean_text
from scf_report.forms.csrf import BoundToken
from scf_report.forms.fields import TextAreaField
from scf_report.forms.messages import AtMost, Required, cannot_ask, file_wanted
from scf_report.forms.question_fields import (
    answer,
    field_name,
    is_answered,
    offers,
    question_field,
)

CLASSES_KEPT = 500
"""Of request types in a language, as most visitors ask for the same few."""
_UNASKED = {QuestionKind.FILE: file_wanted, QuestionKind.UNKNOWN: cannot_ask}
"""What is said where such an answer is required."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to read between the fields; templates tell it by its ``type``."""

    text: str
    help: str = ""
    type: ClassVar[str] = "Note"


class DetailsForm(StepForm):
    """The description and the questions of one request type. Only :func:`details_form` makes it."""

    description: TextAreaField
    report_form: ClassVar[ReportForm]
    asked: ClassVar[Mapping[str, Question]]
    """The questions that have a field, by its name."""
    offered: ClassVar[Mapping[str, Sequence[Offer]]]
    """What can be chosen in it."""
    listed: ClassVar[Sequence[str | Note]]
    """The names of the fields, and the notes, in the order in which they are shown."""

    def __init__(
        self,
        formdata: FormData | None = None,
        *,
        token: BoundToken,
        description: str = "",
        answers: Mapping[str, Answer] | None = None,
    ) -> None:
        known = answers or {}
        stored = {name: known.get(question.code) for name, question in self.asked.items()}
        super().__init__(formdata, token=token, data={"description": description, **stored})
        for name, question in self.asked.items():
            field = self[name]
            field.flags.private = question.kept_private
            if isinstance(field, (RadioField, SelectField, CheckboxesField)):
                field.offer(self.offered[name])

    @property
    def entries(self) -> list[Field | Note]:
        """The fields and notes in the order in which they are shown."""
        return [each if isinstance(each, Note) else self[each] for each in self.listed]

    @override
    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        valid = super().validate(extra_validators)
        self.form_errors = [
            _UNASKED[question.kind](question.text)
            for question in self.report_form.questions
            if question.kind in _UNASKED and question.required
        ]
        return valid and not self.form_errors

    def answers(self) -> dict[str, Answer]:
        """Return the answers by question code; what is empty or no answer is absent."""
        answers = {question.code: answer(self[name]) for name, question in self.asked.items()}
        return {code: given for code, given in answers.items() if given}


def details_form(form: ReportForm, *, room: int, zone: tzinfo) -> type[DetailsForm]:
    """Make the form class for one request type, in the language of the request.

    The description may have ``room`` characters; dates and times are wall time in ``zone``.
    A note has no field. Neither has a file or what is of an unknown kind: of an optional file it is
    said that it cannot be sent, and with a required one the form never validates and says that such
    a report cannot be sent from here.
    """
    return _made(form, room, zone, str(get_locale()))


@lru_cache(CLASSES_KEPT)
def _made(form: ReportForm, room: int, zone: tzinfo, _language: str) -> type[DetailsForm]:
    asked_questions: dict[str, Question] = {}
    for question in filter(is_answered, form.questions):
        asked_questions.setdefault(field_name(question.code), question)

    offered_choices = {name: offers(question) for name, question in asked_questions.items()}

    class Details(DetailsForm):
        report_form = form
        asked = asked_questions
        offered = offered_choices
        listed = ("description", *_listed(form, asked_questions))
        description = TextAreaField(
            _("What is wrong?"),
            [Required(_("Write what is wrong in a few words")), AtMost(room)],
            description=_(
                "Please leave out names, phone numbers and number plates. Everyone can read it."
            ),
            render_kw={"maxlength": room, "autocomplete": "off"},
        )

    for name, question in asked_questions.items():
        setattr(Details, name, question_field(question, zone))
    return Details


def _listed(form: ReportForm, asked: Mapping[str, Question]) -> Iterator[str | Note]:
    for question in form.questions:
        name = field_name(question.code)
        if asked.get(name) is question:
            yield name
        elif question.kind is QuestionKind.NOTE:
            yield Note(clean_text(question.text), clean_text(question.help))
        elif question.kind is QuestionKind.FILE and not question.required:
            cannot = _(
                "This asks for a file, which cannot be sent from here. You can go on without it."
            )
            yield Note(clean_text(question.text), cannot)
