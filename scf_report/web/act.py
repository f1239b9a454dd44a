"""Comment, vote, follow, flag, close, open again, acknowledge: plain forms, each with a page for a no."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from scf_report.domain.conversation import Action
from scf_report.forms.clean import clean_text
from scf_report.forms.issue import ActForm
from scf_report.usecases.act_on_issue import Act, Acted, Ending, PhotoRefused
from scf_report.web.context import render
from scf_report.web.issue import FORMS, IssueViews, act_token, act_url, is_number
from scf_report.web.issue_pages import AgainPage
from scf_report.web.origin import refuse_foreign_posts
from scf_report.web.parts import WebParts
from scf_report.web.problem import LARGEST_UPLOAD, photo_message
from scf_report.web.secret import keep_out_of_caches
from scf_report.web.session import signed_in
from scf_report.web.times import clock_time

UNDONE = {Action.VOTE: Action.UNVOTE, Action.FOLLOW: Action.UNFOLLOW}
STATUS = {
    Ending.DECLINED: 422,
    Ending.SIGN_IN: 403,
    Ending.BUSY: 429,
    Ending.AWAY: 503,
    Ending.UNCLEAR: 503,
}


@dataclass(frozen=True, slots=True)
class ActView:
    """One act, named by the end of its address."""

    parts: WebParts
    action: Action

    def run(self, number: str) -> ResponseReturnValue:
        """Do it, and lead back to the issue; whatever hinders it is told with all entries kept."""
        if not is_number(number):
            abort(404)
        issue_url = url_for("issues.show", number=number)
        if request.method == "GET":  # the answer was loaded again, or in another language
            return redirect(issue_url, 303)
        view = signed_in()
        form = FORMS[self.action](_posted(), token=act_token(self.parts, view))
        if view is None:
            if not form.words and form.upload is None:
                return redirect(self._login_url(issue_url), 302)
            return self._again(number, form, Acted(Ending.SIGN_IN))
        if not form.validate():
            return self._again(number, form)
        return self._carry_out(number, form, view.person.id)

    def _carry_out(self, number: str, form: ActForm, person_id: str) -> ResponseReturnValue:
        try:
            acted = self.parts.issues.act.act(person_id, self._act(number, form))
        except PhotoRefused as refused:
            form["photo"].errors = [photo_message(refused.reason)]
            return self._again(number, form)
        if acted.ending in (Ending.DONE, Ending.HELD):
            held = acted.ending is Ending.HELD
            done = "held" if held else self._what(form).value
            return redirect(url_for("issues.show", number=number, done=done), 303)
        if acted.http_status == 404:
            abort(404)
        return self._again(number, form, acted)

    def _what(self, form: ActForm) -> Action:
        return UNDONE.get(self.action, self.action) if form.undo.data else self.action

    def _act(self, number: str, form: ActForm) -> Act:
        return Act(
            self._what(form),
            number,
            form.once.data or secrets.token_urlsafe(16),
            form.words,
            form.upload.stream.read() if form.upload else None,
        )

    def _again(
        self, number: str, form: ActForm, acted: Acted | None = None
    ) -> ResponseReturnValue:
        if form.upload is not None and not form["photo"].errors:
            form["photo"].errors = [_("Choose the photo once more")]
        form.ask_again()
        wait = acted.wait if acted else 0.0
        issue_url = url_for("issues.show", number=number)
        page = AgainPage(
            ending=acted.ending.value if acted else "form",
            reasons=tuple(map(clean_text, acted.reasons)) if acted else (),
            forbidden=acted is not None and acted.http_status == 403,
            retry_at=clock_time(self.parts.now() + timedelta(seconds=wait), self.parts.zone),
            form=form,
            problems=tuple(form.problems()),
            action=act_url(self.action, number),
            issue_url=issue_url,
            login_url=self._login_url(issue_url),
        )
        response = make_response(render(page, STATUS[acted.ending] if acted else 422))
        if wait:
            response.headers["Retry-After"] = str(round(wait) + 1)
        return keep_out_of_caches(response)

    def _login_url(self, issue_url: str) -> str:
        return url_for("account.login", next=issue_url)


def _posted() -> MultiDict[str, Any]:
    posted: MultiDict[str, Any] = MultiDict(request.form)
    posted.update(request.files)
    return posted


def issues_blueprint(parts: WebParts) -> Blueprint:
    """Make the blueprint of issues and their pictures; never framed. Without accounts they are only read."""
    blueprint = Blueprint("issues", __name__)
    views = IssueViews(parts)
    blueprint.add_url_rule("/issues/<number>", "show", views.show)
    blueprint.add_url_rule("/media/<name>", "picture", views.picture)
    for action in FORMS if parts.accounts else ():
        view: Callable[..., Any] = ActView(parts, action).run
        rule = f"/issues/<number>/{action.value}"
        blueprint.add_url_rule(rule, action.value, view, methods=["GET", "POST"])
    blueprint.before_request(refuse_foreign_posts(parts.public_url))
    blueprint.before_request(_allow_large_photo)
    return blueprint


def _allow_large_photo() -> None:
    """Read a large photo to its end, so that refusing it is a page and not a broken connection."""
    if request.endpoint == f"issues.{Action.COMMENT.value}":
        request.max_content_length = LARGEST_UPLOAD
