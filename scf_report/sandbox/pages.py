"""Pages for people: what the sandbox is, what it received, and its switches.

What was received and the switches answer callers on this machine only.
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)

from scf_report.sandbox import records
from scf_report.sandbox.answers import moment
from scf_report.sandbox.cities import CITIES, service_of
from scf_report.sandbox.facts import FACTS, MARKS
from scf_report.sandbox.store import Store
from scf_report.sandbox.switchboard import (
    FAULTS,
    SOCKET_FAULTS,
    VARIANTS,
    Switchboard,
    UnknownSwitchError,
)

OWNS_SOCKET = "scf_report.sandbox.owns_socket"
"""Key of the WSGI environ under which the stand-alone server says that it can play socket faults."""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
"""What all pages for people are sent with."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The human side."""

    store: Store
    switchboard: Switchboard
    now: Callable[[], float]
    root_url: Callable[[], str]

    def blueprint(self) -> Blueprint:
        """Make the routes."""
        routes = Blueprint("pages", __name__)
        routes.add_url_rule("/", view_func=self.home)
        routes.add_url_rule("/issues/<int(max=999999999):number>", view_func=self.issue)
        routes.add_url_rule("/facts", view_func=self.facts)
        routes.add_url_rule("/received.json", view_func=self.received)
        routes.add_url_rule("/switches", view_func=self.switches, methods=["GET", "POST"])
        routes.after_request(_add_headers)
        return routes

    def home(self) -> str:
        """Show what this is and the newest public reports."""
        with self.store.reading() as db:
            newest = records.listed(db, records.Query(now=self.now(), length=20))
        rows = [
            (each, service_of(each.service_code).name, moment(each.requested))
            for each in newest
        ]
        return render_template(
            "home.html",
            cities=CITIES.values(),
            rows=rows,
            root=self.root_url(),
            local=is_local(),
        )

    def issue(self, number: int) -> str:
        """Show one public report, which is where its ``html_url`` leads."""
        with self.store.reading() as db:
            report = records.public(db, number, self.now()) or abort(404)
        return render_template(
            "issue.html",
            report=report,
            service=service_of(report.service_code).name,
            reported=moment(report.requested),
        )

    def facts(self) -> str:
        """Show what is played and how sure it is."""
        return render_template("facts.html", facts=FACTS, marks=MARKS)

    def received(self) -> Response:
        """Answer everything that came by POST, private parts too, oldest first, as JSON."""
        _refuse_strangers()
        with self.store.reading() as db:
            return jsonify([_everything(record) for record in records.received(db)])

    def switches(self) -> Any:  # noqa: ANN401 - Flask's own union of answers
        """Show the switches, or turn them."""
        _refuse_strangers()
        wants_page = (
            request.accept_mimetypes.best_match(["application/json", "text/html"])
            == "text/html"
        )
        problem = self._turn() if request.method == "POST" else None
        if wants_page and request.method == "POST" and problem is None:
            return redirect(url_for("pages.switches"), 303)
        if wants_page:
            page = render_template(
                "switches.html",
                state=self.switchboard.state(),
                faults=_faults(),
                variants=VARIANTS,
                problem=problem,
            )
            return page, 400 if problem else 200
        return (jsonify(error=problem), 400) if problem else jsonify(self.switchboard.state())

    def _turn(self) -> str | None:
        """Turn what the form says; return what is wrong with it, in words."""
        form = request.form
        changes = {
            name: form[name] for name in ("fault", "count", "only", "limit") if name in form
        }
        for setting in form.getlist("set"):
            name, colon, value = setting.partition(":")
            if not colon:
                return "set must be NAME:VALUE."
            changes[name] = value
        if changes.get("fault", "none") not in _faults():
            return f"fault must be one of {', '.join(_faults())}."
        released = form.get("release", "")
        if not re.fullmatch(r"|all|[0-9]{1,9}", released):
            return "release must be a number or all."
        try:
            self.switchboard.turn(changes)
        except UnknownSwitchError as error:
            return str(error)
        if released:
            with self.store.writing() as db:
                records.release(db, None if released == "all" else int(released))
        return None


def _everything(record: records.Record) -> dict[str, Any]:
    return asdict(record) | {
        "status": record.status,
        "requested_datetime": moment(record.requested),
    }


def _faults() -> dict[str, str]:
    return FAULTS | SOCKET_FAULTS if request.environ.get(OWNS_SOCKET) else FAULTS


def is_local() -> bool:
    """Tell whether the caller is on this machine; a caller without any address is in this process."""
    address = request.environ.get("REMOTE_ADDR")
    try:
        return address is None or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _refuse_strangers() -> None:
    # Another site's page, posting from a browser on this machine, is a stranger too.
    from_here = request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
    if not is_local() or (request.method == "POST" and not from_here):
        abort(403)


def _add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response
