"""What follows from each outcome of a POST and each look-up: design section 6 as pure functions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from scf_report.domain.delivery import (
    CHANGEABLE,
    FINAL,
    FIRST_RETRY,
    LEASE,
    LONGEST_RETRY,
    SETTLE_TIME,
    TOKEN_PATIENCE,
    TOTAL_DEADLINE,
    WORKED_ON,
    Accepted,
    Attempt,
    AwaitingId,
    Deferred,
    Found,
    LookUp,
    Moderated,
    NeedsSignIn,
    Next,
    NotFound,
    Numbering,
    Outcome,
    Refusal,
    Rejected,
    State,
    Uncertain,
    Unnumbered,
    after_attempt,
    retry_delay,
)
from scf_report.domain.reconciliation import Doubt, after_look_up, after_poll

NOW = datetime(2026, 11, 24, 15, 41, tzinfo=UTC)
NO = (Refusal("is too short", "description"),)
TAKEN = (Refusal("has been reported", "duplicate"),)


@pytest.mark.parametrize(
    ("outcome", "following"),
    [
        (Accepted("4711", "Thanks"), Next(State.ACCEPTED, upstream_id="4711", notice="Thanks")),
        (
            AwaitingId("abc", "Soon"),
            Next(
                State.AWAITING_ID, NOW + FIRST_RETRY, service_request_token="abc", notice="Soon"
            ),
        ),
        (Moderated("Held"), Next(State.MODERATED, notice="Held")),
        (Rejected(NO, 422), Next(State.REJECTED, reasons=NO)),
        (Rejected(TAKEN, 422, duplicate=True), Next(State.UNCERTAIN, NOW, reasons=TAKEN)),
        (Deferred("http_503", retry_after=90), Next(State.QUEUED, NOW + timedelta(seconds=90))),
        (Deferred("http_503", retry_after=0), Next(State.QUEUED, NOW + timedelta(seconds=1))),
        (Deferred("not_sent"), Next(State.QUEUED, NOW + timedelta(seconds=40))),
        (Uncertain("unanswered"), Next(State.UNCERTAIN, NOW + FIRST_RETRY)),
        (Unnumbered("Thanks"), Next(State.UNCERTAIN, NOW + FIRST_RETRY)),
        (NeedsSignIn(), Next(State.NEEDS_SIGN_IN)),
        (NeedsSignIn(renewed=True), Next(State.QUEUED, NOW, renewed=True)),
    ],
)
def test_each_outcome_leads_on(outcome: Outcome, following: Next) -> None:
    """The second attempt, jitter in the middle."""
    assert after_attempt(outcome, Attempt(2), now=NOW, jitter=0.5) == following


def test_access_that_is_refused_again_once_renewed_needs_its_person() -> None:
    """Renewing is done once in a row, so that nobody is asked over and over."""
    again = after_attempt(
        NeedsSignIn(renewed=True), Attempt(2, renewed=True), now=NOW, jitter=0
    )
    assert again == Next(State.NEEDS_SIGN_IN)


def test_a_type_that_never_gives_a_number_is_accepted_without_one() -> None:
    """A blackbox type's plain 2xx is all there will be; a lost answer is in doubt as any other."""
    blackbox = Attempt(1, Numbering.NEVER)
    thanks = after_attempt(Unnumbered("Thanks"), blackbox, now=NOW, jitter=0.5)
    assert thanks == Next(State.ACCEPTED, notice="Thanks")
    lost = after_attempt(Uncertain("unanswered"), blackbox, now=NOW, jitter=0.5)
    assert lost.state is State.UNCERTAIN


@pytest.mark.parametrize(
    ("answer", "waited", "following"),
    [
        (
            Accepted("4711", "Thanks"),
            0,
            Next(State.ACCEPTED, upstream_id="4711", notice="Thanks"),
        ),
        (None, 0, Next(State.AWAITING_ID, NOW + timedelta(seconds=40))),
        (None, 1, Next(State.UNDECIDED)),
        (Accepted("4711"), 1, Next(State.ACCEPTED, upstream_id="4711")),
    ],
)
def test_a_number_is_waited_for_with_patience(
    answer: Accepted | None, waited: int, following: Next
) -> None:
    """For seven days, more and more rarely; one that comes later counts just the same."""
    sent_at = NOW - TOKEN_PATIENCE - timedelta(microseconds=waited)
    assert after_poll(answer, sent_at=sent_at, polls=2, now=NOW, jitter=0.5) == following


def test_delays_double_up_to_half_an_hour() -> None:
    """20, 40, 80 … seconds, and never more than 30 minutes."""
    delays = [retry_delay(attempts, 0.5).total_seconds() for attempts in range(1, 9)]
    assert delays == [20, 40, 80, 160, 320, 640, 1280, 1800]
    assert retry_delay(0, 0.5) == FIRST_RETRY


@given(attempts=st.integers(0, 10**6), jitter=st.floats(0, 1))
def test_delays_are_bounded_whatever_happens(attempts: int, jitter: float) -> None:
    """Between 75 % of the first and 125 % of the longest; jitter moves by a quarter at most."""
    delay, middle = retry_delay(attempts, jitter), retry_delay(attempts, 0.5)
    assert FIRST_RETRY * 0.75 <= delay <= LONGEST_RETRY * 1.25
    assert abs(delay - middle) <= middle / 4 + timedelta(microseconds=1)
    assert retry_delay(attempts + 1, 0.5) >= middle


def doubt(*, seen: bool = True, reasons: tuple[Refusal, ...] = ()) -> Doubt:
    """Make a doubt whose settle time is over right now."""
    return Doubt(NOW - SETTLE_TIME, type_is_seen=seen, look_ups=1, reasons=reasons)


@pytest.mark.parametrize(
    ("look_up", "about", "following"),
    [
        (Found("4711"), doubt(), Next(State.ACCEPTED, upstream_id="4711")),
        (Found("4711", copies=2), doubt(seen=False), Next(State.ACCEPTED, upstream_id="4711")),
        (Found("4711"), doubt(reasons=TAKEN), Next(State.ACCEPTED, upstream_id="4711")),
        (NotFound(complete=True), doubt(), Next(State.QUEUED, NOW)),
        (NotFound(complete=False), doubt(), Next(State.UNDECIDED)),
        (NotFound(complete=True), doubt(seen=False), Next(State.UNDECIDED)),
        (
            NotFound(complete=True),
            doubt(reasons=TAKEN),
            Next(State.REJECTED, reasons=TAKEN),
        ),
        (None, doubt(), Next(State.UNCERTAIN, NOW + timedelta(seconds=40))),
        (
            None,
            doubt(reasons=TAKEN),
            Next(State.UNCERTAIN, NOW + timedelta(seconds=40), reasons=TAKEN),
        ),
    ],
)
def test_a_look_up_settles_the_doubt(
    look_up: LookUp | None, about: Doubt, following: Next
) -> None:
    """Only a complete list without ours, of a type that shows there, lets it be sent again."""
    assert after_look_up(look_up, about, now=NOW, jitter=0.5) == following


@given(
    before=st.timedeltas(timedelta(microseconds=1), LEASE + SETTLE_TIME),
    seen=st.booleans(),
    complete=st.booleans(),
    look_ups=st.integers(1, 20),
    jitter=st.floats(0, 1),
)
def test_no_absence_is_believed_before_the_settle_time(
    *, before: timedelta, seen: bool, complete: bool, look_ups: int, jitter: float
) -> None:
    """It stays in doubt, and is looked at again at the settle time's end at the latest."""
    settled_at = NOW + before
    about = Doubt(settled_at - SETTLE_TIME, seen, look_ups, TAKEN)
    following = after_look_up(NotFound(complete), about, now=NOW, jitter=jitter)
    assert (following.state, following.reasons) == (State.UNCERTAIN, TAKEN)
    assert following.due is not None
    assert NOW < following.due <= settled_at


def test_the_lease_outlasts_the_deadline() -> None:
    """By 30 seconds at least; and a lost answer is not judged before everything is over."""
    assert TOTAL_DEADLINE + timedelta(seconds=30) <= LEASE
    assert SETTLE_TIME > TOTAL_DEADLINE


def test_every_state_belongs_to_somebody() -> None:
    """Workers, the end, or a person: no state is forgotten, none is both."""
    for_a_person = {State.UNDECIDED, State.NEEDS_SIGN_IN}
    assert WORKED_ON | FINAL | for_a_person == set(State)
    assert not WORKED_ON & FINAL
    assert {State.HELD, State.QUEUED, State.NEEDS_SIGN_IN, State.REJECTED} == CHANGEABLE
