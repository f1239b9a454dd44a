"""What stands before and behind every API call: faults, User-Agent, rate limit, ETag."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, g, request

from scf_report.sandbox.budget import count_call
from scf_report.sandbox.store import Store
from scf_report.sandbox.switchboard import FAULTS, Switchboard

DOCUMENTATION_URL = "https://dev.seeclickfix.com/"
NOT_JSON = (
    "<!doctype html><html lang=en><title>Sorry</title><p>We’re sorry, something went wrong."
)


@dataclass(frozen=True, slots=True)
class Guard:
    """Answers in place of the API, or after it."""

    store: Store
    switchboard: Switchboard
    now: Callable[[], float]

    def protect(self, routes: Blueprint) -> None:
        """Stand before and behind all routes of the blueprint."""
        routes.before_request(self.before)
        routes.after_request(self.after)

    def before(self) -> Response | None:
        """Play a fault, else demand a User-Agent, else count the call."""
        g.fault = self.switchboard.take_fault(request.method, FAULTS)
        if g.fault not in ("none", "500-after"):
            return self._fault(g.fault)
        caller = request.headers.get("User-Agent", "").strip()
        if not caller:
            return _message(403, "Please send a User-Agent header that says how to reach you.")
        limit = int(self.switchboard.state()["limit"])
        address = f"{request.remote_addr} {caller}"
        wait = count_call(self.store, address, limit=limit, now=self.now())
        if wait:
            return _message(
                429, "Rate limit exceeded. Please slow down.", retry_after=str(wait)
            )
        return None

    def after(self, response: Response) -> Response:
        """Lose the answer where a fault says so; let callers keep what has not changed."""
        if g.fault == "500-after":
            return _message(500, "Something went wrong.")
        if (
            request.method in ("GET", "HEAD")
            and response.status_code == 200
            and g.fault == "none"
        ):
            response.add_etag()
            response.make_conditional(request)
        return response

    def _fault(self, fault: str) -> Response:
        seconds = self.switchboard.state()["retry_after"]
        wait = None if seconds == "none" else seconds
        if fault == "down":
            return _message(503, "Down for maintenance.", retry_after=wait)
        if fault == "429":
            return _message(429, "Rate limit exceeded. Please slow down.", retry_after=wait)
        if fault == "html":
            return Response(NOT_JSON, 200, mimetype="text/html")
        return _message(500, "Something went wrong.")


def _message(status: int, message: str, *, retry_after: str | None = None) -> Response:
    """Answer in the shape of SeeClickFix's general errors (upstream.md 2.1)."""
    body = {"message": message, "documentation_url": DOCUMENTATION_URL}
    response = Response(json.dumps(body), status, mimetype="application/json")
    if retry_after is not None:
        response.headers["Retry-After"] = retry_after
    return response
