"""The words of the messages that are sent, in their reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from flask import Flask
from flask_babel import force_locale, gettext as _

from scf_report.domain.issue import IssueStatus
from scf_report.domain.mail import Letter, MailKind
from scf_report.forms.clean import clean_line
from scf_report.usecases.send_mail import Written
from scf_report.web.status_words import status_word


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, or with ``url`` a link and what it is."""

    text: str
    url: str = ""


class LetterWriter:
    """Writes messages for the pages of one application, at its public address."""

    def __init__(self, app: Flask, public_url: str, brand: str) -> None:
        self._app, self._root, self._brand = app, public_url, brand
        self._routes = app.url_map.bind("localhost")

    def __call__(self, letter: Letter) -> Written:
        """Write one message, as plain text and as HTML with the same words."""
        with self._app.app_context(), force_locale(f"{letter.language}_US"):
            subject = _subject(letter)
            values = {
                "subject": subject,
                "lines": tuple(self._lines(letter)),
                "brand": self._brand,
                "language": letter.language,
            }
            text, html = (
                self._app.jinja_env.get_template(f"mail/letter.{kind}").render(values)
                for kind in ("txt", "html")
            )
        return Written(subject, text, html, self._page(letter))

    def _lines(self, letter: Letter) -> Iterator[Line]:
        if letter.kind is MailKind.CONFIRM:
            yield from self._question(letter)
            return
        yield from _news(letter)
        if letter.kind is MailKind.COMMENT:
            address = self._url(letter, "issues.show", number=letter.upstream_id or "")
            yield Line(_("Read what was said"), address)
        yield Line(
            _("See the receipt"), self._url(letter, "report.receipt", receipt=letter.receipt)
        )
        if letter.change_key is not None:
            address = self._url(letter, "change.show", key=letter.change_key)
            yield Line(_("Change or delete the report. Share this link with nobody"), address)
        yield Line(_("End these updates"), self._page(letter))

    def _question(self, letter: Letter) -> Iterator[Line]:
        yield Line(
            _(
                "Somebody gave this address to %(brand)s, to hear what becomes of the report %(reference)s.",
                brand=self._brand,
                reference=letter.reference,
            )
        )
        yield Line(_("Confirm that you want updates"), self._page(letter))
        yield Line(
            _(
                "If it was not you, you need to do nothing. We then send nothing about it, and delete your address after 7 days."
            )
        )

    def _page(self, letter: Letter) -> str:
        return self._url(letter, "mail.show", key=letter.key)

    def _url(self, letter: Letter, view: str, **values: str) -> str:
        return self._root + self._routes.build(view, {**values, "lang": letter.language})


def _subject(letter: Letter) -> str:
    match letter.kind:
        case MailKind.CONFIRM:
            words = _("Do you want updates about report %(reference)s?")
        case MailKind.WAITING:
            words = _("Report %(reference)s is saved")
        case MailKind.ACCEPTED:
            words = _("The city has accepted report %(reference)s")
        case MailKind.MODERATED:
            words = _("The city holds report %(reference)s for review")
        case MailKind.REFUSED:
            words = _("The city did not take report %(reference)s")
        case MailKind.STATUS:
            return _about(letter, status_word(letter.status))
        case MailKind.COMMENT:
            words = _("There is a new comment on report %(reference)s")
        case _:
            assert_never(letter.kind)
    return str(words % {"reference": letter.reference})


def _news(letter: Letter) -> Iterator[Line]:
    """Say what the report is about, and what is new."""
    if letter.public is not None:
        what = clean_line(f"{letter.public.request_type}, {letter.public.address}")
        yield Line(_about(letter, what))
    match letter.kind:
        case MailKind.ACCEPTED:
            yield from _taken(letter)
        case MailKind.MODERATED:
            yield Line(
                _("A person there reads it before it becomes public. There is no number yet.")
            )
            yield from _notice(letter)
        case MailKind.REFUSED:
            yield Line(_("What the city answered"))
            yield from (_quote(reason.message) for reason in letter.reasons)
        case MailKind.STATUS:
            yield _status(letter)
        case MailKind.COMMENT:
            yield Line(_("Somebody has said something about it in public."))
        case _:
            yield Line(
                _("It is stored safely here. We write to you when the city has answered.")
            )


def _about(letter: Letter, words: str) -> str:
    return str(_("Report %(reference)s: %(words)s", reference=letter.reference, words=words))


def _taken(letter: Letter) -> Iterator[Line]:
    number = clean_line(letter.upstream_id)
    if number:
        yield Line(_("The city has it under number %(number)s.", number=number))
    else:
        yield Line(_("The city has it, and gives no number."))
    if letter.status not in (IssueStatus.OPEN, IssueStatus.UNKNOWN):
        yield _status(letter)
    yield from _notice(letter)


def _notice(letter: Letter) -> Iterator[Line]:
    if letter.notice:
        yield Line(_("What the city answered"))
        yield _quote(letter.notice)


def _status(letter: Letter) -> Line:
    return Line(_("Its status at the city: %(status)s", status=status_word(letter.status)))


def _quote(text: str) -> Line:
    return Line(_("“%(words)s”", words=clean_line(text)))
