"""What APIv2 answers: bodies, and the several shapes of its errors (upstream.md 2.1)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response

DOCUMENTATION_URL = "https://dev.seeclickfix.com/"


@dataclass(frozen=True, slots=True)
class Answer:
    """A body and its status; a body of None is empty."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """Write it down as JSON."""
        text = "" if self.body is None else json.dumps(self.body, ensure_ascii=False)
        response = Response(text, self.status, mimetype="application/json")
        response.headers.update(self.headers)
        return response


HELD = Answer({"metadata": {"moderated": True}}, 202)
"""Something was taken and waits for review: no number, no Location."""


class RefusedError(Exception):
    """A call is answered with an error, and changes nothing."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body)
        self.answer = answer


def refusal(status: int, message: str) -> RefusedError:
    """Refuse in the shape of general errors."""
    return RefusedError(
        Answer({"message": message, "documentation_url": DOCUMENTATION_URL}, status)
    )


def field_refusal(errors: Mapping[str, Sequence[str]]) -> RefusedError:
    """Refuse what was sent: messages by field, as for a new issue."""
    return RefusedError(
        Answer({"errors": {name: list(each) for name, each in errors.items()}}, 422)
    )


def flat_refusal(message: str) -> RefusedError:
    """Refuse an action in the flat shape that is documented for votes."""
    return RefusedError(Answer({"base": message}, 422))


_UNAUTHORIZED = {
    "message": {
        "message": "You need to sign in or sign up before continuing.",
        "documentation_url": DOCUMENTATION_URL,
    },
    "oauth": {
        "error": "invalid_token",
        "error_description": "The access token expired, was revoked, or never existed.",
    },
    "empty": None,
}


def unauthorized(shape: str) -> RefusedError:
    """Refuse a call without a good token; ``shape`` is the switch ``unauthorized``."""
    challenge = {"WWW-Authenticate": 'Bearer realm="SeeClickFix"'}
    return RefusedError(Answer(_UNAUTHORIZED[shape], 401, challenge))
