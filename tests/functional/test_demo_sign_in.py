"""In the demo people sign in to the sandbox city, just as they would to a real one."""

import pytest
from flask import Flask

from scf_report.factory import Core
from scf_report.factory.accounts import make_grants, make_oauth_client
from tests.conftest import Clock
from tests.functional.conftest import city
from tests.functional.signing import name_in_header
from tests.page import Page, Visitor

ROSA = "2001"


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Give somebody who lets the sandbox set its cookie."""
    return Visitor(app.test_client(), signs_in=True)


def to_consent(visitor: Visitor, path: str = "/login?next=/about") -> Page:
    """Go to the sandbox's sign-in page and choose a person; gives the page that asks for consent."""
    chosen = visitor.open(path).form_to("Sign in as Rosa Alvarez")
    return chosen.submit(person=ROSA)


def test_demo_resident(visitor: Visitor, core: Core, clock: Clock) -> None:
    """A demo person signs in, is renewed when their token is over, and signs out there, too."""
    city(core, set="token_life:8")
    page = to_consent(visitor).form_to("Allow").submit(decision="allow")
    assert page.path == "/about"
    assert name_in_header(page) == "Rosa Alvarez"
    grants, client = make_grants(core), make_oauth_client(core)
    assert grants
    assert client
    token = grants.access_token(ROSA)
    assert grants.access_token(ROSA) == token
    clock.move(seconds=5)
    fresh = grants.access_token(ROSA)
    assert fresh != token
    person = client.person(fresh)
    assert person
    assert (person.id, person.name) == (ROSA, "Rosa Alvarez")
    page.form_to("Sign out").submit()
    assert client.person(fresh) is None


def test_demo_resident_says_no(visitor: Visitor) -> None:
    """Who cancels there is told so here."""
    page = to_consent(visitor).form_to("Allow").submit(decision="cancel")
    assert (page.status, page.title) == (200, "You are not signed in")
    assert name_in_header(page) == ""
