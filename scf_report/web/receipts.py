"""The receipt: what has become of a report, for whoever has its address."""

import hashlib
from dataclasses import asdict, replace
from datetime import datetime

from flask import abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from scf_report.domain.api_choice import Api
from scf_report.domain.delivery import FINAL, State
from scf_report.domain.receipt import Receipt
from scf_report.web.change_reasons import reasons
from scf_report.web.context import render, render_once
from scf_report.web.mail import UpdateViews
from scf_report.web.qr import qr_code
from scf_report.web.receipt_pages import Event, ReceiptPage, Refused
from scf_report.web.status_words import status_line
from scf_report.web.steps import Steps
from scf_report.web.times import clock_time, day_and_time, iso

SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two looks of an open receipt."""
QUIET_SHARE = 10
"""It waits for this part of the time in which nothing has happened."""
_FACES = {
    State.HELD: "saved",
    State.QUEUED: "saved",
    State.SENDING: "sending",
    State.UNCERTAIN: "checking",
    State.UNDECIDED: "undecided",
    State.AWAITING_ID: "awaiting",
    State.NEEDS_SIGN_IN: "unsigned",
    State.ACCEPTED: "accepted",
    State.MODERATED: "held",
    State.REJECTED: "refused",
    State.WITHDRAWN: "withdrawn",
}


class ReceiptViews(Steps):
    """The receipt as a page and as JSON."""

    def receipt(self, receipt: str) -> ResponseReturnValue:
        """Show what has become of the report."""
        found = self.parts.track.show(receipt) or abort(404)
        ticket = request.args.get("new", "")
        key = self.parts.track.change_key(receipt, ticket) if ticket else None
        address = self._public(url_for(".receipt", receipt=receipt))
        code = qr_code(address)
        page = ReceiptPage(
            receipt=found,
            face=face(found),
            events=self._events(found),
            next_try=self._clock(found.next_try_at),
            saved_at=self._words(found.saved_at),
            url=address,
            json_url=url_for(".receipt_json", receipt=receipt),
            qr=code.path,
            qr_size=code.size,
            record_url=self._record_url(found),
            issue_url=self._issue_url(found),
            change_url=self._public(url_for("change.show", key=key)) if key else None,
            sign_in_url=self._sign_in_url(receipt, found),
            final=found.state in FINAL,
            city_status=status_line(found.city, self.parts.zone, self.parts.now()),
            updates=UpdateViews(self.parts).part(receipt),
            refused=self._refused(receipt, found),
        )
        # What is shown once, or holds a form's token, is not kept for the next who asks.
        return render(page) if page.change_url or page.updates else render_once(page)

    def receipt_json(self, receipt: str) -> ResponseReturnValue:
        """Give the same as JSON: state, times, reference, public text, number and link.

        While something is still to happen, Retry-After says when to ask again.
        """
        found = self.parts.track.track(receipt) or abort(404)
        response = jsonify(
            {
                "reference": str(found.reference),
                "state": found.state.value,
                "saved_at": iso(found.saved_at),
                "last_attempt_at": iso(found.last_attempt_at),
                "next_try_at": iso(found.next_try_at),
                "settled_at": iso(found.settled_at),
                "attempts": found.attempts,
                "number": found.upstream_id,
                "link": self._record_url(found),
                "status": found.city.status.value if found.city else None,
                "status_as_of": iso(found.city.as_of) if found.city else None,
                "notice": found.notice,
                "reasons": [reason.message for reason in found.reasons],
                "public": asdict(found.public),
            }
        )
        response.set_etag(hashlib.sha256(response.data).hexdigest()[:16], weak=True)
        if found.state not in FINAL:
            response.headers["Retry-After"] = str(pause(found, self.parts.now()))
        return response.make_conditional(request)

    def _events(self, receipt: Receipt) -> tuple[Event, ...]:
        saved = self._event("saved", "done", receipt.saved_at)
        last = receipt.last_attempt_at
        next_time = self._clock(receipt.next_try_at)
        rest: tuple[Event, ...]
        match face(receipt):
            case "delayed" if receipt.attempts:
                tries = self._event("tries", "now", last, count=receipt.attempts)
                rest = (replace(tries, next_time=next_time), Event("accepted", "todo"))
            case "saved":
                sending = Event("sending", "todo", next_time=next_time)
                rest = (sending, Event("accepted", "todo"))
            case "delayed":
                rest = (Event("sending", "todo"), Event("accepted", "todo"))
            case "sending" | "checking" | "awaiting" as under_way:
                event = replace(self._event(under_way, "now", last), next_time=next_time)
                rest = (event, Event("accepted", "todo"))
            case end:
                rest = (self._event(end, "done", receipt.settled_at or last),)
        return (saved, *rest)

    def _event(
        self, kind: str, status: str, moment: datetime | None, *, count: int = 0
    ) -> Event:
        return Event(kind, status, self._words(moment), iso(moment) or "", count)

    def _words(self, moment: datetime | None) -> str:
        return day_and_time(moment, self.parts.zone, self.parts.now())

    def _clock(self, moment: datetime | None) -> str:
        return clock_time(moment, self.parts.zone)

    def _refused(self, receipt: str, found: Receipt) -> tuple[Refused, ...]:
        if not found.reasons:
            return ()
        form = self.parts.change.questions_of(receipt)
        return tuple(
            Refused(reason.label, reason.words, None) for reason in reasons(found.reasons, form)
        )

    def _record_url(self, receipt: Receipt) -> str | None:
        if receipt.upstream_id is None or receipt.public.private:
            return None
        endpoint = self.parts.endpoint
        by_account = receipt.api is Api.APIV2
        root = endpoint.issues_root if by_account else f"{endpoint.public_root}/requests"
        base = request.script_root if root.startswith("/") else ""
        return f"{base}{root}/{receipt.upstream_id}{'' if by_account else '.json'}"

    def _issue_url(self, receipt: Receipt) -> str | None:
        """Lead to our own page of it, where the number is one of APIv2."""
        if receipt.upstream_id is None or receipt.public.private:
            return None
        known = receipt.api is Api.APIV2 or self.parts.endpoint.same_type_ids
        return url_for("issues.show", number=receipt.upstream_id) if known else None

    def _sign_in_url(self, receipt: str, found: Receipt) -> str | None:
        waits = found.state is State.NEEDS_SIGN_IN and self.parts.accounts is not None
        here = url_for("report.receipt", receipt=receipt)
        return url_for("account.login", next=here, back=here) if waits else None

    def _public(self, path: str) -> str:
        root = self.parts.public_url or request.host_url.rstrip("/")
        return f"{root}{path}"


def face(receipt: Receipt) -> str:
    """Name the page's face: what the state means to the resident."""
    return "delayed" if receipt.delayed else _FACES[receipt.state]


def pause(receipt: Receipt, now: datetime) -> int:
    """Say after how many seconds it is worth asking again: the longer nothing has happened, the more."""
    quiet = (now - (receipt.last_attempt_at or receipt.saved_at)).total_seconds() / QUIET_SHARE
    ahead = (receipt.next_try_at - now).total_seconds() + 1 if receipt.next_try_at else 0.0
    return round(min(max(quiet, ahead, SHORTEST_PAUSE), LONGEST_PAUSE))
