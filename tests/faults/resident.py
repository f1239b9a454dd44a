"""Somebody with an account at the sandbox city, who signs in to the app for real and reports as themselves."""

import threading
import time
from dataclasses import dataclass, field

import httpx

from scf_report.domain.report import SignedIn
from scf_report.storage.grants import StoredGrant, StoredGrants
from tests.contract.sandbox_sign_in import decide
from tests.faults.site import CLIENT, PATIENCE, Site
from tests.faults.test_web_faults import SignedOutError, insist, send


@dataclass
class Resident:
    """One account; whoever has it signs in with a new browser each time."""

    site: Site
    number: int
    sign_ins: int = 0
    session: str = ""
    """The cookie of the latest sign-in."""
    comes_back: threading.Event = field(default_factory=threading.Event)
    """Cleared: they sign in no more until it is set."""

    def __post_init__(self) -> None:
        self.who = SignedIn(str(self.number), f"Resident {self.number}")
        self.comes_back.set()
        self._lock = threading.Lock()

    def sign_in(self, lost: str | None = None) -> str:
        """Sign in and return the session, unless that was done since the one that was lost."""
        self.comes_back.wait()
        with self._lock:
            if lost is None or self.session == lost:
                self.session = self._sign_in()
                self.sign_ins += 1
            return self.session

    def send(self, draft_id: str) -> set[str]:
        """Press Send as :func:`send` does, and sign in again wherever that takes it."""
        session = self.session
        while True:
            try:
                return send(self.site, draft_id, session)
            except SignedOutError:
                session = self.sign_in(session)

    def revoke(self) -> None:
        """Let the person take their consent back at the city, of which the app is not told."""
        found = self.grant()
        assert found is not None
        form = {"client_id": CLIENT, "token": found.grant.access_token}
        self.site.city.post("/oauth/revoke", data=form).raise_for_status()

    def grant(self) -> StoredGrant | None:
        """Read what the app has of them."""
        core = self.site.core
        stored = StoredGrants(core.database, core.sealer, core.endpoint.name)
        return stored.newest(str(self.number))

    def _sign_in(self) -> str:
        give_up = time.monotonic() + PATIENCE
        while not (session := self._try()):
            assert time.monotonic() < give_up, "cannot sign in"
            time.sleep(0.2)
        return session

    def _try(self) -> str | None:
        """Go the whole way once; None where it has to be begun again."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        with httpx.Client(headers=headers, timeout=30) as browser:
            leaving = insist(browser, "GET", f"{self.site.address}/login?next=/")
            assert leaving.status_code == 302, leaving.text
            callback = decide(browser, leaving.headers["Location"], self.number)
            insist(browser, "GET", callback)
            return browser.cookies.get("session")
