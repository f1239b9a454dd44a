"""Fields for typed text. What was typed is cleaned and kept, also when it is refused.

The class names, here and in the neighboring modules, are what the template macros go by
(``field.type``). ``focus_id`` is the id of the input that gets the focus where it is not ``id``.
"""

import re
from collections.abc import Hashable
from decimal import Decimal

import wtforms
from typing_extensions import override
from wtforms.form import BaseForm

from scf_report.forms.clean import clean_line, clean_text
from scf_report.forms.messages import fewer_digits, no_thousands, refuse, write_number


def shown_around(field: wtforms.Field) -> Hashable:
    """Return all that a page shows of a field beside what was entered and a problem with it."""
    about = (field.type, field.id, field.name, str(field.label.text), str(field.description))
    marks = (bool(field.flags.required), bool(field.flags.private))
    return (about, marks, tuple((field.render_kw or {}).items()))


class StringField(wtforms.StringField):
    """One line of text."""

    data: str
    shown = property(shown_around)

    @override
    def process_data(self, value: object) -> None:
        self.data = clean_line(value)

    @override
    def process_formdata(self, valuelist: list[object]) -> None:
        self.data = clean_line(valuelist[0]) if valuelist else ""


class TextAreaField(wtforms.TextAreaField):
    """Several lines of text."""

    data: str
    shown = property(shown_around)

    @override
    def process_data(self, value: object) -> None:
        self.data = clean_text(value)

    @override
    def process_formdata(self, valuelist: list[object]) -> None:
        self.data = clean_text(valuelist[0]) if valuelist else ""


class DecimalText(StringField):
    """A number, with a point or a comma. ``data`` is what was typed, ``number`` what it says."""

    _NUMBER = re.compile(r"[+-]?(?:\d{1,20}(?:[.,]\d{1,12})?|[.,]\d{1,12})")
    _THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")

    @property
    def number(self) -> str:
        """The number as plain text such as ``-2.5``; "" if there is none."""
        text = self.data.replace("\N{MINUS SIGN}", "-")
        if not self._NUMBER.fullmatch(text):
            return ""
        return format(Decimal(text.replace(",", ".")), "f")

    @override
    def pre_validate(self, form: BaseForm) -> None:
        if self._THOUSANDS.fullmatch(self.data):  # 1,200 is 1200 to some and 1.2 to others
            plain, decimal = self.data.replace(",", ""), self.data.replace(",", ".")
            refuse(no_thousands(self.label.text, plain, decimal))
        if self.data and not self.number:
            refuse(write_number(self.label.text))
        if self.data and abs(Decimal(self.number)) >= 10**12:
            refuse(fewer_digits(self.label.text))
