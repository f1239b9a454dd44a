"""Which API is used when: the rule that the app is built on, as one pure function.

It follows SeeClickFix's own recommendations (upstream.md section 0): Open311 for what needs no
account, APIv2 for what a person does as themselves, APIv2 for Organizations for what only members
of an organization may see.
"""

from dataclasses import dataclass
from enum import Enum


class Api(Enum):
    """The three doors of the upstream."""

    OPEN311 = "Open311"
    APIV2 = "APIv2"
    ORGANIZATIONS = "APIv2 for Organizations"

    @property
    def code(self) -> str:
        """Its name in stored rows and exports."""
        return self.name.lower()

    @classmethod
    def of(cls, code: str) -> "Api":
        """Find it by that name. Raises KeyError for one that there is not."""
        return cls[code.upper()]


class Actor(Enum):
    """Who wants something."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    MEMBER = "organization member"


class Activity(Enum):
    """What they want to do."""

    VIEW_ISSUES = "view public issues"
    VIEW_COMMENTS = "view public comments"
    REPORT = "report"
    TAKE_PART = "comment, vote, follow, flag, close, reopen"
    TRIAGE = "internal categories and questions, acknowledge"
    PRIVATE = "private content, automation, reports for others"


class Auth(Enum):
    """How the caller proves who they are."""

    NONE = "none"
    OAUTH = "OAuth 2"
    OAUTH_OR_TOKEN = "OAuth 2, or a bearer token of a service user"  # noqa: S105  # words, not a secret


class Reason(Enum):
    """Why; pages put it into words."""

    PUBLIC_NEEDS_NO_ACCOUNT = "public needs no account"
    COMMENTS_ARE_APIV2_ONLY = "comments are APIv2 only"
    ANYONE_MAY_REPORT = "anyone may report"
    ACTS_AS_THEMSELVES = "acts as themselves"
    MEMBERS_KNOW_MORE = "members know more"
    PRIVATE_STAYS_INSIDE = "private stays inside"
    SIGN_IN_FIRST = "sign in first"
    MEMBERS_ONLY = "members only"


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer: which API with which proof, or None where it is not allowed; and why."""

    api: Api | None
    auth: Auth
    reason: Reason


def choose_api(actor: Actor, activity: Activity) -> Choice:
    """Say which API serves this actor's activity."""
    match activity:
        case Activity.VIEW_ISSUES:
            return Choice(Api.OPEN311, Auth.NONE, Reason.PUBLIC_NEEDS_NO_ACCOUNT)
        case Activity.VIEW_COMMENTS:
            return Choice(Api.APIV2, Auth.NONE, Reason.COMMENTS_ARE_APIV2_ONLY)
        case Activity.REPORT if actor is Actor.ANYONE:
            return Choice(Api.OPEN311, Auth.NONE, Reason.ANYONE_MAY_REPORT)
        case Activity.REPORT | Activity.TAKE_PART:
            return _for_a_person(actor)
        case Activity.TRIAGE | Activity.PRIVATE:
            return _for_a_member(actor, activity)


def _for_a_person(actor: Actor) -> Choice:
    if actor is Actor.ANYONE:
        return Choice(None, Auth.OAUTH, Reason.SIGN_IN_FIRST)
    return Choice(Api.APIV2, Auth.OAUTH, Reason.ACTS_AS_THEMSELVES)


def _for_a_member(actor: Actor, activity: Activity) -> Choice:
    if actor is not Actor.MEMBER:
        return Choice(None, Auth.OAUTH, Reason.MEMBERS_ONLY)
    if activity is Activity.TRIAGE:
        return Choice(Api.APIV2, Auth.OAUTH, Reason.MEMBERS_KNOW_MORE)
    return Choice(Api.ORGANIZATIONS, Auth.OAUTH_OR_TOKEN, Reason.PRIVATE_STAYS_INSIDE)


RULES: tuple[tuple[Actor, Activity], ...] = (
    (Actor.ANYONE, Activity.VIEW_ISSUES),
    (Actor.ANYONE, Activity.VIEW_COMMENTS),
    (Actor.ANYONE, Activity.REPORT),
    (Actor.SIGNED_IN, Activity.REPORT),
    (Actor.SIGNED_IN, Activity.TAKE_PART),
    (Actor.MEMBER, Activity.TRIAGE),
    (Actor.MEMBER, Activity.PRIVATE),
)
"""The rows of the first table, in the order in which ``/about/apis`` shows them."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """One row of the second table: what an API reaches."""

    api: Api
    public_only: bool
    geo_scoped: bool
    org_scoped: bool
    private_content: bool
    always_signed_in: bool


CAPABILITIES: tuple[Capabilities, ...] = (
    Capabilities(Api.OPEN311, True, True, True, False, False),
    Capabilities(Api.APIV2, True, True, False, False, False),
    Capabilities(Api.ORGANIZATIONS, False, False, True, True, True),
)
