"""For machines that watch this one: is it alive, can it take reports."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from scf_report.usecases.errors import StoreAwayError
from scf_report.web.parts import WebParts


def ops_blueprint(parts: WebParts) -> Blueprint:
    """Make the blueprint of the health pages."""
    blueprint = Blueprint("ops", __name__)

    def healthz() -> ResponseReturnValue:
        return jsonify(alive=True)

    def readyz() -> ResponseReturnValue:
        try:
            parts.check_store()
        except StoreAwayError:
            return jsonify(ready=False, database="away"), 503
        return jsonify(ready=True, database="answers")

    blueprint.add_url_rule("/healthz", "healthz", healthz)
    blueprint.add_url_rule("/readyz", "readyz", readyz)
    return blueprint
