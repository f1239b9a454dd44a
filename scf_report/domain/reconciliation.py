"""What asking the upstream again proves: a look-up after a lost answer, a poll for a number.

Design section 6, "Uncertain" and "Outcomes".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from scf_report.domain.delivery import (
    SETTLE_TIME,
    TOKEN_PATIENCE,
    Accepted,
    Found,
    LookUp,
    Next,
    NotFound,
    Refusal,
    State,
    retry_delay,
)

LOOK_BACK = timedelta(hours=1)
"""The list is read from this long before the attempt, since clocks differ."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is known about an attempt whose answer was lost.

    ``type_is_seen``: on this endpoint a report of ours of this type has been found by look-up
    before, so that such reports do show in its public list. ``reasons`` are those of a
    ``duplicate`` refusal, if that is what the upstream answered.
    """

    lease_ended_at: datetime
    type_is_seen: bool
    look_ups: int
    reasons: tuple[Refusal, ...] = ()


def after_look_up(
    look_up: LookUp | None, doubt: Doubt, *, now: datetime, jitter: float
) -> Next:
    """Say what follows. ``look_up`` is None when the upstream could not be asked."""
    again = Next(
        State.UNCERTAIN, now + retry_delay(doubt.look_ups + 1, jitter), reasons=doubt.reasons
    )
    match look_up:
        case None:
            return again
        case Found(upstream_id):
            return Next(State.ACCEPTED, upstream_id=upstream_id)
        case NotFound(complete):
            settled_at = doubt.lease_ended_at + SETTLE_TIME
            if now < settled_at:
                return Next(
                    State.UNCERTAIN,
                    min(again.due or settled_at, settled_at),
                    reasons=doubt.reasons,
                )
            return _absent(doubt, proven=complete and doubt.type_is_seen, now=now)
        case _:
            assert_never(look_up)


def _absent(doubt: Doubt, *, proven: bool, now: datetime) -> Next:
    if doubt.reasons:
        # The upstream has it from somebody else: its refusal stands and names the other one.
        return Next(State.REJECTED, reasons=doubt.reasons)
    if proven:
        return Next(State.QUEUED, now)
    return Next(State.UNDECIDED)


def after_poll(
    answer: Accepted | None, *, sent_at: datetime, polls: int, now: datetime, jitter: float
) -> Next:
    """Say what a poll for the number of a batch type's report leads to; None: no number yet."""
    if answer is not None:
        return Next(State.ACCEPTED, upstream_id=answer.upstream_id, notice=answer.notice)
    if now > sent_at + TOKEN_PATIENCE:
        return Next(State.UNDECIDED)
    return Next(State.AWAITING_ID, now + retry_delay(polls, jitter))
