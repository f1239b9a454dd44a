"""Signing in and out."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from scf_report.forms.account import FragmentForm, SignOutForm
from scf_report.forms.csrf import BoundToken, FormTokens
from scf_report.usecases.sign_in import Failure, Intent, SignInFailedError
from scf_report.web.account_pages import (
    FragmentPage,
    InsecurePage,
    SignInFailedPage,
    SignOutPage,
)
from scf_report.web.context import render
from scf_report.web.local_path import local_path
from scf_report.web.origin import refuse_foreign_posts
from scf_report.web.parts import Accounts, WebParts
from scf_report.web.secret import keep_out_of_caches
from scf_report.web.session import (
    SESSION_LIFE,
    SIGN_IN_LIFE,
    cookie_name,
    drop_cookie,
    set_cookie,
    sign_out_token,
    signed_in,
)

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
STATUS = {Failure.CANCELLED: 200, Failure.OVER: 400, Failure.REFUSED: 400, Failure.AWAY: 503}


@dataclass(frozen=True, slots=True)
class AccountViews:
    """The views; ``public_url`` is None in a demo, which is reached at many addresses."""

    accounts: Accounts
    tokens: FormTokens
    public_url: str | None

    def login(self) -> ResponseReturnValue:
        """Send the browser to the authorization server."""
        intent = Intent(
            local_path(request.args.get("next")) or url_for("about.home"),
            local_path(request.args.get("back")) or url_for("about.home"),
        )
        if not (g.https or urlsplit(self._site).hostname in LOOPBACK):
            return render(InsecurePage(intent.back), 403)
        begun = self.accounts.sign_in.begin(intent, self._site)
        response = make_response(redirect(begun.address, 302))
        set_cookie(response, "sign_in", begun.browser, SIGN_IN_LIFE)
        return response

    def callback(self) -> ResponseReturnValue:
        """Take the server's answer; that of the implicit flow stands in the fragment, if it is good."""
        query = request.query_string.decode("ascii", "replace")
        if self.accounts.implicit and "error" not in request.args:
            return self._hand_over(FragmentForm(token=self._bound()))
        return self._finish(query)

    def take_fragment(self) -> ResponseReturnValue:
        """Take the answer that the page's script has read."""
        form = FragmentForm(request.form, token=self._bound())
        if not form.validate():
            return self._failed(SignInFailedError(Failure.OVER))
        return self._finish(form.fragment.data or "")

    def logout(self) -> ResponseReturnValue:
        """End the session here and upstream."""
        view = signed_in()
        if view is not None:
            form = SignOutForm(request.form, token=sign_out_token(self.tokens, view))
            if not form.validate():
                return render(SignOutPage(form, url_for(".logout")), 422)
            self.accounts.sign_out.run(request.cookies[cookie_name("session")])
        response = make_response(redirect(url_for("about.home"), 303))
        drop_cookie(response, "session")
        return response

    def _finish(self, answer: str) -> ResponseReturnValue:
        try:
            done = self.accounts.sign_in.finish(
                answer,
                self._site,
                self._browser,
                request.cookies.get(cookie_name("session"), ""),
            )
        except SignInFailedError as error:
            return self._failed(error)
        response = make_response(redirect(done.next, 303))
        set_cookie(response, "session", done.session_id, SESSION_LIFE)
        drop_cookie(response, "sign_in")
        return response

    def _failed(self, error: SignInFailedError) -> ResponseReturnValue:
        home = url_for("about.home")
        intent = error.intent or Intent(home, home)
        page = SignInFailedPage(
            failure=error.failure.value,
            again_url=url_for(".login", next=intent.next, back=intent.back),
            back_url=intent.back,
            kept=intent.back.startswith(f"{request.script_root}/report/"),
        )
        return render(page, STATUS[error.failure])

    def _hand_over(self, form: FragmentForm) -> ResponseReturnValue:
        return render(FragmentPage(form, url_for(".take_fragment")))

    def _bound(self) -> BoundToken:
        return self.tokens.bound("fragment", self._browser)

    @property
    def _browser(self) -> str:
        return request.cookies.get(cookie_name("sign_in"), "")

    @property
    def _site(self) -> str:
        return self.public_url or request.root_url.rstrip("/")


def account_blueprint(parts: WebParts, accounts: Accounts) -> Blueprint:
    """Make the blueprint of signing in and out; never framed, never kept."""
    blueprint = Blueprint("account", __name__)
    views = AccountViews(accounts, parts.tokens, parts.public_url)
    blueprint.add_url_rule("/login", "login", views.login)
    blueprint.add_url_rule("/oauth/callback", "callback", views.callback)
    if accounts.implicit:
        blueprint.add_url_rule(
            "/oauth/callback", "take_fragment", views.take_fragment, methods=["POST"]
        )
    blueprint.add_url_rule("/logout", "logout", views.logout, methods=["POST"])
    blueprint.before_request(refuse_foreign_posts(parts.public_url))

    @blueprint.after_request
    def keep_out(response: Response) -> Response:
        return keep_out_of_caches(response)

    return blueprint
