"""The rule of which API is used when, in the reader's words."""

from flask_babel import gettext as _

from scf_report.domain.api_choice import (
    CAPABILITIES,
    RULES,
    Activity,
    Actor,
    Api,
    Auth,
    Reason,
    choose_api,
)
from scf_report.web.pages import ApiCapabilities, ApiRule, ApisPage


def apis_page() -> ApisPage:
    """Make both tables of ``/about/apis`` from the rule itself."""
    return ApisPage(
        rules=tuple(_rule(actor, activity) for actor, activity in RULES),
        capabilities=tuple(
            ApiCapabilities(
                _api(row.api),
                row.public_only,
                row.geo_scoped,
                row.org_scoped,
                row.private_content,
                _proof(row.api),
            )
            for row in CAPABILITIES
        ),
    )


def _rule(actor: Actor, activity: Activity) -> ApiRule:
    choice = choose_api(actor, activity)
    api = _api(choice.api) if choice.api else _("None")
    return ApiRule(_who(actor, activity), api, _auth(choice.auth), _reason(choice.reason))


def _who(actor: Actor, activity: Activity) -> str:
    actors = {
        Actor.ANYONE: _("Anyone"),
        Actor.SIGNED_IN: _("Somebody signed in"),
        Actor.MEMBER: _("A member of the organization"),
    }
    activities = {
        Activity.VIEW_ISSUES: _("reads public issues"),
        Activity.VIEW_COMMENTS: _("reads public comments"),
        Activity.REPORT: _("reports a problem"),
        Activity.TAKE_PART: _("comments, votes, follows, flags, closes or reopens"),
        Activity.TRIAGE: _("uses internal kinds and questions, acknowledges"),
        Activity.PRIVATE: _("reads private content, reports for others"),
    }
    return f"{actors[actor]} {activities[activity]}"


def _api(api: Api) -> str:
    names = {
        Api.OPEN311: "Open311",
        Api.APIV2: "APIv2",
        Api.ORGANIZATIONS: _("APIv2 for Organizations"),
    }
    return str(names[api])


def _auth(auth: Auth) -> str:
    words = {
        Auth.NONE: _("Not needed"),
        Auth.OAUTH: _("Signed in with SeeClickFix (OAuth 2)"),
        Auth.OAUTH_OR_TOKEN: _("Signed in (OAuth 2), or a token of a service user"),
    }
    return str(words[auth])


def _proof(api: Api) -> str:
    words = {
        Api.OPEN311: _("Not required"),
        Api.APIV2: _("Required to create and change"),
        Api.ORGANIZATIONS: _("Always, and for members only"),
    }
    return str(words[api])


def _reason(reason: Reason) -> str:
    words = {
        Reason.PUBLIC_NEEDS_NO_ACCOUNT: _("What is public can be read without an account."),
        Reason.COMMENTS_ARE_APIV2_ONLY: _("Open311 knows no comments."),
        Reason.ANYONE_MAY_REPORT: _("A report without an account is welcome."),
        Reason.ACTS_AS_THEMSELVES: _(
            "The person acts as themselves, so the city can see who it was."
        ),
        Reason.MEMBERS_KNOW_MORE: _(
            "Signed-in members see the internal kinds and questions too."
        ),
        Reason.PRIVATE_STAYS_INSIDE: _(
            "Private content exists only there and is never shown in public."
        ),
        Reason.SIGN_IN_FIRST: _("This needs an account."),
        Reason.MEMBERS_ONLY: _("This is for members of the organization."),
    }
    return str(words[reason])
