"""The report flow as one blueprint, mounted twice: by itself, and bare for a frame under ``/embed``."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request

from scf_report.web.mail import UpdateViews
from scf_report.web.origin import refuse_foreign_posts
from scf_report.web.parts import WebParts
from scf_report.web.problem import LARGEST_UPLOAD
from scf_report.web.receipts import ReceiptViews
from scf_report.web.send import SendSteps
from scf_report.web.taking_on import TakeOnViews
from scf_report.web.where import WhereSteps

READ, BOTH = ["GET"], ["GET", "POST"]


class ReportViews(WhereSteps, SendSteps, TakeOnViews):
    """All steps of a report; each parent is one page family."""


def report_blueprint(parts: WebParts) -> Blueprint:
    """Make the blueprint of the steps and the receipt."""
    blueprint = Blueprint("report", __name__)
    views, receipts = ReportViews(parts), ReceiptViews(parts)
    routes: list[tuple[str, str, Callable[..., Any], list[str]]] = [
        ("/report", "start", views.start, BOTH),
        ("/report/<secret:draft_id>/where", "where", views.where, BOTH),
        ("/report/<secret:draft_id>/type", "type", views.kind, BOTH),
        ("/report/<secret:draft_id>/details", "details", views.details, BOTH),
        ("/report/<secret:draft_id>/photos", "photos", views.photos, BOTH),
        ("/report/<secret:draft_id>/photos/remove", "remove_photo", views.remove_photo, BOTH),
        ("/report/<secret:draft_id>/photo.jpg", "picture", views.picture, READ),
        ("/report/<secret:draft_id>/contact", "contact", views.contact, BOTH),
        ("/report/<secret:draft_id>/check", "check", views.check, READ),
        ("/report/<secret:draft_id>/submit", "submit", views.submit, BOTH),
        ("/report/<secret:draft_id>/continue", "take_on", views.take_on, BOTH),
        ("/report/<secret:draft_id>/state.json", "fate", views.fate, READ),
        ("/receipt/<secret:receipt>", "receipt", receipts.receipt, READ),
        ("/receipt/<secret:receipt>.json", "receipt_json", receipts.receipt_json, READ),
        ("/receipt/<secret:receipt>/updates", "updates", UpdateViews(parts).updates, BOTH),
    ]
    for rule, name, view, methods in routes:
        blueprint.add_url_rule(rule, name, view, methods=methods)
    blueprint.before_request(refuse_foreign_posts(parts.public_url))
    blueprint.before_request(allow_large_photo)
    return blueprint


def allow_large_photo() -> None:
    """Read large photos to their end, so that refusing one is a page and not a broken connection."""
    if request.endpoint and request.endpoint.endswith(".photos"):
        request.max_content_length = LARGEST_UPLOAD
