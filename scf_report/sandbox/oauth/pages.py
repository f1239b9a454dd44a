"""The OAuth addresses: sign in, allow, sign out for people; tokens and revocation for programs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InsecureTransportError
from flask import Blueprint, Response, request

from scf_report.sandbox.oauth import sessions
from scf_report.sandbox.oauth.grants import Grant
from scf_report.sandbox.oauth.html import (
    add_headers,
    back_to_authorize,
    consent_page,
    message_page,
    sign_in_page,
)
from scf_report.sandbox.oauth.registry import callback_below
from scf_report.sandbox.oauth.server import Server
from scf_report.sandbox.people import PEOPLE, Person
from scf_report.sandbox.store import Store
from scf_report.sandbox.switchboard import Switchboard


@dataclass(frozen=True, slots=True)
class OAuthPages:
    """The routes below ``/oauth``."""

    store: Store
    switchboard: Switchboard
    now: Callable[[], float]
    root_url: Callable[[], str]
    public_root: str | None

    def blueprint(self) -> Blueprint:
        """Make the routes."""
        routes = Blueprint("oauth", __name__, url_prefix="/oauth")
        both, post = ["GET", "POST"], ["POST"]
        routes.add_url_rule("/authorize", view_func=self.authorize, methods=both)
        routes.add_url_rule("/login", view_func=self.sign_in, methods=post)
        routes.add_url_rule("/logout", view_func=self.sign_out)
        routes.add_url_rule("/token", view_func=self.token, methods=post)
        routes.add_url_rule("/revoke", view_func=self.revoke, methods=post)
        routes.register_error_handler(InsecureTransportError, _without_https)
        routes.after_request(add_headers)
        return routes

    def authorize(self) -> Response:
        """Check what the app asks, let the person sign in, ask them, and send them back."""
        with self._serving() as server:
            try:
                grant = server.asked()
            except OAuth2Error as error:
                return self._refuse(server, error)
            except ValueError:
                # Authlib quotes what was asked, and fails where that is no plain ASCII.
                return _broken("The app asked for something that cannot be answered.")
            person = sessions.person_of(server.db, sessions.current(), server.now)
            if person is None:
                return sign_in_page()
            if request.method != "POST":
                return consent_page(grant.client.name, grant.redirect_uri, person)
            if not sessions.form_is_ours():
                return _foreign()
            return self._decide(server, grant, person)

    def sign_in(self) -> Response:
        """Sign a demo person in, and go on with what the app asked."""
        if not sessions.form_is_ours():
            return _foreign()
        number = request.form.get("person")
        person = next((each for each in PEOPLE if str(each.id) == number), None)
        if person is None:
            return _broken("There is nobody of that number.")
        with self.store.writing() as db:
            session = sessions.start(db, person, self.now())
        response = back_to_authorize()
        sessions.keep(response, session)
        return response

    def sign_out(self) -> Response:
        """End the session with the sandbox; tokens live on."""
        with self.store.writing() as db:
            sessions.end(db, sessions.current())
        return message_page("Signed out", "You are signed out of the sandbox city.", 200)

    def token(self) -> Response:
        """Exchange a code or a refresh token."""
        with self._serving() as server:
            return server.exchange()

    def revoke(self) -> Response:
        """Revoke a token."""
        with self._serving() as server:
            return server.revoke()

    @contextmanager
    def _serving(self) -> Iterator[Server]:
        """Lend a server inside one transaction, so that whatever is used once is used once."""
        switches = self.switchboard.state()
        callback = callback_below(self.public_root)
        with self.store.writing() as db:
            yield Server(db, switches, self.now(), callback)

    def _decide(self, server: Server, grant: Grant, person: Person) -> Response:
        decision = request.form.get("decision")
        if decision == "other":
            sessions.end(server.db, sessions.current())
            return back_to_authorize()
        allowed = person if decision == "allow" else None
        return self._with_issuer(server, server.decide(grant, allowed))

    def _refuse(self, server: Server, error: OAuth2Error) -> Response:
        """Tell the app where its address is known to be its own, else the person."""
        if not error.redirect_uri:
            return _broken(error.get_error_description() or str(error.error))
        return self._with_issuer(server, server.refuse(error))

    def _with_issuer(self, server: Server, response: Response) -> Response:
        """Say who answers (RFC 9207), where the switch says so."""
        if server.switches["issuer"] == "sent" and response.location:
            response.location = add_params_to_uri(
                response.location,
                {"iss": self.root_url()},
                fragment="#" in response.location,
            )
        return response


def _broken(text: str) -> Response:
    return message_page("This cannot go on", text, 400)


def _without_https(error: InsecureTransportError) -> Response:
    return _broken(error.description)


def _foreign() -> Response:
    text = "This form did not come from a page of the sandbox city. Please start again."
    return message_page("Not from here", text, 403)
