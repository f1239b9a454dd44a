"""The receipt shows no more than it promises; the second key alone opens the rest."""

import json
from collections.abc import Callable

import pytest
from flask import Flask

from scf_report.factory import Core
from scf_report.usecases.deliver_report import DeliverReports
from tests.conftest import Clock
from tests.functional.conftest import PERSONAL, PRIVATE_ANSWER, WORDS, bare, change_path
from tests.page import Page, Visitor

KEYS = {
    "reference",
    "state",
    "saved_at",
    "last_attempt_at",
    "next_try_at",
    "settled_at",
    "attempts",
    "number",
    "link",
    "status",
    "status_as_of",
    "notice",
    "reasons",
    "public",
}
PUBLIC = {"address", "request_type", "organization", "text", "photos", "private"}


@pytest.mark.parametrize("start", ["/report", "/embed/report"])
def test_receipt_holds_what_it_promises(
    app: Flask, send: Callable[..., Page], work: Callable[[], int], start: str
) -> None:
    """State, times, reference, public text, number and link, and nothing of the person."""
    first = send(start)
    for state in ("queued", "accepted"):
        page = first.visitor.open(bare(first))
        shown = app.test_client().get(f"{bare(first)}.json").get_json()
        assert shown["state"] == state
        assert shown.keys() == KEYS
        assert shown["public"].keys() == PUBLIC
        assert WORDS in shown["public"]["text"]
        for secret in (*PERSONAL.values(), PRIVATE_ANSWER, "/change/"):
            assert secret not in page.html
            assert secret not in json.dumps(shown, ensure_ascii=False)
        work()
    shown = app.test_client().get(f"{bare(first)}.json").get_json()
    assert shown["number"] in first.visitor.open(bare(first)).text
    assert app.test_client().get(shown["link"], headers={"User-Agent": "t"}).status_code == 200


def test_key_is_shown_once_a_ticket(send: Callable[..., Page], clock: Clock) -> None:
    """Loading the page again, or opening the bare address, shows no key."""
    first = send()
    assert "Keep this link" in first.text
    for path in (first.path, bare(first), f"{bare(first)}?new=x", f"{bare(first)}?new=%00"):
        assert "/change/" not in first.visitor.open(path).html


def test_ticket_is_good_for_ten_minutes(
    app: Flask, at_check: Callable[..., Page], clock: Clock
) -> None:
    """A ticket that was not used in time shows nothing."""
    form = at_check().form()
    headers = {"Sec-Fetch-Site": "same-origin"}
    action = str(form.tag["action"])
    tickets = [
        app.test_client().post(action, data=form.values, headers=headers).headers["Location"]
        for _ in range(2)
    ]
    visitor = Visitor(app.test_client())
    clock.move(minutes=9, seconds=59)
    assert "/change/" in visitor.open(tickets[0]).html
    clock.move(seconds=2)
    assert "/change/" not in visitor.open(tickets[1]).html


def test_ticket_of_another_receipt(at_check: Callable[..., Page], app: Flask) -> None:
    """A ticket opens its own report's key alone."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    locations = []
    for _ in range(2):
        form = at_check().form()
        answered = app.test_client().post(
            str(form.tag["action"]), data=form.values, headers=headers
        )
        locations.append(answered.headers["Location"])
    mine, yours = (location.split("?new=") for location in locations)
    visitor = Visitor(app.test_client())
    assert "/change/" not in visitor.open(f"{mine[0]}?new={yours[1]}").html
    assert "/change/" in visitor.open(f"{yours[0]}?new={yours[1]}").html


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_unchanged_receipt_is_not_sent_again(
    app: Flask, send: Callable[..., Page], work: Callable[[], int], encoding: str
) -> None:
    """A poll with the last mark costs a 304 until something has happened."""
    path, client = f"{bare(send())}.json", app.test_client()
    headers = {"Accept-Encoding": encoding}
    mark = client.get(path, headers=headers).headers["ETag"]
    headers["If-None-Match"] = mark
    same = client.get(path, headers=headers)
    assert (same.status_code, same.data) == (304, b"")
    assert same.headers["Cache-Control"] == "no-store"
    work()
    assert client.get(path, headers=headers).status_code == 200


def test_one_address_is_no_other(
    app: Flask, send: Callable[..., Page], at_step: Callable[..., Page]
) -> None:
    """Draft, receipt and second key are different secrets: none opens the others' pages."""
    receipt = send()
    draft = at_step("type").path.split("/")[2]
    key = change_path(receipt).removeprefix("/change/")
    name = bare(receipt).removeprefix("/receipt/")
    client = app.test_client()
    for wrong in (draft, key):
        assert client.get(f"/receipt/{wrong}").status_code == 404
        assert client.get(f"/receipt/{wrong}.json").status_code == 404
    for wrong in (draft, name):
        assert client.get(f"/change/{wrong}").status_code == 404
        assert client.get(f"/change/{wrong}/report.json").status_code == 404
    for wrong in (name, key):
        page = receipt.visitor.open(f"/report/{wrong}/check")
        assert page.title == "Where is the problem?"


def test_owner_sees_and_downloads_everything(send: Callable[..., Page], app: Flask) -> None:
    """The second key shows every field that is sent, and gives the same as a file."""
    path = change_path(send())
    page = Visitor(app.test_client()).open(path)
    answered = app.test_client().get(f"{path}/report.json")
    assert answered.headers["Content-Disposition"].startswith("attachment; filename=")
    exported = answered.get_json()
    for value in (*PERSONAL.values(), PRIVATE_ANSWER):
        assert value in page.text
        assert value in json.dumps(exported["fields"], ensure_ascii=False)
    assert exported["reference"] in page.title
    assert "How can the crew reach it Not shown in public Ring at the yard gate" in page.text
    assert "Which lane is it in Right lane" in page.text


def test_withdrawn_report_is_not_sent(
    send: Callable[..., Page], work: Callable[[], int], app: Flask
) -> None:
    """Withdrawn in time, it never reaches the city, and receipt and owner's page say so."""
    receipt = send()
    page = receipt.visitor.open(change_path(receipt)).form().submit()
    assert "Your report is withdrawn" in page.text
    assert not page.soup.find("form", id="step")
    assert work() == 0
    assert receipt.visitor.open(bare(receipt)).title == "This report was withdrawn"


def test_withdrawn_too_late(
    send: Callable[..., Page], work: Callable[[], int], app: Flask
) -> None:
    """Once a worker has begun, the owner's page says that it was too late."""
    receipt = send()
    form = receipt.visitor.open(change_path(receipt)).form()
    work()
    page = form.submit()
    assert page.status == 409
    assert "It was too late to withdraw your report" in page.text
    assert receipt.visitor.open(bare(receipt)).title == "The city has accepted your report"


def test_withdrawing_needs_a_token_of_this_report(
    send: Callable[..., Page], clock: Clock, core: Core
) -> None:
    """Without a token, with another report's or an old one, nothing changes, and the page says so."""
    receipt, other = send(), send()
    form = receipt.visitor.open(change_path(receipt)).form()
    foreign = receipt.visitor.open(change_path(other)).form().values["csrf_token"]
    for token in ("", "x", foreign):
        page = form.submit(csrf_token=token)
        assert page.status == 422
        assert "Nothing has changed yet" in page.text
    clock.move(hours=3)
    old = form.submit()
    assert "This page was open for a long time." in old.text
    assert {row["state"] for row in core.outbox.list()} == {"queued"}
    assert "Your report is withdrawn" in old.form().submit().text


def test_withdrawing_from_elsewhere(send: Callable[..., Page], app: Flask, core: Core) -> None:
    """A foreign page cannot withdraw, whatever it knows."""
    receipt = send()
    form = receipt.visitor.open(change_path(receipt)).form()
    answered = app.test_client().post(
        change_path(receipt), data=form.values, headers={"Origin": "https://evil.example"}
    )
    assert answered.status_code == 403
    assert [row["state"] for row in core.outbox.list()] == ["queued"]


def test_delayed_receipt_says_when(
    app: Flask, send: Callable[..., Page], deliver: DeliverReports
) -> None:
    """While the city takes nothing, the receipt tells the tries and the time of the next one."""
    receipt = send()
    app.test_client().post("/sandbox/switches", data={"fault": "429"})
    deliver.run_once()
    page = receipt.visitor.open(bare(receipt))
    shown = app.test_client().get(f"{bare(receipt)}.json").get_json()
    assert page.title == "Kept, but not delivered yet"
    assert "0 tries" not in page.text
    assert "We try again at 9:4" in page.text
    assert (shown["state"], shown["number"], shown["link"]) == ("queued", None, None)
    assert shown["next_try_at"] > shown["saved_at"]
