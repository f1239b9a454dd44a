"""What a failed POST of a report means for its delivery, whichever API it went to.

Design section 6, "Outcomes", is the table that this follows.
"""

from collections.abc import Callable

from scf_report.clients.errors import (
    BrokenError,
    NotSentError,
    RefusedError,
    UpstreamError,
)
from scf_report.domain.delivery import Deferred, Outcome, Rejected, Uncertain


def outcome_of(error: UpstreamError, refused: Callable[[RefusedError], Outcome]) -> Outcome:
    """Say it of an error; ``refused`` reads a clear no as the API at hand means it, 429 apart."""
    match error:
        case NotSentError():
            return Deferred("not_sent")
        case RefusedError(http_status=429):
            return Deferred("http_429", retry_after=error.retry_after, pauses_everyone=True)
        case RefusedError():
            return refused(error)
        case BrokenError():
            return _broken(error)
        case _:
            return Uncertain("unanswered")


def no_for_reasons(error: RefusedError) -> Outcome:
    """Give the refusal with its reasons; without any it says nothing for sure."""
    if error.reasons:
        return Rejected(error.reasons, error.http_status, duplicate=error.duplicate)
    return Uncertain(f"http_{error.http_status}")


def _broken(error: BrokenError) -> Outcome:
    reason = f"http_{error.http_status}"
    # "See other" is how a form that was taken in answers (RFC 9110, section 15.4.4); any other
    # redirect says that the address is wrong, so that nothing was taken.
    if error.redirected and error.http_status != 303:
        return Deferred(reason, alarm=True)
    if error.http_status == 503 and error.retry_after is not None:
        return Deferred(reason, retry_after=error.retry_after)
    return Uncertain(reason)
