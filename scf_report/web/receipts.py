"""The receipt, and what its second key opens."""

from dataclasses import asdict, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import segno
from flask import abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from scf_report.domain.delivery import FINAL, State
from scf_report.domain.receipt import Receipt
from scf_report.forms.base import StepForm
from scf_report.usecases.change_report import OwnReport
from scf_report.web.context import render
from scf_report.web.field_words import field_label
from scf_report.web.pages import ChangePage, Event, ReceiptPage, Row
from scf_report.web.steps import Steps
from scf_report.web.times import clock_time, day_and_time

QUIET_ZONE = 2
"""Modules of white around the QR code; the page's own padding adds to it."""


class ReceiptViews(Steps):
    """Views for whoever has a receipt's address, and for the owner of the second key."""

    def receipt(self, receipt: str) -> ResponseReturnValue:
        """Show what has become of the report."""
        found = self.parts.track.track(receipt) or abort(404)
        ticket = request.args.get("new", "")
        key = self.parts.track.change_key(receipt, ticket) if ticket else None
        address = self._public(url_for(".receipt", receipt=receipt))
        page = ReceiptPage(
            receipt=found,
            face=face(found),
            events=self._events(found),
            next_try=self._clock(found.next_try_at),
            saved_at=self._words(found.saved_at),
            url=address,
            json_url=url_for(".receipt_json", receipt=receipt),
            qr=qr_path(address),
            qr_size=len(_modules(address)),
            record_url=self._record_url(found),
            change_url=self._public(url_for("change.show", key=key)) if key else None,
            final=found.state in FINAL,
        )
        return render(page)

    def receipt_json(self, receipt: str) -> ResponseReturnValue:
        """Give the same as JSON: state, times, reference, public text, number and link."""
        found = self.parts.track.track(receipt) or abort(404)
        response = jsonify(
            {
                "reference": str(found.reference),
                "state": found.state.value,
                "saved_at": _iso(found.saved_at),
                "last_attempt_at": _iso(found.last_attempt_at),
                "next_try_at": _iso(found.next_try_at),
                "settled_at": _iso(found.settled_at),
                "attempts": found.attempts,
                "number": found.upstream_id,
                "link": self._record_url(found),
                "notice": found.notice,
                "reasons": [reason.message for reason in found.reasons],
                "public": asdict(found.public),
            }
        )
        response.set_etag(_mark(found), weak=True)
        return response.make_conditional(request)

    def show(self, key: str) -> ResponseReturnValue:
        """Show everything that is kept about the report, to its owner."""
        own = self._own(key)
        return self._show_change(key, own, self._change_form(own))

    def withdraw(self, key: str) -> ResponseReturnValue:
        """Withdraw the report, unless it is under way already."""
        own = self._own(key)
        form = self._change_form(own)
        if not form.validate():
            return self._show_change(key, own, form, status=422)
        if not self.parts.change.withdraw(key):
            return self._show_change(key, self._own(key), form, too_late=True, status=409)
        return redirect(url_for(".show", key=key), 303)

    def export(self, key: str) -> ResponseReturnValue:
        """Give everything that is kept about the report as a JSON file."""
        own = self._own(key)
        response = jsonify(
            {
                "reference": str(own.receipt.reference),
                "state": own.receipt.state.value,
                "saved_at": _iso(own.receipt.saved_at),
                "number": own.receipt.upstream_id,
                "fields": [list(field) for field in own.fields],
            }
        )
        name = f"report-{own.receipt.reference}.json"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def _own(self, key: str) -> OwnReport:
        return self.parts.change.open(key) or abort(404)

    def _change_form(self, own: OwnReport) -> StepForm:
        sent = request.form if request.method == "POST" else None
        subject = str(own.receipt.reference)
        return StepForm(sent, token=self.parts.tokens.bound("change", subject))

    def _show_change(
        self,
        key: str,
        own: OwnReport,
        form: StepForm,
        *,
        too_late: bool = False,
        status: int = 200,
    ) -> ResponseReturnValue:
        page = ChangePage(
            receipt=own.receipt,
            rows=tuple(Row(field_label(name), value) for name, value in own.fields),
            receipt_url=url_for("report.receipt", receipt=own.receipt_id),
            export_url=url_for(".export", key=key),
            action=url_for(".withdraw", key=key),
            form=form,
            done=own.receipt.state is State.WITHDRAWN,
            too_late=too_late,
        )
        return render(page, status)

    def _events(self, receipt: Receipt) -> tuple[Event, ...]:
        saved = self._event("saved", "done", receipt.saved_at)
        last = receipt.last_attempt_at
        rest: tuple[Event, ...]
        match face(receipt):
            case "delayed" if receipt.attempts:
                tries = self._event("tries", "now", last, count=receipt.attempts)
                next_time = self._clock(receipt.next_try_at)
                rest = (replace(tries, next_time=next_time), Event("accepted", "todo"))
            case "saved" | "delayed":
                rest = (Event("sending", "todo"), Event("accepted", "todo"))
            case "sending" | "checking" | "awaiting" as under_way:
                rest = (self._event(under_way, "now", last), Event("accepted", "todo"))
            case end:
                rest = (self._event(end, "done", receipt.settled_at or last),)
        return (saved, *rest)

    def _event(
        self, kind: str, status: str, moment: datetime | None, *, count: int = 0
    ) -> Event:
        return Event(kind, status, self._words(moment), _iso(moment) or "", count)

    def _words(self, moment: datetime | None) -> str:
        return day_and_time(moment, self.parts.zone, self.parts.now())

    def _clock(self, moment: datetime | None) -> str:
        return clock_time(moment, self.parts.zone)

    def _record_url(self, receipt: Receipt) -> str | None:
        if receipt.upstream_id is None:
            return None
        root = self.parts.endpoint.public_root
        base = request.script_root if root.startswith("/") else ""
        return f"{base}{root}/requests/{receipt.upstream_id}.json"

    def _public(self, path: str) -> str:
        root = self.parts.public_url or request.host_url.rstrip("/")
        return f"{root}{path}"


def face(receipt: Receipt) -> str:
    """Name the page's face: what the state means to the resident."""
    if receipt.delayed:
        return "delayed"
    return {
        State.HELD: "saved",
        State.QUEUED: "saved",
        State.SENDING: "sending",
        State.UNCERTAIN: "checking",
        State.UNDECIDED: "undecided",
        State.AWAITING_ID: "awaiting",
        State.NEEDS_SIGN_IN: "undecided",
        State.ACCEPTED: "accepted",
        State.MODERATED: "held",
        State.REJECTED: "refused",
        State.WITHDRAWN: "withdrawn",
    }[receipt.state]


def qr_path(text: str) -> str:
    """Draw the QR code of a text as SVG path data, one unit a module, for a stroke of width 1."""
    runs = []
    for y, row in enumerate(_modules(text)):
        x = 0
        for dark, modules in groupby(row):
            length = len(list(modules))
            if dark:
                runs.append(f"M{x} {y}.5h{length}")
            x += length
    return "".join(runs)


def _modules(text: str) -> list[list[bool]]:
    rows = segno.make_qr(text).matrix_iter(border=QUIET_ZONE)
    return [[bool(module) for module in row] for row in rows]


def _mark(receipt: Receipt) -> str:
    parts: tuple[Any, ...] = (receipt.state.value, receipt.attempts, _iso(receipt.next_try_at))
    return "-".join(str(part) for part in parts).replace(":", "").replace("+", "")


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
