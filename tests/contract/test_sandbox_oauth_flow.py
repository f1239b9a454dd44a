"""The code flow from the app's question to an access token, by browser and program."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from scf_report.sandbox import create_sandbox
from scf_report.sandbox.__main__ import main
from tests.contract.oauth_city import OAuthCity
from tests.contract.sandbox_sign_in import (
    BEN,
    CALLBACK,
    CONFIDENTIAL,
    SECRET,
    answered,
    asking,
    consent_page,
    decide,
)


@pytest.fixture
def city(tmp_path: Path) -> OAuthCity:
    """A fresh city."""
    return OAuthCity(tmp_path)


def test_a_code_becomes_a_token(city: OAuthCity) -> None:
    """Sign in, allow, exchange: the API then knows the person."""
    answer = city.exchange(city.code(BEN))
    body = answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert body.keys() == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 7200)
    person = city.caller_of(body["access_token"])
    assert person is not None
    assert person.id == BEN


def test_the_pages_work_below_a_mount_point(city: OAuthCity) -> None:
    """Mounted at a path, forms and cookie stay below it, and the whole way is gone there."""
    mounted = DispatcherMiddleware(NotFound(), {"/sandbox": city.sandbox})
    http = httpx.Client(transport=httpx.WSGITransport(mounted), base_url="http://localhost")
    address = f"/sandbox{asking()}"
    cookie = http.get(address).headers["Set-Cookie"]
    assert {"Path=/sandbox/oauth", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    code = answered(decide(http, address, BEN))["code"]
    assert city.exchange(code).status_code == 200


def test_state_comes_back_unchanged(city: OAuthCity) -> None:
    """Whatever the app sent as state is in the answer, to the letter."""
    location = decide(city.http, asking(state="a+b &=#/ü"))
    assert location.startswith(f"{CALLBACK}?")
    assert answered(location)["state"] == "a+b &=#/ü"


def test_cancel_is_access_denied(city: OAuthCity) -> None:
    """A person who says no sends the app an error with its state, and no code."""
    location = decide(city.http, asking(state="s1"), decision="cancel")
    got = answered(location)
    assert (got["error"], got["state"]) == ("access_denied", "s1")
    assert "code" not in got


def test_implicit_answers_in_the_fragment(city: OAuthCity) -> None:
    """The token comes behind #, with state and without a refresh token."""
    location = decide(
        city.http,
        asking(response_type="token", code_challenge=None, code_challenge_method=None),
    )
    parts = urlsplit(location)
    got = answered(location)
    assert parts.query == ""
    assert got.keys() == {"access_token", "token_type", "expires_in", "scope", "state"}
    assert city.caller_of(got["access_token"]) is not None


def test_the_issuer_may_be_named(city: OAuthCity) -> None:
    """By a switch iss is in the answer, in an error, and behind # as well."""
    assert "iss" not in answered(decide(city.http, asking()))
    city.turn(issuer="sent")
    for address, decision in (
        (asking(), "allow"),
        (asking(), "cancel"),
        (asking(response_type="token"), "allow"),
    ):
        assert (
            answered(decide(city.http, address, decision=decision))["iss"] == "http://city.test"
        )
    refused = city.http.get(asking(code_challenge=None))
    assert answered(refused.headers["Location"])["iss"] == "http://city.test"


def test_a_wrong_client_or_address_is_never_redirected(city: OAuthCity) -> None:
    """The person reads that it cannot go on; the unknown address learns nothing."""
    for changes in (
        {"client_id": "somebody-else"},
        {"client_id": None},
        {"redirect_uri": "https://evil.example/oauth/callback"},
        {"redirect_uri": "http://127.0.0.1:5000/oauth/callback/"},
        {"redirect_uri": "http://127.0.0.1.evil.example/oauth/callback"},
        {"redirect_uri": "http://127.0.0.1:5000@evil.example/oauth/callback"},
        {"redirect_uri": "http://ü.example/<script>\"'"},
        {"redirect_uri": None},
        {"client_id": CONFIDENTIAL, "response_type": "token"},
    ):
        answer = city.http.get(asking(**changes))
        assert answer.status_code == 400, changes
        assert "Location" not in answer.headers
        assert "<script" not in answer.text


def test_loopback_has_any_port_and_a_site_its_own_address(tmp_path: Path) -> None:
    """RFC 8252 lets the port of loopback vary; an https site is taken for itself alone."""
    site = create_sandbox(tmp_path / "s.sqlite", public_root="https://demo.example/sandbox")
    browser = site.test_client()

    def status(address: str) -> int:
        return browser.get(asking(redirect_uri=address)).status_code

    assert status("https://demo.example/oauth/callback") == 200
    assert status("http://localhost:5999/oauth/callback") == 200
    assert status("http://[::1]/oauth/callback") == 200
    assert status("https://other.example/oauth/callback") == 400
    assert status("http://demo.example/oauth/callback") == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge": "", "code_challenge_method": ""},
        {"code_challenge": "short"},
    ],
    ids=["none", "plain", "plain by default", "method alone", "empty", "too short"],
)
def test_pkce_with_s256_is_demanded(city: OAuthCity, changes: dict[str, str | None]) -> None:
    """Without an S256 challenge the app gets an error at once, before anybody signs in."""
    answer = city.http.get(asking(state="s2", **changes))
    got = answered(answer.headers["Location"])
    assert (got["error"], got["state"]) == ("invalid_request", "s2")


def test_a_switch_exempts_confidential_clients_from_pkce(city: OAuthCity) -> None:
    """Existing clients send none: those with a secret may, and those without may not."""
    bare = {"code_challenge": None, "code_challenge_method": None}
    confidential = {"client_id": CONFIDENTIAL, **bare}
    assert "error" in answered(city.http.get(asking(**confidential)).headers["Location"])
    city.turn(pkce="optional")
    assert "error" in answered(city.http.get(asking(**bare)).headers["Location"])
    code = city.code(**confidential)
    refused = city.exchange(code, client_id=CONFIDENTIAL, code_verifier=None)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    taken = city.exchange(
        code, client_id=CONFIDENTIAL, client_secret=SECRET, code_verifier=None
    )
    assert taken.status_code == 200


def test_other_requests_are_refused_in_the_standard_s_words(city: OAuthCity) -> None:
    """An unknown response type or scope goes back to the app as an error."""
    wrong_type = answered(city.http.get(asking(response_type="id")).headers["Location"])
    wrong_scope = answered(city.http.get(asking(scope="everything")).headers["Location"])
    assert wrong_type["error"] == "unsupported_response_type"
    assert wrong_scope["error"] == "invalid_scope"
    assert city.http.get(asking(response_type='"ü"')).status_code == 400
    assert city.ask(grant_type="password").json()["error"] == "unsupported_grant_type"


def test_oauth_and_pages_do_not_count(city: OAuthCity) -> None:
    """The rate limit is the API's: signing in is never refused for it."""
    city.turn(limit="1")
    assert city.get("/101/services.json").status_code == 200
    assert city.get("/101/services.json").status_code == 429
    assert city.caller_of(city.granted()["access_token"]) is not None


def test_a_person_may_sign_in_as_somebody_else(city: OAuthCity) -> None:
    """The consent page says who is signed in, and lets the next one in."""
    page = consent_page(city.http, asking())
    assert "Rosa Alvarez" in page.text
    with pytest.raises(AssertionError, match="Redirecting"):
        decide(city.http, asking(), decision="other")
    assert "Ben Okafor" in consent_page(city.http, asking(), BEN).text


def test_signing_out_ends_the_session_with_the_city(city: OAuthCity) -> None:
    """After /oauth/logout the person is asked again, and tokens live on."""
    token = city.granted()["access_token"]
    assert 'name="person"' not in city.http.get(asking()).text
    assert "signed out" in city.http.get("/oauth/logout").text
    assert 'name="person"' in city.http.get(asking()).text
    assert city.caller_of(token) is not None


def test_a_personal_access_token_is_made_by_command(
    city: OAuthCity, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line is the token of the person, whom the API then knows."""
    file = str(tmp_path / "sandbox.sqlite")
    assert main(["token", "--person", str(BEN), "--database", file]) == 0
    city.moment = datetime.now(UTC)
    person = city.caller_of(capsys.readouterr().out.strip())
    assert person is not None
    assert person.id == BEN
    city.wait(days=1)
    assert main(["token", "--person", str(BEN), "--life", "9", "--database", file]) == 0
    assert city.caller_of(capsys.readouterr().out.strip()) is None
    with pytest.raises(SystemExit):
        main(["token", "--person", "1"])
