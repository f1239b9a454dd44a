"""``/me``: what somebody who is signed in has reported."""

from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from scf_report.domain.conversation import Conversation
from scf_report.forms.clean import clean_line
from scf_report.usecases.errors import SignInNeededError
from scf_report.usecases.my_reports import OwnReceipt
from scf_report.web.context import render
from scf_report.web.issue import title_of
from scf_report.web.issue_pages import MePage, OwnIssue, OwnSent
from scf_report.web.parts import WebParts
from scf_report.web.receipts import face
from scf_report.web.session import signed_in
from scf_report.web.status_words import status_word
from scf_report.web.times import day_and_time


@dataclass(frozen=True, slots=True)
class MeViews:
    """The page; it needs somebody."""

    parts: WebParts

    def show(self) -> ResponseReturnValue:
        """Show the reports that wait or were sent through us, and the person's issues upstream."""
        view = signed_in()
        if view is None:
            return self._sign_in()
        page = _page_number(request.args.get("page", ""))
        mine = self.parts.issues.mine
        try:
            own = mine.issues(view.person.id, page)
        except SignInNeededError:
            return self._sign_in()
        person = view.person
        following = own.next_page if own else None
        shown = MePage(
            name=clean_line(person.name) or person.email or person.id,
            issues=tuple(self._issue(each) for each in own.issues) if own else (),
            away=own is None,
            sent=tuple(map(self._sent, mine.receipts(person.id))) if page == 1 else (),
            next_url=url_for(".show", page=following) if following else None,
        )
        return render(shown)

    def _issue(self, found: Conversation) -> OwnIssue:
        issue = found.issue
        number = issue.upstream_id or ""
        return OwnIssue(
            title=title_of(found),
            number=number,
            status=issue.status,
            status_words=status_word(issue.status, issue.raw_status),
            place=clean_line(issue.address),
            time=day_and_time(issue.requested_at, self.parts.zone, self.parts.now()),
            url=url_for("issues.show", number=number),
            private=found.private,
        )

    def _sent(self, own: OwnReceipt) -> OwnSent:
        receipt = own.receipt
        return OwnSent(
            face=face(receipt),
            reference=str(receipt.reference),
            kind=receipt.public.request_type,
            place=receipt.public.address,
            time=day_and_time(receipt.saved_at, self.parts.zone, self.parts.now()),
            url=url_for("report.receipt", receipt=own.receipt_id),
        )

    def _sign_in(self) -> ResponseReturnValue:
        return redirect(url_for("account.login", next=url_for(".show")), 302)


def _page_number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 1
    return max(number, 1)


def me_blueprint(parts: WebParts) -> Blueprint:
    """Make the blueprint of the person's own page."""
    blueprint = Blueprint("me", __name__)
    blueprint.add_url_rule("/me", "show", MeViews(parts).show)
    return blueprint
