"""Somebody who is signed in: who they are upstream, and what lets us act as them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

EXPIRES_SOON = timedelta(seconds=5)
"""An access token with less life than this would end on its way."""


@dataclass(frozen=True, slots=True)
class Person:
    """One account of the upstream. ``id`` is its own number or name for it, as text."""

    id: str
    name: str = ""
    email: str = ""
    avatar_url: str | None = None
    can_acknowledge: bool = False
    """An official, who may say that an issue was seen (APIv2 ``permissions.can_acknowledge``)."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What an authorization server handed out. Its text representation shows no secret."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    """Aware; None where the server did not say."""
    scope: str = ""

    def is_over(self, now: datetime) -> bool:
        """Tell whether the access token has ended, or will before a call is through."""
        return self.expires_at is not None and self.expires_at - EXPIRES_SOON <= now


@dataclass(frozen=True, slots=True)
class SessionView:
    """Somebody's session as pages see it. ``key`` names it in form tokens and rows; it opens nothing."""

    key: str
    person: Person
