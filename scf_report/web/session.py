"""Who is signed in, as every page may ask; and the cookies that say so."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, Response, g, request, url_for

from scf_report.domain.person import SessionView
from scf_report.forms.csrf import BoundToken, FormTokens
from scf_report.web.parts import Accounts

SESSION_LIFE = 30 * 86_400
"""Seconds that a browser keeps the session's cookie: as long as the session can last."""
SIGN_IN_LIFE = 3600
"""Seconds that it keeps the cookie of a sign-in: for as long as the way back is known."""


@dataclass(frozen=True, slots=True)
class AccountItem:
    """What the header offers: a name that leads to the person's page and a form to sign out, or a link to sign in."""

    login_url: str
    name: str = ""
    me_url: str = ""
    logout_url: str = ""
    token: str = ""


def signed_in() -> SessionView | None:
    """Return whose page this is; None for everybody else, and always in a frame."""
    found: SessionView | None = g.get("session_view")
    return found


def cookie_name(kind: str) -> str:
    """Name a cookie: over https no other host of the domain can set one by this name (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{kind}" if g.https else kind


def set_cookie(response: Response, kind: str, value: str, life: int) -> None:
    """Set ``session`` or ``sign_in``. Lax, because people come back from another site."""
    response.set_cookie(
        cookie_name(kind),
        value,
        max_age=life,
        path="/",
        secure=g.https,
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(response: Response, kind: str) -> None:
    """Let the browser forget a cookie."""
    set_cookie(response, kind, "", 0)


def install_session(
    app: Flask, accounts: Accounts | None, tokens: FormTokens, public_url: str | None
) -> None:
    """Find out at each request who is signed in, and keep their pages to themselves."""
    public_https = public_url.startswith("https:") if public_url else None

    @app.before_request
    def look() -> None:
        g.https = request.is_secure if public_https is None else public_https
        if accounts is None or g.embedded:
            return
        if session_id := request.cookies.get(cookie_name("session")):
            g.session_view = accounts.find(session_id)

    @app.after_request
    def keep_private(response: Response) -> Response:
        if signed_in():
            response.headers["Cache-Control"] = "private, no-store"
        return response

    @app.context_processor
    def header() -> dict[str, AccountItem | None]:
        if accounts is None or g.get("embedded", False):
            return {"account": None}
        return {"account": _item(tokens)}


def _item(tokens: FormTokens) -> AccountItem:
    view = signed_in()
    if view is None:
        here = f"{request.script_root}{quote(request.path)}"
        query = request.query_string.decode("ascii", "replace")
        is_page = request.method == "GET" and request.blueprint != "account"
        target = f"{here}?{query}" if query else here
        return AccountItem(url_for("account.login", next=target if is_page else None))
    return AccountItem(
        url_for("account.login"),
        view.person.name or view.person.email or view.person.id,
        url_for("me.show"),
        url_for("account.logout"),
        sign_out_token(tokens, view).issue(),
    )


def sign_out_token(tokens: FormTokens, view: SessionView) -> BoundToken:
    """Return the token of this session's form to sign out."""
    return tokens.bound("sign out", view.key)
