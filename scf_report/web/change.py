"""What the second key opens: everything that is kept about one report, and what its owner may do with it."""

import base64
from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from scf_report.domain.delivery import FINAL, State
from scf_report.forms.base import StepForm
from scf_report.forms.messages import quoted
from scf_report.usecases.change_report import OwnReport
from scf_report.usecases.keep_photo import StoredPhoto
from scf_report.web.change_steps import CorrectionViews, follow_key
from scf_report.web.context import render
from scf_report.web.field_words import attribute_code, field_label
from scf_report.web.origin import refuse_foreign_posts
from scf_report.web.pages import Row
from scf_report.web.parts import WebParts
from scf_report.web.receipt_pages import ChangePage
from scf_report.web.report import BOTH, READ, allow_large_photo
from scf_report.web.steps import Steps
from scf_report.web.times import clock_time, iso

WRITE = ["POST"]
DONE = ("saved", "withdrawn", "deleted")


class ChangeViews(Steps):
    """Views for the owner of the second key."""

    def show(self, key: str) -> ResponseReturnValue:
        """Show everything that is kept about the report."""
        own = self._own(key)
        return self._show(key, own, self._form(own))

    def withdraw(self, key: str) -> ResponseReturnValue:
        """Withdraw the report, unless it is under way already."""
        return self._act(key, "withdraw", self.parts.change.withdraw)

    def delete(self, key: str) -> ResponseReturnValue:
        """Delete the personal data here, unless it is still needed."""
        if request.method == "GET":  # its answer was loaded again, or in another language
            return redirect(url_for(".show", key=key), 303)
        return self._act(key, "delete", self.parts.change.delete)

    def _act(self, key: str, wish: str, act: Callable[[str], bool]) -> ResponseReturnValue:
        own = self._own(key)
        form = self._form(own)
        if not form.validate():
            return self._show(key, own, form, status=422)
        if act(key):
            done = "withdrawn" if wish == "withdraw" else "deleted"
            return redirect(url_for(".show", key=key, done=done), 303)
        return self._show(key, self._own(key), form, too_late=wish, status=409)

    def export(self, key: str) -> ResponseReturnValue:
        """Give everything that is kept about the report as a JSON file."""
        own = self._own(key)
        receipt = own.receipt
        response = jsonify(
            {
                "reference": str(receipt.reference),
                "state": receipt.state.value,
                "saved_at": iso(receipt.saved_at),
                "settled_at": iso(receipt.settled_at),
                "number": receipt.upstream_id,
                "fields": [list(field) for field in own.fields],
                "photo": _data_address(own.photo),
                "personal_data_deleted": own.forgotten,
            }
        )
        name = f"report-{receipt.reference}.json"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def _own(self, key: str) -> OwnReport:
        return self.parts.change.open(key) or abort(404)

    def _form(self, own: OwnReport) -> StepForm:
        sent = request.form if request.method == "POST" else None
        subject = str(own.receipt.reference)
        return StepForm(sent, token=self.parts.tokens.bound("change", subject))

    def _show(
        self, key: str, own: OwnReport, form: StepForm, *, too_late: str = "", status: int = 200
    ) -> ResponseReturnValue:
        asked = request.args.get("done", "")
        held = own.receipt.state is State.HELD
        waits = own.receipt.state is State.NEEDS_SIGN_IN and own.correctable
        page = ChangePage(
            receipt=own.receipt,
            rows=tuple(_row(own, name, value) for name, value in own.fields),
            receipt_url=url_for("report.receipt", receipt=own.receipt_id),
            export_url=url_for(".export", key=key),
            action=url_for(".withdraw", key=key),
            delete_action=url_for(".delete", key=key),
            form=form,
            correct_url=url_for("correction.check", key=key) if own.correctable else None,
            without_url=url_for("correction.contact", key=key) if waits else None,
            settled=own.receipt.state in FINAL,
            forgotten=own.forgotten,
            next_try=clock_time(own.receipt.next_try_at, self.parts.zone) if held else "",
            done=asked if asked in DONE and status == 200 else "",
            too_late=too_late,
        )
        return render(page, status)


def _row(own: OwnReport, name: str, value: str) -> Row:
    """Name a field as its owner knows it: an answer by its question, a choice by its words."""
    question = own.form.question(attribute_code(name)) if own.form else None
    if question is None:
        return Row(field_label(name), value)
    words = question.choice_name(value)
    return Row(quoted(question.text), words, private=question.kept_private)


def _data_address(photo: StoredPhoto | None) -> str | None:
    """Write a photo as text (RFC 2397)."""
    if photo is None:
        return None
    return f"data:{photo.content_type};base64,{base64.b64encode(photo.data).decode('ascii')}"


def change_blueprint(parts: WebParts) -> Blueprint:
    """Make the blueprint of the owner's page; never framed."""
    blueprint = Blueprint("change", __name__, url_prefix="/change")
    views = ChangeViews(parts)
    blueprint.add_url_rule("/<secret:key>", "show", views.show)
    blueprint.add_url_rule("/<secret:key>", "withdraw", views.withdraw, methods=WRITE)
    blueprint.add_url_rule("/<secret:key>/delete", "delete", views.delete, methods=BOTH)
    blueprint.add_url_rule("/<secret:key>/report.json", "export", views.export)
    blueprint.before_request(refuse_foreign_posts(parts.public_url))
    return blueprint


def correction_blueprint(parts: WebParts) -> Blueprint:
    """Make the blueprint of a correction's steps; never framed."""
    blueprint = Blueprint("correction", __name__, url_prefix="/change/<secret:key>")
    views = CorrectionViews(parts)
    routes: list[tuple[str, Callable[..., Any], list[str]]] = [
        ("where", views.where, BOTH),
        ("type", views.kind, BOTH),
        ("details", views.details, BOTH),
        ("photos", views.photos, BOTH),
        ("contact", views.contact, BOTH),
        ("check", views.check, READ),
        ("save", views.save, BOTH),
    ]
    for name, view, methods in routes:
        blueprint.add_url_rule(f"/{name}", name, view, methods=methods)
    blueprint.add_url_rule("/photos/remove", "remove_photo", views.remove_photo, methods=BOTH)
    blueprint.add_url_rule("/photo.jpg", "picture", views.picture)
    follow_key(blueprint)
    blueprint.before_request(refuse_foreign_posts(parts.public_url))
    blueprint.before_request(allow_large_photo)
    return blueprint
