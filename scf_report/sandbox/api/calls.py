"""One call of APIv2: who calls, when, and what was sent."""

import json
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Request

from scf_report.sandbox import records
from scf_report.sandbox.api.answers import Answer, RefusedError, refusal, unauthorized
from scf_report.sandbox.people import Person

_NESTED = re.compile(r"(\w+)\[([^\]]+)\](?:\[\d*\])?")
NOT_FOUND = "The resource was not found."


@dataclass(frozen=True, slots=True)
class Sent:
    """A body, whichever way it was sent: form-urlencoded, multipart or JSON."""

    values: Mapping[str, Any] = field(default_factory=dict)
    """Text, as a rule; JSON may have sent numbers, true and false."""
    answers: Mapping[str, list[Any]] = field(default_factory=dict)
    """What stands under ``answers``: all that was given to each question."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """File parts that are not empty; a picture of the issue as ``issue_image``."""
    fields: tuple[tuple[str, str], ...] = ()
    """All of it as pairs of text, to be kept as it was received."""

    def text(self, name: str) -> str:
        """Return a value as text without spaces around it; empty if it is absent."""
        value = self.values.get(name)
        return "" if value is None else as_text(value).strip()


@dataclass(frozen=True, slots=True)
class Call:
    """What a view works with."""

    db: sqlite3.Connection
    person: Person | None
    now: float
    root: str
    """Absolute address of the sandbox, without a slash at its end."""
    switches: Mapping[str, str]
    sent: Sent
    args: Mapping[str, str]

    def member(self) -> Person:
        """Return who calls. Raises RefusedError with 401 without a good token."""
        if self.person is None:
            raise unauthorized(self.switches["unauthorized"])
        return self.person

    def issue(self, number: int) -> records.Record:
        """Return an issue that the caller may see. Raises RefusedError with 404."""
        record = records.by_number(self.db, number, self.now)
        own = (
            record is not None and self.person is not None and record.reporter == self.person.id
        )
        visible = ("", "private") if own else ("",)
        if record is None or record.hidden not in visible:
            raise refusal(404, NOT_FOUND)
        return record


def as_text(value: object) -> str:
    """Write a value of JSON the way a form sends it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_sent(request: Request) -> Sent:
    """Read a body. Raises RefusedError with 400 where it is no JSON object."""
    if request.is_json:
        return _read_json(request.get_data())
    values: dict[str, str] = {}
    answers: dict[str, list[Any]] = {}
    fields = tuple(request.form.items(multi=True))
    for name, value in fields:
        nested = _NESTED.fullmatch(name)
        if nested is None:
            values.setdefault(name, value)
        elif nested[1] == "answers":
            answers.setdefault(nested[2], []).append(value)
    files: dict[str, bytes] = {}
    for name, part in request.files.items(multi=True):
        nested = _NESTED.fullmatch(name)
        data = part.read()
        if data:
            files[nested[2] if nested else name] = data
    return Sent(values, answers, files, fields)


def _read_json(data: bytes) -> Sent:
    try:
        body = json.loads(data)
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise RefusedError(Answer({"request": "Unable to parse JSON"}, 400))
    given = body.get("answers")
    answers = {
        str(key): value if isinstance(value, list) else [value]
        for key, value in (given.items() if isinstance(given, dict) else ())
        if value is not None
    }
    fields = tuple((name, as_text(value)) for name, value in body.items() if name != "answers")
    fields += tuple(
        (f"answers[{key}]", as_text(value))
        for key, values in answers.items()
        for value in values
    )
    return Sent(body, answers, {}, fields)
