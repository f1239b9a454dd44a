"""A sandbox city with a browser in it, and a program that exchanges codes."""

from pathlib import Path
from typing import Any

import httpx

from scf_report.sandbox.oauth import tokens
from scf_report.sandbox.people import Person
from tests.contract.sandbox_city import SandboxCity
from tests.contract.sandbox_sign_in import CALLBACK, ROSA, VERIFIER, answered, asking, decide


class OAuthCity(SandboxCity):
    """Its own caller is the browser; programs have no cookies."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.program = self.caller("app (tests@example.org)")

    def code(self, person: int = ROSA, /, **changes: str | None) -> str:
        """Let a person allow the app, and return the code."""
        return answered(decide(self.http, asking(**changes), person))["code"]

    def exchange(self, code: str, **changes: str | None) -> httpx.Response:
        """Exchange a code as the demo client does; a field of None is left out."""
        return self.ask(
            grant_type="authorization_code",
            code=code,
            **({"redirect_uri": CALLBACK, "code_verifier": VERIFIER} | changes),
        )

    def refresh(self, refresh_token: str, **changes: str | None) -> httpx.Response:
        """Ask for new tokens."""
        return self.ask(grant_type="refresh_token", refresh_token=refresh_token, **changes)

    def ask(self, **fields: str | None) -> httpx.Response:
        """Send a form to the token address."""
        return self.send("token", fields)

    def revoke(self, token: str, **fields: str | None) -> httpx.Response:
        """Ask to revoke a token."""
        return self.send("revoke", {"token": token, **fields})

    def send(self, path: str, fields: dict[str, str | None]) -> httpx.Response:
        """Send a form to one of the addresses for programs, as the demo client by default."""
        form = {"client_id": "scf-report-demo", **fields}
        kept = {name: value for name, value in form.items() if value is not None}
        return self.program.post(f"/oauth/{path}", data=kept)

    def granted(self, person: int = ROSA, /, **changes: str | None) -> dict[str, Any]:
        """Go the whole way to a pair of tokens."""
        answer = self.exchange(self.code(person, **changes))
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def caller_of(self, access_token: str) -> Person | None:
        """Return whom the API takes the bearer of a token for."""
        with self.sandbox.store.reading() as db:
            return tokens.caller(db, f"Bearer {access_token}", self.moment.timestamp())
