"""Switches: faults that hit the next requests, and variants where the real behavior is unknown.

Everything is kept in the sandbox's file, so that all processes that share it agree.
"""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from scf_report.sandbox.store import Store

FAULTS = {
    "none": "Everything works.",
    "down": "503 with the Retry-After that the switch retry_after says; nothing is processed.",
    "429": "429 with the Retry-After that the switch retry_after says; nothing is processed.",
    "500-before": "500; nothing is processed.",
    "500-after": "The request is processed, then the answer is a 500.",
    "html": "200 with an HTML page; nothing is processed.",
}
"""Faults that an application can play."""
SOCKET_FAULTS = {
    "slow": "The request waits for slow_seconds and is processed then.",
    "drop": "The request is processed, then the connection is closed without an answer.",
    "reset": "The connection is reset before anything is processed.",
}
"""Faults that need the socket: only the sandbox that runs alone has them."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing that may be set: its value at first, what it may be, and what it means."""

    default: str
    pattern: str
    meaning: str


_NUMBER = r"[0-9]{1,9}(\.[0-9]{1,9})?"
VARIANTS = {
    "token_seconds": Variant(
        "10",
        rf"{_NUMBER}|inf",
        "Seconds until a batch service's token has its number; inf: never.",
    ),
    "token_pending": Variant(
        "token",
        "token|empty|missing",
        "Until then: the token without a number, an empty list, or 404.",
    ),
    "search_lag": Variant("0", _NUMBER, "Seconds until a new report shows in lists."),
    "moderated_id": Variant(
        "shown",
        "shown|hidden",
        "A moderated report is answered with its number, or with 202 and none.",
    ),
    "required_contact": Variant(
        "",
        r"((first_name|last_name|email|phone)(,|$))*",
        "Contact fields, separated by commas, that a report must have.",
    ),
    "api_key": Variant("", r"\S*", "The key that a POST must have; empty: none."),
    "post_status": Variant("200", "200|201", "HTTP status of an accepted report."),
    "post_body": Variant(
        "list",
        "list|object|empty",
        "An accepted report is answered as a list of one, as {id}, or without a number.",
    ),
    "page_length": Variant(
        "both", "both|page_size|per_page", "Which parameter sets how many reports a page has."
    ),
    "attribute_errors": Variant(
        "base", "base|code", "Refused attributes are named under base, or under their codes."
    ),
    "open311_types": Variant(
        "guests",
        "guests|all",
        "Open311 lists what guests may report, or also what needs an account.",
    ),
    "unauthorized": Variant(
        "message",
        "message|oauth|empty",
        "Body of a 401 of APIv2: the general error, OAuth's own, or none.",
    ),
    "question_errors": Variant(
        "key",
        "key|question",
        "APIv2 names a refused answer by its primary_key, or by the question.",
    ),
    "other_id": Variant(
        "number",
        "number|word",
        "APIv2 calls the generic request type by its number, or other.",
    ),
    "api_duplicates": Variant(
        "taken", "taken|refused", "APIv2 takes the same report again, or refuses it."
    ),
    "comments_moderated": Variant(
        "no", "no|yes", "New comments are held for review, which APIv2 answers with 202."
    ),
    "list_window": Variant(
        "1000",
        r"[1-9][0-9]{0,8}",
        "How many issues of one list APIv2 lets a caller page through.",
    ),
    "retry_after": Variant(
        "30", r"[0-9]{1,9}|none", "Retry-After of the faults down and 429, in seconds."
    ),
    "token_life": Variant(
        "7200", r"[1-9][0-9]{0,8}", "Seconds that an OAuth access token lives."
    ),
    "refresh_tokens": Variant("on", "on|off", "Refresh tokens are given, or not."),
    "token_omits": Variant(
        "",
        r"((expires_in|scope)(,|$))*",
        "What an answer with tokens leaves out, separated by commas.",
    ),
    "pkce": Variant(
        "required",
        "required|optional",
        "PKCE is demanded of every app, or only of those without a secret.",
    ),
    "issuer": Variant(
        "left_out", "left_out|sent", "The answer to an authorization names its issuer as iss."
    ),
    "slow_seconds": Variant("5", _NUMBER, "How long the fault slow waits."),
}
RATE_LIMIT = "20"
"""Requests a minute, as SeeClickFix documents (upstream.md 2.1)."""

_SWITCHES = {
    "fault": Variant(
        "none", "|".join((*FAULTS, *SOCKET_FAULTS)), "What the next requests meet."
    ),
    "count": Variant(
        "", r"|[1-9][0-9]{0,8}", "How many requests it hits; empty: until it is turned off."
    ),
    "only": Variant("", "|post|get", "Which requests it hits, changes or reads; empty: all."),
    "limit": Variant(
        RATE_LIMIT, r"[1-9][0-9]{0,8}", "Requests a minute for each address and User-Agent."
    ),
    **VARIANTS,
}
_DEFAULTS = {name: switch.default for name, switch in _SWITCHES.items()}


class UnknownSwitchError(ValueError):
    """A switch or a value that does not exist."""


class Switchboard:
    """Reads and turns the switches."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def state(self) -> dict[str, str]:
        """Return every switch by name; an empty ``count`` means without end."""
        with self._store.reading() as db:
            return _state(db)

    def turn(self, changes: Mapping[str, str]) -> None:
        """Turn several switches at once. Raises UnknownSwitchError and turns none."""
        for name, value in changes.items():
            _check(name, value)
        if "fault" in changes:
            changes = {"count": "", "only": "", **changes}
        with self._store.writing() as db:
            _write(db, changes)

    def take_fault(self, method: str, kinds: Mapping[str, str]) -> str:
        """Return the fault that hits this request, ``none`` if it is spared; counts it."""
        with self._store.writing() as db:
            state = _state(db)
            wanted = "get" if method in ("GET", "HEAD") else "post"
            if state["fault"] not in kinds or state["only"] not in ("", wanted):
                return "none"
            if state["count"] == "":
                return state["fault"]
            left = int(state["count"]) - 1
            _write(
                db, {"count": str(left)} if left else {"fault": "none", "count": "", "only": ""}
            )
            return state["fault"]


def _state(db: sqlite3.Connection) -> dict[str, str]:
    return _DEFAULTS | {
        row["name"]: row["value"] for row in db.execute("SELECT * FROM switches")
    }


def _write(db: sqlite3.Connection, changes: Mapping[str, str]) -> None:
    db.executemany("INSERT OR REPLACE INTO switches VALUES (?, ?)", changes.items())


def _check(name: str, value: str) -> None:
    if name not in _SWITCHES:
        raise UnknownSwitchError(f"There is no switch {name}.")
    pattern = _SWITCHES[name].pattern
    if not re.fullmatch(pattern, value):
        raise UnknownSwitchError(f"{name} cannot be {value!r}; it matches {pattern}.")
