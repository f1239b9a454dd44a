"""Sign-ins under way: what the browser that comes back has to match."""

import dataclasses
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from scf_report.storage.database import Database, Moment, metadata
from scf_report.storage.sealing import SealBrokenError, Sealer
from scf_report.storage.sessions import hash_of

SIGN_IN_WITHIN = timedelta(minutes=10)
"""From leaving for the authorization server to coming back."""
REMEMBERED = timedelta(hours=1)
"""So long the way back is known to a browser that comes too late or twice."""

sign_ins = sa.Table(
    "sign_in",
    metadata,
    sa.Column("state_hash", sa.String(64), primary_key=True),
    sa.Column("browser_hash", sa.String(64), nullable=False),
    sa.Column("endpoint", sa.String(80), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("used", sa.Boolean, nullable=False),
    sa.Column("until", Moment, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Intent:
    """What a sign-in is for: where it leads to, and where back if it fails. Both are local paths."""

    next: str
    back: str


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """One sign-in under way. ``is_open`` is False once it was used or its time is over."""

    intent: Intent
    verifier: str = field(repr=False)
    """The secret of PKCE (RFC 7636, section 4.1)."""
    is_open: bool


class SignIns:
    """Keeps sign-ins under way; each can be used once, by the browser that began it."""

    def __init__(self, database: Database, sealer: Sealer, endpoint: str) -> None:
        self._database, self._sealer, self._endpoint = database, sealer, endpoint

    def begin(self, intent: Intent) -> tuple[str, str, str]:
        """Keep a new one; returns its state, its verifier and the browser's key, 256 random bits each."""
        state, verifier, browser = (secrets.token_urlsafe(32) for _ in range(3))
        content = {"verifier": verifier, "intent": dataclasses.asdict(intent)}
        with self._database.write() as connection:
            now = self._database.now(connection)
            purge_sign_ins(connection, now)
            connection.execute(
                sign_ins.insert().values(
                    state_hash=hash_of(state),
                    browser_hash=hash_of(browser),
                    endpoint=self._endpoint,
                    content=self._sealer.seal(content),
                    used=False,
                    until=now + SIGN_IN_WITHIN,
                )
            )
        return state, verifier, browser

    def find(self, state: str, browser: str) -> PendingSignIn | None:
        """Return the sign-in with this state, None unless this browser began it."""
        query = sa.select(sign_ins).where(
            sign_ins.c.state_hash == hash_of(state),
            sign_ins.c.browser_hash == hash_of(browser),
            sign_ins.c.endpoint == self._endpoint,
        )
        with self._database.read() as connection:
            now = self._database.now(connection)
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        try:
            content = self._sealer.open(row["content"])
        except SealBrokenError:
            return None
        is_open = not row["used"] and row["until"] > now
        return PendingSignIn(Intent(**content["intent"]), content["verifier"], is_open)

    def use(self, state: str) -> bool:
        """Use a sign-in up; False if it was used before or its time is over."""
        with self._database.write() as connection:
            query = sign_ins.update().where(
                sign_ins.c.state_hash == hash_of(state),
                sign_ins.c.used.is_(False),
                sign_ins.c.until > self._database.now(connection),
            )
            return connection.execute(query.values(used=True)).rowcount == 1


def purge_sign_ins(connection: sa.Connection, now: datetime) -> None:
    """Forget sign-ins that were to end long ago."""
    connection.execute(sign_ins.delete().where(sign_ins.c.until <= now - REMEMBERED))
