"""A whole sign-in with an authorization server that is not ours: npm's oidc-provider."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from urllib.parse import urljoin

import httpx
import pytest
from bs4 import BeautifulSoup, Tag

from scf_report.clients.seeclickfix.oauth_http import OAuthRefusedError
from scf_report.factory import Core, build_core, create_app
from scf_report.factory.accounts import make_grants, make_oauth_client
from scf_report.settings import Settings
from tests.conftest import missing
from tests.page import Visitor

ROOT = Path(__file__).parents[2]
SITE = "http://localhost"
CALLBACK = f"{SITE}/oauth/callback"
CLIENTS = {"basic": "a secret: with + and %", "post": "another secret", "public": None}


@dataclass
class Provider:
    """The server, and what it has said."""

    issuer: str
    process: "subprocess.Popen[str]"
    said: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Take down what it says until it ends."""
        assert self.process.stdout
        self.said.extend(line.strip() for line in self.process.stdout)


@pytest.fixture
def provider(socket_enabled: None) -> Iterator[Provider]:
    """Start the server on this machine."""
    if not shutil.which("node") or not (ROOT / "node_modules" / "oidc-provider").is_dir():
        missing("node with oidc-provider")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["node", str(Path(__file__).with_name("oidc_provider.mjs")), str(port), CALLBACK]
    with subprocess.Popen(  # noqa: S603  # our own script
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        started = Provider(f"http://127.0.0.1:{port}", process)
        listener = Thread(target=started.listen)
        listener.start()
        wait_until(lambda: "listening" in started.said)
        yield started
        process.kill()
        listener.join()


def wait_until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@pytest.fixture
def settings_for(
    make_settings: Callable[..., Settings], provider: Provider
) -> Callable[[str], Settings]:
    """Make the settings of an app that signs people in there."""
    issuer = provider.issuer
    return lambda client: make_settings(
        upstream=issuer,
        secret_key="long enough for a key",
        public_url=SITE,
        geocoder="none",
        oauth_client_id=client,
        oauth_client_secret=CLIENTS[client],
        oauth_authorize_url=f"{issuer}/auth",
        oauth_token_url=f"{issuer}/token",
        oauth_revoke_url=f"{issuer}/token/revocation",
        oauth_profile_url=f"{issuer}/me",
        oauth_issuer=issuer,
        oauth_scope="openid profile",
    )


def allow(address: str) -> str:
    """Sign in and allow everything there, as a browser would; gives the path of the callback."""
    with httpx.Client() as browser:
        response = browser.get(address)
        for _ in range(10):
            while response.has_redirect_location:
                target = urljoin(str(response.url), response.headers["Location"])
                if target.startswith(CALLBACK):
                    return target.removeprefix(SITE)
                response = browser.get(target)
            form = BeautifulSoup(response.text, "html5lib").find("form")
            assert isinstance(form, Tag), response.text
            data = {
                str(each["name"]): str(each.get("value") or "robin")
                for each in form.find_all("input", attrs={"name": True})
            }
            response = browser.post(urljoin(str(response.url), str(form["action"])), data=data)
    raise AssertionError("it does not lead back")


@pytest.mark.parametrize("name", CLIENTS)
def test_whole_sign_in(
    settings_for: Callable[[str], Settings], provider: Provider, name: str
) -> None:
    """Sign in, have one renewal among ten callers in two processes, sign out: each once."""
    settings = settings_for(name)
    visitor = Visitor(create_app(settings).test_client())
    back = allow(visitor.client.get("/login?next=/about").headers["Location"])
    response = visitor.client.get(back)
    assert (response.status_code, response.headers["Location"]) == (303, "/about")
    assert "Robin Miller" in visitor.open("/about").html
    cores = [build_core(settings), build_core(settings)]
    first = token_of(cores[0])
    time.sleep(3.5)  # with less than 5 s left a token counts as over
    client = make_oauth_client(cores[0])
    assert client
    with ThreadPoolExecutor(10) as pool:
        tokens = set(pool.map(lambda n: token_of(cores[n % 2]), range(10)))
    [fresh] = tokens
    assert fresh != first
    person = client.person(fresh)
    assert person
    assert (person.id, person.name) == ("robin", "Robin Miller")
    form = visitor.open("/about").form_to("Sign out").values
    assert visitor.client.post("/logout", data=form, headers=visitor.headers).status_code == 303
    with pytest.raises(OAuthRefusedError) as caught:
        client.person(fresh)
    assert caught.value.http_status == 401
    granted = [line for line in provider.said if line.startswith("granted ")]
    assert granted == ["granted authorization_code", "granted refresh_token"]
    for core in cores:
        core.database.close()


def token_of(core: Core) -> str:
    """Ask for a token of the person who has signed in."""
    grants = make_grants(core)
    assert grants
    return grants.access_token("robin")
