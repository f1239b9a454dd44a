"""When something of ours breaks: a page that says so, keeps what was typed, and gives nothing away."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from scf_report.factory import create_app
from scf_report.settings import Settings
from tests.conftest import Clock
from tests.functional.conftest import POINT, answer
from tests.page import Page, Visitor

TYPED = "A <b>hole</b> that must not be typed twice"


@pytest.fixture
def store() -> dict[str, str]:
    """Keep things in SQLite always, since it is its file that is damaged here."""
    return {}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Give the file of the application's database."""
    return tmp_path / "scf_report.sqlite"


@contextmanager
def table_lost(database: Path, table: str) -> Iterator[None]:
    """Take a table away, and give it back."""
    with sqlite3.connect(database) as connection:
        connection.execute(f"ALTER TABLE {table} RENAME TO lost")
    yield
    with sqlite3.connect(database) as connection:
        connection.execute(f"ALTER TABLE lost RENAME TO {table}")
    connection.close()


def says_nothing_of_us(page: Page) -> None:
    """No traceback, no statement, no path."""
    for word in ("Traceback", "sqlite", "SELECT", "scf_report", "/tmp"):  # noqa: S108
        assert word not in page.html


def test_database_that_is_away(at_step: Callable[..., Page], database: Path) -> None:
    """A 503 shows what was typed and when to try again; afterwards everything goes on."""
    page = at_step("details")
    form = answer(page, TYPED)
    with table_lost(database, "draft"):
        broken = form.submit(description=f"\x00{TYPED}\u202e")
        assert broken.status == 503
        assert broken.title == "Sorry, we cannot go on right now"
        assert int(broken.response.headers["Retry-After"]) > 0
        assert TYPED in broken.text
        says_nothing_of_us(broken)
        link = broken.soup.select_one("main a.btn")
    assert link
    assert (
        page.visitor.open(page.path.partition("?")[0] + str(link["href"])).title == page.title
    )
    assert form.submit().title == "Do you have a photo?"


def test_database_that_is_away_when_sending(
    at_check: Callable[..., Page], database: Path
) -> None:
    """The way back from a failed "Send" is the check page, and then it goes."""
    page = at_check()
    with table_lost(database, "outbox"):
        broken = page.form().submit()
        assert broken.status == 503
        link = broken.soup.select_one("main a.btn")
    assert link
    again = page.visitor.open(broken.path.partition("?")[0] + str(link["href"]))
    assert again.title == "Check your report"
    assert again.form().submit().title == "Your report is saved"


@pytest.mark.full  # waits as long as a writer is patient
def test_database_that_is_locked(
    at_step: Callable[..., Page], database: Path, app: Flask
) -> None:
    """A lock held by another program ends in a 503, and nothing is half-written."""
    page = at_step("details")
    form = answer(page, TYPED)
    other = sqlite3.connect(database)
    other.execute("BEGIN IMMEDIATE")
    broken = form.submit()
    other.rollback()
    other.close()
    assert broken.status == 503
    assert TYPED in broken.text
    assert page.visitor.open(page.path).form().values["description"] == [""]
    assert form.submit().title == "Do you have a photo?"


def test_database_that_is_damaged(at_step: Callable[..., Page], database: Path) -> None:
    """Something unforeseen is a 500 with an incident's name and what was typed."""
    page = at_step("details")
    form = answer(page, TYPED)
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE draft SET content = 'nonsense'")
    connection.close()
    broken = form.submit()
    assert broken.status == 500
    assert broken.title == "Something broke on our side"
    assert TYPED in broken.text
    assert "say: " in broken.text
    says_nothing_of_us(broken)


def test_contact_details_on_an_error_page(at_step: Callable[..., Page], database: Path) -> None:
    """The sender sees them again, and nothing in between keeps them."""
    form = at_step("contact").form().choose("With my contact details")
    with table_lost(database, "draft"):
        page = form.fill({"E-mail": "robin@example.org"}).submit()
    assert page.status == 503
    assert "robin@example.org" in page.text
    assert page.response.headers["Cache-Control"] == "no-store"


def test_error_pages_need_nothing(
    make_settings: Callable[..., Settings], clock: Clock, database: Path
) -> None:
    """With upstream and tables away the error pages and the home page still come."""
    app = create_app(
        make_settings(geocoder="none", upstream="http://127.0.0.1:9", secret_key="k" * 16),
        clock=clock,
    )
    visitor = Visitor(app.test_client())
    with sqlite3.connect(database) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in tables.fetchall():
            connection.execute(f"DROP TABLE {name}")
    connection.close()
    assert visitor.open(f"/receipt/{'A' * 32}").status == 503
    assert visitor.open("/nothing").status == 404
    assert visitor.open("/report/x/type").status == 404
    assert visitor.open("/").status == 200
    assert visitor.open(f"/report?address={POINT}").status == 200


def test_upstream_that_is_down_at_first(app: Flask, visitor: Visitor) -> None:
    """With nothing kept of its kinds, the report so far is kept, and goes on later."""
    app.test_client().post("/sandbox/switches", data={"fault": "down"})
    page = visitor.open(f"/report?address={POINT}").form().submit()
    assert page.status == 503
    assert page.title == "The city’s system does not answer"
    assert "Your report is kept" in page.text
    assert int(page.response.headers["Retry-After"]) > 0
    says_nothing_of_us(page)


def test_upstream_that_comes_back(
    app: Flask, visitor: Visitor, clock: Clock, at_check: Callable[..., Page]
) -> None:
    """Kinds that somebody has asked for before serve everyone while the upstream is down."""
    at_check()
    app.test_client().post("/sandbox/switches", data={"fault": "down"})
    page = at_check(words=TYPED)
    assert page.form().submit().title == "Your report is saved"


def test_type_chosen_while_the_upstream_is_down(
    app: Flask, at_step: Callable[..., Page]
) -> None:
    """Questions that cannot be asked for are a 503 that does not claim to have kept the choice."""
    page = at_step("type")
    app.test_client().post("/sandbox/switches", data={"fault": "down"})
    broken = answer(page).submit()
    assert broken.status == 503
    assert "Your report is kept" not in broken.text
    assert "What you have entered" in broken.text


@pytest.mark.parametrize(
    "path", ["//evil.example/", "/embed//evil.example/x", "/\x00", "/\xe9"]
)
def test_addresses_lead_nowhere_else(app: Flask, path: str) -> None:
    """Whatever the address, the links of its error page stay on this site."""
    visitor = Visitor(app.test_client())
    page = Page(visitor, app.test_client().get("/", environ_overrides={"PATH_INFO": path}))
    assert page.status == 404
    for link in page.soup.find_all("a"):
        assert not str(link["href"]).startswith(("//", "http")), link


@pytest.mark.parametrize("host", ["evil.example", "a b", "<script>", "localhost:port"])
def test_strange_hosts(app: Flask, host: str) -> None:
    """A Host header that is not ours, or none at all, breaks nothing."""
    response = app.test_client().get("/report", headers={"Host": host})
    assert response.status_code < 500
