"""Deliver what the outbox promises: one piece of work at a time, each recorded before the next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

import structlog

from scf_report.clients.errors import UpstreamError
from scf_report.domain.delivery import (
    Accepted,
    Attempt,
    Deferred,
    Found,
    LookUp,
    NeedsSignIn,
    Next,
    Outcome,
    Rejected,
    State,
    after_attempt,
)
from scf_report.domain.reconciliation import LOOK_BACK, after_look_up, after_poll
from scf_report.storage.claim import Claim, Idle, Probe, Unreadable, Work
from scf_report.storage.claims import Claims
from scf_report.storage.outbox import Outbox
from scf_report.usecases.errors import SignInNeededError
from scf_report.usecases.senders import Senders


@dataclass(frozen=True, slots=True)
class DeliverReports:
    """One worker's hands. ``jitter`` gives numbers in 0..1, ``now`` the time on the outbox's clock."""

    claims: Claims
    outbox: Outbox
    senders: Senders
    jitter: Callable[[], float]
    now: Callable[[], datetime]
    log: structlog.typing.FilteringBoundLogger

    def run_once(self) -> float:
        """Do one piece of work if there is any; returns the seconds until it is worth coming back."""
        job = self.claims.claim()
        match job:
            case Idle(seconds):
                return seconds
            case Probe(point):
                answered = self.senders.open311.is_up(point)
                self.claims.record_probe(answered=answered, jitter=self.jitter())
                self.log.info("upstream asked before delivering", answered=answered)
                return 0.0
            case Unreadable(reference):
                self.log.error(
                    "delivery cannot be read; is its key configured?", reference=str(reference)
                )
                return 0.0
            case Claim():
                self._work(job)
                return 0.0
            case _:
                assert_never(job)

    def _work(self, claim: Claim) -> None:
        match claim.work:
            case Work.SEND:
                self._send(claim)
            case Work.LOOK_UP:
                self._look_up(claim)
            case Work.POLL:
                self._poll(claim)
            case Work.LEARN:
                self._learn(claim)
            case _:
                assert_never(claim.work)

    def _send(self, claim: Claim) -> None:
        if not self.claims.has_time(claim):
            self.claims.give_back(claim)
            return
        try:
            sender = self.senders.sender(claim.person_id)
        except UpstreamError as error:
            self.log.warning("no access", reference=str(claim.reference), error=repr(error))
            self._record_attempt(claim, Deferred("no_access"), asked=False)
            return
        outcome = sender.send(claim.fields, claim.photo, lambda: self.claims.has_time(claim))
        self._record_attempt(claim, outcome, asked=sender.asks)
        if isinstance(outcome, NeedsSignIn):
            self._see_who_came_back(claim, sender.token)

    def _record_attempt(self, claim: Claim, outcome: Outcome, *, asked: bool) -> None:
        attempt = Attempt(claim.attempt, claim.numbering, claim.renewed)
        result = after_attempt(outcome, attempt, now=self.now(), jitter=self.jitter())
        answered = _answered(outcome, result) if asked else None
        self._record(claim, result, answered=answered, outcome=outcome)

    def _see_who_came_back(self, claim: Claim, refused_token: str | None) -> None:
        """Wake the reports of a person who has signed in between a refusal and its record.

        Their sign-in has found nothing that waits.
        """
        person_id = claim.person_id
        if person_id is not None and self.senders.has_access(person_id, refused_token):
            self.outbox.wake(person_id)

    def _look_up(self, claim: Claim) -> None:
        found, answered = self._search(claim)
        result = after_look_up(found, claim.doubt, now=self.now(), jitter=self.jitter())
        self._record(claim, result, answered=answered)

    def _search(self, claim: Claim) -> tuple[LookUp | None, bool | None]:
        """Read the upstream's list for our reference, and tell whether the upstream answered sensibly.

        None when it could not be read; and None when that takes the person, so that it was not asked.
        """
        reference = str(claim.reference)
        since = claim.last_attempt_at - LOOK_BACK
        try:
            sender = self.senders.sender(claim.person_id)
            found = sender.look_up(
                claim.reference, claim.service_code, claim.point, since, self.now()
            )
        except (UpstreamError, SignInNeededError) as error:
            self.log.warning("look-up failed", reference=reference, error=repr(error))
            return None, False if isinstance(error, UpstreamError) else None
        if isinstance(found, Found) and found.copies > 1:
            self.log.error("upstream has copies", reference=reference, copies=found.copies)
        return found, True

    def _poll(self, claim: Claim) -> None:
        number: Accepted | None = None
        answered = True
        try:
            number = self.senders.open311.poll_token(claim.service_request_token)
        except UpstreamError as error:
            answered = False
            self.log.warning("poll failed", reference=str(claim.reference), error=repr(error))
        result = after_poll(
            number,
            sent_at=claim.last_attempt_at,
            polls=claim.look_ups,
            now=self.now(),
            jitter=self.jitter(),
        )
        self._record(claim, result, answered=answered)

    def _learn(self, claim: Claim) -> None:
        """See whether a report that was accepted shows in the public list, for later doubts."""
        found, answered = self._search(claim)
        seen = None if found is None else isinstance(found, Found)
        self.claims.record_learning(claim, seen=seen, answered=answered, jitter=self.jitter())

    def _record(
        self,
        claim: Claim,
        result: Next,
        *,
        answered: bool | None,
        outcome: Outcome | None = None,
    ) -> None:
        kept = self.claims.record(claim, result, answered=answered, jitter=self.jitter())
        facts = {
            "reference": str(claim.reference),
            "work": claim.work.value,
            "attempt": claim.attempt,
            "state": result.state.value,
            "kept": kept,
        }
        if outcome is not None:
            facts["outcome"] = type(outcome).__name__
        alarm = result.state is State.UNDECIDED or (
            isinstance(outcome, Deferred) and outcome.alarm
        )
        (self.log.error if alarm else self.log.info)("delivery", **facts)


def _answered(outcome: Outcome, result: Next) -> bool:
    """Tell whether the upstream answered sensibly; a pause after 429 concerns the budget alone."""
    match outcome:
        case Deferred(pauses_everyone=pauses):
            return pauses
        case Rejected():
            return True
        case _:
            return result.state is not State.UNCERTAIN
