"""One question becomes one field, whatever its kind."""

import re
from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from flask_babel import gettext as _
from wtforms import Field

from scf_report.domain.report_form import Answer, Question, QuestionKind
from scf_report.forms.choices import CheckboxesField, Offer, RadioField, SelectField
from scf_report.forms.clean import clean_line, clean_text
from scf_report.forms.fields import DecimalText, StringField, TextAreaField
from scf_report.forms.messages import (
    AtMost,
    Required,
    choose_date,
    choose_one,
    choose_some,
    write_answer,
    write_number,
)
from scf_report.forms.moment import MomentField

STRING_LIMIT = 255
TEXT_LIMIT = 1000
MOST_RADIOS = 6
"""More choices than this become a select."""

_ASK: dict[QuestionKind, Callable[[str], str]] = {
    QuestionKind.STRING: write_answer,
    QuestionKind.TEXT: write_answer,
    QuestionKind.NUMBER: write_number,
    QuestionKind.DATETIME: choose_date,
    QuestionKind.SINGLE: choose_one,
    QuestionKind.MULTI: choose_some,
    QuestionKind.BOOLEAN: choose_one,
}
_LISTS = (QuestionKind.SINGLE, QuestionKind.MULTI)


def field_name(code: str) -> str:
    """Name the field of a question, safe as a form key, an id and in the fragment of an address.

    Codes may hold anything (upstream.md section 4.1, row 8); what is not plain goes as hex.
    """
    if re.fullmatch(r"[A-Za-z0-9]+", code):
        return f"q-{code}"
    return f"q--{code.encode(errors='surrogatepass').hex()}"


def is_answered(question: Question) -> bool:
    """Tell whether the question gets a field: notes are only read, files cannot be sent yet."""
    return question.kind in _ASK


def question_field(question: Question, zone: tzinfo) -> Field:
    """Make the field, not bound to a form yet. :func:`offers` go in after binding."""
    options = _options(question)
    made: Field
    match _kind(question):
        case QuestionKind.TEXT:
            made = TextAreaField(**_limited(options, question.max_length or TEXT_LIMIT))
        case QuestionKind.NUMBER:
            render_kw = {"inputmode": "decimal", "autocomplete": "off"}
            made = DecimalText(**options, render_kw=render_kw)
        case QuestionKind.DATETIME:
            hint = _("Without a time we say noon.")
            options["description"] = f"{options['description']} {hint}".strip()
            made = MomentField(**options, zone=zone)
        case QuestionKind.MULTI:
            made = CheckboxesField(**options)
        case QuestionKind.SINGLE if len(_listed(question)) > MOST_RADIOS:
            made = SelectField(**options)
        case QuestionKind.SINGLE | QuestionKind.BOOLEAN:
            made = RadioField(**options)
        case _:
            made = StringField(**_limited(options, question.max_length or STRING_LIMIT))
    return made


def offers(question: Question) -> list[Offer]:
    """Return what can be chosen. An optional radio button can be taken back by "No answer"."""
    if question.kind is QuestionKind.BOOLEAN:
        listed = [Offer("true", _("Yes")), Offer("false", _("No"))]
    else:
        listed = _listed(question)
    may_be_taken_back = not question.required and question.kind is not QuestionKind.MULTI
    if may_be_taken_back and len(listed) <= MOST_RADIOS:
        listed.append(Offer("", _("No answer")))
    return listed


def answer(field: Field) -> Answer:
    """Return the field's answer, empty when there is none or it is no answer."""
    match field:
        case DecimalText():
            return field.number
        case MomentField():
            return field.moment
        case CheckboxesField():
            return tuple(field.data)
        case _:
            return str(field.data)


def _kind(question: Question) -> QuestionKind:
    """Take a list without anything to choose for a line of text, so that it can be answered."""
    empty = question.kind in _LISTS and not _listed(question)
    return QuestionKind.STRING if empty else question.kind


def _listed(question: Question) -> list[Offer]:
    return [
        Offer(choice.key, clean_line(choice.name) or choice.key)
        for choice in question.choices
        if choice.key
    ]


def _options(question: Question) -> dict[str, Any]:
    text = clean_line(question.text) or question.code
    return {
        "label": text,
        "description": clean_text(question.help),
        "validators": [Required(_ASK[_kind(question)](text))] if question.required else [],
    }


def _limited(options: dict[str, Any], limit: int) -> dict[str, Any]:
    validators = [*options["validators"], AtMost(limit)]
    render_kw = {"maxlength": limit, "autocomplete": "off"}
    return {**options, "validators": validators, "render_kw": render_kw}
