"""What people do about an issue: which call each action is, and what its answer means (upstream.md 2.4)."""

from scf_report.clients.open311.encode import Fields
from scf_report.clients.open311.values import flag, text
from scf_report.clients.seeclickfix.refusals import read_errors
from scf_report.clients.seeclickfix.values import inner, read_record
from scf_report.clients.transport import Answer
from scf_report.domain.conversation import Action, Declined, Done, HeldForReview

PHOTO_PART = "image"
_TAKEN_BACK = {Action.UNVOTE: Action.VOTE, Action.UNFOLLOW: Action.FOLLOW}
_SPOKEN = {Action.COMMENT, Action.CLOSE, Action.REOPEN, Action.ACKNOWLEDGE}
"""These are comments, too."""


def takes_back(action: Action) -> bool:
    """Tell whether it undoes another action: the same address with DELETE."""
    return action in _TAKEN_BACK


def last_word(action: Action) -> str:
    """Give the end of the action's address."""
    return _TAKEN_BACK.get(action, action).value


def fields(action: Action, words: str) -> Fields:
    """Give the fields: a comment, the message of a flag, or nothing."""
    if action in _SPOKEN:
        return (("comment", words),)
    return (("message", words),) if action is Action.FLAG else ()


def read_done(answer: Answer) -> Done | HeldForReview | Declined:
    """Read a 2xx. A vote taken back has no body (204). Raises UnreadableError."""
    if answer.status == 204 or not answer.body.strip():
        return Done()
    record = read_record(answer)
    if reasons := read_errors(record):
        return Declined(answer.status, reasons)
    moderated = (record.get("moderated"), inner(record, "metadata").get("moderated"))
    if answer.status == 202 or any(flag(each, default=False) for each in moderated):
        return HeldForReview()
    return Done(text(inner(record, "issue").get("status")))
