"""Somebody who is signed in takes part: each act is done once, and each no is told as it was said."""

from collections.abc import Callable

import pytest
from flask import Flask

from scf_report.domain.delivery import Share
from scf_report.factory import Core
from scf_report.settings import Settings
from tests.conftest import Clock
from tests.functional.conftest import city, only_ours
from tests.functional.taking_part import (
    BEN,
    MANAGER,
    NASTY,
    ROSA,
    SITE,
    ask_city,
    photo,
    reported,
    signed_in,
)
from tests.page import Page, Visitor


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Have the demo where people can sign in, without its map."""
    return make_settings(geocoder="none", public_url=SITE)


@pytest.fixture
def ben(app: Flask) -> Visitor:
    """Give Ben, signed in."""
    return signed_in(app, BEN)


@pytest.fixture
def number(core: Core) -> str:
    """Have an issue of Rosa's."""
    return reported(core, ROSA)


def said(core: Core, number: str) -> list[str]:
    """Read the comments that the city shows."""
    found = ask_city(core, "GET", f"issues/{number}?details=true")
    return [each["comment"] for each in found["comments"]]


def details(core: Core, number: str, person: int = BEN) -> dict[str, object]:
    """Read an issue as one person."""
    found: dict[str, object] = ask_city(core, "GET", f"issues/{number}?details=true", person)
    return found


def comment(page: Page, words: str, picture: bytes | None = None) -> Page:
    """Fill in the comment's form and send it."""
    form = page.form_to("Publish the comment").fill({"Add a comment": words})
    if picture is not None:
        form.fill({"Photo": ("photo.jpg", picture)})
    return form.submit()


def test_comment_with_photo(ben: Visitor, core: Core, number: str) -> None:
    """A comment stands in the city with its photo, and the page shows it at once."""
    page = comment(ben.open(f"/issues/{number}"), "I saw it, too", photo())
    assert page.status == 200
    assert page.path == f"/issues/{number}?done=comments"
    assert "Your comment is published" in page.text
    assert "Ben Okafor" in page.text
    assert said(core, number) == ["I saw it, too"]
    [picture] = page.soup.select(".thread img")
    assert ben.client.get(str(picture["src"])).status_code == 200


def test_vote_and_follow_and_back(ben: Visitor, core: Core, number: str) -> None:
    """Voting and following are done and undone by the same buttons."""
    page = ben.open(f"/issues/{number}").form_to("I see this too").submit()
    assert "You see this, too" in page.text
    assert "1 person sees this, too" in page.text
    page = page.form_to("Follow this issue").submit()
    assert "You follow this issue" in page.text
    assert details(core, number)["current_user_relationship"] == {
        "following": True,
        "voted": True,
        "reporter": False,
        "assignee": False,
    }
    page = page.form_to("Take back").submit().form_to("Stop following").submit()
    assert "0 people see this, too" in page.text
    assert "Follow this issue" in page.text


def test_close_and_open_again(ben: Visitor, core: Core, number: str) -> None:
    """Closing and opening again need words, and change the city's status."""
    page = ben.open(f"/issues/{number}")
    form = page.form_to("Close the issue")
    empty = form.submit()
    assert empty.status == 422
    assert empty.problems == ["Write what has changed"]
    page = empty.form().fill({"What has changed?": "It is gone"}).submit()
    assert "You have closed this issue" in page.text
    assert details(core, number)["status"] == "Closed"
    form = page.form_to("Open the issue again").fill({"What is still wrong?": "It is back"})
    assert "You have opened this issue again" in form.submit().text
    assert details(core, number)["status"] == "Open"


def test_flag(ben: Visitor, core: Core, number: str) -> None:
    """Somebody tells the city that a page is not right."""
    form = ben.open(f"/issues/{number}").form_to("Tell the city")
    page = form.fill({"What is wrong with this page?": "A phone number"}).submit()
    assert "You have told the city" in page.text
    assert core.sandbox is not None
    with core.sandbox.store.reading() as db:
        assert [row["message"] for row in db.execute("SELECT message FROM flags")] == [
            "A phone number"
        ]


def test_officials_acknowledge(app: Flask, ben: Visitor, core: Core, number: str) -> None:
    """Acknowledging is offered to those who may; somebody else's try is a clear sentence."""
    assert "Acknowledge" not in ben.open(f"/issues/{number}").text
    page = signed_in(app, MANAGER).open(f"/issues/{number}")
    form = page.form_to("Acknowledge the issue")
    done = form.fill({"What happens next?": "A crew comes"}).submit()
    assert "You have acknowledged this issue" in done.text
    other = reported(core, ROSA, description="Another one")
    close = ben.open(f"/issues/{other}").form_to("Close the issue")
    forged = ben.post(
        f"/issues/{other}/acknowledge", {**close.values, "acknowledge_comment": "Seen"}
    )
    assert forged.status == 422
    assert "You are not permitted to acknowledge this issue." in forged.text
    assert "Seen" in forged.html


def test_double_click_says_it_once(ben: Visitor, core: Core, number: str) -> None:
    """The same form sent twice is one comment; written again on a new page it is another one."""
    page = ben.open(f"/issues/{number}")
    first, second = comment(page, "Once"), comment(page, "Once")
    assert first.path == second.path
    assert said(core, number) == ["Once"]
    comment(second, "Once")
    assert said(core, number) == ["Once", "Once"]


def test_undoing_twice_is_no_error(ben: Visitor, number: str) -> None:
    """A double click on taking back a vote is answered as the first click was."""
    page = ben.open(f"/issues/{number}").form_to("I see this too").submit()
    for _click in range(2):
        done = page.form_to("Take back").submit()
        assert "You have taken that back" in done.text


def test_two_tabs(ben: Visitor, number: str) -> None:
    """What was done in another tab meanwhile: a second follow holds, a vote cannot be taken back twice."""
    one, two = ben.open(f"/issues/{number}"), ben.open(f"/issues/{number}")
    one.form_to("Follow this issue").submit()
    assert "You follow this issue" in two.form_to("Follow this issue").submit().text
    ben.open(f"/issues/{number}").form_to("I see this too").submit()
    one, two = ben.open(f"/issues/{number}"), ben.open(f"/issues/{number}")
    one.form_to("Take back").submit()
    no = two.form_to("Take back").submit()
    assert no.status == 422
    assert "You have not voted on this issue." in no.text
    assert no.follow("Back to the issue").title == "Dead squirrel"


def test_held_for_review(ben: Visitor, core: Core, number: str) -> None:
    """A comment that the city reads first is not said to be published."""
    city(core, set="comments_moderated:yes")
    page = comment(ben.open(f"/issues/{number}"), "I saw it, too")
    assert "holds it for review" in page.text
    assert "published" not in page.text
    assert said(core, number) == []


def test_archived_meanwhile(ben: Visitor, core: Core, number: str, clock: Clock) -> None:
    """A comment on what has been archived is refused in the city's words, and kept."""
    page = ben.open(f"/issues/{number}")
    ask_city(core, "POST", f"issues/{number}/close", ROSA, json={"comment": "Gone"})
    clock.move(minutes=1)
    page = ben.open(f"/issues/{number}")
    assert core.sandbox is not None
    with core.sandbox.store.writing() as db:
        db.execute("UPDATE reports SET closed = closed - ?", (8 * 86_400,))
    no = comment(page, NASTY)
    assert no.status == 422
    assert "This issue is archived and can no longer be changed." in no.text
    only_ours(no)
    assert NASTY in no.text
    assert "Nothing can be added" in ben.open(f"/issues/{number}").text


def test_bad_photo_keeps_the_words(ben: Visitor, core: Core, number: str) -> None:
    """A file that is no photo is refused, not dropped; the words are kept."""
    page = comment(ben.open(f"/issues/{number}"), "Look", b"no picture")
    assert page.status == 422
    assert [line[:28] for line in page.problems] == ["This file is not a photo. Ch"]
    assert said(core, number) == []
    done = page.form().submit()
    assert "Your comment is published" in done.text
    assert said(core, number) == ["Look"]


def test_photo_has_to_be_chosen_once_more(ben: Visitor, number: str) -> None:
    """Where the words are missing the page says that the photo did not stay."""
    page = comment(ben.open(f"/issues/{number}"), "", photo())
    assert page.problems == ["Write a comment", "Choose the photo once more"]


def test_too_many_calls(ben: Visitor, core: Core, number: str) -> None:
    """When our share of the minute is spent the page says when to go on, and keeps the words."""
    page = ben.open(f"/issues/{number}")
    city(core, fault="429", only="post", count="1", set="retry_after:40")
    busy = comment(page, "I saw it, too")
    assert busy.status == 429
    assert "nothing was sent. Try again at 9:4" in busy.text
    assert int(busy.response.headers["Retry-After"]) >= 40
    assert "I saw it, too" in busy.html
    assert said(core, number) == []


def test_our_share_is_spent(ben: Visitor, core: Core, number: str, clock: Clock) -> None:
    """While others need the rest of the minute nothing is sent; afterwards the same words are."""
    page = ben.open(f"/issues/{number}")
    while core.budget.take("sandbox.localhost", Share.SIGNED_IN) == 0.0:
        pass
    assert core.budget.take("sandbox.localhost", Share.DELIVERY) == 0.0
    busy = comment(page, "I saw it, too")
    assert busy.status == 429
    assert "nothing was sent. Try again at 9:4" in busy.text
    away = ben.open(f"/issues/{number}")
    assert (away.status, away.title) == (503, "This has to wait for a moment")
    assert said(core, number) == []
    clock.move(minutes=2)
    assert "Your comment is published" in busy.form().submit().text
    assert said(core, number) == ["I saw it, too"]


def test_lost_answer_is_not_hidden(ben: Visitor, core: Core, number: str) -> None:
    """When the answer got lost the page says so instead of trying again by itself."""
    page = ben.open(f"/issues/{number}")
    city(core, fault="500-after", only="post", count="1")
    unclear = comment(page, "I saw it, too")
    assert unclear.status == 503
    assert unclear.title == "We do not know whether it arrived"
    assert said(core, number) == ["I saw it, too"]
    again = comment(page, "I saw it, too")
    assert again.title == unclear.title
    assert said(core, number) == ["I saw it, too"]


def test_access_is_renewed_on_the_way(
    app: Flask, core: Core, number: str, clock: Clock
) -> None:
    """A token that has ended in the middle is renewed, and the comment stands once."""
    city(core, set="token_life:60")
    ben = signed_in(app, BEN)
    page = ben.open(f"/issues/{number}")
    clock.move(minutes=5)
    assert "Your comment is published" in comment(page, "Still there").text
    assert said(core, number) == ["Still there"]


def test_access_taken_away(ben: Visitor, core: Core, number: str) -> None:
    """Somebody whose access ended upstream is asked to sign in again; the words are kept."""
    page = ben.open(f"/issues/{number}")
    revoke_all(core)
    no = comment(page, "I saw it, too")
    assert no.title == "Please sign in again"
    assert "I saw it, too" in no.html
    assert said(core, number) == []
    assert "Sign in to comment" in ben.open(f"/issues/{number}").text


def test_access_ends_while_reading(app: Flask, core: Core, number: str, clock: Clock) -> None:
    """Somebody whose access ended reads what everybody does, and is told so."""
    city(core, set="token_life:60")
    city(core, set="refresh_tokens:off")
    ben = signed_in(app, BEN)
    clock.move(minutes=5)
    read = ben.open(f"/issues/{number}")
    assert read.status == 200
    assert "Your sign-in has ended" in read.text
    assert not read.soup.select("article form")


def revoke_all(core: Core) -> None:
    """Let every token of the city be over."""
    assert core.sandbox is not None
    with core.sandbox.store.writing() as db:
        db.execute("UPDATE oauth_grants SET revoked = 1")


def test_signed_out(visitor: Visitor, number: str) -> None:
    """Without words somebody who is signed out is led to sign in; with words these are kept."""
    leads = visitor.client.post(
        f"/issues/{number}/vote", headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert leads.status_code == 302
    assert leads.headers["Location"] == f"/login?next=/issues/{number}"
    kept = visitor.post(f"/issues/{number}/comments", {"comment": "I saw it, too"})
    assert kept.status == 403
    assert kept.title == "Please sign in again"
    assert "I saw it, too" in kept.html


def test_forged_posts(app: Flask, ben: Visitor, core: Core, number: str) -> None:
    """Neither another site nor a token of another person's page makes somebody say something."""
    mine = signed_in(app, ROSA).open(f"/issues/{number}").form_to("Publish the comment")
    stolen = ben.post(f"/issues/{number}/comments", {**mine.values, "comment": "Forged"})
    assert stolen.status == 422
    assert "Forged" in stolen.html
    own = ben.open(f"/issues/{number}").form_to("Publish the comment").values
    foreign = ben.client.post(
        f"/issues/{number}/comments",
        data={**own, "comment": "Forged"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert foreign.status_code == 403
    assert said(core, number) == []


def test_other_peoples_private_issue(ben: Visitor, core: Core, number: str) -> None:
    """Nobody acts on a private issue of somebody else: it is not there."""
    form = ben.open(f"/issues/{number}").form_to("I see this too")
    private = reported(core, ROSA, 10141)
    assert ben.post(f"/issues/{private}/vote", form.values).status == 404


def test_answer_loaded_again(ben: Visitor, number: str) -> None:
    """Opening the address of an act does nothing and leads to the issue."""
    assert ben.open(f"/issues/{number}/vote").path == f"/issues/{number}"
