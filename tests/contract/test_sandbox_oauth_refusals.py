"""What the OAuth server refuses, and what it revokes then."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.contract.oauth_city import OAuthCity
from tests.contract.sandbox_sign_in import (
    CALLBACK,
    CONFIDENTIAL,
    SECRET,
    answered,
    asking,
    consent_page,
    decide,
    send_form,
)


@pytest.fixture
def city(tmp_path: Path) -> OAuthCity:
    """A fresh city."""
    return OAuthCity(tmp_path)


def error_of(answer: httpx.Response) -> str:
    """Return the error code of a refused request for tokens."""
    assert answer.status_code in (400, 401), answer.text
    code: str = answer.json()["error"]
    return code


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "x" * 43},
        {"code_verifier": None},
        {"redirect_uri": CALLBACK.replace("5000", "5001")},
        {"redirect_uri": None},
        {"client_id": CONFIDENTIAL, "client_secret": SECRET},
        {"client_id": CONFIDENTIAL, "client_secret": "wrong"},
        {"client_secret": SECRET},
        {"client_id": None},
    ],
    ids=str,
)
def test_a_code_is_bound_to_what_it_was_asked_with(
    city: OAuthCity, changes: dict[str, str | None]
) -> None:
    """With another verifier, address or client it gives nothing, and still works for its owner."""
    code = city.code()
    assert error_of(city.exchange(code, **changes)).startswith("invalid_")
    assert city.exchange(code).status_code == 200


def test_a_code_ends_after_60_seconds(city: OAuthCity) -> None:
    """What waits longer is refused."""
    code = city.code()
    city.wait(seconds=60)
    assert error_of(city.exchange(code)) == "invalid_grant"


def test_a_replayed_code_revokes_what_it_gave(city: OAuthCity) -> None:
    """The second use is refused, and ends the tokens of the first one."""
    code = city.code()
    first = city.exchange(code).json()
    assert error_of(city.exchange(code)) == "invalid_grant"
    assert city.caller_of(first["access_token"]) is None
    assert error_of(city.refresh(first["refresh_token"])) == "invalid_grant"


def test_a_code_that_many_exchange_at_once_works_once(city: OAuthCity) -> None:
    """Of eight exchanges in parallel one gets tokens, and the others end them."""
    code = city.code()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: city.exchange(code), range(8)))
    taken = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(taken) == 1
    assert city.caller_of(taken[0]["access_token"]) is None


def test_another_client_s_replay_revokes_nothing(city: OAuthCity) -> None:
    """Who is not the code's client cannot end its tokens with it."""
    code = city.code()
    first = city.exchange(code).json()
    city.exchange(code, client_id=CONFIDENTIAL, client_secret=SECRET)
    assert city.caller_of(first["access_token"]) is not None


def test_refresh_tokens_rotate(city: OAuthCity) -> None:
    """Each refresh gives a new pair; an access token lives to its own end."""
    city.turn(token_life="8")
    first = city.granted()
    city.wait(seconds=5)
    second = city.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert city.caller_of(first["access_token"]) is not None
    city.wait(seconds=3)
    assert city.caller_of(first["access_token"]) is None
    assert city.caller_of(second["access_token"]) is not None
    assert city.refresh(second["refresh_token"]).status_code == 200


def test_a_reused_refresh_token_ends_the_family(city: OAuthCity) -> None:
    """A refresh token that comes again was stolen: everything of that consent ends."""
    first = city.granted()
    second = city.refresh(first["refresh_token"]).json()
    other = city.granted()
    assert error_of(city.refresh(first["refresh_token"])) == "invalid_grant"
    assert city.caller_of(second["access_token"]) is None
    assert error_of(city.refresh(second["refresh_token"])) == "invalid_grant"
    assert city.caller_of(other["access_token"]) is not None


def test_an_access_token_cannot_refresh(city: OAuthCity) -> None:
    """Each kind of token does its own work only."""
    tokens = city.granted()
    assert error_of(city.refresh(tokens["access_token"])) == "invalid_grant"
    assert city.caller_of(tokens["refresh_token"]) is None


def test_a_foreign_client_can_neither_refresh_nor_revoke(city: OAuthCity) -> None:
    """A token that leaked to another app is of no use to it."""
    tokens = city.granted()
    foreign = {"client_id": CONFIDENTIAL, "client_secret": SECRET}
    assert error_of(city.refresh(tokens["refresh_token"], **foreign)) == "invalid_grant"
    assert error_of(city.revoke(tokens["access_token"], **foreign)) == "invalid_grant"
    assert city.refresh(tokens["refresh_token"]).status_code == 200
    city.refresh(tokens["refresh_token"], **foreign)
    assert city.caller_of(tokens["access_token"]) is not None


def test_a_token_has_its_life(city: OAuthCity) -> None:
    """After the seconds that the answer names the API knows nobody any more."""
    city.turn(token_life="8")
    tokens = city.granted()
    assert tokens["expires_in"] == 8
    city.wait(seconds=7.9)
    assert city.caller_of(tokens["access_token"]) is not None
    city.wait(seconds=0.1)
    assert city.caller_of(tokens["access_token"]) is None


def test_answers_may_lack_what_is_optional(city: OAuthCity) -> None:
    """By switches there is no refresh token, no expires_in and no scope; the life is the same."""
    city.turn(refresh_tokens="off", token_omits="expires_in,scope", token_life="8")
    tokens = city.granted()
    assert tokens.keys() == {"access_token", "token_type"}
    assert error_of(city.refresh("anything")) == "unsupported_grant_type"
    city.wait(seconds=8)
    assert city.caller_of(tokens["access_token"]) is None


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revocation_ends_the_grant(city: OAuthCity, kind: str) -> None:
    """Either token ends both (RFC 7009); an unknown one is no error."""
    tokens = city.granted()
    assert city.revoke(tokens[kind], token_type_hint=kind).status_code == 200
    assert city.caller_of(tokens["access_token"]) is None
    assert error_of(city.refresh(tokens["refresh_token"])) == "invalid_grant"
    assert city.revoke("unknown").status_code == 200


def test_a_confidential_client_may_show_its_secret_in_the_header(city: OAuthCity) -> None:
    """HTTP Basic works as well as the form (RFC 6749 section 2.3.1)."""
    code = city.code(client_id=CONFIDENTIAL)
    city.program.auth = httpx.BasicAuth(CONFIDENTIAL, "wrong")
    assert error_of(city.exchange(code, client_id=None)) == "invalid_client"
    city.program.auth = httpx.BasicAuth(CONFIDENTIAL, SECRET)
    assert city.exchange(code, client_id=None).status_code == 200


def test_a_forged_consent_is_refused(city: OAuthCity) -> None:
    """Another site's form, with the person's cookie or with a stranger's token, allows nothing."""
    consent_page(city.http, asking())
    stranger = city.caller("another browser")
    theirs = consent_page(stranger, asking())
    bare = city.http.post(asking(), data={"decision": "allow"})
    with_theirs = send_form(city.http, theirs, "decision", "allow")
    city.http.headers["Sec-Fetch-Site"] = "cross-site"
    from_elsewhere = send_form(
        city.http, consent_page(city.http, asking()), "decision", "allow"
    )
    for answer in (bare, with_theirs, from_elsewhere):
        assert answer.status_code == 403
        assert "Location" not in answer.headers


def test_a_forged_sign_in_is_refused(city: OAuthCity) -> None:
    """Nobody is signed in by another site's form, nor as somebody who does not exist."""
    page = city.http.get(asking())
    forged = city.http.post(asking().replace("authorize", "login"), data={"person": "2001"})
    assert forged.status_code == 403
    assert send_form(city.http, page, "person", "99999").status_code == 400
    assert send_form(city.http, page, "person", "x").status_code == 400
    assert 'name="person"' in city.http.get(asking()).text


def test_an_id_known_before_signing_in_opens_nothing(city: OAuthCity) -> None:
    """Signing in gives a new id: whoever planted the old one is not signed in with it."""
    page = city.http.get(asking())
    planted = city.http.cookies["sandbox_session"]
    send_form(city.http, page, "person", "2001")
    assert city.http.cookies["sandbox_session"] != planted
    attacker = city.caller("attacker")
    attacker.cookies.set("sandbox_session", planted)
    assert 'name="person"' in attacker.get(asking()).text


def test_a_session_ends_after_eight_hours(city: OAuthCity) -> None:
    """A browser left open is asked again."""
    consent_page(city.http, asking())
    city.wait(hours=8)
    assert 'name="person"' in city.http.get(asking()).text


def test_pages_have_no_inline_code_and_cannot_be_framed(city: OAuthCity) -> None:
    """The policy allows styles of its own and the forms' targets alone."""
    page = consent_page(city.http, asking())
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; form-action 'self'")
    assert policy.endswith(" http://127.0.0.1:5000")
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Cache-Control"] == "no-store"
    assert "<script" not in page.text
    assert "style=" not in page.text


def test_the_file_has_no_secret(city: OAuthCity, tmp_path: Path) -> None:
    """Codes, tokens and session ids are kept as hashes."""
    code = city.code()
    tokens = city.exchange(code).json()
    secrets = [code, tokens["access_token"], tokens["refresh_token"]]
    secrets.append(city.http.cookies["sandbox_session"])
    with closing(sqlite3.connect(tmp_path / "sandbox.sqlite")) as file:
        dump = "\n".join(file.iterdump())
    assert "oauth_tokens" in dump
    assert [secret for secret in secrets if secret in dump] == []


def test_elsewhere_https_is_demanded(city: OAuthCity) -> None:
    """From another machine nobody signs in and no token is given over plain http."""
    remote = city.caller("remote", "192.0.2.7")
    assert "https" in remote.get(asking()).text
    answer = remote.post("/oauth/token", data={"grant_type": "refresh_token"})
    assert answer.status_code == 400
    remote.base_url = httpx.URL("https://city.test")
    page = remote.get(asking())
    assert page.status_code == 200
    assert "Secure" in page.headers["Set-Cookie"].split("; ")


def test_processes_share_what_was_granted(city: OAuthCity, tmp_path: Path) -> None:
    """A code from one process is exchanged by another, once."""
    code = city.code()
    second = OAuthCity(tmp_path)
    assert second.exchange(code).status_code == 200
    assert error_of(city.exchange(code)) == "invalid_grant"


def test_a_code_stays_out_of_other_addresses(city: OAuthCity) -> None:
    """The answer goes to the very address that was asked with, whatever else it carries."""
    location = decide(city.http, asking())
    parts = urlsplit(location)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == CALLBACK
    assert answered(location).keys() == {"code", "state"}
