"""Authorization codes: 60 seconds, one use; the file has only their hashes."""

import sqlite3
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin

from scf_report.sandbox.oauth.registry import SCOPE
from scf_report.sandbox.oauth.tokens import add_grant, digest, revoke_grant

LIFE = 60.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Code(AuthorizationCodeMixin):
    """A code that can still be exchanged, as Authlib asks about it."""

    hash: str
    grant: int
    person_id: int
    redirect_uri: str
    code_challenge: str | None
    code_challenge_method: str = "S256"

    def get_redirect_uri(self) -> str:
        """Return the address to which it was sent."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return what it allows."""
        return SCOPE


@dataclass(frozen=True, slots=True)
class Consent:
    """What the person allowed."""

    client_id: str
    person_id: int
    redirect_uri: str
    challenge: str | None


def save(db: sqlite3.Connection, code: str, consent: Consent, now: float) -> None:
    """Remember a new code."""
    grant = add_grant(db, consent.client_id, consent.person_id)
    db.execute(
        "INSERT INTO oauth_codes (hash, grant_id, redirect_uri, challenge, expires) VALUES (?, ?, ?, ?, ?)",
        (digest(code), grant, consent.redirect_uri, consent.challenge, now + LIFE),
    )


def find(db: sqlite3.Connection, code: str, client: ClientMixin, now: float) -> Code | None:
    """Return the client's code; None if there is none, or it is over.

    A code that comes again was stolen, or its answer was lost: what it gave is revoked
    (RFC 6749 section 4.1.2).
    """
    row = db.execute(
        """SELECT hash, grant_id, person_id, redirect_uri, challenge, expires, used
           FROM oauth_codes JOIN oauth_grants ON id = grant_id
           WHERE hash = ? AND client_id = ? AND NOT revoked""",
        (digest(code), client.get_client_id()),
    ).fetchone()
    if row is None:
        return None
    if row["used"]:
        revoke_grant(db, row["grant_id"])
        return None
    return Code(*row[:5]) if row["expires"] > now else None


def use_up(db: sqlite3.Connection, code: Code) -> None:
    """Let the code be known as used."""
    db.execute("UPDATE oauth_codes SET used = 1 WHERE hash = ?", (code.hash,))
