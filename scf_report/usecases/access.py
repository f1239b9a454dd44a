"""Call the upstream as somebody who has signed in."""

from collections.abc import Callable
from typing import TypeVar

from scf_report.clients.errors import RefusedError
from scf_report.domain.conversation import SignInAgain
from scf_report.usecases.errors import SignInNeededError
from scf_report.usecases.grants import Grants

T = TypeVar("T")


def with_access(grants: Grants, person_id: str, call: Callable[[str], T]) -> T:
    """Make a call with the person's access token; a 401 renews it once, since nothing was done then.

    A call says 401 by RefusedError or by SignInAgain. Raises SignInNeededError when nothing proves
    (any more) that we may act for the person, and whatever else the call raises.
    """
    token = grants.access_token(person_id)
    result = _try(call, token)
    if isinstance(result, SignInAgain):
        result = _try(call, grants.renew(person_id, token))
    if isinstance(result, SignInAgain):
        raise SignInNeededError
    return result


def _try(call: Callable[[str], T], token: str) -> T | SignInAgain:
    try:
        return call(token)
    except RefusedError as error:
        if error.http_status == 401:
            return SignInAgain()
        raise
