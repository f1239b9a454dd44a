"""An open receipt follows what becomes of its report, without asking more often than it is worth."""

from collections.abc import Callable

import pytest
from flask import Flask

from scf_report.factory import Core
from scf_report.usecases.deliver_report import DeliverReports
from tests.conftest import Clock
from tests.functional.conftest import bare, city
from tests.functional.test_change_report import begin, change_words
from tests.page import Page

Walk = Callable[..., Page]


def pause(app: Flask, receipt: Page) -> int:
    """Ask the receipt's JSON after how many seconds to ask again."""
    answered = app.test_client().get(f"{bare(receipt)}.json")
    return int(answered.headers["Retry-After"])


def test_the_longer_nothing_happens_the_less_is_asked(
    app: Flask, at_check: Walk, clock: Clock
) -> None:
    """Right after sending it is asked each second, later less and less often, once a minute at least."""
    receipt = at_check().form().submit()
    asked = [pause(app, receipt)]
    for minutes in (1, 4, 60):
        clock.move(minutes=minutes)
        asked.append(pause(app, receipt))
    assert asked == [1, 6, 30, 60]


def test_planned_try_is_not_asked_about_before(
    app: Flask, at_check: Walk, core: Core, deliver: DeliverReports
) -> None:
    """Nothing happens before the next try, so that nothing is asked before it."""
    receipt = at_check().form().submit()
    city(core, fault="429", count="1", only="post")
    while core.outbox.list()[0]["attempts"] == 0:
        deliver.run_once()
    due = core.outbox.list()[0]["due"]
    assert pause(app, receipt) >= min(60, (due - core.now()).total_seconds())


def test_settled_receipt_is_not_asked_again(
    app: Flask, at_check: Walk, work: Callable[[], int]
) -> None:
    """Once nothing more happens by itself, the answer says no time."""
    receipt = at_check().form().submit()
    work()
    assert "Retry-After" not in app.test_client().get(f"{bare(receipt)}.json").headers


def test_nothing_new_costs_nothing_but_the_time_to_wait(app: Flask, at_check: Walk) -> None:
    """An unchanged receipt answers 304 without a body, and still says when to ask again."""
    path, client = f"{bare(at_check().form().submit())}.json", app.test_client()
    mark = client.get(path).headers["ETag"]
    same = client.get(path, headers={"If-None-Match": mark})
    assert (same.status_code, same.data) == (304, b"")
    assert same.headers["Retry-After"] == "1"


@pytest.mark.parametrize("settings", [{"hold_minutes": 10}], indirect=True)
def test_correction_shows_on_an_open_receipt(app: Flask, send: Walk) -> None:
    """Another text is news, though state and tries are the same."""
    receipt = send()
    path, client = f"{bare(receipt)}.json", app.test_client()
    mark = client.get(path).headers["ETag"]
    change_words(begin(receipt)).form().submit()
    assert client.get(path, headers={"If-None-Match": mark}).status_code == 200


def test_receipt_promises_nothing_before_the_city_has_answered(
    at_check: Walk, core: Core, deliver: DeliverReports
) -> None:
    """Saved, delayed and looked for are never told as sent; only the city's yes is."""
    receipt = at_check().form().submit()
    city(core, fault="500-after", count="1", only="post", set="search_lag:600")
    titles = []
    for _step in range(3):
        page = receipt.visitor.open(bare(receipt))
        titles.append(page.title)
        for promise in ("on its way", "Accepted by the city Number", "has accepted"):
            assert promise not in page.text
        deliver.run_once()
    assert titles[0] == "Your report is saved"
    assert titles[-1] == "We are checking whether it arrived"
