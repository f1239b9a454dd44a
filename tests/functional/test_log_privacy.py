"""The log tells what happened by route; it holds no secret address and nothing that was typed."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO

import pytest
from flask import Flask
from PIL import Image

from scf_report.factory import Core
from scf_report.observability import configure_logs, log
from tests.conftest import Clock
from tests.functional.conftest import POINT, answer
from tests.page import Page

TYPED = {
    "words": "An unmistakable hole",
    "E-mail": "robin.unmistakable@example.org",
    "Phone": "312 555 0142",
    "First name": "Robinia",
    "answer": "Ring at the unmistakable gate",
    "landmark": "By the unmistakable stop",
    "file": "unmistakable.jpg",
}


@pytest.fixture
def stream(app: Flask) -> Iterator[StringIO]:
    """Give what the application logs from here on."""
    written = StringIO()
    configure_logs(written)
    yield written
    configure_logs()


@pytest.fixture
def walk(at_step: Callable[..., Page], clock: Clock) -> Callable[[], Page]:
    """Send a report in which everything is filled in."""

    def run() -> Page:
        first = at_step("report").form().fill({"Anything that helps": TYPED["landmark"]})
        page = answer(first.submit()).submit()
        page = answer(page, TYPED["words"]).fill({"How can the crew": TYPED["answer"]}).submit()
        out = BytesIO()
        Image.new("RGB", (40, 30)).save(out, "JPEG")
        page = page.form().fill({"Photo": (TYPED["file"], out.getvalue())}).submit()
        contact = {name: TYPED[name] for name in ("E-mail", "Phone", "First name")}
        page = page.form().choose("With my contact details").fill(contact).submit()
        clock.move(seconds=5)
        return page

    return run


def secrets_of(check: Page, receipt: Page) -> list[str]:
    """List the secret parts of the journey's addresses."""
    [change] = {a["href"] for a in receipt.soup.find_all("a") if "/change/" in a["href"]}
    ticket = receipt.path.partition("new=")[2]
    name = receipt.path.partition("?")[0].rpartition("/")[2]
    return [check.path.split("/")[2], name, str(change).rpartition("/")[2], ticket]


def test_whole_journey(
    walk: Callable[[], Page],
    work: Callable[[], int],
    stream: StringIO,
    core: object,
) -> None:
    """From the search to the owner's page and the delivery."""
    configure_logs(stream)
    check = walk()
    receipt = check.form().submit()
    keys = secrets_of(check, receipt)
    work()
    visitor = receipt.visitor
    visitor.open(f"/receipt/{keys[1]}.json")
    visitor.open(f"/change/{keys[2]}").visitor.open(f"/change/{keys[2]}/report.json")
    visitor.open(f"/report/{keys[0]}/nothing")
    visitor.open(check.path)
    text = stream.getvalue()
    for secret in (*keys, *TYPED.values(), POINT, POINT.partition(",")[0], "/report/A"):
        assert secret not in text
    lines = [json.loads(line) for line in text.splitlines()]
    routes = {line["route"] for line in lines if line["event"] == "request"}
    assert {"/report", "/report/<secret:draft_id>/details", "/change/<secret:key>"} <= routes
    assert "/receipt/<secret:receipt>" in routes
    assert next(line["state"] for line in lines if line["event"] == "delivery") == "accepted"
    assert len({line["request_id"] for line in lines if line["event"] == "request"}) > 10


@pytest.mark.parametrize("damage", ["UPDATE draft SET content = id", "DROP TABLE draft_photo"])
def test_errors_too(
    walk: Callable[[], Page], stream: StringIO, core: Core, damage: str
) -> None:
    """An exception is logged with its place in the code, without the values it speaks of."""
    check = walk()
    with core.database.write() as connection:
        connection.exec_driver_sql(damage)
    configure_logs(stream)
    broken = check.form().submit()
    assert broken.status >= 500
    text = stream.getvalue()
    incident = broken.text.partition("say: ")[2].partition(" ")[0].rstrip(".")
    [line] = [json.loads(line) for line in text.splitlines() if incident in line]
    assert "in submit" in line["exception"]
    for secret in (check.path.split("/")[2], *TYPED.values()):
        assert secret not in text


def test_exceptions_name_kind_and_place(stream: StringIO) -> None:
    """Types, causes and error codes are told, messages are not: they quote what people typed."""
    try:
        try:
            sqlite3.connect("/nowhere/at.all")
        except sqlite3.OperationalError as error:
            raise ValueError(TYPED["E-mail"]) from error
    except ValueError:
        log().exception("broken")
        logging.getLogger("library").exception("broken")
    for line in map(json.loads, stream.getvalue().splitlines()):
        assert "robin" not in line["exception"]
        assert "ValueError" in line["exception"]
        assert "OperationalError SQLITE_CANTOPEN" in line["exception"]
        assert "in test_exceptions_name_kind_and_place" in line["exception"]
