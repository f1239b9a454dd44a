"""The addresses of APIv2, and what stands around every view."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, request

from scf_report.sandbox.api import actions, issues, places, reporting, request_types
from scf_report.sandbox.api.answers import Answer, RefusedError
from scf_report.sandbox.api.calls import Call, Sent, read_sent
from scf_report.sandbox.oauth.tokens import caller
from scf_report.sandbox.store import Store
from scf_report.sandbox.switchboard import Switchboard

View = Callable[..., Answer]
_ISSUE = "/issues/<int(max=999999999):number>"
_COMMENT = "/comments/<int(max=999999999):number>"
_ROUTES: tuple[tuple[str, str, View], ...] = (
    ("GET", "/issues", issues.issues),
    ("POST", "/issues", reporting.create),
    ("GET", "/issues/new", request_types.at_place),
    ("GET", "/request_types/<code>", request_types.one),
    ("GET", _ISSUE, issues.issue),
    ("GET", f"{_ISSUE}/comments", issues.comments),
    ("POST", f"{_ISSUE}/comments", actions.comment),
    ("POST", f"{_ISSUE}/close", actions.close),
    ("POST", f"{_ISSUE}/open", actions.reopen),
    ("POST", f"{_ISSUE}/acknowledge", actions.acknowledge),
    ("POST", f"{_ISSUE}/vote", actions.vote),
    ("DELETE", f"{_ISSUE}/vote", actions.unvote),
    ("POST", f"{_ISSUE}/follow", actions.follow),
    ("DELETE", f"{_ISSUE}/follow", actions.unfollow),
    ("POST", f"{_ISSUE}/flag", actions.flag_issue),
    ("POST", f"{_COMMENT}/flag", actions.flag_comment),
    ("GET", "/places", places.places),
    ("GET", "/places/<int(max=999999999):number>", places.place),
    ("GET", "/profile", issues.me),
    ("GET", "/profile/issues", issues.own_issues),
)


@dataclass(frozen=True, slots=True)
class ApiV2:
    """The calls of APIv2 on one store."""

    store: Store
    switchboard: Switchboard
    now: Callable[[], float]
    root_url: Callable[[], str]

    def blueprint(self) -> Blueprint:
        """Make the routes."""
        routes = Blueprint("api", __name__, url_prefix="/api/v2")
        for method, rule, view in _ROUTES:
            routes.add_url_rule(
                rule,
                endpoint=view.__name__,
                view_func=self._written(view, changes=method != "GET"),
                methods=[method],
            )
        return routes

    def _written(self, view: View, *, changes: bool) -> Callable[..., Response]:
        """Make a Flask view: read the body, ask who calls, change all or nothing, write JSON."""

        def written(**arguments: object) -> Response:
            try:
                # The body is read before the file is locked: a slow caller holds up nobody.
                sent = read_sent(request) if changes else Sent()
                lend = self.store.writing if changes else self.store.reading
                switches, now = self.switchboard.state(), self.now()
                with lend() as db:
                    person = caller(db, request.headers.get("Authorization"), now)
                    call = Call(
                        db, person, now, self.root_url(), switches, sent, request.args.to_dict()
                    )
                    answer = view(call, **arguments)
            except RefusedError as refused:
                answer = refused.answer
            return answer.response()

        return written
