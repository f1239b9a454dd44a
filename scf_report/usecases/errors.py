"""Why a use case could not be carried out, in the application's own words.

UseCaseError
├── DraftGoneError     the draft is purged, unknown, or belongs to another endpoint
├── ContinuedError     somebody who signed in goes on with the draft elsewhere
├── AlreadySentError   the draft was submitted; nothing of it can change here
├── TypeGoneError      the upstream no longer takes this kind of problem
├── SignInNeededError  it takes a person to sign in (again)
└── UpstreamAwayError  the upstream was needed and could not be asked

StoreAwayError, the database's own, passes through: every use case may raise it.
"""

from scf_report.storage.database import StoreAwayError

__all__ = [
    "AlreadySentError",
    "ContinuedError",
    "DraftGoneError",
    "SignInNeededError",
    "StoreAwayError",
    "TypeGoneError",
    "UpstreamAwayError",
    "UseCaseError",
]


class UseCaseError(Exception):
    """Root of the tree."""


class DraftGoneError(UseCaseError):
    """There is no such draft (any more)."""


class ContinuedError(UseCaseError):
    """Somebody who signed in goes on with what this draft held, in one of their own."""


class AlreadySentError(UseCaseError):
    """The draft is in the outbox already."""


class TypeGoneError(UseCaseError):
    """This kind of problem can no longer be reported."""


class SignInNeededError(UseCaseError):
    """Nothing proves (any more) that we may act for the person."""


class UpstreamAwayError(UseCaseError):
    """What is needed from the upstream is neither known nor to be had now.

    ``retry_seconds`` says when to ask again, if that is known. ``busy``: nothing is wrong with
    the upstream, but it has been asked too often.
    """

    def __init__(self, retry_seconds: float | None = None, *, busy: bool = False) -> None:
        super().__init__("the upstream could not be asked")
        self.retry_seconds, self.busy = retry_seconds, busy
