"""A report from the first page to the receipt, and on to the sandbox city's own records."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from tests.conftest import Clock
from tests.page import Page, Value, Visitor


def city_record(app: Flask, number: str) -> dict[str, Any]:
    """Read the sandbox's own record of a report, attributes included."""
    answer = app.test_client().get(
        f"/sandbox/open311/v2/requests/{number}.json?extensions=true",
        headers={"User-Agent": "tests"},
    )
    record: dict[str, Any] = answer.get_json()[0]
    return record


def city_list(app: Flask) -> list[dict[str, Any]]:
    """Read the sandbox's public list of one organization."""
    answer = app.test_client().get(
        "/sandbox/open311/v2/101/requests.json", headers={"User-Agent": "tests-list"}
    )
    records: list[dict[str, Any]] = answer.get_json()
    return records


def photo() -> bytes:
    """Make a small photo."""
    out = BytesIO()
    Image.new("RGB", (640, 480), "gray").save(out, "JPEG")
    return out.getvalue()


def walk(visitor: Visitor, clock: Clock, start: str) -> Page:
    """Go through every step with answers of every kind, to the check page."""
    page = visitor.open(start, query_string={"address": "1200 W Madison"})
    page = page.form().submit()  # the only exact hit stands chosen
    assert page.title == "What is the problem?"
    page = page.form().choose("Pothole in street").submit()
    answers: dict[str, Value] = {
        "What is wrong?": "Two feet wide <b>deep</b> & full of water 🕳",
        "About how deep is it?": "4,5",
        "Which parts of the street": ["Road surface", "Curb"],
        "Date": "2026-11-21",
        "Time": "17:30",
        "How can the crew reach it?": "Ring at the yard gate",
    }
    form = page.form().fill(answers).choose("Right lane").choose("No")
    page = form.choose("Up to a car tire").submit()
    assert page.problems == []
    page = page.form().fill({"Photo": ("hole.jpg", photo())}).submit()
    assert page.title == "How do you want to send this?"
    form = page.form().choose("With my contact details")
    page = form.fill({"E-mail": "robin@example.org", "First name": "Robin"}).submit()
    clock.move(seconds=5)
    return page


@pytest.mark.parametrize("start", ["/report", "/embed/report"])
def test_report_arrives_once_and_whole(
    app: Flask,
    visitor: Visitor,
    clock: Clock,
    work: Callable[[], int],
    demo_places: object,
    start: str,
) -> None:
    """Place, answers, photo and contact reach the city as they were checked; the receipt says so."""
    check = walk(visitor, clock, start)
    assert check.title == "Check your report"
    assert "r…@example.org" in check.text
    assert "robin@example.org" not in check.html
    receipt = check.form().submit()
    assert receipt.title == "Your report is saved"
    work()
    receipt = visitor.open(receipt.path.partition("?")[0])
    assert receipt.title == "The city has accepted your report"
    shown = json.loads(visitor.open(f"{receipt.path}.json").response.get_data(as_text=True))
    record = city_record(app, shown["number"])
    assert shown["number"] in receipt.text
    assert record["description"].startswith(f"{shown['reference']}: Two feet wide <b>deep</b>")
    assert record["address"] == "1200 W Madison St"
    assert [item["service_request_id"] for item in city_list(app)] == [int(shown["number"])]
    assert app.test_client().get(record["media_url"]).mimetype == "image/jpeg"
    sent = {(item["name"], item["code"]) for item in record["attributes"]}
    assert {
        ("1010101", "LANE_RIGHT"),
        ("1010102", "PART_SURFACE"),
        ("1010102", "PART_CURB"),
    } < sent
    assert ("1010104", "2026-11-21T17:30:00-06:00") in sent
    assert "robin" not in json.dumps(shown).lower()
    assert "yard gate" not in receipt.html
