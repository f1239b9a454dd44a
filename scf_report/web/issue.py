"""The page of an issue, and what people who are signed in do there."""

from dataclasses import dataclass, replace

from flask import Response, abort, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from scf_report.domain.conversation import Action, Conversation
from scf_report.domain.issue import IssueStatus
from scf_report.domain.person import SessionView
from scf_report.forms.clean import clean_line, clean_text
from scf_report.forms.csrf import BoundToken
from scf_report.forms.issue import (
    AcknowledgeForm,
    ActForm,
    CloseForm,
    CommentForm,
    FlagForm,
    FollowForm,
    ReopenForm,
    VoteForm,
)
from scf_report.usecases.errors import SignInNeededError, UpstreamAwayError
from scf_report.usecases.read_issue import ShownIssue
from scf_report.web.context import render
from scf_report.web.errors import RETRY_SECONDS
from scf_report.web.issue_pages import Acts, IssuePage
from scf_report.web.pages import Age, ErrorPage
from scf_report.web.parts import WebParts
from scf_report.web.session import signed_in
from scf_report.web.status_words import status_word
from scf_report.web.thread import thread
from scf_report.web.times import time_of_late

CHANGES: dict[Action, type[ActForm]] = {
    Action.CLOSE: CloseForm,
    Action.REOPEN: ReopenForm,
    Action.ACKNOWLEDGE: AcknowledgeForm,
}
"""What is offered where the upstream offers it."""
FORMS: dict[Action, type[ActForm]] = {
    Action.COMMENT: CommentForm,
    Action.VOTE: VoteForm,
    Action.FOLLOW: FollowForm,
    Action.FLAG: FlagForm,
    **CHANGES,
}
"""The forms by what they do; the action's value ends their address."""
DONE = frozenset({action.value for action in Action} | {"held"})


@dataclass(frozen=True, slots=True)
class IssueViews:
    """What people look at."""

    parts: WebParts

    def show(self, number: str) -> ResponseReturnValue:
        """Show an issue: to everybody from what is kept, to somebody who is signed in as it is now."""
        if not is_number(number):
            abort(404)
        view, expired = signed_in(), False
        try:
            try:
                shown = self._read(number, view)
            except SignInNeededError:
                view, expired = None, True
                shown = self._read(number, None)
        except UpstreamAwayError as error:
            return _away(error)
        page = self._page(shown or abort(404), view)
        return render(replace(page, expired=expired))

    def picture(self, name: str) -> ResponseReturnValue:
        """Serve a picture that a page has shown."""
        data = self.parts.issues.pictures.fetch(name) or abort(404)
        response = Response(data, mimetype="image/jpeg")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    def _read(self, number: str, view: SessionView | None) -> ShownIssue | None:
        read = self.parts.issues.read
        if view is None:
            return read.for_anyone(number)
        return read.for_person(number, view.person.id)

    def _page(self, shown: ShownIssue, view: SessionView | None) -> IssuePage:
        found, issue = shown.conversation, shown.conversation.issue
        number = issue.upstream_id or ""
        url = url_for("issues.show", number=number)
        done = request.args.get("done", "")
        return IssuePage(
            number=number,
            title=title_of(found),
            status=issue.status,
            status_words=status_word(issue.status, issue.raw_status),
            kind=clean_line(issue.request_type_name),
            place=clean_line(issue.address),
            description=clean_text(issue.description),
            agency=clean_line(issue.agency),
            answers=tuple((clean_line(q), clean_text(a)) for q, a in found.answers),
            picture_url=self._picture_url(found, found.picture_url),
            thread=thread(
                found,
                self.parts.zone,
                self.parts.now(),
                lambda address: self._picture_url(found, address),
            ),
            votes=found.votes,
            page_url=found.page_url,
            private=found.private,
            acts=self._acts(found, view) if view else None,
            login_url=self._login_url(url) if view is None else None,
            age=self._age(shown),
            done=done if done in DONE and view else "",
        )

    def _picture_url(self, found: Conversation, address: str | None) -> str | None:
        """Give our own address of a picture; those of private issues are not fetched."""
        name = None if found.private else self.parts.issues.pictures.name(address)
        return url_for("issues.picture", name=name) if name else None

    def _acts(self, found: Conversation, view: SessionView) -> Acts:
        token, related = act_token(self.parts, view), found.relation
        is_archived = found.issue.status is IssueStatus.ARCHIVED
        return Acts(
            comment=None if is_archived else CommentForm(token=token),
            vote=VoteForm(token=token, undo=related.voted),
            follow=FollowForm(token=token, undo=related.following),
            flag=FlagForm(token=token),
            changes=tuple(
                (action.value, made(token=token))
                for action, made in CHANGES.items()
                if action in found.hints
            ),
            voted=related.voted,
            following=related.following,
            urls={act.value: act_url(act, found.issue.upstream_id or "") for act in FORMS},
        )

    def _login_url(self, url: str) -> str | None:
        return url_for("account.login", next=url) if self.parts.accounts else None

    def _age(self, shown: ShownIssue) -> Age | None:
        if shown.staleness is None:
            return None
        now = self.parts.now()
        as_of = time_of_late(now - shown.staleness.age, self.parts.zone, now)
        return Age(as_of, shown.staleness.failing)


def is_number(text: str) -> bool:
    """Tell whether an issue can have this number."""
    return text.isascii() and text.isdecimal() and len(text) <= 18 and not text.startswith("0")


def title_of(found: Conversation) -> str:
    """Name an issue; old ones have no summary."""
    issue = found.issue
    summary = clean_line(found.summary) or clean_line(issue.request_type_name)
    return summary or str(_("Issue %(number)s", number=issue.upstream_id or ""))


def act_url(action: Action, number: str) -> str:
    """Give the address at which somebody acts on an issue."""
    return url_for(f"issues.{action.value}", number=number)


def act_token(parts: WebParts, view: SessionView | None) -> BoundToken:
    """Bind the forms of issues to a session."""
    return parts.tokens.bound("issue", view.key if view else "")


def _away(error: UpstreamAwayError) -> ResponseReturnValue:
    title = _("The city’s system does not answer")
    text = _("We need it to show this issue. It is usually over in a few minutes.")
    if error.busy:
        title = _("This has to wait for a moment")
        text = _("The city’s system takes only so many calls in a minute.")
    if signed_in() and request.args.get("done") in DONE:
        text = " ".join((_("What you just did has arrived."), text))
    page = ErrorPage(code=503, title=title, text=text, remedy=(_("Try again"), "?"))
    response = make_response(render(page, 503))
    response.headers["Retry-After"] = str(round(error.retry_seconds or RETRY_SECONDS) + 1)
    return response
