"""The pattern library's two sample forms: every kind of field, plain and with its problem."""

from dataclasses import dataclass
from typing import ClassVar

import wtforms
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from scf_report.forms.base import Problem
from scf_report.forms.choices import CheckboxesField, Offer, RadioField, SelectField
from scf_report.forms.fields import DecimalText, StringField, TextAreaField
from scf_report.forms.messages import AtMost, Required
from scf_report.forms.moment import MomentField
from scf_report.web.parts import WebParts

_LANES = (
    Offer("right", _l("Right lane")),
    Offer("left", _l("Left lane"), _l("The one next to the middle.")),
)
_KINDS = (
    Offer("pothole", _l("Pothole"), group=_l("Streets")),
    Offer("tree", _l("Fallen tree"), group=_l("Forestry")),
)


@dataclass(frozen=True, slots=True)
class PatternsPage:
    """``/about/patterns``: every macro in every state."""

    template: ClassVar[str] = "about/patterns.html"
    plain: wtforms.Form
    sample: wtforms.Form
    sample_problems: tuple[Problem, ...]


def patterns_page(parts: WebParts) -> PatternsPage:
    """Make both forms; the sample one was sent with something wrong in every field."""

    class Sample(wtforms.Form):
        line = StringField(
            _l("What is wrong, in a few words"), [Required(_l("Write a few words"))]
        )
        text = TextAreaField(
            _l("More about it"),
            [AtMost(40)],
            description=_l("Please leave out names, phone numbers and number plates."),
            render_kw={"maxlength": 40},
        )
        number = DecimalText(_l("About how deep is it?"), render_kw={"inputmode": "decimal"})
        moment = MomentField(
            _l("When did you first see it?"), [Required(_l("Choose a date"))], zone=parts.zone
        )
        select = SelectField(_l("How big is it?"), [Required(_l("Choose a size"))])
        radio = RadioField(_l("Which lane is it in?"), [Required(_l("Choose a lane"))])
        grouped = RadioField(_l("Kind of problem"), [Required(_l("Choose a kind"))])
        boxes = CheckboxesField(
            _l("Which parts are damaged?"),
            [Required(_l("Choose at least one part"))],
            description=_l("Choose all that apply."),
        )
        file = wtforms.FileField(_l("Photo"))
        trap = StringField(
            _l("Leave this empty"), render_kw={"tabindex": "-1", "autocomplete": "off"}
        )

    plain = _offered(Sample(prefix="plain"))
    wrong = MultiDict({"sample-number": "ankle", "sample-text": _LONG})
    sample = _offered(Sample(wrong, prefix="sample"))
    sample.validate()
    problems = tuple(
        Problem(getattr(field, "focus_id", field.id), str(field.errors[0]))
        for field in sample
        if field.errors
    )
    return PatternsPage(plain, sample, problems)


_LONG = "Two feet wide, right after the crossing. Cyclists swerve into the traffic."


def _offered(form: wtforms.Form) -> wtforms.Form:
    for field in form:
        if isinstance(field, (SelectField, RadioField, CheckboxesField)):
            field.offer(_KINDS if field.short_name == "grouped" else _LANES)
    form["number"].flags.private = True
    return form
