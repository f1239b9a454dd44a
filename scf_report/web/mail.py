"""Updates by e-mail: asking for them at a receipt, and the page that the link in a message opens."""

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from scf_report.forms.updates import MailForm, UpdatesForm
from scf_report.usecases.subscribe import Subscription
from scf_report.web.context import render
from scf_report.web.mail_pages import AskPage, MailPage, UpdatesPart
from scf_report.web.origin import refuse_foreign_posts
from scf_report.web.parts import WebParts


@dataclass(frozen=True, slots=True)
class UpdateViews:
    """The views at a receipt; they stand in the frame, too."""

    parts: WebParts

    def part(self, receipt: str) -> UpdatesPart | None:
        """Return what a receipt shows of updates; None where nothing can be asked for."""
        if not self._offered(receipt):
            return None
        return UpdatesPart(
            form=self._form(receipt),
            action=url_for(".updates", receipt=receipt),
            waits=self.parts.updates.is_asked(receipt),
            asked="updates" in request.args,
        )

    def updates(self, receipt: str) -> ResponseReturnValue:
        """Ask an address. The answer is the same, whatever is known of it."""
        if not self._offered(receipt):
            abort(404)
        form = self._form(receipt)
        if request.method == "POST" and form.validate():
            self.parts.updates.ask(receipt, form.email.data, get_locale().language)
            return redirect(url_for(".receipt", receipt=receipt, updates="asked"), 303)
        problems = tuple(form.problems())
        page = AskPage(
            form=form,
            problems=problems,
            action=url_for(".updates", receipt=receipt),
            receipt_url=url_for(".receipt", receipt=receipt),
        )
        return render(page, 422 if problems else 200)

    def _offered(self, receipt: str) -> bool:
        return self.parts.brand.mail and self.parts.updates.can_be_asked(receipt)

    def _form(self, receipt: str) -> UpdatesForm:
        sent = request.form if request.method == "POST" else None
        return UpdatesForm(sent, token=self.parts.tokens.bound("updates", receipt))


@dataclass(frozen=True, slots=True)
class MailViews:
    """The page of a message's key. Opening it changes nothing, since mail scanners open links, too."""

    parts: WebParts

    def show(self, key: str) -> ResponseReturnValue:
        """Show what the key is about."""
        found = self.parts.updates.open(key)
        return self._page(found, self._form(key)) if found else _unknown()

    def change(self, key: str) -> ResponseReturnValue:
        """Confirm or end."""
        if is_one_click():
            self.parts.updates.end(key)
            return render(MailPage("ended"))  # the same when it is sent twice
        found = self.parts.updates.open(key)
        if found is None:
            return _unknown()
        form = self._form(key)
        if not form.validate():
            return self._page(found, form, 422)
        if request.form.get("do") == "end":
            self.parts.updates.end(key)
            return render(MailPage("ended"))
        self.parts.updates.confirm(key)
        return redirect(url_for(".show", key=key), 303)

    def _page(
        self, found: Subscription, form: MailForm, status: int = 200
    ) -> ResponseReturnValue:
        page = MailPage(
            state="confirmed" if found.confirmed else "asked",
            references=found.references,
            form=form,
            action=url_for(".show", key=found.key),
            receipt_url=url_for("report.receipt", receipt=found.receipt)
            if found.confirmed
            else "",
        )
        return render(page, status)

    def _form(self, key: str) -> MailForm:
        sent = request.form if request.method == "POST" else None
        return MailForm(sent, token=self.parts.tokens.bound("mail", key))


def mail_blueprint(parts: WebParts) -> Blueprint:
    """Make the blueprint of the page that the link in a message opens; never framed."""
    blueprint = Blueprint("mail", __name__, url_prefix="/mail")
    views = MailViews(parts)
    refuse = refuse_foreign_posts(parts.public_url)
    blueprint.before_request(lambda: None if is_one_click() else refuse())
    blueprint.add_url_rule("/<secret:key>", "show", views.show)
    blueprint.add_url_rule("/<secret:key>", "change", views.change, methods=["POST"])
    return blueprint


def is_one_click() -> bool:
    """Tell whether a mail program ends the updates for its user (RFC 8058 section 3.2).

    It has no form token and no origin; the address, which nobody can guess, is the proof.
    """
    return request.method == "POST" and request.form.get("List-Unsubscribe") == "One-Click"


def _unknown() -> ResponseReturnValue:
    return render(MailPage("unknown"), 404)
