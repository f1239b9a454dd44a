"""What machines that watch this one are told: figures, and whether reports are being delivered."""

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from scf_report.factory import Core, create_app
from scf_report.settings import Settings
from scf_report.storage.database import Database, StoreAwayError
from tests.conftest import Clock
from tests.functional.conftest import POINT, WORDS, city
from tests.page import Page, Visitor
from tests.structure.documents import code_of, table

TOKEN = "a token that is hard to guess"
Sample = tuple[str, frozenset[tuple[str, str]]]


def scrape(app: Flask) -> dict[Sample, float]:
    """Read the metrics as Prometheus does."""
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (
            sample.name.removeprefix("scf_report_"),
            frozenset(sample.labels.items()),
        ): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def of(name: str, **labels: str) -> Sample:
    """Name one figure."""
    return name, frozenset(labels.items())


def test_every_metric_is_explained(app: Flask) -> None:
    """The page for operators has each metric with its labels, and no other."""
    families = list(text_string_to_metric_families(app.test_client().get("/metrics").text))
    names = {
        family.name + ("_total" if family.type == "counter" else "") for family in families
    }
    assert names == {code_of(row[0]) for row in table("docs/operations.md", "metric")}
    assert all(family.documentation for family in families)


def test_alerts_are_about_metrics_that_exist() -> None:
    """What the page for operators tells Prometheus to look at is there to be looked at."""
    known = {code_of(row[0]) for row in table("docs/operations.md", "metric")}
    alerts = table("docs/operations.md", "when")
    named = {name for row in alerts for name in re.findall(r"scf_report_\w+", row[0])}
    assert len(named) > 3
    assert named <= known


def test_the_labels_are_those_that_are_explained(
    app: Flask, reference: str, work: Callable[[], int]
) -> None:
    """Once everything has happened, each metric has the labels of the table."""
    del reference
    work()
    found: dict[str, set[str]] = {}
    for name, labels in scrape(app):
        base = name.removesuffix("_bucket").removesuffix("_count").removesuffix("_sum")
        found.setdefault(f"scf_report_{base}", set()).update(dict(labels))
    for row in table("docs/operations.md", "metric"):
        words = {code_of(word) for word in row[1].split(", ")} - {"–"}
        assert found[code_of(row[0])] - {"le"} == words, row[0]


def test_a_report_is_seen_on_its_way(
    app: Flask, core: Core, reference: str, work: Callable[[], int], clock: Clock
) -> None:
    """It is in the queue and grows older; then it is an attempt, upstream calls, and less budget."""
    clock.move(seconds=90)
    before = scrape(app)
    assert before[of("deliveries", state="queued")] == 1
    assert before[of("oldest_delivery_seconds", state="queued")] == 90
    assert before[of("left_seconds")] == 90
    work()
    after = scrape(app)
    assert after[of("deliveries", state="queued")] == 0
    assert after[of("oldest_delivery_seconds", state="queued")] == 0
    assert after[of("attempts_total", work="ask", result="answered")] == 1
    assert after[of("attempts_total", work="send", result="accepted")] == 1
    assert after[of("upstream_calls_left")] == 18
    assert after[of("upstream_calls_allowed")] == 20
    posts = {"method": "POST", "answer": "2xx"}
    assert after[of("upstream_seconds_count", **posts)] == 1
    assert after[of("upstream_seconds_bucket", le="+Inf", **posts)] == 1
    assert after[of("upstream_seconds_sum", **posts)] > 0


def test_reads_of_the_city_are_counted_by_how_they_were_answered(
    app: Flask, core: Core, visitor: Visitor, at_step: Callable[..., Page], clock: Clock
) -> None:
    """Asked once, then kept, then old while the city is down, and nothing at all when it is too old."""
    at_step("type")
    asked = scrape(app)
    assert asked[of("cache_reads_total", result="miss")] == 1
    at_step("type")
    assert scrape(app)[of("cache_reads_total", result="hit")] > asked.get(
        of("cache_reads_total", result="hit"), 0
    )
    city(core, fault="down", count="100")
    clock.move(days=1)
    at_step("type")
    assert scrape(app)[of("cache_reads_total", result="stale")] >= 1
    clock.move(days=30)
    visitor.open("/report", query_string={"address": POINT}).form().submit()
    assert scrape(app)[of("cache_reads_total", result="failed")] >= 1


def test_a_lost_answer_and_a_pause_are_seen(
    app: Flask, core: Core, reference: str, work: Callable[[], int], clock: Clock
) -> None:
    """A city that fails, and one that wants fewer calls, each have a figure of their own."""
    del reference
    city(core, fault="down", count="1")
    work()
    seen = scrape(app)
    assert seen[of("upstream_failures")] == 1
    assert seen[of("attempts_total", work="ask", result="unanswered")] == 1
    clock.move(minutes=1)
    city(core, fault="429", count="1")
    work()
    assert scrape(app)[of("upstream_paused_seconds")] > 0


def test_no_figure_tells_of_anybody(app: Flask, core: Core, undecided: str) -> None:
    """No reference, id, place, word or number of a report is in the metrics."""
    [row] = core.outbox.list()
    text = app.test_client().get("/metrics").text
    for secret in (undecided, WORDS, row["id"], row["receipt"], "41.88", row["service_code"]):
        assert secret not in text


def test_without_a_token_this_machine_alone_may_ask(app: Flask) -> None:
    """Neither another address nor a proxy on this machine gets anything."""
    client = app.test_client()
    assert client.get("/metrics").status_code == 200
    far = client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert (far.status_code, far.get_json()) == (403, {"metrics": "loopback only"})
    for name in ("X-Forwarded-For", "Forwarded"):
        assert client.get("/metrics", headers={name: "127.0.0.1"}).status_code == 403
    near = client.get("/metrics", environ_base={"REMOTE_ADDR": "::1"})
    assert near.status_code == 200


def test_with_a_token_whoever_has_it_may_ask(
    make_settings: Callable[..., Settings], clock: Clock
) -> None:
    """From anywhere with it, from nowhere without it."""
    app = create_app(make_settings(geocoder="none", metrics_token=TOKEN), clock=clock)
    client = app.test_client()
    for given in ({}, {"Authorization": "Bearer no"}, {"Authorization": f"Basic {TOKEN}"}):
        refused = client.get("/metrics", headers=given)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
    far = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "192.0.2.2"}
    allowed = client.get(
        "/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, environ_base=far
    )
    assert allowed.status_code == 200


def test_figures_of_all_processes_are_one(
    app: Flask, settings: Settings, clock: Clock, at_step: Callable[..., Page]
) -> None:
    """A second web process counts on the same figures, whichever of them is asked."""
    at_step("type")
    scrape(app)
    second = create_app(settings, clock=clock)
    assert scrape(second)[of("cache_reads_total", result="miss")] == 1


def test_ready_while_all_is_well(app: Flask) -> None:
    """An empty queue is no trouble."""
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "ready": True,
        "database": "answers",
        "workers": "fine",
        "left_for_seconds": 0,
        "upstream": "up",
    }


def test_not_ready_when_nobody_delivers(
    app: Flask, reference: str, work: Callable[[], int], clock: Clock
) -> None:
    """After five minutes in which no worker took what is due; ready again once one does."""
    del reference
    clock.move(minutes=4, seconds=59)
    assert app.test_client().get("/readyz").status_code == 200
    clock.move(seconds=1)
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.text)["workers"] == "gone"
    assert answer.get_json()["left_for_seconds"] == 300
    work()
    assert app.test_client().get("/readyz").status_code == 200


def test_not_ready_without_a_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says that it is the database, and so do the metrics."""

    def away(_: Database) -> None:
        raise StoreAwayError

    monkeypatch.setattr(Database, "read", away)
    client = app.test_client()
    for page in ("/readyz", "/metrics"):
        answer = client.get(page)
        assert answer.status_code == 503
        assert answer.get_json()["database"] == "away"
