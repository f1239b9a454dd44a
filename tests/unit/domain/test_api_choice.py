"""The rule that the app is built on, held against both tables of the APIs' own recommendations."""

import pytest

from scf_report.domain.api_choice import (
    CAPABILITIES,
    RULES,
    Activity,
    Actor,
    Api,
    Auth,
    Capabilities,
    Reason,
    choose_api,
)

TABLE = [
    # anyone viewing public issues: Open311; APIv2 when public comments are wanted; no sign-in
    (Actor.ANYONE, Activity.VIEW_ISSUES, Api.OPEN311, Auth.NONE),
    (Actor.ANYONE, Activity.VIEW_COMMENTS, Api.APIV2, Auth.NONE),
    # anonymous reporting: Open311, no sign-in
    (Actor.ANYONE, Activity.REPORT, Api.OPEN311, Auth.NONE),
    # signed-in reporting, commenting, voting, following, flagging, closing, reopening: APIv2
    (Actor.SIGNED_IN, Activity.REPORT, Api.APIV2, Auth.OAUTH),
    (Actor.SIGNED_IN, Activity.TAKE_PART, Api.APIV2, Auth.OAUTH),
    # organization member through APIv2: internal categories and questions, acknowledging
    (Actor.MEMBER, Activity.TRIAGE, Api.APIV2, Auth.OAUTH),
    # organization member: private content, automation, on-behalf reports
    (Actor.MEMBER, Activity.PRIVATE, Api.ORGANIZATIONS, Auth.OAUTH_OR_TOKEN),
]


@pytest.mark.parametrize(("actor", "activity", "api", "auth"), TABLE)
def test_each_row_of_the_first_table(
    actor: Actor, activity: Activity, api: Api, auth: Auth
) -> None:
    """Who does what uses which API with which proof."""
    choice = choose_api(actor, activity)
    assert (choice.api, choice.auth) == (api, auth)


def test_the_page_shows_these_rows_in_this_order() -> None:
    """No row is missing and none is made up."""
    assert list(RULES) == [(actor, activity) for actor, activity, _, _ in TABLE]


@pytest.mark.parametrize("actor", [Actor.ANYONE, Actor.SIGNED_IN, Actor.MEMBER])
def test_what_is_public_is_public_for_everybody(actor: Actor) -> None:
    """Signing in changes nothing about how public issues are read."""
    for activity in (Activity.VIEW_ISSUES, Activity.VIEW_COMMENTS):
        assert choose_api(actor, activity) == choose_api(Actor.ANYONE, activity)


@pytest.mark.parametrize("activity", [Activity.REPORT, Activity.TAKE_PART])
def test_a_member_is_a_signed_in_person_too(activity: Activity) -> None:
    """Reporting and taking part go the same way for both."""
    assert choose_api(Actor.MEMBER, activity) == choose_api(Actor.SIGNED_IN, activity)


@pytest.mark.parametrize(
    ("actor", "activity", "reason"),
    [
        (Actor.ANYONE, Activity.TAKE_PART, Reason.SIGN_IN_FIRST),
        (Actor.ANYONE, Activity.TRIAGE, Reason.MEMBERS_ONLY),
        (Actor.SIGNED_IN, Activity.TRIAGE, Reason.MEMBERS_ONLY),
        (Actor.ANYONE, Activity.PRIVATE, Reason.MEMBERS_ONLY),
        (Actor.SIGNED_IN, Activity.PRIVATE, Reason.MEMBERS_ONLY),
    ],
)
def test_what_is_not_allowed_has_no_api(
    actor: Actor, activity: Activity, reason: Reason
) -> None:
    """And says why."""
    choice = choose_api(actor, activity)
    assert (choice.api, choice.reason) == (None, reason)


def test_the_second_table_word_by_word() -> None:
    """Public only, geo scoped, org scoped, private content, always signed in."""
    yes, no = True, False
    assert (
        Capabilities(Api.OPEN311, yes, yes, yes, no, no),
        Capabilities(Api.APIV2, yes, yes, no, no, no),
        Capabilities(Api.ORGANIZATIONS, no, no, yes, yes, yes),
    ) == CAPABILITIES


@pytest.mark.parametrize("actor", list(Actor))
@pytest.mark.parametrize("activity", list(Activity))
def test_the_tables_agree(actor: Actor, activity: Activity) -> None:
    """An API that is chosen can do what it is chosen for, and demands no more than is asked for."""
    choice = choose_api(actor, activity)
    if choice.api is None:
        return
    able = {row.api: row for row in CAPABILITIES}[choice.api]
    assert able.private_content or activity is not Activity.PRIVATE
    assert not able.always_signed_in or choice.auth is not Auth.NONE
