"""What the pages about issues show; see ``web/pages.py``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from scf_report.domain.issue import IssueStatus
from scf_report.forms.base import Problem
from scf_report.forms.issue import ActForm
from scf_report.web.pages import Age


@dataclass(frozen=True, slots=True)
class ThreadItem:
    """One thing that was said or has happened."""

    kind: str
    """comment, official (a comment by staff), reported, acknowledged, closed, reopened"""
    by: str
    """Who; "" for somebody without a name."""
    text: str
    time: str
    iso: str
    picture_url: str | None = None


@dataclass(frozen=True, slots=True)
class Acts:
    """The forms of what this person may do, None for what is not offered. Hints are no permissions."""

    comment: ActForm | None
    vote: ActForm
    follow: ActForm
    flag: ActForm
    changes: tuple[tuple[str, ActForm], ...]
    """Changes of status by the ends of their addresses: close, open, acknowledge."""
    voted: bool
    following: bool
    urls: Mapping[str, str]
    """Where each form is sent, by the end of its address."""


@dataclass(frozen=True, slots=True)
class IssuePage:
    """``/issues/<number>``: one public issue, and what somebody who is signed in may do about it."""

    template: ClassVar[str] = "issues/issue.html"
    number: str
    title: str
    status: IssueStatus
    status_words: str
    kind: str
    place: str
    description: str
    agency: str
    answers: tuple[tuple[str, str], ...]
    picture_url: str | None
    thread: tuple[ThreadItem, ...]
    votes: int
    page_url: str | None
    """The issue's page at the upstream."""
    private: bool
    """Only its reporter, who reads this, and the organization's staff see it."""
    acts: Acts | None
    """None for those who are not signed in."""
    login_url: str | None
    """Where to sign in; None for those who are, and where nobody can."""
    expired: bool = False
    """They were signed in until now."""
    age: Age | None = None
    done: str = ""
    """What they have just done: the end of an address, unvote, unfollow, or held (for review)."""


@dataclass(frozen=True, slots=True)
class AgainPage:
    """An act that did not come off. What was written is kept in ``form``, ready to be sent again."""

    template: ClassVar[str] = "issues/again.html"
    ending: str
    """An ``Ending`` by its value, or "form": something in the form is wrong."""
    reasons: tuple[str, ...]
    """The upstream's own words."""
    forbidden: bool
    """The upstream says that this account may not do it."""
    retry_at: str
    form: ActForm
    problems: tuple[Problem, ...]
    action: str
    issue_url: str
    login_url: str


@dataclass(frozen=True, slots=True)
class OwnIssue:
    """One issue of the person at the upstream."""

    title: str
    number: str
    status: IssueStatus
    status_words: str
    place: str
    time: str
    url: str
    private: bool


@dataclass(frozen=True, slots=True)
class OwnSent:
    """One report that was sent through us: its receipt's face and address."""

    face: str
    reference: str
    kind: str
    place: str
    time: str
    url: str


@dataclass(frozen=True, slots=True)
class MePage:
    """``/me``: what somebody who is signed in has reported."""

    template: ClassVar[str] = "account/me.html"
    name: str
    issues: tuple[OwnIssue, ...]
    away: bool
    """The upstream could not be asked."""
    sent: tuple[OwnSent, ...]
    next_url: str | None
    """Older issues."""
