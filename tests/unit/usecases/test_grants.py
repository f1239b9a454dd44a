"""A token is renewed once, by whoever comes first; what is over is over for everybody."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from scf_report.clients.errors import UpstreamError
from scf_report.clients.seeclickfix.oauth import AuthorizationServer, OAuthClient
from scf_report.clients.seeclickfix.oauth_http import OAuthHttp
from scf_report.domain.person import Grant, Person
from scf_report.observability import log
from scf_report.storage.database import Database
from scf_report.storage.grants import REFRESH_LEASE, StoredGrants
from scf_report.storage.sealing import Sealer
from scf_report.storage.sessions import Sessions, purge_sessions
from scf_report.storage.sign_ins import Intent, SignIns, purge_sign_ins
from scf_report.usecases.errors import SignInNeededError
from scf_report.usecases.grants import Grants
from tests.conftest import Clock
from tests.oauth_server import CITY, AuthorizationServer as City
from tests.stores import KINDS, fresh_url

ROBIN = Person("4711", "Robin")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of an empty database."""
    if request.param == "postgresql":
        request.getfixturevalue("socket_enabled")
    with fresh_url(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def database(url: str, clock: Clock) -> Iterator[Database]:
    """Give it with its tables."""
    database = Database(url, clock)
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def sealer() -> Sealer:
    """Give the installation's seal."""
    return Sealer(["the first secret of this installation"])


@pytest.fixture
def server() -> City:
    """Give an authorization server that knows one refresh token."""
    return City(refresh={"first"})


@pytest.fixture
def grants(database: Database, sealer: Sealer, server: City, clock: Clock) -> Grants:
    """Give what hands out tokens."""
    known = AuthorizationServer(
        client_id="reports",
        authorize_url=f"{CITY}/oauth/authorize",
        token_url=f"{CITY}/oauth/token",
        profile_url=f"{CITY}/api/v2/profile",
    )
    client = OAuthClient(known, OAuthHttp("tests", server.transport), clock)
    return Grants(StoredGrants(database, sealer, "default"), client, clock, log())


@pytest.fixture
def signed_in(database: Database, sealer: Sealer, clock: Clock) -> Callable[..., str]:
    """Sign Robin in, with a token of this many seconds; gives the session's id."""
    sessions = Sessions(database, sealer, "default")

    def begin(seconds: float = 60, refresh: str | None = "first") -> str:
        end = clock() + timedelta(seconds=seconds)
        return sessions.begin(ROBIN, Grant("old", refresh, end))

    return begin


def test_token_that_lives(grants: Grants, signed_in: Callable[..., str], server: City) -> None:
    """Nothing is asked for as long as the token lives."""
    signed_in()
    assert grants.access_token("4711") == "old"
    assert server.calls == []


def test_nobody(grants: Grants, signed_in: Callable[..., str]) -> None:
    """Who has not signed in is asked to."""
    signed_in()
    with pytest.raises(SignInNeededError):
        grants.access_token("4712")


def test_one_renewal_for_ten(
    grants: Grants, signed_in: Callable[..., str], server: City, clock: Clock
) -> None:
    """Ten who find the token over at once share one renewal."""
    signed_in()
    clock.move(seconds=56)
    with ThreadPoolExecutor(10) as pool:
        tokens = set(pool.map(grants.access_token, ["4711"] * 10))
    assert tokens == {server.issued[0]}
    assert server.calls == ["/oauth/token"]


def test_one_renewal_for_ten_refusals(
    grants: Grants, signed_in: Callable[..., str], server: City
) -> None:
    """Ten whose token was refused share one renewal, even those who come when it is done."""
    signed_in()
    with ThreadPoolExecutor(10) as pool:
        renewed = set(pool.map(lambda _: grants.renew("4711", "old"), range(10)))
    assert renewed == {server.issued[0]}
    assert grants.renew("4711", "old") == server.issued[0]
    assert server.calls == ["/oauth/token"]


def test_revoked_meanwhile(
    grants: Grants, signed_in: Callable[..., str], server: City, clock: Clock
) -> None:
    """A grant that the server calls over is over here, with its session."""
    signed_in(refresh="revoked")
    with pytest.raises(SignInNeededError):
        grants.renew("4711", "old")
    with pytest.raises(SignInNeededError):
        grants.access_token("4711")
    assert len(server.calls) == 1


def test_nothing_to_renew_with(
    grants: Grants,
    signed_in: Callable[..., str],
    database: Database,
    sealer: Sealer,
    clock: Clock,
) -> None:
    """Without a refresh token the end of the token is the end of the session."""
    session = signed_in(refresh=None)
    clock.move(seconds=60)
    with pytest.raises(SignInNeededError):
        grants.access_token("4711")
    assert Sessions(database, sealer, "default").find(session) is None


def test_other_session_helps(
    grants: Grants, signed_in: Callable[..., str], server: City
) -> None:
    """What was granted in another browser serves when one grant is over."""
    signed_in(refresh="first")
    signed_in(refresh="revoked")
    assert grants.renew("4711", "old")
    assert server.issued


def test_server_away(
    grants: Grants, signed_in: Callable[..., str], server: City, clock: Clock
) -> None:
    """A renewal that failed says so, ends nothing, and is tried by the next who asks."""
    signed_in()
    clock.move(seconds=60)
    server.down = True
    with pytest.raises(UpstreamError):
        grants.access_token("4711")
    server.down = False
    assert grants.access_token("4711") == server.issued[0]


def test_died_while_renewing(
    grants: Grants, signed_in: Callable[..., str], server: City, clock: Clock
) -> None:
    """Whoever died in the middle holds the others up for no longer than the lease."""
    signed_in()
    clock.move(seconds=60)
    found = grants.stored.newest("4711")
    assert found
    assert grants.stored.begin_refresh(found)
    assert not grants.stored.begin_refresh(found)
    clock.move(seconds=REFRESH_LEASE.total_seconds())
    assert grants.access_token("4711") == server.issued[0]


def test_late_renewal_changes_nothing(
    grants: Grants, signed_in: Callable[..., str], clock: Clock
) -> None:
    """Who comes late with an old version neither overwrites nor ends the newer one."""
    signed_in()
    late = grants.stored.newest("4711")
    assert late
    fresh = grants.renew("4711", "old")
    grants.stored.replace(late, Grant("stale"))
    grants.stored.drop(late)
    assert grants.access_token("4711") == fresh


def test_lost_key(grants: Grants, signed_in: Callable[..., str], database: Database) -> None:
    """Tokens whose key is gone are none."""
    signed_in()
    other = StoredGrants(database, Sealer(["another secret"]), "default")
    assert other.newest("4711") is None
    assert grants.access_token("4711") == "old"


def test_what_is_over_is_purged(
    grants: Grants, signed_in: Callable[..., str], database: Database, clock: Clock
) -> None:
    """A session that nobody uses is deleted with its tokens; a sign-in goes an hour after its time."""
    signed_in()
    pending = SignIns(database, Sealer(["the secret of an installation"]), "default")
    state, _, browser = pending.begin(Intent("/", "/"))

    def purge() -> None:
        with database.write() as connection:
            purge_sessions(connection, clock())
            purge_sign_ins(connection, clock())

    clock.move(hours=1)
    purge()
    assert pending.find(state, browser)
    assert grants.stored.newest("4711")
    clock.move(hours=11)
    purge()
    assert pending.find(state, browser) is None
    assert grants.stored.newest("4711") is None
