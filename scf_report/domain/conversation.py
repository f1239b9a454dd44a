"""What people say and do about an issue: comments, votes, the actions that it allows."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from scf_report.domain.delivery import Refusal
from scf_report.domain.issue import Issue
from scf_report.domain.report_form import RequestType


class Action(Enum):
    """What a person who is signed in may do to an issue; the values end the addresses of APIv2."""

    COMMENT = "comments"
    VOTE = "vote"
    UNVOTE = "unvote"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    FLAG = "flag"
    ACKNOWLEDGE = "acknowledge"
    CLOSE = "close"
    REOPEN = "open"


@dataclass(frozen=True, slots=True)
class Commenter:
    """Who wrote or reported. ``id`` is None for somebody who is kept anonymous."""

    name: str
    id: str | None = None
    role: str = ""
    """The upstream's own word, such as "Verified Official"; "" if it gave none."""
    avatar_url: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """One public comment, or what the system noted as one. ``id`` is None where nothing tells it."""

    text: str
    by: Commenter
    at: datetime | None
    id: str | None = None
    picture_url: str | None = None
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """What this person is to the issue; all False for somebody who is not signed in."""

    voted: bool = False
    following: bool = False
    reporter: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """An issue with everything that APIv2 shows of it.

    ``hints`` are the status changes that the upstream offers this caller. They are hints and no
    permissions (upstream.md 2.3).
    """

    issue: Issue
    summary: str = ""
    reporter: Commenter | None = None
    request_type: RequestType | None = None
    private: bool = False
    acknowledged_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    votes: int = 0
    page_url: str | None = None
    """The issue's page for people at the upstream."""
    picture_url: str | None = None
    """The reporter's photo; never the upstream's stand-in for a missing one."""
    answers: tuple[tuple[str, str], ...] = ()
    """Questions and public answers, in words."""
    comments: tuple[Comment, ...] = ()
    relation: Relation = Relation()
    hints: frozenset[Action] = frozenset()


@dataclass(frozen=True, slots=True)
class Done:
    """The upstream did it. ``status`` is the issue's raw status afterwards, "" if it did not say."""

    status: str = ""


@dataclass(frozen=True, slots=True)
class HeldForReview:
    """Taken, and not shown before somebody at the organization has read it (202)."""


@dataclass(frozen=True, slots=True)
class Declined:
    """A clear no, with the upstream's own reasons, if it gave any."""

    http_status: int
    reasons: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class SignInAgain:
    """The access token is not good any more (401)."""


ActionResult = Done | HeldForReview | Declined | SignInAgain
