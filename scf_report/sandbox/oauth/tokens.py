"""What was granted, and the tokens that came of it; the file has only their hashes.

One consent is one row of ``oauth_grants``. Its tokens are a family: they end together when one
of them is revoked, or when something that had been used up is used again.
"""

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin

from scf_report.sandbox.oauth.registry import PUBLIC_CLIENT, SCOPE
from scf_report.sandbox.people import Person, find_person


@dataclass(frozen=True, slots=True)
class Token(TokenMixin):
    """An access token, and the refresh token that came with it, as Authlib asks about them."""

    number: int
    grant: int
    client_id: str
    person_id: int
    refreshed: bool
    """Its refresh token was used."""

    def check_client(self, client: ClientMixin) -> bool:
        """Tell whether it was issued to this client."""
        return client.get_client_id() == self.client_id

    def get_scope(self) -> str:
        """Return what it allows."""
        return SCOPE


def new_secret() -> str:
    """Return 256 random bits, as text for addresses and headers."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what the file remembers of a secret; it is random, so a bare hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def caller(
    db: sqlite3.Connection, authorization_header: str | None, now: float
) -> Person | None:
    """Return who calls with ``Authorization: Bearer …`` (RFC 6750 section 2.1).

    None for a missing header, and for an unknown, expired or revoked token.
    """
    scheme, _, token = (authorization_header or "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    row = db.execute(
        """SELECT person_id FROM oauth_tokens JOIN oauth_grants ON id = grant_id
           WHERE access = ? AND expires > ? AND NOT revoked""",
        (digest(token.strip()), now),
    ).fetchone()
    return find_person(row["person_id"]) if row else None


def issue_for(db: sqlite3.Connection, person_id: int, now: float, life: float) -> str:
    """Make an access token that lives for so many seconds, without a browser."""
    token = new_secret()
    add_token(db, add_grant(db, PUBLIC_CLIENT, person_id), token, None, now + life)
    return token


def add_grant(db: sqlite3.Connection, client_id: str, person_id: int) -> int:
    """Remember that the person allowed the client; return the number of the grant."""
    cursor = db.execute(
        "INSERT INTO oauth_grants (client_id, person_id) VALUES (?, ?)", (client_id, person_id)
    )
    number = cursor.lastrowid
    assert number is not None  # noqa: S101 - SQLite has one after each INSERT
    return number


def add_token(
    db: sqlite3.Connection, grant: int, access: str, refresh: str | None, expires: float
) -> None:
    """Remember a pair of tokens; ``expires`` is when the access token ends."""
    db.execute(
        "INSERT INTO oauth_tokens (grant_id, access, refresh, expires) VALUES (?, ?, ?, ?)",
        (grant, digest(access), digest(refresh) if refresh else None, expires),
    )


def find_token(db: sqlite3.Connection, secret: str) -> Token | None:
    """Return what an access or refresh token belongs to; None once it was revoked."""
    return _find(db, "? IN (access, refresh)", secret)


def find_refreshable(db: sqlite3.Connection, secret: str) -> Token | None:
    """Return what a refresh token belongs to, even if it was used; None once it was revoked."""
    return _find(db, "refresh = ?", secret)


def _find(db: sqlite3.Connection, condition: str, secret: str) -> Token | None:
    row = db.execute(
        f"""SELECT number, grant_id, client_id, person_id, refreshed
            FROM oauth_tokens JOIN oauth_grants ON id = grant_id
            WHERE {condition} AND NOT revoked""",  # noqa: S608 - the conditions stand above
        (digest(secret),),
    ).fetchone()
    if row is None:
        return None
    number, grant, client_id, person_id, refreshed = row
    return Token(number, grant, client_id, person_id, bool(refreshed))


def mark_refreshed(db: sqlite3.Connection, token: Token) -> None:
    """Let the refresh token be dead from now on; the access token lives to its end."""
    db.execute("UPDATE oauth_tokens SET refreshed = 1 WHERE number = ?", (token.number,))


def revoke_grant(db: sqlite3.Connection, grant: int) -> None:
    """End all tokens of the family, and those that a code could still give."""
    db.execute("UPDATE oauth_grants SET revoked = 1 WHERE id = ?", (grant,))
