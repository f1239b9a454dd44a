"""The one door to every upstream: who we are, how often, how long, how much, and only to the configured host."""

import copy
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Self

import httpx

from scf_report.clients.budget import Budget
from scf_report.clients.deadline import (
    Deadline,
    TimeLimit,
    TimelyBody,
    TooLateError,
)
from scf_report.clients.errors import (
    BrokenError,
    BudgetSpentError,
    Evidence,
    NotSentError,
    RefusedError,
    UnansweredError,
)
from scf_report.clients.exchange import Bounds, exchange, make_client
from scf_report.clients.validators import UnchangedError, Validators
from scf_report.domain.delivery import Share

Fields = Sequence[tuple[str, str]]

READING = TimeLimit(10.0)
"""What a GET may take in all, each redirect anew."""
CONNECT_TIMEOUT = 5.0
LARGEST_ANSWER = 5_000_000
"""Bytes; the longest list of 1,000 service requests seen is under 1 MB."""
MOST_REDIRECTS = 3
DEFAULT_PAUSE = 60.0
"""Seconds to leave an upstream alone after a 429 that names no time: its whole window."""
LONGEST_PAUSE = 86_400.0
EXCERPT_LENGTH = 300

_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    TooLateError,
)


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture to upload: its file name, media type and bytes, and the part of the form it goes in."""

    name: str
    content_type: str
    data: bytes
    part: str = "media"


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, 2xx or a 4xx other than 429; what it means is for the wire modules to say."""

    method: str
    url: str
    status: int
    body: bytes
    location: str = ""
    """Where a 201 says that the new thing is (RFC 9110, section 10.2.2); "" if it does not."""

    def evidence(self) -> Evidence:
        """Say what was asked and answered, for an error."""
        return _evidence(self.method, self.url, self.status, self.body)


class Transport:
    """Calls below one root address; safe to use from many threads.

    ``root`` is absolute; ``user_agent`` holds contact details, as SeeClickFix demands (upstream.md
    section 2.1); ``http`` replaces the network, for the embedded sandbox and for tests. Every
    method raises the errors of ``scf_report.clients.errors`` and no others.
    """

    def __init__(
        self,
        root: str,
        *,
        user_agent: str,
        budget: Budget,
        http: httpx.BaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = httpx.URL(root.rstrip("/"))
        self._budget = budget
        self._monotonic = monotonic
        # Some servers break on "deflate" (Alexandria, upstream.md 4.1 row 24).
        self._client = make_client(user_agent, http, {"Accept-Encoding": "gzip"})
        self._credentials: dict[str, str] = {}

    def bearing(self, access_token: str | None) -> Self:
        """Give the same door for calls that carry a bearer token (RFC 6750, section 2.1); None: no token.

        Redirects are followed on the configured host only, so that no other one sees the token.
        """
        door = copy.copy(self)
        header = {"Authorization": f"Bearer {access_token}"} if access_token else {}
        door._credentials = header  # noqa: SLF001  # a copy of this very object
        return door

    def get(
        self, path: str, params: Fields, share: Share, known: Validators | None = None
    ) -> Answer:
        """Read ``path`` (below the root, percent-encoded), following redirects on the same host only.

        With ``known``, an answer that is still the same raises UnchangedError; another one
        renews it.
        """
        url = httpx.URL(f"{self._root}{path}", params=list(params) or None)
        conditions = known.conditions() if known else {}
        response, body = self._follow(url, share, conditions, MOST_REDIRECTS)
        if response.status_code == 304 and conditions:
            raise UnchangedError
        answer = self._judge(response, body)
        if known is not None:
            known.renew(response.headers)
        return answer

    def post(
        self,
        path: str,
        fields: Fields,
        file: MediaFile | None,
        *,
        limit: TimeLimit,
        share: Share | None,
    ) -> Answer:
        """Send a form, as multipart if there is a file; never redirected.

        ``limit`` is asked whether it is still in time when the body is about to leave; if not,
        NotSentError is raised. ``share`` None: the call was taken out of the budget before, in
        the transaction that claimed the delivery.
        """
        url = httpx.URL(f"{self._root}{path}")
        if share is not None:
            self._take("POST", url, share)
        # httpx has no list of pairs for a form; names that repeat stand side by side in ours.
        data: dict[str, list[str]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        files = {file.part: (file.name, file.data, file.content_type)} if file else None
        request = self._client.build_request(
            "POST", url, data=data, files=files, headers=self._credentials
        )
        return self._judge(*self._call(request, limit))

    def delete(self, path: str, *, limit: TimeLimit, share: Share) -> Answer:
        """Take something back; never redirected."""
        url = httpx.URL(f"{self._root}{path}")
        self._take("DELETE", url, share)
        request = self._client.build_request("DELETE", url, headers=self._credentials)
        return self._judge(*self._call(request, limit))

    def _follow(
        self, url: httpx.URL, share: Share, conditions: Mapping[str, str], hops: int
    ) -> tuple[httpx.Response, bytes]:
        self._take("GET", url, share)
        headers = {**self._credentials, **conditions}
        request = self._client.build_request("GET", url, headers=headers)
        response, body = self._call(request, READING)
        if response.has_redirect_location and hops and (target := self._target(response)):
            return self._follow(target, share, conditions, hops - 1)
        return response, body

    def _target(self, response: httpx.Response) -> httpx.URL | None:
        """Where a redirect leads, if that is still the host that was configured."""
        url = response.url.join(response.headers["Location"])
        same_host = (url.host, url.port) == (self._root.host, self._root.port)
        return url if same_host and url.scheme in {self._root.scheme, "https"} else None

    def _take(self, method: str, url: httpx.URL, share: Share) -> None:
        wait = self._budget.take(self._root.host, share)
        if wait > 0:
            raise BudgetSpentError(_evidence(method, str(url)), wait)

    def _call(self, request: httpx.Request, limit: TimeLimit) -> tuple[httpx.Response, bytes]:
        bounds = Bounds(limit.seconds, CONNECT_TIMEOUT, LARGEST_ANSWER)
        deadline = Deadline(limit.seconds, self._monotonic)
        request.stream = TimelyBody(request.stream, limit.in_time, deadline)
        try:
            return exchange(self._client, request, bounds, deadline)
        except _NOT_SENT as error:
            raise NotSentError(_evidence(request.method, str(request.url))) from error
        except Exception as error:
            # Whatever else went wrong, an embedded application's own failure included, went
            # wrong after the start: it may have arrived.
            raise UnansweredError(_evidence(request.method, str(request.url))) from error

    def _judge(self, response: httpx.Response, body: bytes) -> Answer:
        status = response.status_code
        location = response.headers.get("Location", "")
        answer = Answer(response.request.method, str(response.url), status, body, location)
        if status == 429:
            pause = _retry_after(response)
            pause = DEFAULT_PAUSE if pause is None else pause
            self._budget.pause(self._root.host, pause)
            raise RefusedError(answer.evidence(), status, retry_after=pause)
        meaningful = 200 <= status < 300 or 400 <= status < 500
        if not meaningful or len(body) > LARGEST_ANSWER:
            raise BrokenError(
                answer.evidence(),
                status,
                retry_after=_retry_after(response),
                redirected=response.is_redirect,
            )
        return answer


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds from a Retry-After header in either form (RFC 9110, section 10.2.3).

    A date is compared with the answer's own Date, so that a wrong clock on either side does no harm.
    """
    value = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d*)?", value, re.ASCII):
        return min(float(value), LONGEST_PAUSE)
    try:
        start = parsedate_to_datetime(response.headers.get("Date", ""))
        seconds = (parsedate_to_datetime(value) - start).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE)


def _evidence(
    method: str, url: str, http_status: int | None = None, body: bytes = b""
) -> Evidence:
    excerpt = body[:EXCERPT_LENGTH].decode("utf-8", "replace")
    return Evidence(method, url.partition("?")[0], http_status, excerpt)
