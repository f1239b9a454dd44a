"""A sandbox city that is asked over APIv2, by people who are signed in and by nobody."""

from pathlib import Path
from typing import Any

import httpx

from scf_report.sandbox.oauth.tokens import issue_for
from tests.contract.sandbox_city import MADISON, SandboxCity

ROSA, BEN, MANAGER, REQUESTER = 2001, 2002, 2012, 2014
"""Two residents, and two members of Chicago's organization."""
LIVES = 30 * 86_400.0
"""Seconds that a token of these tests is good for."""
HERE = {"lat": MADISON["lat"], "lng": MADISON["long"], "address": "1200 W Madison St"}


class ApiCity(SandboxCity):
    """Speaks APIv2 beside Open311."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._tokens: dict[int, str] = {}

    def token(self, person: int) -> str:
        """Return an access token of a demo person."""
        if person not in self._tokens:
            with self.sandbox.store.writing() as db:
                now = self.moment.timestamp()
                self._tokens[person] = issue_for(db, person, now, LIVES)
        return self._tokens[person]

    def call(
        self, method: str, path: str, person: int | None = None, /, **more: Any
    ) -> httpx.Response:
        """Call APIv2; ``more`` is httpx's own."""
        headers = {} if person is None else {"Authorization": f"Bearer {self.token(person)}"}
        return self.http.request(method, f"/api/v2/{path}", headers=headers, **more)

    def ask(self, path: str, person: int | None = None, /, **parameters: str) -> Any:
        """Read JSON that is there."""
        answer = self.call("GET", path, person, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(
        self, request_type: int | str, person: int | None = ROSA, /, **answers: Any
    ) -> httpx.Response:
        """Report something from Madison St as JSON; an answer of None is left out."""
        said = {"summary": "Dead squirrel", "description": "By the curb", **answers}
        kept = {name: value for name, value in said.items() if value is not None}
        body = {**HERE, "request_type_id": request_type, "answers": kept}
        return self.call("POST", "issues", person, json=body)

    def made(
        self, request_type: int | str, person: int | None = ROSA, /, **answers: Any
    ) -> dict[str, Any]:
        """Report something that is taken, and return the issue."""
        answer = self.send(request_type, person, **answers)
        assert answer.status_code == 201, answer.text
        issue = answer.json()
        assert isinstance(issue, dict)
        return issue
