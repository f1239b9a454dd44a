"""Who is signed in to the sandbox itself, by a cookie that only the OAuth pages get."""

import hmac
import sqlite3

from flask import Response, request

from scf_report.sandbox.oauth.tokens import digest, new_secret
from scf_report.sandbox.people import Person, find_person

LIFE = 8 * 3600.0
"""Seconds."""
_COOKIE = "sandbox_session"


def current() -> str:
    """Return the id that the browser sent, empty if none."""
    return request.cookies.get(_COOKIE, "")


def start(db: sqlite3.Connection, person: Person, now: float) -> str:
    """Sign the person in under a new id, so that an id known before opens nothing."""
    session = new_secret()
    db.execute("DELETE FROM oauth_sessions WHERE expires <= ?", (now,))
    db.execute(
        "INSERT INTO oauth_sessions VALUES (?, ?, ?)", (digest(session), person.id, now + LIFE)
    )
    return session


def person_of(db: sqlite3.Connection, session: str, now: float) -> Person | None:
    """Return who is signed in under this id."""
    row = db.execute(
        "SELECT person_id FROM oauth_sessions WHERE hash = ? AND expires > ?",
        (digest(session), now),
    ).fetchone()
    return find_person(row["person_id"]) if row else None


def end(db: sqlite3.Connection, session: str) -> None:
    """Sign out."""
    db.execute("DELETE FROM oauth_sessions WHERE hash = ?", (digest(session),))


def keep(response: Response, session: str) -> None:
    """Give the browser its id, for the OAuth pages of this mount point alone."""
    response.set_cookie(
        _COOKIE,
        session,
        path=f"{request.script_root}/oauth",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def form_token(session: str) -> str:
    """Return what a form must carry that this browser was shown."""
    return hmac.new(session.encode(), b"form", "sha256").hexdigest()


def form_is_ours() -> bool:
    """Tell whether the form that was sent came from a page shown to this browser."""
    session, sent = current(), request.form.get("token", "")
    from_here = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    matches = hmac.compare_digest(form_token(session).encode(), sent.encode())
    return bool(session) and from_here and matches
