"""People with accounts in the sandbox city, who sign in and change their minds."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from scf_report.factory import Core
from scf_report.usecases.errors import SignInNeededError
from tests.contract.sandbox_sign_in import CALLBACK, ROSA, VERIFIER, answered, asking, decide


@dataclass
class Accounts:
    """People who sign in at the city, in a browser of this test's own."""

    core: Core
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    renewals: int = 0

    def sign_in(self, person: int = ROSA) -> str:
        """Go through the city's pages; wakes what waits, as the app does."""
        code = answered(decide(self._browser(), asking(), person))["code"]
        self._ask(
            str(person),
            grant_type="authorization_code",
            code=code,
            redirect_uri=CALLBACK,
            code_verifier=VERIFIER,
        )
        self.core.outbox.wake(str(person))
        return str(person)

    def revoke(self, person: int = ROSA) -> None:
        """Let the person take their consent back at the city."""
        token = self.tokens[str(person)]["refresh_token"]
        self._browser().post(
            "/oauth/revoke", data={"client_id": "scf-report-demo", "token": token}
        )

    def access_token(self, person_id: str) -> str:
        """Return the token there is."""
        if person_id not in self.tokens:
            raise SignInNeededError
        return str(self.tokens[person_id]["access_token"])

    def renew(self, person_id: str, refused_token: str) -> None:
        """Refresh; what cannot be refreshed is dropped."""
        if self.access_token(person_id) != refused_token:
            return
        self.renewals += 1
        refresh = self.tokens.pop(person_id)["refresh_token"]
        self._ask(person_id, grant_type="refresh_token", refresh_token=refresh)

    def _ask(self, person: str, **form: str) -> None:
        answer = self._browser().post(
            "/oauth/token", data={"client_id": "scf-report-demo", **form}
        )
        if answer.status_code != 200:
            raise SignInNeededError
        self.tokens[person] = answer.json()

    def _browser(self) -> httpx.Client:
        sandbox = self.core.sandbox
        assert sandbox is not None
        return httpx.Client(
            transport=httpx.WSGITransport(sandbox), base_url="http://sandbox.localhost"
        )
