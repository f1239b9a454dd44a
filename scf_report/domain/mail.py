"""Updates by e-mail: what is written to whom and when, and what follows from an attempt to send it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import assert_never

from scf_report.domain.delivery import Refusal, State
from scf_report.domain.issue import IssueStatus
from scf_report.domain.receipt import PublicPart
from scf_report.domain.report import Reference

CONFIRM_WITHIN = timedelta(days=7)
"""An address that nobody has confirmed by then is forgotten."""
BETWEEN_CONFIRMATIONS = timedelta(days=1)
"""Whoever types somebody else's address can annoy them once a day at most."""
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
PATIENCE = timedelta(days=2)
"""A message that no server has taken by then has lost its use."""


class MailKind(Enum):
    """What a message says."""

    CONFIRM = "confirm"
    WAITING = "waiting"
    """Saved here, and the city does not have it yet, as far as is known."""
    ACCEPTED = "accepted"
    MODERATED = "moderated"
    REFUSED = "refused"
    STATUS = "status"
    """The city has changed the status of its record."""
    COMMENT = "comment"
    """Somebody has said something about it in public."""


class MailState(Enum):
    """Where a message stands."""

    QUEUED = "queued"
    SENDING = "sending"
    """Its text may be on the way: from here on it is never sent again on a guess."""
    SENT = "sent"
    """The server has taken it."""
    FAILED = "failed"
    """Certainly not taken, and not tried again."""
    GIVEN_UP = "given_up"
    """It may have been taken; the answer was lost."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The server has taken the message (RFC 5321 section 4.2.5: it is the server's to deliver now)."""


@dataclass(frozen=True, slots=True)
class Declined:
    """The server wants this message or this address never (5xx)."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Certainly not taken this time: no connection, no login, 4xx, or a server set up wrongly."""

    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The text was begun and no answer came: it may have been taken."""

    reason: str


MailOutcome = Taken | Declined | NotTaken | Lost


def after_mail(
    outcome: MailOutcome, *, attempts: int, age: timedelta, now: datetime, jitter: float
) -> tuple[MailState, datetime | None]:
    """Say what an attempt leads to, and when it is tried again. ``attempts`` counts this one.

    ``age`` is the time since the message was due first; ``jitter`` in 0..1 spreads the delay over
    75 to 125 %.
    """
    match outcome:
        case Taken():
            return MailState.SENT, None
        case Declined():
            return MailState.FAILED, None
        case Lost():
            return MailState.GIVEN_UP, None
        case NotTaken():
            if age > PATIENCE:
                return MailState.FAILED, None
            doubled = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(attempts - 1, 10))
            return MailState.QUEUED, now + doubled * (0.75 + jitter / 2)
        case _:
            assert_never(outcome)


def kind_for(state: State) -> MailKind | None:
    """Say which message tells of a delivery's state; None: nobody is written to about it."""
    match state:
        case State.ACCEPTED:
            return MailKind.ACCEPTED
        case State.MODERATED:
            return MailKind.MODERATED
        case State.REJECTED:
            return MailKind.REFUSED
        case State.WITHDRAWN:
            return None
        case _:
            return MailKind.WAITING


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message is written from. ``key`` opens its page, where updates are confirmed and ended.

    ``change_key`` is the second key; it is given to nobody but the confirmed address of whoever
    reported. A confirmation has ``reference`` and ``key`` alone, since everything else may be text
    that somebody typed to annoy the owner of the address.
    """

    kind: MailKind
    language: str
    key: str
    reference: Reference
    receipt: str = ""
    change_key: str | None = None
    public: PublicPart | None = None
    upstream_id: str | None = None
    notice: str = ""
    reasons: tuple[Refusal, ...] = ()
    status: IssueStatus = IssueStatus.UNKNOWN
