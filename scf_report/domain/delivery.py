"""One promise to deliver: its states, what an attempt can end in, and what follows from that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, IntEnum
from typing import assert_never

from scf_report.domain.report_form import RequestType

TOTAL_DEADLINE = timedelta(seconds=60)
"""D of the design: the longest that one POST may take from its first byte to the last of the answer."""
LEASE = TOTAL_DEADLINE + timedelta(seconds=30)
"""How long a worker owns a delivery that it has begun."""
SETTLE_TIME = timedelta(seconds=90)
"""How long after the lease's end an upstream may still be working on a POST whose answer was lost."""
TOKEN_PATIENCE = timedelta(days=7)
"""After this a service request token that never resolves is a matter for a person."""


class State(Enum):
    """Where a delivery stands. Design section 6 has the table."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    AWAITING_ID = "awaiting_id"
    UNCERTAIN = "uncertain"
    UNDECIDED = "undecided"
    NEEDS_SIGN_IN = "needs_sign_in"
    ACCEPTED = "accepted"
    MODERATED = "moderated"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Numbering(Enum):
    """When a type's reports get their numbers, and so stand in lists (GeoReport v2, service ``type``)."""

    AT_ONCE = "realtime"
    LATER = "batch"
    NEVER = "blackbox"

    @classmethod
    def of(cls, request_type: RequestType) -> "Numbering":
        """Tell it of a request type."""
        if request_type.blackbox:
            return cls.NEVER
        return cls.LATER if request_type.batch else cls.AT_ONCE


CHANGEABLE = frozenset({State.HELD, State.QUEUED, State.NEEDS_SIGN_IN, State.REJECTED})
"""States in which the resident may still edit or withdraw."""
WORKED_ON = frozenset(
    {State.HELD, State.QUEUED, State.SENDING, State.AWAITING_ID, State.UNCERTAIN}
)
"""States that a worker picks up when they are due."""
FINAL = frozenset({State.ACCEPTED, State.MODERATED, State.REJECTED, State.WITHDRAWN})
"""Nothing more happens by itself."""


class Share(IntEnum):
    """How many of twenty calls in the window each kind of call may use (design section 6)."""

    DELIVERY = 20
    SIGNED_IN = 17
    FORM = 15
    LIST = 12
    BACKGROUND = 8


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason an upstream gave; ``field`` is its own name for the field, if it said one."""

    message: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """2xx with a number. ``notice`` is the upstream's own word on what happens next."""

    upstream_id: str
    notice: str = ""


@dataclass(frozen=True, slots=True)
class AwaitingId:
    """2xx with a service request token that has to be exchanged for the number."""

    service_request_token: str
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """2xx that can be read and has neither number nor token: all that a blackbox type ever answers."""

    notice: str = ""


@dataclass(frozen=True, slots=True)
class Moderated:
    """Taken, but held for review; there is no number."""

    notice: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A clear no (4xx) with reasons. ``duplicate``: the upstream says it already has this one."""

    reasons: tuple[Refusal, ...]
    http_status: int
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Deferred:
    """Certainly not taken; try later. ``retry_after`` in seconds, if the upstream named it."""

    reason: str
    retry_after: float | None = None
    pauses_everyone: bool = False
    """429: the upstream counts all our calls together."""
    alarm: bool = False
    """The operator has to look (a redirected POST, a refused key)."""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have arrived: look it up, never just send it again."""

    reason: str


@dataclass(frozen=True, slots=True)
class NeedsSignIn:
    """401 to a signed-in report, which was not taken: waits for the person.

    ``renewed``: the person's access could be renewed since, so that it may be sent again by itself.
    """

    renewed: bool = False


Taken = Accepted | AwaitingId | Moderated | Unnumbered
Outcome = Taken | Rejected | Deferred | Uncertain | NeedsSignIn


@dataclass(frozen=True, slots=True)
class Found:
    """The look-up read a record that carries our reference; several count as ``copies``."""

    upstream_id: str
    copies: int = 1


@dataclass(frozen=True, slots=True)
class NotFound:
    """No record carries our reference. ``complete``: the list was read to its end over the whole time."""

    complete: bool


LookUp = Found | NotFound


@dataclass(frozen=True, slots=True)
class Next:
    """What to record after an attempt: the state, and when a worker looks again (None: never)."""

    state: State
    due: datetime | None = None
    upstream_id: str | None = None
    service_request_token: str | None = None
    notice: str = ""
    reasons: tuple[Refusal, ...] = ()
    renewed: bool = False
    """It is sent again because the person's access was renewed, which is done once in a row."""


FIRST_RETRY = timedelta(seconds=20)
LONGEST_RETRY = timedelta(minutes=30)


def retry_delay(attempts: int, jitter: float) -> timedelta:
    """How long to wait after ``attempts`` failed tries: doubling from 20 s, at most 30 min.

    ``jitter`` in 0..1 spreads it over 75 to 125 %, so that many rows do not come back at once.
    """
    doubled: timedelta = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(max(attempts, 1) - 1, 10))
    return doubled * (0.75 + jitter / 2)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One POST; ``number`` counts it among the report's.

    ``renewed``: the one before was refused, and made again with access that was renewed.
    """

    number: int
    numbering: Numbering = Numbering.AT_ONCE
    renewed: bool = False


def after_attempt(outcome: Outcome, attempt: Attempt, *, now: datetime, jitter: float) -> Next:
    """Say what a POST's outcome leads to."""
    match outcome:
        case Accepted() | AwaitingId() | Moderated() | Unnumbered():
            return _taken(outcome, attempt, now)
        case Rejected(reasons=reasons, duplicate=True):
            # It may be our own earlier try: looked up before it counts as a no.
            return Next(State.UNCERTAIN, now, reasons=reasons)
        case Rejected(reasons=reasons):
            return Next(State.REJECTED, reasons=reasons)
        case Deferred(retry_after=seconds):
            wait = retry_delay(attempt.number, jitter)
            if seconds is not None:
                wait = timedelta(seconds=max(seconds, 1.0))
            return Next(State.QUEUED, now + wait)
        case Uncertain():
            return Next(State.UNCERTAIN, now + FIRST_RETRY)
        case NeedsSignIn(renewed):
            again = renewed and not attempt.renewed
            return Next(State.QUEUED, now, renewed=True) if again else Next(State.NEEDS_SIGN_IN)
        case _:
            assert_never(outcome)


def _taken(outcome: Taken, attempt: Attempt, now: datetime) -> Next:
    match outcome:
        case Accepted(upstream_id, notice):
            return Next(State.ACCEPTED, upstream_id=upstream_id, notice=notice)
        case AwaitingId(token, notice):
            due = now + FIRST_RETRY
            return Next(State.AWAITING_ID, due, service_request_token=token, notice=notice)
        case Moderated(notice):
            return Next(State.MODERATED, notice=notice)
        case Unnumbered(notice) if attempt.numbering is Numbering.NEVER:
            return Next(State.ACCEPTED, notice=notice)
        case Unnumbered():
            # A number was due: whether this was a report's acceptance is not known.
            return Next(State.UNCERTAIN, now + FIRST_RETRY)
        case _:
            assert_never(outcome)
