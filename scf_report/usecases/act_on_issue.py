"""Do something about an issue as somebody who is signed in: once, whatever is clicked how often."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from pydantic import TypeAdapter

from scf_report.clients.errors import (
    BudgetSpentError,
    NotSentError,
    RefusedError,
    UpstreamError,
)
from scf_report.clients.seeclickfix.gateway import SeeClickFixGateway
from scf_report.clients.transport import MediaFile
from scf_report.domain.conversation import Action, ActionResult, Declined, HeldForReview
from scf_report.storage.cache import JSON, ReadCache
from scf_report.storage.images import PhotoProblem, PhotoRefused, clean_photo
from scf_report.usecases.access import with_access
from scf_report.usecases.errors import SignInNeededError
from scf_report.usecases.grants import Grants

__all__ = ["Act", "ActOnIssue", "Acted", "Ending", "PhotoProblem", "PhotoRefused"]

REMEMBERED = timedelta(minutes=10).total_seconds()
"""A form that is sent again within this time is answered with what came of it the first time."""


class Ending(Enum):
    """What came of an act."""

    DONE = "done"
    HELD = "held"
    """Taken, and not shown before somebody at the organization has read it."""
    DECLINED = "declined"
    SIGN_IN = "sign_in"
    """Nothing proves any more that we may act for the person. Nothing was done."""
    BUSY = "busy"
    """Too many calls by all of us in this minute. Nothing was done."""
    AWAY = "away"
    """The upstream was not reached. Nothing was done."""
    UNCLEAR = "unclear"
    """No clear answer came: it may be done or not."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a person wants to do. ``key`` is the form's own, so that one form does it once."""

    action: Action
    number: str
    key: str
    text: str = ""
    photo: bytes | None = None
    """As it came from the browser."""


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of it: the reasons of a refusal in the upstream's words, seconds to wait when busy."""

    ending: Ending
    http_status: int = 0
    reasons: tuple[str, ...] = ()
    wait: float = 0.0


_PLAIN = TypeAdapter(Acted)


@dataclass(frozen=True, slots=True)
class ActOnIssue:
    """Acts for people. ``memory`` is shared by all processes; each form's first POST alone acts."""

    gateway: SeeClickFixGateway
    grants: Grants | None
    memory: ReadCache

    def act(self, person_id: str, act: Act) -> Acted:
        """Do it, or tell what came of it when the same form did. Raises PhotoRefused."""
        photo = None
        if act.photo is not None:
            photo = MediaFile("photo.jpg", "image/jpeg", clean_photo(act.photo).data)
        words = f"{person_id} {act.action.value} {act.number} {act.key}"
        key = hashlib.sha256(words.encode()).hexdigest()

        def load(_: JSON) -> JSON:
            # Whoever has waited for so long that the other one counts as dead does not act.
            first = self._is_first(key)
            acted = self._do(person_id, act, photo) if first else Acted(Ending.UNCLEAR)
            plain: JSON = _PLAIN.dump_python(acted, mode="json")
            return plain

        kept = self.memory.get(f"act:{key}", load, fresh_for=REMEMBERED, stale_for=REMEMBERED)
        return _PLAIN.validate_python(kept.value)

    def _is_first(self, key: str) -> bool:
        first = False

        def mark(_: JSON) -> JSON:
            nonlocal first
            first = True
            return True

        self.memory.get(f"act begun:{key}", mark, fresh_for=REMEMBERED, stale_for=REMEMBERED)
        return first

    def _do(self, person_id: str, act: Act, photo: MediaFile | None) -> Acted:
        if self.grants is None:
            return Acted(Ending.SIGN_IN)

        def call(token: str) -> ActionResult:
            return self.gateway.act(act.action, act.number, token, act.text, photo)

        try:
            result = with_access(self.grants, person_id, call)
        except SignInNeededError:
            return Acted(Ending.SIGN_IN)
        except UpstreamError as error:
            return _failed(error)
        return _told(result)


def _told(result: ActionResult) -> Acted:
    if isinstance(result, Declined):
        reasons = tuple(dict.fromkeys(reason.message for reason in result.reasons))
        return Acted(Ending.DECLINED, result.http_status, reasons)
    return Acted(Ending.HELD if isinstance(result, HeldForReview) else Ending.DONE)


def _failed(error: UpstreamError) -> Acted:
    if isinstance(error, BudgetSpentError):
        return Acted(Ending.BUSY, wait=error.wait)
    if isinstance(error, RefusedError) and error.http_status == 429:
        return Acted(Ending.BUSY, wait=error.retry_after or 0.0)
    # A refusal that is no answer to the act itself was one to renew the access before it.
    not_done = isinstance(error, NotSentError | RefusedError)
    return Acted(Ending.AWAY if not_done else Ending.UNCLEAR)
