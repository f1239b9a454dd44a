"""Somebody who is signed in sees their own reports, and nobody else's."""

from collections.abc import Callable

import pytest
from flask import Flask

from scf_report.domain.receipt import PublicPart
from scf_report.domain.report import Reference
from scf_report.factory import Core
from scf_report.settings import Settings
from scf_report.storage.outbox import NewDelivery
from tests.functional.conftest import city
from tests.functional.taking_part import (
    BEN,
    NASTY,
    PRIVATE,
    ROSA,
    SITE,
    reported,
    sign_in_as,
    signed_in,
)
from tests.page import Visitor


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Have the demo where people can sign in, without its map."""
    return make_settings(geocoder="none", public_url=SITE)


def saved(core: Core, person: int, reference: str) -> str:
    """Keep a report of this person that still has to be sent; gives its receipt."""
    return core.outbox.enqueue(
        NewDelivery(
            draft_id=reference,
            reference=Reference(reference),
            service_code="10106",
            fields=[("answers[description]", f"{reference}: By the curb")],
            public=PublicPart(NASTY, "Dead animal", "Chicago", "By the curb", 0),
            latitude=41.88,
            longitude=-87.65,
            person_id=str(person),
        ),
        "127.0.0.1",
    )


def test_signed_out(visitor: Visitor) -> None:
    """Somebody who is signed out signs in first, and comes back here."""
    leads = visitor.client.get("/me")
    assert (leads.status_code, leads.headers["Location"]) == (302, "/login?next=/me")
    assert sign_in_as(visitor, ROSA, "/login?next=/me").title == "My reports"


def test_nothing_reported(app: Flask) -> None:
    """Somebody new is told so, and where to begin."""
    page = signed_in(app, ROSA).open("/me")
    assert "You are signed in as Rosa Alvarez." in page.text
    assert "You have reported nothing yet." in page.text
    assert page.follow("Report a problem").path == "/report"


def test_own_reports(app: Flask, core: Core) -> None:
    """What waits here and what the city has is there, private issues too; nothing of others."""
    public, private = reported(core, ROSA, summary=NASTY), reported(core, ROSA, PRIVATE)
    other = reported(core, BEN, description="Another one")
    receipt, theirs = saved(core, ROSA, "R7F3-K2QX"), saved(core, BEN, "WWWW-2222")
    rosa = signed_in(app, ROSA)
    page = rosa.open("/me")
    links = {str(link["href"]) for link in page.soup.select(".issue a")}
    assert links == {f"/receipt/{receipt}", f"/issues/{public}", f"/issues/{private}"}
    assert "R7F3-K2QX" in page.text
    assert "Your report is saved" in page.text
    assert page.text.count("Not shown in public") == 1
    assert not [words for words in (other, theirs, "WWWW-2222") if words in page.html]
    assert "<script>alert" not in page.html
    assert page.response.headers["Cache-Control"] == "private, no-store"
    out = page.form_to("Sign out").submit()
    assert out.path == "/"
    assert rosa.client.get("/me").status_code == 302


def test_waits_for_signing_in(
    app: Flask, core: Core, work: Callable[[], int], visitor: Visitor
) -> None:
    """A report that nobody may send says so, and goes out once its person has signed in."""
    saved(core, ROSA, "R7F3-K2QX")
    work()
    assert [row["state"] for row in core.outbox.list()] == ["needs_sign_in"]
    page = sign_in_as(visitor, ROSA, "/login?next=/me")
    assert "R7F3-K2QX" in page.text


def test_city_away(app: Flask, core: Core) -> None:
    """While the city is away what was sent from here is shown all the same."""
    saved(core, ROSA, "R7F3-K2QX")
    rosa = signed_in(app, ROSA)
    city(core, fault="down")
    page = rosa.open("/me")
    assert page.status == 200
    assert "R7F3-K2QX" in page.text
    assert "The city’s system does not answer" in page.text


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999", "٣"])
def test_nonsense_pages(app: Flask, core: Core, page: str) -> None:
    """A page number that is none is the first page."""
    number = reported(core, ROSA)
    assert number in signed_in(app, ROSA).open(f"/me?page={page}").text


def test_name_leads_here(app: Flask) -> None:
    """The name in the header leads to the person's page."""
    page = signed_in(app, ROSA).open("/about")
    link = page.soup.select_one(".site-nav .account a")
    assert link
    assert (link["href"], link.text.strip()) == ("/me", "Rosa Alvarez")
