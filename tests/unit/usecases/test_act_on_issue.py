"""One form does one thing, however often, however fast and by however many processes it is sent."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from scf_report.clients.seeclickfix.oauth import AuthorizationServer, OAuthClient
from scf_report.clients.seeclickfix.oauth_http import OAuthHttp
from scf_report.domain.conversation import Action
from scf_report.domain.person import Grant, Person
from scf_report.observability import log
from scf_report.storage.cache import ReadCache
from scf_report.storage.cache_backend import LEASE
from scf_report.storage.database import Database
from scf_report.storage.grants import StoredGrants
from scf_report.storage.sealing import Sealer
from scf_report.storage.sessions import Sessions
from scf_report.usecases.act_on_issue import Act, Acted, ActOnIssue, Ending
from scf_report.usecases.grants import Grants
from tests.conftest import Clock
from tests.contract.seeclickfix_network import Recorder
from tests.stores import KINDS, fresh_url

ROBIN = Person("4711", "Robin")
COMMENT = Act(Action.COMMENT, "23", "a form", "I saw it, too")
PUBLISHED = {"comment": "I saw it, too", "issue": {"status": "Open"}}
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(params=KINDS)
def database(
    request: pytest.FixtureRequest, tmp_path: Path, clock: Clock
) -> Iterator[Database]:
    """Give an empty database with its tables."""
    if request.param == "postgresql":
        request.getfixturevalue("socket_enabled")
    with fresh_url(request.param, tmp_path) as address:
        database = Database(address, clock)
        database.migrate()
        yield database
        database.close()


@pytest.fixture
def process(database: Database, clock: Clock) -> Callable[[Recorder], ActOnIssue]:
    """Give the use case as one process has it, with Robin signed in."""
    sealer = Sealer(["the secret of this installation"])
    end = clock() + timedelta(days=1)
    Sessions(database, sealer, "city").begin(ROBIN, Grant("token", None, end))
    known = AuthorizationServer(
        client_id="reports",
        authorize_url="https://city.example/oauth/authorize",
        token_url="https://city.example/oauth/token",
        profile_url="https://city.example/api/v2/profile",
    )
    nobody = httpx.MockTransport(lambda _: httpx.Response(500))
    client = OAuthClient(known, OAuthHttp("tests", nobody), clock)

    def make(city: Recorder) -> ActOnIssue:
        grants = Grants(StoredGrants(database, sealer, "city"), client, clock, log())
        return ActOnIssue(city.gateway, grants, ReadCache(database, "city"))

    return make


def test_ten_clicks_in_ten_processes(process: Callable[[Recorder], ActOnIssue]) -> None:
    """All of them are answered as the one that did it."""
    city = Recorder(lambda _: httpx.Response(201, json=PUBLISHED))
    workers = [process(city) for _ in range(10)]
    with ThreadPoolExecutor(10) as crowd:
        done = list(crowd.map(lambda one: one.act("4711", COMMENT), workers))
    assert done == [Acted(Ending.DONE)] * 10
    assert city.asked == [("POST", "/issues/23/comments")]


def test_slower_than_anybody_waits(
    process: Callable[[Recorder], ActOnIssue], clock: Clock
) -> None:
    """Whoever has waited for so long that the first one counts as dead does not do it again."""
    begun, go_on = threading.Event(), threading.Event()

    def answer(_: httpx.Request) -> httpx.Response:
        begun.set()
        assert go_on.wait(20)
        return httpx.Response(201, json=PUBLISHED)

    city = Recorder(answer)
    with ThreadPoolExecutor(1) as first:
        slow = first.submit(process(city).act, "4711", COMMENT)
        assert begun.wait(20)
        clock.move(seconds=LEASE.total_seconds() + 1)
        late = process(city).act("4711", COMMENT)
        go_on.set()
        assert slow.result(20) == Acted(Ending.DONE)
    assert late == Acted(Ending.UNCLEAR)
    assert len(city.asked) == 1


def test_others_are_not_held_up(process: Callable[[Recorder], ActOnIssue]) -> None:
    """Another form, issue, act or person is another act, even with the same key."""
    city = Recorder(lambda _: httpx.Response(201, json=PUBLISHED))
    acting = process(city)
    for act in (
        COMMENT,
        Act(Action.COMMENT, "23", "another form", "I saw it, too"),
        Act(Action.COMMENT, "24", "a form", "I saw it, too"),
        Act(Action.VOTE, "23", "a form"),
    ):
        assert acting.act("4711", act).ending is Ending.DONE
    assert len(city.asked) == 4
    assert acting.act("4712", COMMENT) == Acted(Ending.SIGN_IN)
    assert len(city.asked) == 4


def test_later_it_is_a_new_act(process: Callable[[Recorder], ActOnIssue], clock: Clock) -> None:
    """What is sent again a quarter of an hour later is meant."""
    city = Recorder(lambda _: httpx.Response(201, json=PUBLISHED))
    acting = process(city)
    acting.act("4711", COMMENT)
    clock.move(minutes=15)
    acting.act("4711", COMMENT)
    assert len(city.asked) == 2


def _timeout(_: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("too slow")


def _no_way(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no way there")


ENDS: dict[str, tuple[Answer, Acted]] = {
    "held": (lambda _: httpx.Response(202, json={}), Acted(Ending.HELD)),
    "refused": (
        lambda _: httpx.Response(422, json={"errors": {"base": ["It is archived"]}}),
        Acted(Ending.DECLINED, 422, ("It is archived",)),
    ),
    "by role": (lambda _: httpx.Response(403, json={}), Acted(Ending.DECLINED, 403)),
    "refused access": (lambda _: httpx.Response(401, json={}), Acted(Ending.SIGN_IN)),
    "too many": (
        lambda _: httpx.Response(429, headers={"Retry-After": "40"}),
        Acted(Ending.BUSY, wait=40.0),
    ),
    "server error": (lambda _: httpx.Response(500), Acted(Ending.UNCLEAR)),
    "a page": (lambda _: httpx.Response(200, text="<html>"), Acted(Ending.UNCLEAR)),
    "no answer": (_timeout, Acted(Ending.UNCLEAR)),
    "no way": (_no_way, Acted(Ending.AWAY)),
}


@pytest.mark.parametrize(("answer", "acted"), ENDS.values(), ids=ENDS)
def test_each_end_is_told(
    process: Callable[[Recorder], ActOnIssue], answer: Answer, acted: Acted
) -> None:
    """What came of it is told as it is, and told again to the same form without another call."""
    city = Recorder(answer)
    acting = process(city)
    assert acting.act("4711", COMMENT) == acted
    assert acting.act("4711", COMMENT) == acted
    assert len(city.asked) == 1
