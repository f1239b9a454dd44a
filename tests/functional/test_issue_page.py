"""Everybody reads a public issue; what is private or unknown does not exist."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask

from scf_report.factory import Core
from scf_report.settings import Settings
from tests.conftest import Clock
from tests.functional.conftest import bare, city, only_ours
from tests.functional.taking_part import (
    BEN,
    NASTY,
    PRIVATE,
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


def test_everybody_reads_a_public_issue(visitor: Visitor, core: Core) -> None:
    """The page has what was reported, the status, the place, the number and who reported it."""
    number = reported(core, ROSA)
    page = visitor.open(f"/issues/{number}")
    assert page.status == 200
    assert page.title == "Dead squirrel"
    for words in (
        "Open",
        "Dead animal",
        "1200 W Madison St",
        f"Number {number}",
        "By the curb",
    ):
        assert words in page.text
    assert "Reported by Rosa Alvarez, Today" in page.text
    assert not page.soup.select("main form")
    link = page.soup.find("a", string="Sign in to comment, vote or follow")
    assert link
    assert link["href"] == f"/login?next=/issues/{number}"


def test_what_happened_stands_in_its_order(visitor: Visitor, core: Core, clock: Clock) -> None:
    """Comments, official answers and changes of status stand in the order of time."""
    number = reported(core, ROSA)
    for minutes, person, path, words in (
        (1, BEN, "comments", "I saw it, too"),
        (2, 2012, "acknowledge", "A crew is on its way"),
        (3, ROSA, "close", "It is gone"),
        (4, BEN, "open", "It is back"),
    ):
        clock.move(minutes=minutes)
        ask_city(core, "POST", f"issues/{number}/{path}", person, json={"comment": words})
    page = visitor.open(f"/issues/{number}")
    thread = page.soup.select(".thread > li")
    lines = [" ".join(item.text.split()) for item in thread]
    order = [
        "Reported by Rosa Alvarez",
        "I saw it, too",
        "Acknowledged, Today",
        "Closed, Today",
        "Opened again, Today",
    ]
    places = [next(i for i, line in enumerate(lines) if text in line) for text in order]
    assert places == sorted(places)
    assert "Official answer" in next(line for line in lines if "on its way" in line)
    assert "Official answer" not in next(line for line in lines if "I saw it, too" in line)


@pytest.mark.parametrize("number", ["1", "0", "007", "x", "9" * 19, "9" * 18, "1:2", "٣"])
def test_unknown_numbers_are_404(visitor: Visitor, number: str) -> None:
    """What cannot be an issue is not there, whatever it looks like."""
    assert visitor.open(f"/issues/{number}").status == 404


def test_private_issues_look_like_none(visitor: Visitor, core: Core, app: Flask) -> None:
    """Others learn nothing of a private issue; its reporter reads it, without a copy that is kept."""
    number = reported(core, ROSA, PRIVATE)
    unknown = visitor.open("/issues/99999999")
    for other in (visitor, signed_in(app, BEN)):
        page = other.open(f"/issues/{number}")
        assert (page.status, page.title) == (404, unknown.title)
    own = signed_in(app, ROSA).open(f"/issues/{number}")
    assert own.status == 200
    assert "Not shown in public" in own.text
    assert own.response.headers["Cache-Control"] == "private, no-store"
    assert visitor.open(f"/issues/{number}").status == 404


def test_hostile_words_stay_words(visitor: Visitor, core: Core, app: Flask) -> None:
    """Nothing that an upstream says becomes part of the page."""
    number = reported(core, ROSA, summary=NASTY, description=f"{NASTY}\u202e")
    ask_city(core, "POST", f"issues/{number}/comments", BEN, json={"comment": NASTY})
    for reader in (visitor, signed_in(app, BEN)):
        page = reader.open(f"/issues/{number}")
        only_ours(page)
        assert page.text.count(NASTY) >= 3


def test_city_away(visitor: Visitor, core: Core, clock: Clock) -> None:
    """While the city is away an issue is shown as it was, and says so; an unknown one is no 404."""
    number, other = reported(core, ROSA), reported(core, BEN, description="At the corner")
    visitor.open(f"/issues/{number}")
    city(core, fault="down")
    clock.move(minutes=10)
    visitor.open(f"/issues/{number}")
    page = visitor.open(f"/issues/{number}")
    assert page.status == 200
    assert "What you see is from 9:41" in page.text
    away = visitor.open(f"/issues/{other}")
    assert away.status == 503
    assert away.title == "The city’s system does not answer"
    assert int(away.response.headers["Retry-After"]) > 0
    assert "Your report is kept" not in away.text


def test_many_readers_ask_once(visitor: Visitor, core: Core) -> None:
    """A page that is read again and again is one call; the city's limit is for people who act."""
    number = reported(core, ROSA)
    city(core, limit="20")
    assert {visitor.open(f"/issues/{number}").status for _ in range(30)} == {200}


def test_receipt_leads_here(
    at_check: Callable[..., Page], work: Callable[[], int], visitor: Visitor
) -> None:
    """The receipt of a report that the city has taken leads to its page; before that it does not."""
    receipt = at_check().form().submit()
    assert "See the issue" not in receipt.text
    work()
    page = visitor.open(bare(receipt)).follow("See the issue and what is said about it")
    assert page.path.startswith("/issues/")
    assert "A deep hole in the right lane" in page.text


def test_pictures_are_ours(visitor: Visitor, core: Core, app: Flask) -> None:
    """A picture comes from our own address, cleaned, and once; no address that nobody has shown."""
    number = reported(core, ROSA)
    data = {"comment": "See", "image": (BytesIO(photo()), "see.jpg")}
    ask_city(core, "POST", f"issues/{number}/comments", BEN, data=data)
    page = visitor.open(f"/issues/{number}")
    [picture] = page.soup.select(".thread img")
    path = str(picture["src"])
    assert path.startswith("/media/")
    answer = visitor.client.get(path)
    assert answer.mimetype == "image/jpeg"
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert answer.data.startswith(b"\xff\xd8")
    city(core, fault="down")
    assert visitor.client.get(path).data == answer.data
    assert visitor.client.get(f"/media/{'0' * 64}").status_code == 404
