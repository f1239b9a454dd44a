"""Validators whose messages name the field and say what to do, and the words they use.

Messages are plain text in the reader's language, never lazy: Flask-Babel's lazy strings pass
through Jinja unescaped (by their ``__html__``), and these quote what organizations have written.
"""

from typing import ClassVar, NoReturn

from flask_babel import gettext
from wtforms import Field
from wtforms.validators import StopValidation

from scf_report.forms.clean import clean_line

QUOTED = 60
"""A question is quoted with at most this many characters."""


def quoted(question: str) -> str:
    """Shorten a question to what a message quotes: one line, without the mark at its end."""
    line = clean_line(str(question))
    line = line.rstrip(" ?:.*") or line
    if len(line) <= QUOTED:
        return line
    cut = line[:QUOTED]
    return (cut.rpartition(" ")[0] or cut[:-1]) + "…"


def refuse(message: object) -> NoReturn:
    """Raise a message, as plain text in the reader's language, and end the field's validation."""
    raise StopValidation(str(message))


def _(message: str, **variables: object) -> str:
    return str(gettext(message, **variables))


class Required:
    """Refuses a field without data; ``message`` says what to write or choose."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, message: object) -> None:
        self.message = message

    def __call__(self, _form: object, field: Field) -> None:
        """Raise StopValidation with the message when nothing was entered."""
        if not field.data:
            refuse(self.message)


class AtMost:
    """Refuses text of more than ``limit`` characters (code points, as kept)."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, _form: object, field: Field) -> None:
        """Raise StopValidation that tells by how much the text is too long."""
        if (length := len(field.data)) > self.limit:
            refuse(too_long(field.label.text, self.limit, length))


def too_long(question: str, limit: int, length: int) -> str:
    """Say how long the text may be and how long it is."""
    return _(
        "Shorten “%(name)s” to %(limit)s characters. It has %(length)s",
        name=quoted(question),
        limit=limit,
        length=length,
    )


def write_answer(question: str) -> str:
    """Ask for a text."""
    return _("Write an answer to “%(name)s”", name=quoted(question))


def choose_one(question: str) -> str:
    """Ask for one of the choices."""
    return _("Choose an answer for “%(name)s”", name=quoted(question))


def choose_some(question: str) -> str:
    """Ask for any of the choices."""
    return _("Choose at least one answer for “%(name)s”", name=quoted(question))


def write_number(question: str) -> str:
    """Ask for a number."""
    return _("“%(name)s” must be a number, like 4", name=quoted(question))


def fewer_digits(question: str) -> str:
    """Refuse a number longer than any answer."""
    return _(
        "“%(name)s” must be a number of at most 12 digits, like 4",
        name=quoted(question),
    )


def no_thousands(question: str, plain: str, decimal: str) -> str:
    """Ask which of two numbers is meant by a comma before three digits."""
    return _(
        "Write “%(name)s” without a comma, like %(plain)s or %(decimal)s",
        name=quoted(question),
        plain=plain,
        decimal=decimal,
    )


def choose_date(question: str) -> str:
    """Ask for a date."""
    return _("“%(name)s” must have a date, like 2026-11-21", name=quoted(question))


def date_range(question: str) -> str:
    """Refuse a date that must be a slip of the finger."""
    return _("The date for “%(name)s” must be between 1900 and 2100", name=quoted(question))


def choose_time(question: str) -> str:
    """Ask for a time."""
    return _("The time for “%(name)s” must be like 17:30", name=quoted(question))


def skipped_time(question: str) -> str:
    """Refuse a time that the clocks jumped over."""
    return _(
        "Choose another time for “%(name)s”: the clocks were put forward and skipped this one",
        name=quoted(question),
    )


def file_wanted(question: str) -> str:
    """Say that a report of this kind cannot be sent from here."""
    return _(
        "“%(name)s” needs a file, and we cannot send files yet. Choose another kind of problem",
        name=quoted(question),
    )


def cannot_ask(question: str) -> str:
    """Say that a report of this kind cannot be sent from here, since nobody knows how to ask this."""
    return _(
        "“%(name)s” needs an answer that we cannot ask for. Choose another kind of problem",
        name=quoted(question),
    )


def page_expired(button: object) -> str:
    """Say that the form has to be sent once more because it was open too long."""
    return _(
        "This page was open for a long time. Check your entries and press %(button)s again.",
        button=button,
    )


def page_unknown(button: object) -> str:
    """Say that the form has to be sent once more because its token is not ours."""
    return _(
        "We could not tell whether this page came from us. Check your entries and press "
        "%(button)s again.",
        button=button,
    )
