"""For machines that watch this one: is it alive, can it take and deliver reports, how does it fare."""

import hmac
import ipaddress

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from scf_report.usecases.errors import StoreAwayError
from scf_report.usecases.readiness import Readiness
from scf_report.web.metrics import CONTENT_TYPE, write_metrics
from scf_report.web.parts import WebParts

FORWARDED = ("Forwarded", "X-Forwarded-For")
"""Only a proxy sends these: then the peer is not who asks, whatever its address."""


def ops_blueprint(parts: WebParts) -> Blueprint:
    """Make the blueprint of the health pages and the metrics."""
    blueprint = Blueprint("ops", __name__)

    def healthz() -> ResponseReturnValue:
        return jsonify(alive=True)

    def readyz() -> ResponseReturnValue:
        try:
            readiness = parts.readiness.check()
        except StoreAwayError:
            return jsonify(ready=False, database="away"), 503
        body = jsonify(
            ready=readiness.ready,
            database="answers",
            workers=_workers(readiness),
            left_for_seconds=round(readiness.left_for.total_seconds()),
            upstream=readiness.upstream.value,
        )
        return body, 200 if readiness.ready else 503

    def metrics() -> ResponseReturnValue:
        refusal = _refusal(parts.metrics_token)
        if refusal is not None:
            return refusal
        try:
            return write_metrics(parts.measure.take()), {"Content-Type": CONTENT_TYPE}
        except StoreAwayError:
            return jsonify(database="away"), 503

    def settle(response: Response) -> Response:
        # After the answer is out, so that nobody waits for counting.
        response.call_on_close(parts.measure.settle)
        return response

    blueprint.after_app_request(settle)
    blueprint.add_url_rule("/healthz", "healthz", healthz)
    blueprint.add_url_rule("/readyz", "readyz", readyz)
    blueprint.add_url_rule("/metrics", "metrics", metrics)
    return blueprint


def _workers(readiness: Readiness) -> str:
    if readiness.ready:
        return "fine"
    return "gone" if readiness.budget_known else "without Redis"


def _refusal(token: str | None) -> ResponseReturnValue | None:
    """Refuse whoever may not read the metrics."""
    if token is None:
        return None if _from_here() else (jsonify(metrics="loopback only"), 403)
    if _bears(token):
        return None
    return jsonify(metrics="token needed"), 401, {"WWW-Authenticate": "Bearer"}


def _from_here() -> bool:
    """Tell whether a process on this machine asks, and no proxy for somebody else."""
    if any(name in request.headers for name in FORWARDED):
        return False
    return ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104  # an address that is not


def _bears(token: str) -> bool:
    given = request.authorization
    said = given.token if given is not None and given.type == "bearer" else None
    return hmac.compare_digest((said or "").encode(), token.encode())
