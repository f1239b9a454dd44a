"""What can go wrong between us and an upstream, split by "could it have arrived?".

::

    UpstreamError
    ├── NotSentError          certainly not arrived: sending again is safe
    │   └── BudgetSpentError  not even tried: our own share of the rate is used up
    ├── UnansweredError       may have arrived: timeout, reset, broken protocol
    ├── RefusedError          a clear no (4xx)
    │   └── BlockedError      a no to the application, whoever it asks for (403)
    └── BrokenError           an answer that tells nothing (5xx, redirected POST, unusable body)
"""

import re
from dataclasses import dataclass

from scf_report.domain.delivery import Refusal

_SECRETS = (
    re.compile(r"[^\s\"'<>=&]+@[^\s\"'<>=&]+"),
    re.compile(r"(?i)(?<=key|ken|ret|ord)[\"']?\s*[=:>]\s*[\"']?[^\s\"'<>&,]+"),
    re.compile(r"[A-Za-z0-9_.~+/-]{24,}"),
)
"""E-mail addresses; what follows "…key", "token", "secret" or "password"; long random-looking words."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the failed call.

    ``url`` is without its query, which may say where somebody is; ``excerpt`` is the beginning
    of the answer as it came and may hold personal data: its text representation is redacted.
    """

    method: str
    url: str
    http_status: int | None = None
    excerpt: str = ""

    def __repr__(self) -> str:
        excerpt = self.excerpt
        for secret in _SECRETS:
            excerpt = secret.sub("[redacted]", excerpt)
        status = f" -> {self.http_status}" if self.http_status is not None else ""
        return f"<{self.method} {self.url}{status} {excerpt!r}>"


class UpstreamError(Exception):
    """A call to an upstream did not give what it was made for."""

    def __init__(self, evidence: Evidence) -> None:
        super().__init__(evidence)
        self.evidence = evidence


class NotSentError(UpstreamError):
    """No connection was made, so nothing can have arrived."""


class BudgetSpentError(NotSentError):
    """Our own rate limit allows the call in ``wait`` seconds at the earliest."""

    def __init__(self, evidence: Evidence, wait: float) -> None:
        super().__init__(evidence)
        self.wait = wait


class UnansweredError(UpstreamError):
    """The call was begun and no whole answer came back; it may have been carried out."""


class RefusedError(UpstreamError):
    """The upstream says no (4xx).

    ``reasons`` is empty when the answer could not be read. ``duplicate``: SeeClickFix says that
    it has this report already. ``retry_after`` in seconds is set with 429 alone.
    """

    def __init__(
        self,
        evidence: Evidence,
        http_status: int,
        reasons: tuple[Refusal, ...] = (),
        *,
        duplicate: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(evidence)
        self.http_status = http_status
        self.reasons = reasons
        self.duplicate = duplicate
        self.retry_after = retry_after


class BlockedError(RefusedError):
    """SeeClickFix's answer to callers that it does not want; nothing that a person could mend."""


class BrokenError(UpstreamError):
    """An answer without meaning: 5xx, a redirect that is not followed, a body that cannot be used.

    ``retry_after`` in seconds if the upstream named it; ``redirected``: it pointed elsewhere.
    """

    def __init__(
        self,
        evidence: Evidence,
        http_status: int,
        *,
        retry_after: float | None = None,
        redirected: bool = False,
    ) -> None:
        super().__init__(evidence)
        self.http_status = http_status
        self.retry_after = retry_after
        self.redirected = redirected
